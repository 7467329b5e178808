"""Words and glyphs of the screen: outside text made harmless, and figures as a person reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size

from ytui.core.amounts import grouped as grouped
from ytui.core.amounts import size as size
from ytui.core.amounts import span as span

MAX_OUTSIDE = 2_000
"""Characters of outside text that are looked at; more never fits a line."""

_SPACES = frozenset("\t\n\r\x0b\x0c\x85\u2028\u2029")
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])?")
"""Whole escape sequences: of one that loses its first character only, the rest would stay as litter."""
_STACKED = 2
"""Combining marks kept in a row: more of them climb into the lines above."""


def clean(text: str, limit: int = MAX_OUTSIDE) -> str:
    """Return one harmless line of ``text``: no control, escape, bidirectional or invisible characters."""
    text = _ESCAPES.sub("", text[:limit])
    if text.isascii() and text.isprintable():
        return text
    return "".join(_harmless(text))


def _harmless(text: str) -> list[str]:
    kept: list[str] = []
    stacked = 0
    for character in text:
        if character in _SPACES:
            character = " "
        category = unicodedata.category(character)
        if category in ("Cc", "Cf", "Cs", "Co", "Cn") or "\ufe00" <= character <= "\ufe0f":
            # Joiners and variation selectors too: terminals disagree on the width of what they join.
            continue
        stacked = stacked + 1 if category in ("Mn", "Me") else 0
        if stacked <= _STACKED:
            kept.append(character)
    return kept


def clean_lines(text: str, limit: int = 100_000) -> list[str]:
    """Return the harmless lines of a longer text, at most ``limit`` characters of it."""
    return [clean(line.expandtabs(4)) for line in text[:limit].splitlines()]


def shorten(text: str, width: int, ellipsis: str = "…") -> str:
    """Return ``text`` in at most ``width`` cells; what is cut off is marked."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + ellipsis


def fit(text: str, width: int, *, right: bool = False, ellipsis: str = "…") -> str:
    """Return ``text`` in exactly ``width`` cells, padded on the right, or on the left with ``right``."""
    short = shorten(text, width, ellipsis)
    padding = " " * (width - cell_len(short))
    return padding + short if right else short + padding


def speed(rate: float | None) -> str:
    """Return bytes a second as ``8.2 MB/s``; nothing for None or none."""
    return f"{size(rate)}/s" if rate else ""


def length(seconds: float | None) -> str:
    """Return how long a video is as ``12:05`` or ``1:02:03``; nothing for None."""
    if seconds is None:
        return ""
    minutes, second = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def moment(at: float | None) -> str:
    """Return a Unix time as local ``2026-11-21 14:05``; nothing for None. It never needs a repaint."""
    return _local(at, "%Y-%m-%d %H:%M")


def short_moment(at: float | None) -> str:
    """Return a Unix time as local ``11-21 14:05``."""
    return _local(at, "%m-%d %H:%M")


def short_count(number: int) -> str:
    """Return a number in four cells: ``640``, ``12k``."""
    return str(number) if number < 1000 else f"{number // 1000}k"


def time_of_day(at: float | None) -> str:
    """Return a Unix time as local ``14:05:09``."""
    return _local(at, "%H:%M:%S")


def _local(at: float | None, form: str) -> str:
    if at is None:
        return ""
    try:
        return datetime.fromtimestamp(at).strftime(form)
    except (OverflowError, OSError, ValueError):
        return "?"


