"""Markdown renderer for terminals: a page of the manual as lines, with bold and dim instead of colours."""

from __future__ import annotations

import re
from io import StringIO

WIDEST = 100
"""Cells: longer lines are hard to read."""

_STYLES = {
    "markdown.h1": "bold underline",
    "markdown.h2": "bold underline",
    "markdown.h3": "bold",
    "markdown.code": "bold",
    "markdown.code_block": "none",
    "markdown.link": "none",
    "markdown.link_url": "underline",
    "markdown.list": "none",
    "markdown.table.border": "dim",
    "markdown.table.header": "bold",
}
"""No colour: it has to be read on every background."""

_LANGUAGE = re.compile(r"^```\w+$", re.MULTILINE)
"""The language of a block of code, by which it would be coloured."""

_ASCII = str.maketrans(
    {"─": "-", "│": "|", "•": "*", "…": "...", "→": "->", "×": "x", "–": "-", "’": "'", "●": "o"}
)


def rendered(text: str, width: int, *, ascii_only: bool = False) -> str:
    """Return Markdown in lines of ``width`` cells at most, with ANSI sequences for bold and underline."""
    # Only now: nothing that stands on the screen from the beginning needs it.
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    console = Console(
        file=StringIO(),
        width=min(width, WIDEST),
        force_terminal=True,
        color_system="standard",
        theme=Theme(_STYLES),
        legacy_windows=False,
    )
    with console.capture() as captured:
        console.print(Markdown(_LANGUAGE.sub("```", text), hyperlinks=False, code_theme="ansi_dark"))
    lines = captured.get()
    return lines.translate(_ASCII).encode("ascii", "replace").decode() if ascii_only else lines
