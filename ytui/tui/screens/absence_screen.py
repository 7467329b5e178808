"""Absence card: what happened while a person was away, seen first on return."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ytui.core.formatting import format_size, format_time, plural
from ytui.core.sanitize import clean
from ytui.engine.ownership.absence_summary import AbsenceSummary
from ytui.tui.keys import BY_NAME, call, sign
from ytui.tui.text import Glyphs

MOST_CLOSED = 3
"""Closed sites that the card names, the latest ones."""


class AbsenceScreen(ModalScreen[None], inherit_bindings=False):
    """Any of the usual keys puts it away."""

    CSS_PATH = "away.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space,q,backspace", "app.pop_screen", "Close", show=False)
    ]

    def __init__(self, away: AbsenceSummary, glyphs: Glyphs, plan_keys: tuple[str, ...]) -> None:
        """``plan_keys``: those that show the plan, which the card names."""
        super().__init__()
        self._away = away
        self._glyphs = glyphs
        self._plan_keys = plan_keys

    def compose(self) -> ComposeResult:
        """The card."""
        with Vertical(id="card"):
            yield Static(Text("while you were away", style="bold"), id="title")
            for line in lines(self._away, self._glyphs, sign(self._plan_keys[0])):
                yield Static(Text(line), classes="line")
            yield Static("esc closes", id="hint")

    async def on_key(self, event: events.Key) -> None:
        """What the card says of the plan's key holds on the card too."""
        if event.key in self._plan_keys:
            event.stop()
            self.app.pop_screen()
            await self.app.run_action(call(BY_NAME["show_plan"]), self.app)


def lines(away: AbsenceSummary, glyphs: Glyphs, plan_key: str) -> list[str]:
    """What happened, a line each; ``plan_key`` shows the plan."""
    told = [f"since {format_time(away.since)}"]
    if away.downloaded:
        told.append(
            f"{glyphs.state('download')} {plural(away.downloaded, 'video')} arrived, {format_size(away.size)}"
        )
    if away.healed:
        told.append(f"{glyphs.state('done')} {plural(away.healed, 'failure')} healed without you")
    told += [
        f"{glyphs.state('cooldown')} {format_time(closed.at)}  {clean(closed.reason)}"
        for closed in away.closed[-MOST_CLOSED:]
    ]
    need, them = ("needs", "it") if away.needs_user == 1 else ("need", "them")
    told.append(
        f"! {away.needs_user} of the plan {need} you ({plan_key} shows {them})"
        if away.needs_user
        else "nothing needs you"
    )
    return told