def count(number: int, one: str, many: str | None = None) -> str:
    """Return ``1 job`` or ``12 jobs``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


@dataclass(frozen=True)
class Glyphs:
    """The signs before the words; ``states`` is asked by a state's name."""

    states: Mapping[str, str]
    cursor: str
    mark: str
    ellipsis: str
    bar_done: str
    bar_half: str
    """Half a cell done; what is left begins after it."""
    bar_left: str
    dot: str
    arrow: str
    rule: str
    ramp: str
    """Eight heights, from nothing to the highest."""

    def state(self, name: str) -> str:
        """Return the sign of a state, stage or kind; a dot for one without its own."""
        return self.states.get(name, self.dot)

    def progress(self, fraction: float | None, width: int) -> tuple[str, str]:
        """Return a bar of ``width`` cells as what is done and what is left; unknown is nothing done."""
        width = max(0, width)
        share = min(1.0, max(0.0, fraction or 0.0))
        whole, half = divmod(int(share * width * 2 + 1e-9), 2)
        done = self.bar_done * whole + (self.bar_half if half else "")
        return done, self.bar_left * (width - len(done))

    def sparkline(self, values: Sequence[float]) -> str:
        """Return a cell for each value, the highest of them at full height."""
        top, steps = max(values, default=0.0), len(self.ramp) - 1
        return "".join(self.ramp[round(value / top * steps) if top else 0] for value in values)


UNICODE = Glyphs(
    states={
        "queued": "○",
        "running": "●",
        "waiting": "◔",
        "interrupted": "↯",
        "done": "✓",
        "failed": "✗",
        "cancelled": "⊘",
        "cancelling": "⊘",
        "stopping": "◌",
        "idle": "·",
        "new": "+",
        "downloaded": "✓",
        "skipped": "–",
        "archived": "▣",
        "removed": "∅",
        "open": "!",
        "scheduled": "◔",
        "held": "‖",
        "resolved": "✓",
        "dismissed": "–",
        "ok": "✓",
        "paused": "‖",
        "ended": "∅",
        "in part": "◐",
        "empty": "∅",
        "fetching": "⟳",
        "fetch": "⟳",
        "download": "↓",
        "details": "i",
        "cooldown": "◔",
        "probing": "?",
        "folded": "▸",
        "ascending": "▴",
        "descending": "▾",
        "unfolded": "▾",
        "debug": "·",
        "info": "·",
        "warning": "!",
        "error": "✗",
    },
    cursor="▸",
    mark="◆",
    ellipsis="…",
    bar_done="━",
    bar_half="╸",
    bar_left="─",
    dot="·",
    arrow="→",
    rule="─",
    ramp="▁▂▃▄▅▆▇█",
)

ASCII = Glyphs(
    states={
        "queued": "o",
        "running": ">",
        "waiting": "~",
        "interrupted": "/",
        "done": "=",
        "failed": "x",
        "cancelled": "-",
        "cancelling": "-",
        "stopping": "_",
        "idle": ".",
        "new": "+",
        "downloaded": "=",
        "skipped": "-",
        "archived": "#",
        "removed": "0",
        "open": "!",
        "scheduled": "~",
        "held": "|",
        "resolved": "=",
        "dismissed": "-",
        "ok": "=",
        "paused": "|",
        "ended": "0",
        "in part": "%",
        "empty": "0",
        "fetching": "@",
        "fetch": "@",
        "download": "v",
        "details": "i",
        "cooldown": "~",
        "probing": "?",
        "folded": "+",
        "ascending": "^",
        "descending": "v",
        "unfolded": "-",
        "debug": ".",
        "info": ".",
        "warning": "!",
        "error": "x",
    },
    cursor=">",
    mark="*",
    ellipsis="~",
    bar_done="#",
    bar_half="-",
    bar_left="-",
    dot="-",
    arrow=">",
    rule="-",
    ramp="_.:-=+*#",
)


def glyphs_for(encoding: str | None, environ: Mapping[str, str]) -> Glyphs:
    """Return the glyphs that a terminal of this encoding can show, as far as the locale promises it.

    Python itself writes UTF-8 in the locales C and POSIX too, so that a locale that is set is asked first.
    """
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    for named in (locale.partition(".")[2] or locale, encoding or ""):
        if named and named.lower().replace("-", "").replace("_", "").partition("@")[0] != "utf8":
            return ASCII
    return UNICODE if encoding else ASCII
