"""The look: dark, light, for colour-blind eyes, and the terminal's own sixteen where more is not promised.

Colour only ever repeats what a glyph and a word say, so that every theme, and none, tells the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.theme import Theme

YTUI_DARK = Theme(
    name="ytui",
    primary="#7cb7ff",
    secondary="#8f9bb3",
    accent="#5fd7c4",
    warning="#f2c063",
    error="#ff7a85",
    success="#7fd88f",
    foreground="#d8dee9",
    background="#10141b",
    surface="#151a23",
    panel="#1d2430",
    dark=True,
    variables={
        "dim": "#8591a8",
        "rule": "#344158",
        "cursor": "#28405f",
        "cursor-away": "#1d2430",
        "border": "#3b4a61",
        "border-blurred": "#2a3444",
        "block-cursor-foreground": "#f4f7fb",
        "block-cursor-background": "#28405f",
        "scrollbar": "#3b4a61",
        "scrollbar-background": "#151a23",
        "scrollbar-corner-color": "#151a23",
    },
)

YTUI_LIGHT = Theme(
    name="ytui-light",
    primary="#1f5fae",
    secondary="#5b6779",
    accent="#00707a",
    warning="#8a5a00",
    error="#b3261e",
    success="#1c6b34",
    foreground="#1b2230",
    background="#f7f8fa",
    surface="#eef1f5",
    panel="#e1e6ed",
    dark=False,
    variables={
        "dim": "#586375",
        "rule": "#b3bdca",
        "cursor": "#c4daf5",
        "cursor-away": "#dfe5ec",
        "border": "#9aa7b8",
        "border-blurred": "#c3ccd7",
        "block-cursor-foreground": "#10151f",
        "block-cursor-background": "#c4daf5",
        "scrollbar": "#9aa7b8",
        "scrollbar-background": "#eef1f5",
        "scrollbar-corner-color": "#eef1f5",
    },
)

YTUI_BLUE_ORANGE = Theme(
    name="ytui-blue-orange",
    primary="#6db3f2",
    secondary="#8f9bb3",
    # Blue is well and orange is not: told apart with any of the common kinds of colour blindness, and by
    # lightness alone as well.
    accent="#9bd1ff",
    success="#4aa3f0",
    warning="#ffd27a",
    error="#ff9a2e",
    foreground="#e3e7ee",
    background="#10131a",
    surface="#161b25",
    panel="#1f2632",
    dark=True,
    variables={
        "dim": "#929db2",
        "rule": "#3a465c",
        "cursor": "#27456b",
        "cursor-away": "#1f2632",
        "border": "#43516a",
        "border-blurred": "#2c3647",
        "block-cursor-foreground": "#f6f8fb",
        "block-cursor-background": "#27456b",
        "scrollbar": "#43516a",
        "scrollbar-background": "#161b25",
        "scrollbar-corner-color": "#161b25",
    },
)

YTUI_ANSI = Theme(
    name="ytui-ansi",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    accent="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    dark=True,
    variables={
        "dim": "ansi_bright_black",
        "rule": "ansi_bright_black",
        "cursor": "ansi_blue",
        "cursor-away": "ansi_default",
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_black",
        "block-cursor-foreground": "ansi_bright_white",
        "block-cursor-background": "ansi_blue",
        "input-cursor-background": "ansi_bright_white",
        "input-cursor-foreground": "ansi_black",
        "input-cursor-text-style": "none",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_bright_white",
        "scrollbar": "ansi_bright_black",
        "scrollbar-background": "ansi_default",
        "scrollbar-corner-color": "ansi_default",
    },
)

THEMES = {
    YTUI_DARK.name: (YTUI_DARK, "dark"),
    YTUI_LIGHT.name: (YTUI_LIGHT, "light"),
    YTUI_BLUE_ORANGE.name: (YTUI_BLUE_ORANGE, "blue and orange, for colour-blind eyes"),
    YTUI_ANSI.name: (YTUI_ANSI, "the terminal's own 16 colours"),
}
"""Our themes by name, each with the words of the palette."""

OWN_VARIABLES = {"dim": "#808080", "rule": "#606060", "cursor": "#304860", "cursor-away": "#303030"}
"""Our names in a theme of somebody else, which does not know them."""


def has_few_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal promises sixteen colours at most: a tint of anything is black there."""
    return Console(force_terminal=True, _environ=environ).color_system in (None, "standard")


def choose_theme(
    wanted: str | None, known: Mapping[str, Theme], environ: Mapping[str, str], *, no_color: bool = False
) -> str:
    """Return the theme's name: the one that was set if there is one, else what the terminal can show.

    With ``no_color`` it is the one that asks for no ground of its own: :class:`AttributesAlone` goes by that.
    """
    if no_color:
        return YTUI_ANSI.name
    if wanted in known:
        return str(wanted)
    return YTUI_DARK.name if environ.get("COLORTERM") in ("truecolor", "24bit") else YTUI_ANSI.name


_FAINT = 8
"""The number of bright black among the sixteen, in which the terminal's own theme has what is dim."""


class AttributesAlone(LineFilter):
    """Sends no colour at all: what has a ground of its own is reversed, what is dim is faint."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments in attributes alone."""
        return [Segment(text, style and _attributes_of(style), control) for text, style, control in segments]


@lru_cache(1024)
def _attributes_of(style: Style) -> Style:
    ground, color = style.bgcolor, style.color
    reverse = bool(style.reverse or (ground is not None and not ground.is_default))
    faint = color is not None and color.number == _FAINT and not reverse
    return style.without_color + Style(reverse=reverse or None, dim=faint or None, meta=style.meta or None)
