"""With ``NO_COLOR`` no colour goes to the terminal, whatever view or dialog is opened: attributes alone."""

from __future__ import annotations

import re

from tests.support.processes.tty_home import Home
from tests.support.terminals.pty_terminal import Terminal

_GRAPHICS = re.compile(rb"\x1b\[([0-9;:]*)m")
_PALETTE = re.compile(rb"\x1b\](4|10|11|12|17|19|104|110|111|112);")
ATTRIBUTES = {b"", b"0", b"1", b"2", b"3", b"4", b"7", b"9"}
"""Codes of an SGR sequence that are none of a colour."""
WALK = (
    (" ", "◆"),
    ("2", "Videos"),
    ("3", "Jobs"),
    ("4", "Work plan"),
    ("5", "Log"),
    ("6", "Size by channel"),
    ("1", "Channels"),
    ("?", "Keys that work here"),
    ("\t", "The manual"),
    ("\r", "ytui help"),
    ("\x1b\x1b\x1b", ""),
    ("/", "filter"),
    ("\x1b", ""),
    (":", "action"),
    ("\x1b", ""),
    ("o", "a playlist, or any list"),
    ("\x1b", ""),
    ("q", ""),
)
"""Keys, and what is on the screen after them."""


def codes(terminal: Terminal) -> set[bytes]:
    """The codes of every SGR sequence that was sent."""
    return {code for found in _GRAPHICS.findall(terminal.output) for code in found.split(b";")}


def test_nothing_of_a_colour_is_sent(home: Home) -> None:
    with home.open(environ={"NO_COLOR": "1"}) as terminal:
        terminal.shows("▸")
        for keys, words in WALK:
            place = len(terminal.output)
            for key in keys:
                terminal.type(key)
                terminal.quiet(0.6)
            terminal.shows(words, since=place)
        assert codes(terminal) <= ATTRIBUTES
        assert {b"1", b"2", b"7"} <= codes(terminal)
        assert not _PALETTE.search(terminal.output)


def test_without_it_there_are_colours(home: Home) -> None:
    with home.open() as terminal:
        terminal.shows("Channels")
        terminal.quiet()
        assert not codes(terminal) <= ATTRIBUTES
