"""Shared form actions: several channels edited as one, and what all of them inherit; one save, one undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from ytui import config
from ytui.core.formatting import plural
from ytui.core.settings import Channel
from ytui.engine.commands.channel_commands import update_channels, update_defaults
from ytui.store import channels
from ytui.store.database import Database
from ytui.tui.actions.channel_actions import ask_of_keep
from ytui.tui.context import AppContext
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.shared_form_screen import SharedFormScreen
from ytui.tui.undo import Result, config_change
from ytui.tui.widgets.form_fields import (
    FIELDS,
    INHERITED_FIELDS,
    meanwhile,
    typed_of,
    typed_of_several,
)

_TOGETHER = tuple(field for field in FIELDS if field.key != "name")
"""Two channels cannot have one name."""
NOTHING = Result("nothing was changed")


@dataclass(frozen=True)
class _Chosen:
    """The marked channels: how many there are, and those of them that the configuration has."""

    count: int
    first: int
    channels: list[Channel]


class SharedForms:
    """Opens the form for several channels, or for what all of them inherit."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    def edit(self, target: Target, edit_one: Callable[[int], None]) -> None:
        """Show what the chosen channels have together; of a single one ``edit_one`` shows all."""

        def opened(chosen: _Chosen) -> None:
            if chosen.count == 1:
                edit_one(chosen.first)
            elif not chosen.channels:
                self._context.app.tell("none of these is in the configuration (yet)", wrong=True)
            else:
                self._edit(chosen.channels, chosen.count - len(chosen.channels))

        self._context.runner.find(lambda db: self._find(db, target), opened)

    def _find(self, db: Database, target: Target) -> _Chosen:
        keys = target.channels(db)
        rows = [row for key in keys if (row := channels.by_id(db, key)) is not None]
        by_url = self._context.host.settings.by_url
        return _Chosen(
            len(keys), keys[0] if keys else 0, [by_url[row.url] for row in rows if row.url in by_url]
        )

    def _edit(self, chosen: Sequence[Channel], others: int) -> None:
        without = f" ({others} more are not in the configuration)" if others else ""
        self._open(
            SharedFormScreen(
                f"Edit {plural(len(chosen), 'channel')}{without}",
                _TOGETHER,
                typed_of_several(chosen),
                self._context.host.settings.inherited,
                partial(self._update, chosen),
                self._context.glyphs,
            ),
            lambda: [channel.url for channel in chosen],
        )

    def edit_defaults(self) -> None:
        """Show what every channel inherits."""
        inherited = self._context.host.settings.inherited
        self._open(
            SharedFormScreen(
                "What every channel inherits",
                INHERITED_FIELDS,
                typed_of(inherited),
                Channel(""),
                partial(self._update_defaults, inherited),
                self._context.glyphs,
            ),
            self._inheriting_keep,
        )

    def _inheriting_keep(self) -> list[str]:
        return [
            channel.url
            for channel in self._context.host.settings.channels
            if "keep" not in (channel.written or ())
        ]

    def _open(self, form: SharedFormScreen, concerned: Callable[[], Sequence[str]]) -> None:
        def closed(done: Result | None) -> None:
            if done is not None:
                runner = self._context.runner
                runner.report(done)
                ask = partial(ask_of_keep, concerned())
                runner.run(ask, Target(RowKind.CHANNEL, ()), quiet=True)

        self._context.app.push_screen(form, closed)

    def _update(self, old: Sequence[Channel], mine: Mapping[str, object]) -> Result:
        """Save what was changed in the form for all of the channels, in one go."""
        db, places, now = self._context.store.db, self._context.places, self._context.clock()
        by_url = config.load(places.config_file).settings.by_url
        for channel in old:
            meanwhile(channel, by_url.get(channel.url), mine)
        changing = [channel.url for channel in old if _differs(channel, mine)]
        if not changing:
            return NOTHING
        words = plural(len(changing), "channel")

        def back(db: Database, result: None, as_it_was: bool) -> str:
            if as_it_was:
                return f"the settings of {words} are as config.toml had them"
            update_channels(db, places, {each.url: _values_of(each, mine) for each in old}, now)
            return f"the settings of {words} are as they were; what else was changed in config.toml stays"

        changes = dict.fromkeys(changing, mine)
        _, undo = config_change(places, now, lambda: update_channels(db, places, changes, now), back)
        return Result(f"{words} changed", undo)

    def _update_defaults(self, old: Channel, mine: Mapping[str, object]) -> Result:
        """Save what was changed of what channels inherit."""
        db, places, now = self._context.store.db, self._context.places, self._context.clock()
        settings = config.load(places.config_file).settings
        meanwhile(old, settings.inherited, mine)
        if not _differs(settings.inherited, mine):
            return NOTHING
        inheriting = [each for each in settings.channels if not mine.keys() <= (each.written or set())]

        def back(db: Database, result: None, as_it_was: bool) -> str:
            if not as_it_was:
                update_defaults(db, places, _values_of(old, mine), now)
            return "channels inherit what they did"

        _, undo = config_change(places, now, lambda: update_defaults(db, places, mine, now), back)
        return Result(f"saved; {plural(len(inheriting), 'channel')} inherit it", undo)


def _values_of(channel: Channel, keys: Iterable[str]) -> dict[str, object]:
    own = config.channel_values(channel)
    return {key: own.get(key) for key in keys}


def _differs(channel: Channel, mine: Mapping[str, object]) -> bool:
    return _values_of(channel, mine) != dict(mine)
