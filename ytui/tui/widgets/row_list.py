"""Row list of any length: rows around the window are read in a thread, changed lines painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from ytui.store.database import Database, Store
from ytui.tui.background import read_in_thread
from ytui.tui.lists.rows import TONE_CLASSES, ListSource, Row, Tone, column_widths
from ytui.tui.lists.window import (
    NOTHING_READ,
    ListWindow,
    RangeEnd,
    ReadRequest,
    Selection,
    WindowReader,
    keys_between,
)
from ytui.tui.text import Glyphs, fit
from ytui.tui.time_input import countdown
from ytui.tui.widgets.cursor_list import MARGIN, CursorScroll, RowStyles, row_segments

SORTED_LEAST = 64
"""Cells of width from which on the column is shown that the list is sorted by; others give way to it."""


class RowList(CursorScroll, inherit_bindings=False, can_focus=True):
    """Rows from a :class:`ListSource`; the cursor and the marks stay with their items, by key."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES, "row--cursor", "row--cursor-away", "row--marked"}

    @dataclass
    class LoadFailed(Message):
        """A read did not work, or was interrupted for a newer one."""

        reading: ReadRequest
        error: Exception

    class Loaded(Message):
        """Rows were read."""

    class Changed(Message):
        """What the list shows about itself (cursor, marks, total) has changed."""

    def __init__(
        self,
        source: ListSource,
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
        self.loaded = False
        self._store = store
        self._glyphs = glyphs
        self._follow = follow
        self.hints = hints
        self._moved = False
        self._jumping = False
        self._page_read = 0
        """How many rows were visible when it was last read."""
        self._seen = 0
        self._ticked = 0.0
        self._window = NOTHING_READ
        self._filled: frozenset[int] = frozenset()
        """The columns that have said something since this source is shown: none comes and goes."""
        self._widths: tuple[tuple[ListSource, frozenset[int], int], list[int]] | None = None
        """The cells of the columns, and of what rows, filled columns and width."""
        self._key: int | None = None
        self._selection = Selection()
        self._reader = WindowReader(store)
        self._styles = RowStyles(self)

    # --- what others ask

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._window.total

    @property
    def number(self) -> int:
        """How many items these are: headings are none, and folded groups have theirs all the same."""
        return self._window.number

    @property
    def selection(self) -> set[int]:
        """The keys of the marked rows, whether a filter hides them or not."""
        return self._selection.keys

    @property
    def choosing_range(self) -> bool:
        """Whether a range was begun and is not marked yet."""
        return self._selection.begin is not None

    @property
    def cursor_row(self) -> Row | None:
        """The row under the cursor, if it is there already."""
        return self._window.row(self.cursor)

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

    def widths(self) -> list[int]:
        """Return the cells of each column as they are painted; every line asks."""
        width = self.visible_size.width - MARGIN
        known_for = self.source, self._filled, width
        if self._widths is None or self._widths[0] != known_for:
            self._widths = known_for, self._find_widths(width)
        return self._widths[1]

    def _find_widths(self, width: int) -> list[int]:
        columns, sort, filled = list(self.source.columns), self.source.sort, self._filled
        if sort is not None:
            filled = filled | {sort} if filled else filled
            columns[sort] = replace(columns[sort], least=min(columns[sort].least, SORTED_LEAST))
        return column_widths(columns, width, filled)

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
        self._selection.begin = None
        self.reload()

    def reload(self) -> None:
        """Read again what is visible; a read that is under way is followed by one more."""
        if not self._reader.begin():
            return
        stick = "" if self._jumping else "last" if self._at_end() else "" if self._moved else "first"
        first, begin = round(self.scroll_y), self._selection.begin_key
        self._page_read = self.page_rows()
        reading = ReadRequest(self.source, first, self._page_read, self.cursor, self._key, stick, begin)
        self.app.run_worker(
            partial(self._read, reading), name="rows", group="rows", thread=True, exit_on_error=False
        )

    def show_source(self, source: ListSource, *, keep_cursor: bool) -> None:
        """Show other rows, such as the filtered ones; the running query is given up."""
        self.source = source
        self._filled = frozenset()
        self._moved = keep_cursor
        self._selection.begin = None
        self._reader.interrupt()
        self.reload()

    def move_to(self, index: int) -> None:
        """Move the cursor to a row, the nearest there is, and bring it into view."""
        index = max(0, min(index, self.total - 1))
        self._moved = True
        if index == self.cursor:
            return
        old, self.cursor = self.cursor, index
        row = self._window.row(index)
        self._key = row.key if row else None
        if self._at_end():
            self._seen = self.total
        if not self.choosing_range:
            self.refresh_line(old)
            self.refresh_line(index)
        else:
            self.refresh()
        self.bring_into_view()
        self.post_message(self.Changed())

    def toggle_mark(self) -> None:
        """Mark the row under the cursor or take its mark off, and go on to the next."""
        if self._key is None:
            return
        if self._key < 0:
            source, key = self.source, self._key
            self._mark_later(lambda db: source.keys(db, source.items(db, key)))
            return
        self._selection.toggle(self._key)
        self.refresh_line(self.cursor)
        self.move_by(1)
        self.post_message(self.Changed())

    def fold(self, fold: bool | None = None) -> None:
        """Fold the group under the cursor away, or open it."""
        source, key = self.source, self._key
        if key is not None:
            self._change_folds(lambda db: source.fold(db, key, fold))

    def fold_all(self) -> None:
        """Fold all groups away; open them if they are."""
        self._change_folds(self.source.fold_all)

    def _change_folds(self, change: Callable[[Database], None]) -> None:
        read_in_thread(self, lambda: change(self._store.db), lambda _: self.reload(), name="folds")

    def to_group(self, forward: bool) -> None:
        """Move the cursor to the heading of the next group, or of the one before."""
        source, key = self.source, self._key

        def go(found: int | None) -> None:
            if found is not None and key == self._key:
                self.go_to(found)

        if key is not None:
            read_in_thread(
                self, lambda: source.group_beside(self._store.db, key, forward), go, name="headings"
            )

    def set_marks(self, keys: set[int]) -> None:
        """Mark exactly these."""
        self._selection.replace(keys)
        self.refresh()
        self.post_message(self.Changed())

    def unmark_all(self) -> None:
        """Take all marks off."""
        self.set_marks(set())

    def mark_range(self) -> None:
        """Begin a range here, or mark from where it began to here."""
        here, source = RangeEnd(self.cursor, self._key), self.source
        begin, self._selection.begin = self._selection.begin, None
        if begin is not None:
            self._mark_later(lambda db: keys_between(source, db, begin, here))
            return
        self._selection.begin = here
        self.refresh()
        self.post_message(self.Changed())

    def mark_all(self) -> None:
        """Mark every row that the filter shows."""
        self._mark_later(self.source.keys)

    def _mark_later(self, find: Callable[[Database], list[int]]) -> None:
        read_in_thread(self, lambda: find(self._store.db), self._add_marks, name="marks")

    def _add_marks(self, keys: list[int] | None) -> None:
        if keys is not None:
            self.set_marks(self.selection.union(keys))

    # --- reading, in a thread

    def _read(self, reading: ReadRequest) -> None:
        try:
            self.call_later(self._show, reading, self._reader.read(reading))
        except Exception as error:  # noqa: BLE001 - whatever it is, the list must know that the read has ended
            self.post_message(self.LoadFailed(reading, error))

    def _show(self, reading: ReadRequest, window: ListWindow) -> None:
        """Take over what was read, if it is still what is asked for."""
        again = self._reader.end()
        stale = self._jumping and reading.key != self._key
        if reading.source is self.source and not stale:
            self._take(reading, window)
        if again or reading.source is not self.source:
            self.reload()

    def on_row_list_load_failed(self, event: LoadFailed) -> None:
        """Read again if something newer is asked for; else let the app say what went wrong."""
        if self._reader.end() or event.reading.source is not self.source:
            event.stop()
            self.reload()

    def _take(self, reading: ReadRequest, window: ListWindow) -> None:
        before, filled = self._visible(), self._filled
        shift, jumped = window.position - reading.cursor, self._jumping
        scrolled = self.scroll_y
        self._window = window
        self._filled = filled | window.filled
        self._selection.found(window.range_from)
        self.cursor = max(0, min(self.cursor + shift, self.total - 1))
        row = self._window.row(self.cursor)
        self._key = row.key if row else None
        self.loaded = True
        self._jumping = False
        if self._follow and self._at_end():
            self._seen = self.total
        self.virtual_size = Size(self.visible_size.width, self.total)
        if shift and self._moved and not jumped:
            self.scroll_to(y=scrolled + shift, animate=False, force=True)
        self.bring_into_view()
        after = self._visible()
        if len(before) != len(after) or self._filled != filled:
            self.refresh()
        else:
            top = round(self.scroll_y)
            for line, (old, new) in enumerate(zip(before, after, strict=True)):
                if old != new:
                    self.refresh_line(top + line)
        self.post_message(self.Loaded())
        self.post_message(self.Changed())

    def _visible(self) -> list[tuple[Row | None, bool, bool]]:
        top = round(self.scroll_y)
        return [self._line_state(top + line) for line in range(self.page_rows())]

    def _line_state(self, index: int) -> tuple[Row | None, bool, bool]:
        row = self._window.row(index)
        return row, index == self.cursor and self.total > 0, self._selection.covers(index, row, self.cursor)

    def _at_end(self) -> bool:
        return self._follow and (not self._moved or self.cursor >= self.total - 1)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Read on when the window has come to the edge of what was read."""
        super().watch_scroll_y(old_value, new_value)
        top, bottom = round(new_value), min(self.total, round(new_value) + self.page_rows())
        if self.loaded and not self._window.holds(top, bottom):
            self.reload()

    # --- painting

    def on_resize(self, event: events.Resize) -> None:
        """More rows may be visible now; what is shown again has a resize too, and often its old size."""
        if self.loaded:
            self.virtual_size = Size(self.visible_size.width, self.total)
            self.bring_into_view()
        if (self.loaded or self._reader.busy) and self.page_rows() != self._page_read:
            self.reload()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Leave the stylesheet alone: no rule asks who has the keyboard, and it takes milliseconds."""

    def notify_style_update(self) -> None:
        """Forget the styles when the theme changes."""
        super().notify_style_update()
        self._styles.forget()

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        width = self.scrollable_content_region.width
        index = round(self.scroll_y) + y
        row, at_cursor, marked = self._line_state(index)
        style = partial(self._styles.of, at_cursor=at_cursor, away=not self.has_focus, marked=marked)
        if row is None:
            text = self._glyphs.ellipsis if index < self.total else self._hint(index)
            return Strip([Segment(fit(text, width), style(Tone.DIM))], width)
        sign = self._glyphs.cursor if at_cursor and self.has_focus else " "
        segments = row_segments(
            row, self.source.columns, self.widths(), width, self._glyphs, style, sign=sign, marked=marked
        )
        return Strip(segments).adjust_cell_length(width, style(Tone.PLAIN))

    def _hint(self, line: int) -> str:
        return f"  {self.hints[line]}" if self.loaded and not self.total and line < len(self.hints) else ""
