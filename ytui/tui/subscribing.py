"""What the form for a channel has done: looked up, previewed, foretold and saved, each in a thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ytui.core.settings import Channel
from ytui.engine.forecast import forecast_listing
from ytui.engine.preview import Preview
from ytui.engine.subscriptions import AddResult, add_channels, update_channel
from ytui.paths import Places
from ytui.store import channels
from ytui.store.database import Store
from ytui.tui.command_runner import CommandRunner, Told
from ytui.tui.screens.channel_form import ChannelFormScreen, FormDeeds
from ytui.tui.text import Glyphs, clean

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

STARTING = "ytui is still starting: try again in a moment"


class Subscribing:
    """Opens the form for a new channel or for one that is there."""

    def __init__(
        self,
        app: YtuiApp,
        store: Store,
        places: Places,
        glyphs: Glyphs,
        runner: CommandRunner,
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._store = store
        self._places = places
        self._glyphs = glyphs
        self._runner = runner
        self._clock = clock

    def add(self) -> None:
        """Ask for a new channel."""
        self._open(None)

    def edit(self, channel_id: int) -> None:
        """Show a channel's settings; it is looked up in a thread, and the form opens then."""
        self._runner.in_thread(lambda: self._find(channel_id))

    def _find(self, channel_id: int) -> None:
        row = channels.by_id(self._store.db, channel_id)
        channel = self._app.settings_in_force.by_url.get(row.url) if row is not None else None
        if channel is None:
            self._app.post_message(Told("this channel is not in the configuration (yet)", wrong=True))
        else:
            self._app.call_later(self._open, channel)

    def _open(self, channel: Channel | None) -> None:
        deeds = FormDeeds(
            self._extractor_of, self._preview, self._forecast, self._add if channel is None else self._update
        )
        self._app.push_screen(ChannelFormScreen(deeds, self._glyphs, channel), self._tell)

    def _tell(self, words: str | None) -> None:
        if words is not None:
            self._app.post_message(Told(words, acted=True))

    def _extractor_of(self, url: str) -> str | None:
        engine = self._app.engine
        # Nothing is said of the address while nobody can tell.
        return None if engine is None else engine.extractor_of(url)

    def _preview(self, channel: Channel) -> Preview:
        engine = self._app.engine
        return Preview("", problem=STARTING) if engine is None else engine.preview(channel)

    def _forecast(self, channel: Channel, preview: Preview) -> str:
        return forecast_listing(
            self._store.db,
            self._app.settings_in_force,
            channel,
            preview.entries,
            self._clock(),
            more=preview.more,
            other_tabs=preview.other_tabs,
        ).words()

    def _add(self, url: str, values: Mapping[str, object]) -> str:
        given = {key: value for key, value in values.items() if value is not None}
        # "all" is what no key means, but an added channel gets "newest 30" unless something is said.
        given.setdefault("backlog", "all")
        result = add_channels(self._store.db, self._places, [{"url": url, **given}], self._clock())
        return _told(result, str(given["backlog"]))

    def _update(self, url: str, values: Mapping[str, object]) -> str:
        row = update_channel(self._store.db, self._places, url, values, self._clock())
        return f"saved {clean(row.name)}; its videos are judged by what it says now"


def _told(result: AddResult, backlog: str) -> str:
    """What became of it; ``ValueError`` for the field where nothing did."""
    if result.refused:
        raise ValueError(result.refused[0][1])
    if result.known:
        raise ValueError(f"{result.known[0]} is there already")
    name = clean(result.added[0].name)
    return f"added {name}: its listing is queued, of its videos {backlog}"
