"""The page for ``man ytui``: what the commands' own words and options are, in the format of manual pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.docs.command_list import commands, options, usage, words
from ytui import __version__
from ytui.docs import page, pages

Pairs = Sequence[tuple[str, str]]


def man_page() -> str:
    """Return the page in the macros of man(7)."""
    root, *others = commands()
    lines = [
        f'.TH YTUI 1 "" "ytui {__version__}" "ytui"',
        ".SH NAME",
        r"ytui \- an archive of video channels, kept in the terminal and over SSH",
        ".SH SYNOPSIS",
        f".B {_escaped(usage(root))}",
        ".SH DESCRIPTION",
        *_paragraphs(words(root)),
        ".SH OPTIONS",
        *_items(options(root)),
        ".SH COMMANDS",
    ]
    for context in others:
        lines += [f".SS {_escaped(usage(context))}", *_paragraphs(words(context)), *_items(options(context))]
    lines += [".SH PAGES", *_paragraphs(["`ytui help TOPIC` shows one of these pages:"])]
    lines += _items([(page.topic, page.title) for page in pages()])
    lines += [".SH EXIT STATUS", *_items(_table("json", "exit code"))]
    lines += [".SH FILES", *_items(_table("config", "what"))]
    lines += [".SH SEE ALSO", ".BR yt-dlp (1), ffmpeg (1)"]
    return "\n".join(lines) + "\n"


def _paragraphs(texts: list[str]) -> list[str]:
    return [line for text in texts for line in (".PP", _escaped(text))]


def _table(topic: str, heading: str) -> Pairs:
    """Return the rows of the table of two columns in a page whose first column is called so."""
    text = page(topic).text.partition(f"| {heading} | ")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", text, re.MULTILINE)
    assert rows, (topic, heading)
    return rows


def _items(pairs: Pairs) -> list[str]:
    return [line for term, text in pairs for line in (".TP", f".B {_escaped(term)}", _escaped(text))]


def _escaped(text: str) -> str:
    """Return text without what a formatter of manual pages takes for its own."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "").replace("…", "...")
    return f"\\&{safe}" if safe.startswith((".", "'")) else safe
