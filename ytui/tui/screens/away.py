"""While you were away: the card that a returning person sees first."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from ytui.core.amounts import count, size
from ytui.core.moments import moment
from ytui.core.outside import clean
from ytui.engine.holder.away import Away
from ytui.tui.text import Glyphs

MOST_CLOSED = 3
"""Closed sites that the card names, the latest ones."""


class AwayScreen(ModalScreen[None], inherit_bindings=False):
    """Any of the usual keys puts it away."""

    CSS_PATH = "away.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space,q,backspace", "app.pop_screen", "Close", show=False)
    ]

    def __init__(self, away: Away, glyphs: Glyphs) -> None:
        super().__init__()
        self._away = away
        self._glyphs = glyphs

    def compose(self) -> ComposeResult:
        """The card."""
        with Vertical(id="card"):
            yield Static(Text("while you were away", style="bold"), id="title")
            for line in lines(self._away, self._glyphs):
                yield Static(Text(line), classes="line")
            yield Static("esc closes", id="hint")


def lines(away: Away, glyphs: Glyphs) -> list[str]:
    """What happened, a line each."""
    told = [f"since {moment(away.since)}"]
    if away.downloaded:
        told.append(
            f"{glyphs.state('download')} {count(away.downloaded, 'video')} arrived, {size(away.size)}"
        )
    if away.healed:
        told.append(f"{glyphs.state('done')} {count(away.healed, 'failure')} healed without you")
    told += [
        f"{glyphs.state('cooldown')} {moment(closed.at)}  {clean(closed.reason)}"
        for closed in away.closed[-MOST_CLOSED:]
    ]
    told.append(
        f"! {away.needs_user} of the plan {'needs' if away.needs_user == 1 else 'need'} you (4)"
        if away.needs_user
        else "nothing needs you"
    )
    return told
