"""Hit list of a search: two lines a hit, its title and where in it the words are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.strip import Strip

from ytui.core.formatting import format_length
from ytui.core.sanitize import clean
from ytui.store.search.full_text import Hit
from ytui.tui.lists.rows import TONE_CLASSES, Tone
from ytui.tui.text import Glyphs, fit, shorten
from ytui.tui.widgets.cursor_scroll import CursorScroll
from ytui.tui.widgets.row_paint import RowStyles

INDENT, PLACE_CELLS = 4, 9
CHANNEL_CELLS = 20
CHANNEL_FROM = 70
"""Cells from which on there is room for the channel beside the title."""


class HitList(CursorScroll, inherit_bindings=False, can_focus=False):
    """Shows hits and a cursor among them; the keyboard stays with the line that is typed into."""

    LINES = 2
    COMPONENT_CLASSES: ClassVar[set[str]] = {*TONE_CLASSES, "row--cursor", "row--marked"}

    def __init__(self, glyphs: Glyphs, hints: Sequence[str]) -> None:
        """``hints`` stand where there are no hits."""
        super().__init__()
        self._glyphs = glyphs
        self._hints = hints
        self._hits: Sequence[Hit] = ()
        self._styles = RowStyles(self)

    @property
    def hit(self) -> Hit | None:
        """The hit under the cursor."""
        return self._hits[self.cursor] if self._hits else None

    def show(self, hits: Sequence[Hit], hints: Sequence[str] = ()) -> None:
        """Show these, the first of them under the cursor."""
        self._hits, self._hints, self.cursor = hits, hints, 0
        self._fit()
        self.scroll_to(y=0, animate=False, force=True)
        self.refresh()

    def move_to(self, index: int) -> None:
        """Move the cursor to a hit, the nearest there is."""
        self.cursor = max(0, min(index, len(self._hits) - 1))
        self.bring_into_view()
        self.refresh()

    def _fit(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._hits) * self.LINES)

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
        number, line = divmod(round(self.scroll_y) + y, self.LINES)
        at_cursor = number == self.cursor and bool(self._hits)
        plain = self._style(Tone.PLAIN, at_cursor)
        if number >= len(self._hits):
            text = self._hints[y] if not self._hits and y < len(self._hints) else ""
            return Strip([Segment(fit(f"  {text}", width), self._style(Tone.DIM, False))], width)
        hit = self._hits[number]
        segments = self._second(hit, width, at_cursor) if line else self._first(hit, width, at_cursor)
        return Strip(segments).adjust_cell_length(width, plain)

    def _first(self, hit: Hit, width: int, at_cursor: bool) -> list[Segment]:
        sign = self._glyphs.cursor if at_cursor else " "
        beside = CHANNEL_CELLS + 1 if width >= CHANNEL_FROM and hit.channel else 0
        pieces = hit.pieces if hit.where == "title" else ((hit.title, False),)
        segments = [Segment(f"{sign} ", self._style(Tone.STRONG, at_cursor))]
        segments += self._text(pieces, width - 2 - beside, Tone.PLAIN, at_cursor)
        if beside:
            channel = fit(clean(hit.channel or ""), CHANNEL_CELLS, ellipsis=self._glyphs.ellipsis)
            gap = " " * (width - 2 - CHANNEL_CELLS - sum(cell_len(part.text) for part in segments[1:]))
            segments.append(Segment(gap, self._style(Tone.PLAIN, at_cursor)))
            segments.append(Segment(channel, self._style(Tone.DIM, at_cursor)))
        return segments

    def _second(self, hit: Hit, width: int, at_cursor: bool) -> list[Segment]:
        plain = self._style(Tone.PLAIN, at_cursor)
        if hit.where == "title":
            about = clean(hit.url)
            if width < CHANNEL_FROM and hit.channel:
                about = f"{clean(hit.channel)} {self._glyphs.dot} {about}"
            text = shorten(about, width - INDENT, self._glyphs.ellipsis)
            return [Segment(" " * INDENT, plain), Segment(text, self._style(Tone.DIM, at_cursor))]
        place = format_length(hit.time) if hit.time is not None else "about"
        before = " " * (PLACE_CELLS - len(place))
        segments = [Segment(before, plain), Segment(f"{place}  ", self._style(Tone.BUSY, at_cursor))]
        return segments + self._text(hit.pieces, width - PLACE_CELLS - 2, Tone.DIM, at_cursor)

    def _text(
        self, pieces: Sequence[tuple[str, bool]], width: int, tone: Tone, at_cursor: bool
    ) -> list[Segment]:
        """As much of a marked text as there is room for."""
        segments = []
        mark = self._style(Tone.STRONG, at_cursor) + Style(underline=True)
        for text, marked in pieces:
            harmless = clean(text)
            cells = cell_len(harmless)
            if cells > width:
                harmless = shorten(harmless, width, self._glyphs.ellipsis) if width > 1 else ""
            style = mark if marked else self._style(tone, at_cursor)
            # Apart, for a picture of the screen leaves out the blanks that a segment begins with.
            blanks = len(harmless) - len(harmless.lstrip(" "))
            segments += [Segment(" " * blanks, style), Segment(harmless[blanks:], style)]
            width -= cells
            if width <= 0:
                break
        return segments

    def _style(self, tone: Tone, at_cursor: bool) -> Style:
        return self._styles.of(tone, at_cursor=at_cursor)
