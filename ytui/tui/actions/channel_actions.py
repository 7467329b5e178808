"""Channel actions: what the form has looked up, previewed, forecast and saved, each in a thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ytui import config
from ytui.core.formatting import format_time_of_day, plural
from ytui.core.models import VideoState
from ytui.core.pasted import AddressKind, addresses_in
from ytui.core.sanitize import clean
from ytui.core.settings import Channel
from ytui.engine.channels.forecast import forecast_listing
from ytui.engine.channels.preview import Preview
from ytui.engine.channels.reselect import forecast_reselect
from ytui.engine.channels.same_channel import KnownChannels
from ytui.engine.commands.channel_commands import (
    AddResult,
    add_channels,
    address_to_add,
    backlog_of_new,
    remove_channels,
    update_channel,
)
from ytui.engine.commands.paste_commands import PasteResult, add_pasted, paste_summary
from ytui.engine.maintenance.keep_changes import change_of
from ytui.engine.queue.conditions import closed_until
from ytui.paths import Places
from ytui.store import channel_identity, channels, jobs, videos
from ytui.store.database import Database
from ytui.store.rows import Channel as ChannelRow
from ytui.tui.actions.keep_actions import asking, settings_now
from ytui.tui.command_runner import Command, CommandContext
from ytui.tui.context import AppContext
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.undo import Result, UndoStep, config_change
from ytui.tui.widgets.form_fields import URL, FormActions, PasteActions, meanwhile

STARTING = "ytui is still starting: try again in a moment"


def ask_of_keep(urls: Sequence[str], context: CommandContext, target: Target) -> Command:
    """Ask what is to become of what the channels' new ``keep`` would take; nothing where it takes nothing."""
    settings, now = settings_now(context), context.now
    rows = [row for url in urls if (row := channels.by_url(context.db, url)) is not None]
    found = (change_of(context.db, settings, row, now) for row in rows)
    return asking(context, settings, [change for change in found if change is not None])


