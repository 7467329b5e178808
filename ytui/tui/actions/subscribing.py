"""What the form for a channel has done: looked up, previewed, foretold and saved, each in a thread."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ytui import config
from ytui.core.outside import clean
from ytui.core.settings import Channel
from ytui.engine.channels.backlog import forecast_change
from ytui.engine.channels.forecast import forecast_listing
from ytui.engine.channels.preview import Preview
from ytui.engine.channels.subscriptions import AddResult, add_channels, remove_channels, update_channel
from ytui.store import channels, jobs
from ytui.store.database import Database
from ytui.tui.actions.command_runner import Told
from ytui.tui.actions.undo import Done
from ytui.tui.actions.undo_config import config_change
from ytui.tui.channel_form import FormDeeds, changed_values, meanwhile
from ytui.tui.screens.channel_form import ChannelFormScreen
from ytui.tui.surroundings import Surroundings

STARTING = "ytui is still starting: try again in a moment"


class Subscribing:
    """Opens the form for a new channel or for one that is there."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def add(self) -> None:
        """Ask for a new channel."""
        deeds = FormDeeds(
            self._extractor_of, self._already_there, self._preview, self._foretell_new, self._add
        )
        self._open(deeds, None)

    def edit(self, channel_id: int) -> None:
        """Show a channel's settings; it is looked up in a thread, and the form opens then."""
        self._here.runner.find(lambda: self._find(channel_id))

    def _find(self, channel_id: int) -> None:
        row = channels.by_id(self._here.store.db, channel_id)
        channel = self._here.app.settings_in_force.by_url.get(row.url) if row is not None else None
        if channel is None:
            self._here.app.post_message(Told("this channel is not in the configuration (yet)", wrong=True))
            return
        deeds = FormDeeds(
            self._extractor_of,
            lambda url: "",
            self._preview,
            self._foretell_change,
            partial(self._update, channel),
        )
        self._here.app.call_later(self._open, deeds, channel)

    def _open(self, deeds: FormDeeds, channel: Channel | None) -> None:
        self._here.app.push_screen(ChannelFormScreen(deeds, self._here.glyphs, channel), self._tell)

    def _tell(self, done: Done | None) -> None:
        if done is not None:
            self._here.runner.told(done)

    def _extractor_of(self, url: str) -> str | None:
        engine = self._here.app.engine
        # Nothing is said of the address while nobody can tell.
        return None if engine is None else engine.extractor_of(url)

    def _already_there(self, url: str) -> str:
        if url not in self._here.app.settings_in_force.by_url:
            return ""
        row = channels.by_url(self._here.store.db, url)
        name = f", as {clean(row.name)}" if row is not None else ""
        return f"it is there already{name}: esc leaves, e in the list of channels edits it"

    def _preview(self, channel: Channel) -> Preview:
        engine = self._here.app.engine
        return Preview("", problem=STARTING) if engine is None else engine.preview(channel)

    def _foretell_new(self, channel: Channel, preview: Preview | None) -> str:
        if preview is None or not preview.entries:
            return ""
        return forecast_listing(
            self._here.store.db,
            self._here.app.settings_in_force,
            channel,
            preview.entries,
            self._here.clock(),
            more=preview.more,
            other_tabs=preview.other_tabs,
        ).words()

    def _foretell_change(self, channel: Channel, preview: Preview | None) -> str:
        db, settings = self._here.store.db, self._here.app.settings_in_force
        row = channels.by_url(db, channel.url)
        return "" if row is None else forecast_change(db, settings, row, channel, self._here.clock()).words()

    def _add(self, url: str, values: Mapping[str, object]) -> Done:
        db, places, now = self._here.store.db, self._here.places, self._here.clock()
        given = {key: value for key, value in values.items() if value is not None}
        # "all" is what no key means, but an added channel gets "newest 30" unless something is said.
        given.setdefault("backlog", "all")

        def back(db: Database, result: AddResult, as_it_was: bool) -> str:
            if not as_it_was:
                remove_channels(db, places, [row.url for row in result.added], now)
            jobs.request_cancel(db, result.jobs, now)
            return f"unsubscribed from {name} again"

        result, undo = config_change(
            places, now, lambda: add_channels(db, places, [{"url": url, **given}], now), back
        )
        if result.refused:
            raise ValueError(result.refused[0][1])
        if result.known:
            raise ValueError(self._already_there(result.known[0]) or "it is there already")
        name = clean(result.added[0].name)
        return Done(f"added {name}: its listing is queued, of its videos {given['backlog']}", undo)

    def _update(self, old: Channel, url: str, values: Mapping[str, object]) -> Done:
        """Save what was changed in the form, and nothing else: the file may say something else by now."""
        db, places, now = self._here.store.db, self._here.places, self._here.clock()
        mine = changed_values(old, values)
        if not mine:
            return Done("nothing was changed")
        meanwhile(old, config.load(places.config_file).settings.by_url.get(url), mine)
        before = {key: config.channel_values(old).get(key) for key in mine}

        def back(db: Database, name: str, as_it_was: bool) -> str:
            if as_it_was:
                return f"the settings of {name} are as config.toml had them"
            update_channel(db, places, url, before, now)
            return f"the settings of {name} are as they were; what else was changed in config.toml stays"

        def save() -> str:
            return clean(update_channel(db, places, url, mine, now).name)

        name, undo = config_change(places, now, save, back)
        return Done(f"saved {name}; its videos are judged by what it says now", undo)
