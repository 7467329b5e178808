"""Jump list: a line a result, and the footer that says what acts on the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from ytui.tui.keymap import keys_of, sign
from ytui.tui.keys import BY_NAME, View
from ytui.tui.lists.jump_results import JumpResult, as_row
from ytui.tui.lists.rows import TONE_CLASSES, Column, Tone, column_widths
from ytui.tui.text import Glyphs, fit
from ytui.tui.widgets.cursor_list import MARGIN, CursorScroll, RowStyles, row_segments
from ytui.tui.widgets.key_hints import KeyFooter, entry_cells

COLUMNS = (
    Column("kind", 8),
    Column("state", 17, least=44),
    Column("name", 20, flex=True),
    Column("about", 34, least=100),
)
LOOKING = "looking…"
NOTHING = "nothing has that: ctrl+f searches descriptions and transcripts too"


class JumpList(CursorScroll, inherit_bindings=False, can_focus=True):
    """Shows results and a cursor among them, also while the line above has the keyboard."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES, "row--cursor", "row--marked", "row--cursor-away"}

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._results: Sequence[JumpResult] = ()
        self._hint = ""
        self._styles = RowStyles(self)

    @property
    def result(self) -> JumpResult | None:
        """The result under the cursor."""
        return self._results[self.cursor] if self.cursor < len(self._results) else None

    def show(self, results: Sequence[JumpResult], *, stay: bool) -> None:
        """Show these; the cursor is on the first, or with ``stay`` on the one that it was on."""
        before = self.result
        self._results, self._hint = results, "" if results else NOTHING
        same = (n for n, each in enumerate(results) if before and _is(each, before))
        self.cursor = next(same, 0) if stay else 0
        self._fit()
        self.bring_into_view()
        self.refresh()

    def wait(self) -> None:
        """Show nothing until there are other results: a key would act on what is not meant any more."""
        self._results, self._hint, self.cursor = (), LOOKING, 0
        self._fit()
        self.refresh()

    def move_to(self, index: int) -> None:
        """Move the cursor to a result, the nearest there is."""
        self.cursor = max(0, min(index, len(self._results) - 1))
        self.bring_into_view()
        self.refresh()

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._results))

    def on_resize(self, event: events.Resize) -> None:
        """Keep the cursor in view."""
        self._fit()
        self.move_by(0)

    def notify_style_update(self) -> None:
        """Forget the styles when the theme changes."""
        super().notify_style_update()
        self._styles.forget()

    def render_line(self, y: int) -> Strip:
        """Paint one line."""
        width = self.scrollable_content_region.width
        number = round(self.scroll_y) + y
        at_cursor = number == self.cursor and bool(self._results)
        style = partial(self._styles.of, at_cursor=at_cursor)
        if number >= len(self._results):
            text = f"  {self._hint}" if number == 0 else ""
            return Strip([Segment(fit(text, width), style(Tone.DIM))], width)
        row = as_row(self._results[number])
        sign = self._glyphs.cursor if at_cursor else " "
        widths = column_widths(COLUMNS, width - MARGIN)
        segments = row_segments(row, COLUMNS, widths, width, self._glyphs, style, sign=sign, marked=False)
        return Strip(segments).adjust_cell_length(width, style(Tone.PLAIN))


def _is(one: JumpResult, other: JumpResult) -> bool:
    return one.kind is other.kind and (one.key, one.name if not one.key else "") == (
        other.key,
        other.name if not other.key else "",
    )


_TYPING = (("open", "enter", "open"), ("", "tab", "keys act on it"), ("back", "esc", "leave"))
_ACTING = (
    ("open", "open"), ("fetch", "fetch"), ("download", "download"), ("retry", "retry"), ("cancel", "cancel"),
    ("copy", "copy"), ("edit", "edit"), ("why", "why"), ("job_log", "log"),
)  # fmt: skip
_BACK = ("", "tab", "type")


class JumpFooter(KeyFooter):
    """While something is typed the way to the keys; then the keys that act on the result."""

    def __init__(self, remapped: Mapping[str, str], switch: Callable[[], None]) -> None:
        """``switch`` gives the keyboard to the results, or back to the line."""
        super().__init__(View.JUMP, remapped)
        self._keys = remapped
        self._switch = switch
        self._acting = False

    def act(self, acting: bool) -> None:
        """Show the keys of the results, or those of the line."""
        if acting != self._acting:
            self._acting = acting
            self.refresh()

    def items(self) -> list[tuple[str, str, str]]:
        """Return name, key and word of what is shown, in order."""
        if not self._acting:
            return list(_TYPING)
        keys = [(name, sign(keys_of(BY_NAME[name], self._keys)[0]), word) for name, word in _ACTING]
        room = self.size.width - 1 - entry_cells(_BACK)
        shown = []
        for entry in keys:
            room -= entry_cells(entry)
            shown += [entry] if room >= 0 else []
        return [*shown, _BACK]

    async def on_click(self, event: events.Click) -> None:
        """A click on a word does what its key does."""
        if any(start <= event.x < end and not name for start, end, name in self._places):
            self._switch()
        else:
            await super().on_click(event)
