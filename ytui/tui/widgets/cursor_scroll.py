"""Items of one height under each other, and a cursor among them that keys and the mouse move."""

from __future__ import annotations

from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView

WHEEL = 3
"""Items that a notch of the mouse's wheel moves the cursor by."""


class CursorScroll(ScrollView, inherit_bindings=False):
    """Keeps the item under the cursor in view; what an item is, and how it is painted, others know."""

    LINES = 1
    """Lines of an item."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = 0

    def move_to(self, index: int) -> None:
        """Move the cursor to an item, the nearest there is."""
        raise NotImplementedError

    def move_by(self, items: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + items)

    @property
    def visible_size(self) -> Size:
        """The size of what is visible of the items; while they are hidden, of what was and will be again."""
        return self.outer_size.region.shrink(self.styles.gutter).shrink(self.scrollbar_gutter).size

    def page_rows(self) -> int:
        """How many items are visible."""
        return max(1, self.visible_size.height // self.LINES)

    def bring_into_view(self) -> None:
        """Scroll as far as it takes to see the whole item under the cursor."""
        first, top = self.cursor * self.LINES, round(self.scroll_y)
        height = max(self.LINES, self.visible_size.height)
        if first < top:
            self.scroll_to(y=first, animate=False, force=True)
        elif first + self.LINES > top + height:
            self.scroll_to(y=first + self.LINES - height, animate=False, force=True)

    def on_click(self, event: events.Click) -> None:
        """The mouse may move the cursor too."""
        self.move_to((round(self.scroll_y) + event.y) // self.LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor too: a list that follows its end then stops doing so."""
        event.stop().prevent_default()
        self.move_by(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor too."""
        event.stop().prevent_default()
        self.move_by(WHEEL)
