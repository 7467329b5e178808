"""A list of any length: only rows around the window are read, in a thread; only changed lines are painted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from ytui.store.database import Database, Store
from ytui.tui.reading import Reading, Window, read_window
from ytui.tui.rows import TONE_CLASSES, Row, RowSource, Tone
from ytui.tui.text import Glyphs, fit
from ytui.tui.times import countdown
from ytui.tui.widgets.row_paint import row_segments

WHEEL = 3
"""Rows that a notch of the mouse's wheel moves."""


class RowList(ScrollView, inherit_bindings=False, can_focus=True):
    """Rows from a :class:`RowSource`; the cursor and the marks stay with their items, by key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES, "row--cursor", "row--marked"}

    class Loaded(Message):
        """A read has ended."""

        def __init__(self, reading: Reading, window: Window) -> None:
            super().__init__()
            self.reading = reading
            self.window = window

    class LoadFailed(Message):
        """A read did not work, or was interrupted for a newer one."""

        def __init__(self, reading: Reading, error: Exception) -> None:
            super().__init__()
            self.reading = reading
            self.error = error

    class MarksFound(Message):
        """The keys to mark are known."""

        def __init__(self, keys: list[int]) -> None:
            super().__init__()
            self.keys = keys

    class Changed(Message):
        """What the list shows about itself (cursor, marks, total) has changed."""

        def __init__(self, row_list: RowList) -> None:
            super().__init__()
            self.row_list = row_list

        @property
        def control(self) -> RowList:
            """The list."""
            return self.row_list

    def __init__(
        self,
        source: RowSource,
        store: Store,
        glyphs: Glyphs,
        *,
        follow: bool = False,
        hints: Sequence[str] = (),
        id: str | None = None,
    ) -> None:
        """``follow`` keeps to the last row while the cursor is on it; ``hints`` stand where no rows are."""
        super().__init__(id=id)
        self.source = source
        self.total = 0
        self.cursor = 0
        self.marks: set[int] = set()
        self.range_from: int | None = None
        self.loaded = False
        self._store = store
        self._glyphs = glyphs
        self._follow = follow
        self._hints = hints
        self._moved = False
        self._jumping = False
        self._seen = 0
        self._ticked = 0.0
        self._start = 0
        self._rows: list[Row] = []
        self._key: int | None = None
        self._busy = False
        self._again = False
        self._interrupt_lock = threading.Lock()
        self._reading_db: Database | None = None
        self._styles: dict[tuple[Tone, bool, bool], Style] = {}

    # --- what others ask

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor, if it is there already."""
        return self._row_at(self.cursor)

    @property
    def key(self) -> int | None:
        """The key of the row under the cursor, also while that row is not read yet."""
        return self._key

    @property
    def moved(self) -> bool:
        """Whether a person has moved the cursor; else it keeps to its end of the list."""
        return self._moved

    @property
    def new_below(self) -> int:
        """How many rows have come below since the cursor left the end of a list that follows it."""
        return max(0, self.total - self._seen) if self._follow and not self._at_end() else 0

    def tick(self, now: float) -> bool:
        """Read again if a countdown that is visible says something else by now; whether it does."""
        times = [row.until for row, _, _ in self._visible() if row is not None and row.until is not None]
        passed = any(countdown(until, now) != countdown(until, self._ticked) for until in times)
        self._ticked = now
        if passed:
            self.reload()
        return passed

    def go_to(self, key: int | None) -> None:
        """Move the cursor to a row by its key, as soon as it is read; None: back to where nobody moved it."""
        self._key = key
        self._moved = self._jumping = key is not None
        self.range_from = None
        self.reload()

    def reload(self) -> None:
        """Read again what is visible; a read that is under way is followed by one more."""
        if self._busy:
            self._again = True
            return
        self._busy = True
        height = max(1, self.scrollable_content_region.height)
        stick = "" if self._jumping else "last" if self._at_end() else "" if self._moved else "first"
        reading = Reading(self.source, round(self.scroll_y), height, self.cursor, self._key, stick)
        self.app.run_worker(
            partial(self._read, reading), name="rows", group="rows", thread=True, exit_on_error=False
        )

    def show_source(self, source: RowSource, *, keep_cursor: bool) -> None:
        """Show other rows, such as the filtered ones; the running query is given up."""
        self.source = source
        self._moved = keep_cursor
        self.range_from = None
        with self._interrupt_lock:
            if self._reading_db is not None:
                self._reading_db.interrupt()
        self.reload()

    def move_by(self, rows: int) -> None:
        """Move the cursor."""
        self.move_to(self.cursor + rows)

    def move_to(self, index: int) -> None:
        """Move the cursor to a row, the nearest there is, and bring it into view."""
        index = max(0, min(index, self.total - 1))
        self._moved = True
        if index == self.cursor:
            return
        old, self.cursor = self.cursor, index
        row = self._row_at(index)
        self._key = row.key if row else None
        if self._at_end():
            self._seen = self.total
        if self.range_from is None:
            self.refresh_line(old)
            self.refresh_line(index)
        else:
            self.refresh()
        self._bring_into_view()
        self.post_message(self.Changed(self))

    def page_rows(self) -> int:
        """How many rows are visible."""
        return max(1, self.scrollable_content_region.height)

    def toggle_mark(self) -> None:
        """Mark the row under the cursor or take its mark off, and go on to the next."""
        if self._key is None:
            return
        if self._key < 0:
            source, key = self.source, self._key
            self._mark_later(lambda db: source.keys(db, source.items(db, key)))
            return
        self.marks ^= {self._key}
        self.refresh_line(self.cursor)
        self.move_by(1)
        self.post_message(self.Changed(self))

    def fold(self, fold: bool | None = None) -> None:
        """Fold the group under the cursor away, or open it; does nothing elsewhere."""
        if self._key is not None and self._key < 0:
            source = self.source.folded(self._key, fold)
            if source != self.source:
                self.show_source(source, keep_cursor=True)

    def set_marks(self, keys: set[int]) -> None:
        """Mark exactly these."""
        self.marks = keys
        self.range_from = None
        self.refresh()
        self.post_message(self.Changed(self))

    def mark_range(self) -> None:
        """Begin a range here, or mark from where it began to here."""
        if self.range_from is None:
            self.range_from = self.cursor
            self.refresh()
            self.post_message(self.Changed(self))
            return
        first, last = sorted((self.range_from, self.cursor))
        self.range_from = None
        source = self.source
        self._mark_later(
            lambda db: [row.key for row in source.page(db, first, last - first + 1) if not row.heading]
        )

    def mark_all(self) -> None:
        """Mark every row that the filter shows."""
        self._mark_later(self.source.keys)

    def _mark_later(self, find: Callable[[Database], list[int]]) -> None:
        self.app.run_worker(
            partial(self._find_marks, find), name="marks", group="rows", thread=True, exit_on_error=False
        )

    # --- reading, in a thread

    def _find_marks(self, find: Callable[[Database], list[int]]) -> None:
        self.post_message(self.MarksFound(find(self._store.db)))

    def on_row_list_marks_found(self, event: MarksFound) -> None:
        """Add the marks."""
        event.stop()
        self.set_marks(self.marks.union(event.keys))

    def _read(self, reading: Reading) -> None:
        db = self._store.db
        with self._interrupt_lock:
            self._reading_db = db
        try:
            self.post_message(self.Loaded(reading, read_window(reading, db)))
        except Exception as error:  # noqa: BLE001 - whatever it is, the list must know that the read has ended
            self.post_message(self.LoadFailed(reading, error))
        finally:
            with self._interrupt_lock:
                self._reading_db = None

    def on_row_list_loaded(self, event: Loaded) -> None:
        """Take over what was read, if it is still what is asked for."""
        event.stop()
        self._busy = False
        stale = self._jumping and event.reading.key != self._key
        if event.reading.source is self.source and not stale:
            self._take(event)
        if self._again or event.reading.source is not self.source:
            self._again = False
            self.reload()

    def on_row_list_load_failed(self, event: LoadFailed) -> None:
        """Read again if something newer is asked for; else let the app say what went wrong."""
        self._busy = False
        if self._again or event.reading.source is not self.source:
            event.stop()
            self._again = False
            self.reload()

    def _take(self, event: Loaded) -> None:
        before = self._visible()
        window = event.window
        shift = window.position - event.reading.cursor
        scrolled = self.scroll_y
        self.total, self._start, self._rows = window.total, window.start, window.rows
        self.cursor = max(0, min(self.cursor + shift, self.total - 1))
        row = self._row_at(self.cursor)
        self._key = row.key if row else None
        self.loaded = True
        self._jumping = False
        if self._follow and self._at_end():
            self._seen = self.total
        self.virtual_size = Size(self.scrollable_content_region.width, self.total)
        if shift and self._moved:
            self.scroll_to(y=scrolled + shift, animate=False, force=True)
        self._bring_into_view()
        after = self._visible()
        if len(before) != len(after):
            self.refresh()
        else:
            top = round(self.scroll_y)
            for line, (old, new) in enumerate(zip(before, after, strict=True)):
                if old != new:
                    self.refresh_line(top + line)
        self.post_message(self.Changed(self))

    def _visible(self) -> list[tuple[Row | None, bool, bool]]:
        top = round(self.scroll_y)
        return [self._line_state(top + line) for line in range(self.page_rows())]

    def _line_state(self, index: int) -> tuple[Row | None, bool, bool]:
        row = self._row_at(index)
        return row, index == self.cursor and self.total > 0, self._is_marked(index, row)

    def _is_marked(self, index: int, row: Row | None) -> bool:
        if row is not None and row.key in self.marks:
            return True
        if self.range_from is None or (row is not None and row.heading):
            return False
        return min(self.range_from, self.cursor) <= index <= max(self.range_from, self.cursor)

    def _at_end(self) -> bool:
        return self._follow and (not self._moved or self.cursor >= self.total - 1)

    def _row_at(self, index: int) -> Row | None:
        offset = index - self._start
        return self._rows[offset] if 0 <= offset < len(self._rows) else None

    def _bring_into_view(self) -> None:
        height, top = self.page_rows(), round(self.scroll_y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read on when the window has come to the edge of what was read."""
        super().watch_scroll_y(old_value, new_value)
        top, bottom = round(new_value), min(self.total, round(new_value) + self.page_rows())
        if self.loaded and (top < self._start or bottom > self._start + len(self._rows)):
            self.reload()

    # --- painting

    def on_resize(self, event: events.Resize) -> None:
        """More rows may be visible now."""
        if self.loaded:
            self.virtual_size = Size(self.scrollable_content_region.width, self.total)
            self._bring_into_view()
        if self.loaded or self._busy:
            # A first read that is under way was asked for with the rows of another height.
            self.reload()

    def on_click(self, event: events.Click) -> None:
        """The mouse may move the cursor too."""
        self.move_to(round(self.scroll_y) + event.y)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the cursor too: a list that follows its end then stops doing so."""
        event.stop().prevent_default()
        self.move_by(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the cursor too."""
        event.stop().prevent_default()
        self.move_by(WHEEL)

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changes."""
        super().notify_style_update()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        width = self.scrollable_content_region.width
        index = round(self.scroll_y) + y
        row, at_cursor, marked = self._line_state(index)
        style = partial(self._style, at_cursor=at_cursor, marked=marked)
        if row is None:
            text = self._glyphs.ellipsis if index < self.total else self._hint(index)
            return Strip([Segment(fit(text, width), style(Tone.DIM))], width)
        sign = self._glyphs.cursor if at_cursor and self.has_focus else " "
        segments = row_segments(
            row, self.source.columns, width, self._glyphs, style, sign=sign, marked=marked
        )
        return Strip(segments).adjust_cell_length(width, style(Tone.PLAIN))

    def _hint(self, line: int) -> str:
        return f"  {self._hints[line]}" if self.loaded and not self.total and line < len(self._hints) else ""

    def _style(self, tone: Tone, at_cursor: bool, marked: bool) -> Style:
        style = self._styles.get((tone, at_cursor, marked))
        if style is None:
            style = self.rich_style + self._part(f"tone--{tone.value}")
            if marked:
                style += self._part("row--marked")
            if at_cursor:
                style += self._part("row--cursor")
            self._styles[tone, at_cursor, marked] = style
        return style

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)
