"""Absence card: what happened while a person was away, seen first on return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ytui.core.formatting import format_size, format_time, itself, plural
from ytui.core.sanitize import clean
from ytui.engine.ownership.absence_summary import AbsenceSummary, named
from ytui.tui.keymap import call, keys_of, sign
from ytui.tui.keys import BY_NAME
from ytui.tui.text import Glyphs

MOST_CLOSED = 3
"""Closed sites that the card names, the latest ones."""
SHOWN = ("show_videos", "show_jobs", "show_plan", "show_log")
"""The actions whose keys the card names, and which hold on it."""


class AbsenceScreen(ModalScreen[None], inherit_bindings=False):
    """Any of the usual keys puts it away."""

    CSS_PATH = "away.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space,q,backspace", "app.pop_screen", "Close", show=False)
    ]

    def __init__(self, away: AbsenceSummary, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        """``remapped``: ``screen.keys`` of the configuration."""
        super().__init__()
        self._away = away
        self._glyphs = glyphs
        self._keys = {name: keys_of(BY_NAME[name], remapped) for name in SHOWN}

    def compose(self) -> ComposeResult:
        """The card."""
        with Vertical(id="card"):
            yield Static(Text("while you were away", style="bold"), id="title")
            signs = {name: sign(keys[0]) for name, keys in self._keys.items()}
            for line in lines(self._away, self._glyphs, signs):
                yield Static(Text(line), classes="line")
            yield Static("esc closes", id="hint")

    async def on_key(self, event: events.Key) -> None:
        """What the card says of a key holds on the card too."""
        for name, keys in self._keys.items():
            if event.key in keys:
                event.stop()
                self.app.pop_screen()
                await self.app.run_action(call(BY_NAME[name]), self.app)
                return


def lines(away: AbsenceSummary, glyphs: Glyphs, signs: Mapping[str, str]) -> list[str]:
    """What happened, a line each, with the key that shows it; ``signs`` are those keys, by action."""
    sentences = [f"since {format_time(away.since)}"]
    if away.downloaded:
        arrived = f"{plural(away.downloaded, 'video')} arrived, {format_size(away.size)}"
        sentences.append(f"{glyphs.state('download')} {arrived} ({signs['show_videos']} shows them)")
        sentences += [f"  {named(away.channels)}"] if away.channels else []
    if away.failed:
        sentences.append(f"{glyphs.state('failed')} {away.failures} ({signs['show_plan']})")
    if away.healed:
        healed = plural(away.healed, "failure")
        sentences.append(
            f"{glyphs.state('done')} {healed} healed by {itself(away.healed)} ({signs['show_log']})"
        )
    sentences += [
        f"{glyphs.state('cooldown')} {format_time(closed.at)}  {clean(closed.reason)} ({signs['show_log']})"
        for closed in away.closed[-MOST_CLOSED:]
    ]
    if away.queued:
        them = "jobs are" if away.queued > 1 else "job is"
        still = f"{away.queued} {them} still queued{away.outlook}"
        sentences.append(f"{glyphs.state('waiting')} {still} ({signs['show_jobs']})")
    need, them = ("needs", "it") if away.needs_user == 1 else ("need", "them")
    sentences.append(
        f"! {away.needs_user} of the plan {need} you ({signs['show_plan']} shows {them})"
        if away.needs_user
        else "nothing needs you"
    )
    return sentences
