"""Thumbnail in half blocks: the upper half of a cell is one pixel, the lower half another."""

from __future__ import annotations

from collections.abc import Callable

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from ytui.core.sanitize import clean
from ytui.tui.details.side_files import Picture

ReadPicture = Callable[[int, int], Picture | None]
"""Returns a picture in at most so many columns and rows of cells, None if there is none; may raise."""
UPPER_HALF = "▀"


class Thumbnail(Widget):
    """Shows a picture as large as there is room; goes away where there is none."""

    COMPONENT_CLASSES = {"tone--dim"}

    class Read(Message):
        """The picture was read, or why it could not be."""

        def __init__(self, picture: Picture | None, failed: str = "") -> None:
            super().__init__()
            self.picture = picture
            self.failed = failed

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

            def work() -> None:
                try:
                    read = self.Read(self._read(columns, rows))
                except Exception as error:  # noqa: BLE001 - a file from outside: the place of the picture says it
                    read = self.Read(None, str(error) or type(error).__name__)
                self.post_message(read)

            self.app.run_worker(work, name="thumbnail", group="rows", thread=True, exit_on_error=False)

    def on_thumbnail_read(self, event: Read) -> None:
        """Show it, if it differs."""
        event.stop()
        self._busy = False
        words = f"no picture: {clean(event.failed)}" if event.failed else ""
        if (event.picture, words) != (self._picture, self._words):
            self._picture, self._words = event.picture, words
            self.set_class(event.picture is None and not words, "none")
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
