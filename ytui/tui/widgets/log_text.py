"""Log text of a file: as many lines as fit, following its end until it is scrolled up."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ytui.tui.log_file import LogWindow, lines_between, log_size, read_window, search

FAR_ROWS = 1 << 30
"""A move by more rows is one to the first or the last line."""
CHECK_SECONDS = 1.0
WHEEL = 3
EDGE_ROWS = 100
"""So near to the edge of what was read it is read on."""

Apply = Callable[[], None]
Read = Callable[[], Apply | None]
"""Reads in a thread; what it returns is done on the screen."""


class LogText(Widget, can_focus=True):
    """A window of the file and the row of it at the top; every read happens in a thread, one at a time."""

    DEFAULT_CSS = "LogText { height: 1fr; padding: 0 1; text-wrap: nowrap; }"

    class Moved(Message):
        """What the title says may have changed."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded = False
        self.failed = ""
        self.size_bytes = 0
        self.new_below = 0
        """Lines that came since the end was last seen."""
        self.missing = False
        """Whether the last search found nothing."""
        self._path = path
        self._window = LogWindow()
        self._top = (0, 0)
        """A line of the window and a row of it."""
        self._following = True
        self._text = ""
        self._match: int | None = None
        self._search = 0
        self._busy = False
        self._waiting: Read | None = None

    # --- what is shown

    @property
    def at_end(self) -> bool:
        """Whether the last line is visible and is kept so."""
        return self._following

    @property
    def share(self) -> float:
        """How much of the file is above the last visible row."""
        shown = self._rows_from(self._top, self._height())
        line = self._window.lines[shown[-1][0]] if shown else None
        return min(1.0, line.end / self.size_bytes) if line is not None and self.size_bytes else 1.0

    def on_mount(self) -> None:
        """Read the end, and look for more as long as it is shown."""
        self._read(partial(self._load, None, self._to_end))
        self.set_interval(CHECK_SECONDS, self.check_size)

    def on_resize(self, event: events.Resize) -> None:
        """Rows are wrapped anew; the end stays in view where it was."""
        bottom = self._bottom()
        self._top = bottom if self._following else min((self._top[0], 0), bottom)
        self._changed()

    def check_size(self) -> None:
        """Look whether the file has grown."""
        if not self._busy and self.loaded:
            self._read(self._check_in_thread)

    def _check_in_thread(self) -> Apply | None:
        size = log_size(self._path)
        if size == self.size_bytes and not self.failed:
            return None
        if self._following or size < self.size_bytes:
            return self._load(None, self._to_end)
        fresh = lines_between(self._path, self.size_bytes, size)

        def show() -> None:
            self.size_bytes = size
            self.new_below += fresh

        return show

    # --- moving

    def move_by(self, rows: int) -> None:
        """Scroll; up from the end stops following it, down to it follows again."""
        if abs(rows) >= FAR_ROWS:
            at, show = (None, self._to_end) if rows > 0 else (0, self._to_start)
            self._read(partial(self._load, at, show))
            return
        self._top = self._moved(self._top, rows)
        bottom = self._bottom()
        self._top = min(self._top, bottom)
        self._following = self._window.whole_below and self._top == bottom
        if self._following and self._window.size < self.size_bytes:
            self._read(partial(self._load, None, self._to_end))
        elif self._near_edge():
            self._read(partial(self._load, self._top_byte(), None))
        self._changed()

    def page_rows(self) -> int:
        """How many rows are visible."""
        return self._height()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls."""
        event.stop().prevent_default()
        self.move_by(-WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls."""
        event.stop().prevent_default()
        self.move_by(WHEEL)

    # --- searching

    def highlight(self, text: str) -> None:
        """Show where this text is; nothing takes the search off."""
        if text != self._text:
            self._text, self._match, self.missing = text, None, False
            self._search += 1
            self._changed()

    def find(self, *, forward: bool) -> None:
        """Go to the next match below, or above; from the end on from the other end."""
        if self._text and self._window.lines:
            self._search += 1
            at = self._search_from(forward)
            self._read(partial(self._find_in_thread, self._text, at, forward, self._search))

    def _search_from(self, forward: bool) -> int:
        shown = [self._window.lines[number] for number, _, _ in self._rows_from(self._top, self._height())]
        for line in shown:
            if self._match is not None and line.start <= self._match < line.end:
                return line.end if forward else line.start
        return shown[0].start if forward else shown[-1].end

    def _find_in_thread(self, text: str, at: int, forward: bool, number: int) -> Apply | None:
        def given_up() -> bool:
            return number != self._search or not self.is_running

        found = search(self._path, text, at, forward=forward, given_up=given_up)
        if given_up():
            return None
        if found is None:
            return self._not_found
        return self._load(found, partial(self._show_match, found))

    def _not_found(self) -> None:
        self.missing = True

    def _show_match(self, at: int) -> None:
        self.missing, self._match = False, at
        line = self._window.index(at)
        shown = {number for number, _, _ in self._rows_from(self._top, self._height())}
        if line not in shown:
            self._top = self._moved((line, 0), -(self._height() // 3))
        self._top = min(self._top, self._bottom())
        self._following = self._window.whole_below and self._top == self._bottom()

    # --- reading, in a thread

    def _read(self, read: Read) -> None:
        if self._busy:
            # The newest wish counts: keys come faster than a slow disk answers.
            self._waiting = read
            return
        self._busy = True
        self.app.run_worker(
            partial(self._in_thread, read), name="log", group="rows", thread=True, exit_on_error=False
        )

    def _in_thread(self, read: Read) -> None:
        try:
            apply: Apply | None = read()
        except OSError as error:
            apply = partial(self._fail, error.strerror or str(error))
        self.call_later(self._done, apply)

    def _done(self, apply: Apply | None) -> None:
        """Show what was read (None: nothing new), and read on if something newer is asked for."""
        self._busy = False
        if apply is not None:
            apply()
            self._changed()
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            self._read(waiting)

    def _load(self, at: int | None, show: Apply | None) -> Apply:
        """Read around a byte, then keep the top where it is, or ``show`` another place."""
        window = read_window(self._path, at)

        def apply() -> None:
            top, row = self._top_byte(), self._top[1]
            if show is None and not window.holds(top):
                # Meanwhile it was scrolled on, out of what was read: the next move reads there.
                return
            self._window, self.failed, self.loaded = window, "", True
            self._top = (max(0, window.index(top)), row)
            self._top = min(self._top, self._bottom())
            if show is not None:
                show()
            if self._following:
                self.size_bytes = window.size

        return apply

    def _fail(self, reason: str) -> None:
        self.failed, self.loaded = reason, True

    def _to_end(self) -> None:
        self._top, self._following = self._bottom(), True

    def _to_start(self) -> None:
        self._top = (0, 0)
        self._following = self._bottom() == self._top and self._window.whole_below

    # --- rows

    def _height(self) -> int:
        return max(1, self.size.height)

    def _top_byte(self) -> int:
        return self._window.lines[self._top[0]].start if self._window.lines else 0

    def _near_edge(self) -> bool:
        above, below = self._top[0], len(self._window.lines) - self._top[0] - self._height()
        window = self._window
        return (above < EDGE_ROWS and not window.whole_above) or (
            below < EDGE_ROWS and not window.whole_below
        )

    def _rows(self, line: int) -> list[Content]:
        return self._painted(line).wrap(max(2, self.size.width))

    def _painted(self, number: int) -> Content:
        line = self._window.lines[number]
        content = Content(line.text)
        if not self._text:
            return content
        here = self._match is not None and line.start <= self._match < line.end
        for match in re.finditer(re.escape(self._text), line.text, re.IGNORECASE):
            content = content.stylize("bold reverse" if here else "bold $warning underline", *match.span())
        return content

    def _rows_from(self, place: tuple[int, int], wanted: int) -> list[tuple[int, int, Content]]:
        found: list[tuple[int, int, Content]] = []
        line, row = place
        while line < len(self._window.lines) and len(found) < wanted:
            found += [(line, index, text) for index, text in enumerate(self._rows(line)) if index >= row]
            line, row = line + 1, 0
        return found[:wanted]

    def _moved(self, place: tuple[int, int], rows: int) -> tuple[int, int]:
        """Return the place so many rows further down, at most the window's first or last row."""
        line, row = place[0], place[1] + rows
        while row < 0 and line > 0:
            line -= 1
            row += len(self._rows(line))
        while line < len(self._window.lines) - 1 and row >= len(self._rows(line)):
            row -= len(self._rows(line))
            line += 1
        return line, max(0, row)

    def _bottom(self) -> tuple[int, int]:
        if not self._window.lines:
            return 0, 0
        last = len(self._window.lines) - 1
        return self._moved((last, len(self._rows(last)) - 1), 1 - self._height())

    def _changed(self) -> None:
        if self._following:
            self.new_below = 0
        self.refresh()
        self.post_message(self.Moved())

    def render(self) -> Content:
        """Paint the rows, or why there are none."""
        if self.failed:
            return Content.styled(f"failed: {self.failed}", "$error")
        if not self._window.lines:
            return Content.styled("this job has written nothing" if self.loaded else "loading…", "$dim")
        return Content("\n").join(text for _, _, text in self._rows_from(self._top, self._height()))
