"""Glyphs of the screen, and text cut to the cells there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size


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


_STATES = {
    "queued": ("○", "o"),
    "running": ("●", ">"),
    "waiting": ("◔", "~"),
    "interrupted": ("↯", "/"),
    "done": ("✓", "="),
    "failed": ("✗", "x"),
    "cancelled": ("⊘", "-"),
    "cancelling": ("⊘", "-"),
    "stopping": ("◌", "_"),
    "idle": ("·", "."),
    "new": ("+", "+"),
    "downloaded": ("✓", "="),
    "skipped": ("–", "-"),
    "archived": ("▣", "#"),
    "removed": ("∅", "0"),
    "open": ("!", "!"),
    "scheduled": ("◔", "~"),
    "held": ("‖", "|"),
    "resolved": ("✓", "="),
    "dismissed": ("–", "-"),
    "ok": ("✓", "="),
    "paused": ("‖", "|"),
    "ended": ("∅", "0"),
    "in part": ("◐", "%"),
    "empty": ("∅", "0"),
    "fetching": ("⟳", "@"),
    "fetch": ("⟳", "@"),
    "download": ("↓", "v"),
    "details": ("i", "i"),
    "recording": ("●", "o"),
    "cooldown": ("◔", "~"),
    "probing": ("?", "?"),
    "folded": ("▸", "+"),
    "ascending": ("▴", "^"),
    "descending": ("▾", "v"),
    "unfolded": ("▾", "-"),
    "debug": ("·", "."),
    "info": ("·", "."),
    "warning": ("!", "!"),
    "error": ("✗", "x"),
}
"""The sign of each state where there is Unicode, and where there is none."""

UNICODE = Glyphs(
    states={name: signs[0] for name, signs in _STATES.items()},
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
    states={name: signs[1] for name, signs in _STATES.items()},
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
