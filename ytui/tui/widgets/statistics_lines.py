"""Lines of the statistics: labelled bars, and the table of failures."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from ytui.core.amounts import short_count
from ytui.store.statistics import FailureFigures
from ytui.tui.statistics import BarLine
from ytui.tui.tables.lists import failure_title
from ytui.tui.tables.rows import Tone
from ytui.tui.text import Glyphs, fit

TONE_COLOURS = {Tone.BUSY: "$accent", Tone.WARN: "$warning", Tone.BAD: "$error"}
LONGEST_BAR = 24
COUNT_CELLS = 5


class BarLines(Widget):
    """A label, a bar and a figure on each line."""

    def __init__(self, glyphs: Glyphs, *, empty: str) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._empty = empty
        self._lines: tuple[BarLine, ...] = ()

    def show(self, lines: tuple[BarLine, ...]) -> None:
        """Show these lines."""
        if lines != self._lines:
            self._lines = lines
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each line, and one to say that there is none."""
        return max(1, len(self._lines))

    def render(self) -> Content:
        """Paint the bars in what the words leave them."""
        if not self._lines:
            return Content.styled(f"  {self._empty}", "$dim")
        words = max(cell_len(line.words) for line in self._lines)
        room = max(0, self.size.width - words - 4)
        bar = min(LONGEST_BAR, room // 2)
        parts: list[str | tuple[str, str]] = []
        for line in self._lines:
            done, left = self._glyphs.progress(line.fraction, bar)
            label = fit(line.label, room - bar, ellipsis=self._glyphs.ellipsis)
            parts += [f" {label} ", (done, TONE_COLOURS.get(line.tone, "$accent")), (left, "$rule")]
            parts.append((f" {fit(line.words, words, right=True)}\n", "$dim"))
        return Content.assemble(*parts)


class FailureLines(Widget):
    """What is unresolved by class, and how many healed by themselves after one, two, three tries."""

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._figures: tuple[FailureFigures, ...] = ()

    def show(self, figures: tuple[FailureFigures, ...]) -> None:
        """Show these classes."""
        if figures != self._figures:
            self._figures = figures
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The heads, and a row for each class."""
        return len(self._figures) + 1

    def render(self) -> Content:
        """Paint the table; an empty cell is none."""
        if not self._figures:
            return Content.styled("  nothing went wrong", "$dim")
        label = max(8, self.size.width - 4 * COUNT_CELLS - 2)
        heads = "".join(f"{head:>{COUNT_CELLS}}" for head in ("now", "1", "2", "3+"))
        parts: list[str | tuple[str, str]] = [(f" {' ' * label}{heads}\n", "$dim")]
        for figures in self._figures:
            name = fit(failure_title(figures.failure_class), label, ellipsis=self._glyphs.ellipsis)
            parts += [f" {name}", (_cell(figures.unresolved), "$error" if figures.unresolved else "")]
            parts += [(_cell(healed), "$success") for healed in figures.healed]
            parts.append("\n")
        return Content.assemble(*parts)


def _cell(number: int) -> str:
    return f"{short_count(number) if number else '':>{COUNT_CELLS}}"
