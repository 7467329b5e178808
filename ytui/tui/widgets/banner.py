"""A line below the header while something keeps the queue from going on: what, why, until when, which key."""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from ytui.core.moments import time_of_day
from ytui.core.outside import clean
from ytui.engine.board import QueueView
from ytui.tui.keys import BY_NAME, keys_of, sign
from ytui.tui.summary import Summary
from ytui.tui.text import Glyphs, shorten
from ytui.tui.times import countdown


def banner_words(summary: Summary, queue: QueueView, now: float) -> tuple[str, bool]:
    """Return what the line says, most urgent first (nothing while all goes its way), and if probing helps.

    A countdown goes by the minute until its last one.
    """
    words = [f"the queue is held: {clean(queue.held)}"] if queue.held else []
    closed = False
    if summary.line_down:
        words.append("the line is down: nothing is charged, one job tries every 30 s")
    for site in summary.sites:
        reason = f": {site.reason}" if site.reason else ""
        if site.state == "probing":
            words.append(f"{site.site} is being probed{reason}; the rest waits for the answer")
        elif site.state == "cooldown" and site.until is not None and site.until > now:
            at = f"probe at {time_of_day(site.until)[:5]}, {countdown(site.until, now)}"
            # When before why: a long reason is what may be cut off.
            words.append(f"{site.site} cools down; {at}{reason}")
            closed = True
        elif site.state == "cooldown":
            words.append(f"{site.site} cools down{reason}; its next job is the probe")
    return "  |  ".join(words), closed


class Banner(Widget):
    """Takes no room while there is nothing to say."""

    DEFAULT_CSS = """
    Banner { height: 1; display: none; text-wrap: nowrap; background: $panel; }
    Banner.said { display: block; }
    """

    def __init__(self, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._probe = sign(keys_of(BY_NAME["probe"], remapped)[0])
        self._words = ""
        self._can_probe = False

    def show(self, summary: Summary, queue: QueueView, now: float) -> None:
        """Show how things stand; nothing is painted if it says the same."""
        words, closed = banner_words(summary, queue, now)
        if (words, closed) != (self._words, self._can_probe):
            self._words, self._can_probe = words, closed
            self.set_class(bool(words), "said")
            self.refresh()

    def render(self) -> Content:
        """Paint the line."""
        key = f" {self._glyphs.dot} {self._probe} probes now" if self._can_probe else ""
        text = f" {self._glyphs.state('held')} {self._words}"
        shown = shorten(text, self.size.width - cell_len(key), self._glyphs.ellipsis) + key
        return Content.styled(shown, "bold $warning")
