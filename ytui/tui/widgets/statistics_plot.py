"""One plot of bars side by side, by plotext: block characters, or ``#`` where those cannot be shown."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from rich.cells import cell_len
from textual.content import Content
from textual_plotext import PlotextPlot

from ytui.tui.text import ASCII, Glyphs


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
