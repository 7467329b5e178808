"""Charts of the statistics: labelled bars, the table of failures, and plots by plotext."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual_plotext import PlotextPlot

from ytui.core.formatting import short_count
from ytui.store.statistics import FailureFigures
from ytui.tui.lists.columns import failure_title
from ytui.tui.lists.rows import Tone
from ytui.tui.text import ASCII, Glyphs, fit

TONE_COLOURS = {Tone.BUSY: "$accent", Tone.WARN: "$warning", Tone.BAD: "$error"}
LONGEST_BAR = 24
COUNT_CELLS = 5


@dataclass(frozen=True)
class BarLine:
    """A label, a part of a whole as a bar, and the figure in words."""

    label: str
    fraction: float
    words: str
    tone: Tone = Tone.BUSY


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


class Bars(PlotextPlot):
    """Values from the oldest to the newest; the theme's colours, never plotext's own."""

    def __init__(
        self, glyphs: Glyphs, *, words: Callable[[float], str], whole: bool = False, id: str | None = None
    ) -> None:
        """``words`` writes a value at the axis; ``whole`` leaves out the half way mark between whole ones."""
        super().__init__(id=id)
        self.theme = "clear"
        self._marker = "#" if glyphs is ASCII else "hd"
        self._words = words
        self._whole = whole
        self._values: tuple[float, ...] = ()
        self._ends = ("", "")

    def show(self, values: tuple[float, ...], ends: tuple[str, str]) -> None:
        """Show these values, with words for the first and the last, unless they are shown already."""
        if (values, ends) != (self._values, self._ends):
            self._values, self._ends = values, ends
            self.refresh()

    def render(self) -> Content:
        """Paint the bars, and the figures beside and below them dimmer."""
        width, height = self.size
        if not any(self._values) or width < 20 or height < 4:
            return Content.styled("  nothing yet", "$dim")
        room = width - 2 - max(cell_len(self._words(value)) for value in self._values)
        bars = grouped(self._values, room)
        top = max(bars)
        labels = self._labels(top)
        margin = max(map(cell_len, labels.values()))
        columns = len(bars) * (room // len(bars))
        drawn = self._draw(top, bars, columns, height - 1)
        parts: list[str | tuple[str, str]] = []
        for row, line in enumerate(drawn):
            value = {0: top, len(drawn) // 2: top / 2, len(drawn) - 1: 0.0}.get(row)
            label = "" if value is None else labels.get(value, "")
            parts += [(f" {label:>{margin}} ", "$dim"), (f"{line}\n", "$accent")]
        first, last = self._ends
        between = " " * max(1, columns - len(first) - len(last))
        parts.append((f"{' ' * (margin + 2)}{first}{between}{last}", "$dim"))
        return Content.assemble(*parts)

    def _labels(self, top: float) -> dict[float, str]:
        labels = {top: self._words(top), 0.0: "0"}
        if not self._whole or top % 2 == 0:
            labels[top / 2] = self._words(top / 2)
        return labels

    def _draw(self, top: float, bars: list[float], width: int, height: int) -> list[str]:
        plot = self.plt
        plot.clear_figure()
        plot.theme("clear")
        plot.frame(False)
        each = 2 * width // len(bars)
        steps = [(each * bar + half, value) for bar, value in enumerate(bars) for half in range(each)]
        # Nothing is left out: it would be drawn as a line at the bottom.
        for high, run in groupby(steps, key=lambda step: step[1] > 0):
            if high:
                places, values = zip(*run, strict=True)
                plot.plot(places, values, marker=self._marker, fillx=True)
        plot.xticks([])
        plot.yticks([])
        plot.xlim(0, each * len(bars) - 1)
        plot.ylim(0, top)
        plot.plotsize(width, height)
        # plotsize alone does not resize a figure that was drawn before.
        plot._set_size(width, height)
        return list(plot.uncolorize(plot.build()).rstrip("\n").split("\n"))


def grouped(values: tuple[float, ...], most: int) -> list[float]:
    """At most ``most`` means of neighbouring values, each of equally many; the newest are kept whole."""
    size = -(-len(values) // max(1, most))
    cut = values[len(values) % size :]
    return [sum(cut[start : start + size]) / size for start in range(0, len(cut), size)]