class ChannelForms:
    """Opens the form for a new channel or for one that is there."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def add(self) -> None:
        """Ask for a new channel."""
        actions = FormActions(
            self._extractor_of,
            self._already_there,
            self._preview,
            self._foretell_new,
            self._add,
            PasteActions(self._look_pasted, self._add_pasted),
        )
        self._open(actions, None)

    def edit(self, channel_id: int, *, at: str = "name") -> None:
        """Show a channel's settings at one of their fields; it is looked up in a thread, and opens then."""
        self._context.runner.find(lambda db: self._find(db, channel_id), partial(self._edit, at))

    def _find(self, db: Database, channel_id: int) -> Channel | None:
        row = channels.by_id(db, channel_id)
        return self._context.host.settings.by_url.get(row.url) if row is not None else None

    def _edit(self, at: str, channel: Channel | None) -> None:
        if channel is None:
            self._context.app.tell("this channel is not in the configuration (yet)", wrong=True)
            return
        actions = FormActions(
            self._extractor_of,
            partial(self._another_there, channel),
            self._preview,
            self._foretell_change,
            partial(self._update, channel),
        )
        self._open(actions, channel, at)

    def _open(self, actions: FormActions, channel: Channel | None, at: str = URL) -> None:
        def closed(done: Result | None) -> None:
            if done is not None:
                self._context.runner.report(done)
                if channel is not None:
                    self._context.runner.run(
                        partial(ask_of_keep, [channel.url]), Target(RowKind.CHANNEL, ()), quiet=True
                    )

        inherited = self._context.host.settings.inherited
        form = ChannelFormScreen(actions, inherited, self._context.glyphs, channel, at)
        self._context.app.push_screen(form, closed)

    def _extractor_of(self, url: str) -> str | None:
        engine = self._context.host.engine
        # Nothing is said of the address while nobody can tell.
        return None if engine is None else engine.extractor_of(url)

    def _already_there(self, url: str) -> str:
        name = KnownChannels(self._context.store.db, self._context.host.settings).name_of(url)
        if name is None:
            return ""
        return f"it is there already, as {clean(name)}: esc leaves, e in the list of channels edits it"

    def _another_there(self, old: Channel, url: str) -> str:
        row = channels.by_url(self._context.store.db, old.url)
        other = channels.by_url(self._context.store.db, url)
        return "" if row is None or other is None or other.id == row.id else self._already_there(url)

    def _preview(self, channel: Channel) -> Preview:
        engine = self._context.host.engine
        return Preview("", problem=STARTING) if engine is None else engine.preview(channel)

    def _foretell_new(self, channel: Channel, preview: Preview | None) -> str:
        if preview is None or not preview.entries:
            return ""
        return forecast_listing(
            self._context.store.db,
            self._context.host.settings,
            channel,
            preview.entries,
            self._context.clock(),
            more=preview.more,
            other_tabs=preview.other_tabs,
        ).words()

    def _foretell_change(self, channel: Channel, preview: Preview | None) -> str:
        db, settings = self._context.store.db, self._context.host.settings
        row = channels.by_url(db, channel.url)
        return (
            ""
            if row is None
            else forecast_reselect(db, settings, row, channel, self._context.clock()).words()
        )

    def _add(self, url: str, values: Mapping[str, object]) -> Result:
        if any(address.kind is AddressKind.VIDEO for address in addresses_in(url)):
            return self._add_pasted(url)
        db, places, now = self._context.store.db, self._context.places, self._context.clock()
        given = {key: value for key, value in values.items() if value is not None}
        settings = config.load(places.config_file).settings
        if "backlog" not in settings.defaults:
            # That is what no key means, but an added channel gets "newest 30" unless something is said.
            given.setdefault("backlog", "all")
        backlog = given.get("backlog", backlog_of_new(settings))

        def back(db: Database, result: AddResult, as_it_was: bool) -> str:
            if not as_it_was:
                _remove_added(db, places, result, self._context.clock())
            jobs.request_cancel(db, result.jobs, self._context.clock())
            return f"unsubscribed from {name} again"

        result, undo = config_change(
            places, now, lambda: add_channels(db, places, [{"url": url, **given}], now), back
        )
        if result.refused:
            raise ValueError(result.refused[0][1])
        if result.known:
            raise ValueError(self._already_there(result.known[0]) or "it is there already")
        name = clean(result.added[0].name)
        words = f"added {name}: its listing is queued, of its videos {backlog}"
        return self._queued(Result(f"{words}{self._later()}", undo, queued=result.jobs))

    def _look_pasted(self, text: str) -> str:
        return paste_summary(self._context.store.db, self._context.host.settings, addresses_in(text))

    def _add_pasted(self, text: str) -> Result:
        db, places, now = self._context.store.db, self._context.places, self._context.clock()
        found = addresses_in(text)
        if all(address.kind is AddressKind.NONE for address in found):
            raise ValueError("there is no address in it")

        def back(db: Database, result: PasteResult, as_it_was: bool) -> str:
            if not as_it_was:
                _remove_added(db, places, result.channels, self._context.clock())
            ended = [*result.channels.jobs, *result.downloads]
            jobs.request_cancel(db, ended, self._context.clock())
            return "what was pasted is out again"

        add = partial(add_pasted, db, places, self._context.host.settings, found, now)
        result, undo = config_change(places, now, add, back)
        queued = [*result.channels.jobs, *result.downloads]
        later = self._later() if result.channels.added else ""
        return self._queued(Result(f"{clean(result.words())}{later}", undo, queued=queued))

    def _update(self, old: Channel, url: str, values: Mapping[str, object]) -> Result:
        """Save what was changed in the form (``values``): the file may say something else by now."""
        db, places, now = self._context.store.db, self._context.places, self._context.clock()
        mine = dict(values)
        if url != old.url:
            there = self._another_there(old, url)
            if there:
                raise ValueError(there)
            mine["url"] = address_to_add(url)
        if not mine:
            return Result("nothing was changed")
        meanwhile(old, config.load(places.config_file).settings.by_url.get(old.url), mine)
        before = {key: config.channel_values(old).get(key) for key in mine}
        row = channels.by_url(db, old.url)

        def back(db: Database, name: str, as_it_was: bool) -> str:
            if not as_it_was:
                update_channel(db, places, str(mine.get("url", old.url)), before, self._context.clock())
            if row is not None and not mine.keys().isdisjoint(("name", "url")):
                # Without a name in config.toml it would keep the one that it was given.
                channels.set_identity(db, row.id, name=row.name)
            if as_it_was:
                return f"the settings of {name} are as config.toml had them"
            return f"the settings of {name} are as they were; what else was changed in config.toml stays"

        def save() -> str:
            return clean(update_channel(db, places, old.url, mine, now).name)

        name, undo = config_change(places, now, save, back)
        stay = _files_that_stay(db, row) if row is not None and "name" in mine else ""
        queued = [] if row is None else [job.id for job in jobs.queued_of_channel(db, row.id)]
        words = f"saved {name}; its videos are judged by what it says now{stay}"
        return self._queued(Result(words, _moved_back(row, undo), queued=queued))

    def _queued(self, done: Result) -> Result:
        return self._context.runner.with_notices(done)

    def _later(self) -> str:
        """What is said of the videos of a channel that is new, while it is none of the hours for them."""
        begin = closed_until(self._context.host.settings.limits, self._context.clock())
        return (
            ""
            if begin is None
            else f"; its videos begin at {format_time_of_day(begin)[:5]}, outside its hours"
        )


def _remove_added(db: Database, places: Places, added: AddResult, now: float) -> None:
    """Take out what was added: but for what has become one with a channel that was there."""
    there = [row.url for row in added.added if channels.by_id(db, row.id) is not None]
    remove_channels(db, places, there, now)


def _moved_back(row: ChannelRow | None, undo: UndoStep) -> UndoStep:
    """The same, with the address as it was first: the configuration is put back for the row that has it."""

    def act(db: Database) -> str:
        if row is not None:
            channel_identity.set_address(db, row.id, row.url)
        return undo.act(db)

    return UndoStep(act)


def _files_that_stay(db: Database, row: ChannelRow) -> str:
    """What is said of the files of a channel that has another name now."""
    count = videos.counts(db, row.id).get(VideoState.DOWNLOADED, 0)
    place = videos.folder_of(db, row.id)
    if not count or not place:
        return ""
    return f"; {plural(count, 'file')} {'stays' if count == 1 else 'stay'} in the folder {clean(place)}"
