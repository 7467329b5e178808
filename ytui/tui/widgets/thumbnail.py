"""Thumbnail in half blocks: the upper half of a cell is one pixel, the lower half another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from ytui.core.sanitize import clean
from ytui.tui.background import read_in_thread
from ytui.tui.details.side_files import Picture

ReadPicture = Callable[[int, int], Picture | None]
"""Returns a picture in at most so many columns and rows of cells, None if there is none; may raise."""
UPPER_HALF = "▀"


class Thumbnail(Widget):
    """Shows a picture as large as there is room; goes away where there is none."""

    COMPONENT_CLASSES = {"tone--dim"}

    def __init__(self, read: ReadPicture) -> None:
        """``read`` runs in a thread, one call after the other."""
        super().__init__()
        self._read = read
        self._picture: Picture | None = None
        self._words = "loading…"
        self._room = Size(0, 0)
        self._busy = False
        self._again = False

    def on_resize(self, event: events.Resize) -> None:
        """Another size is another picture; the size is remembered while it is hidden."""
        if event.size:
            self._room = event.size
            self.reload()

    def reload(self) -> None:
        """Read it again, in a thread; a read that is under way is followed by one more."""
        columns, rows = self._room
        if self._busy:
            self._again = True
        elif self._room:
            self._busy = True
            read_in_thread(self, partial(self._picture_or_words, columns, rows), self._show, name="thumbnail")

    def _picture_or_words(self, columns: int, rows: int) -> tuple[Picture | None, str]:
        try:
            return self._read(columns, rows), ""
        except Exception as error:  # noqa: BLE001 - a file from outside: the place of the picture says it
            return None, f"no picture: {clean(str(error) or type(error).__name__)}"

    def _show(self, read: tuple[Picture | None, str] | None) -> None:
        """Show it, if it differs."""
        self._busy = False
        picture, words = read or (None, "")
        if (picture, words) != (self._picture, self._words):
            self._picture, self._words = picture, words
            self.set_class(picture is None and not words, "none")
            self.refresh()
        if self._again:
            self._again = False
            self.reload()

    def render_line(self, y: int) -> Strip:
        """Paint one line of cells."""
        width = self.size.width
        picture = self._picture
        if picture is None:
            lines = Content(self._words).wrap(width) if self._words else []
            text = lines[y].plain if y < len(lines) else ""
            return Strip(
                [Segment(text, self.rich_style + self.get_component_rich_style("tone--dim", partial=True))]
            ).adjust_cell_length(width, self.rich_style)
        if 2 * y + 1 >= picture.height:
            return Strip.blank(width, self.rich_style)
        cells = [
            Segment(
                UPPER_HALF,
                Style.from_color(
                    Color.from_rgb(*picture.pixel(x, 2 * y)), Color.from_rgb(*picture.pixel(x, 2 * y + 1))
                ),
            )
            for x in range(picture.width)
        ]
        return Strip(cells, picture.width).adjust_cell_length(width, self.rich_style)
