"""Full-text search: a line to type into, and what it finds while it is typed, two lines a hit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer
from textual.widgets import Input, Static

from ytui.core.formatting import format_length, group_digits
from ytui.core.sanitize import clean
from ytui.store.database import Store
from ytui.store.search.full_text import Hit, SearchResult, search
from ytui.store.search.query_parser import SearchQuery, SearchSyntaxError, parse
from ytui.tui.background import read_in_thread
from ytui.tui.keymap import call, keys_of, sign
from ytui.tui.keys import BY_NAME, View
from ytui.tui.lists.rows import TONE_CLASSES, RowKind, Target, Tone
from ytui.tui.lists.window import WindowReader
from ytui.tui.text import Glyphs, fit, shorten
from ytui.tui.widgets.cursor_list import CursorScroll, RowStyles
from ytui.tui.widgets.key_hints import KeyFooter
from ytui.tui.widgets.list_pane import FILTER_PAUSE, PaneTitle

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


MOST_HITS = 40
_HINTS = (
    "",
    'all words, in titles, descriptions and transcripts: night "milky way"',
    'blend  finds what begins so, too; "blend" only that word',
    "-word  what must not be there",
    "channel:name  only channels called so",
    "",
    "of descriptions and transcripts, those that were fetched (u on a video's page)",
)
_WHILE_TYPING = (
    ("open", "details"),
    ("down", "next"),
    ("back", "back"),
    ("quit_now", "quit"),
)


class SearchFooter(KeyFooter):
    """The keys that work while something is typed."""

    def __init__(self, remapped: Mapping[str, str]) -> None:
        super().__init__(View.SEARCH, remapped)
        self._keys = remapped

    def items(self) -> list[tuple[str, str, str]]:
        """Return name, key and word of what is shown, in order; there is room for all of it."""
        return [(name, self._key(name), word) for name, word in _WHILE_TYPING]

    def _key(self, name: str) -> str:
        keys = keys_of(BY_NAME[name], self._keys)
        return sign(next((key for key in keys if len(key) > 1), keys[0]))


class SearchScreen(Screen[None], inherit_bindings=False):
    """Searches as it is typed into; ``enter`` opens the video's page, ``esc`` goes back."""

    CSS_PATH = "search.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []
    view = View.SEARCH

    def __init__(self, store: Store, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._reader = WindowReader(store)
        self._wanted: SearchQuery | None = None
        self._pause: Timer | None = None
        self._title_line = PaneTitle("Search", glyphs)
        self._input = Input(placeholder="words to look for", select_on_focus=False, classes="filter")
        self._input.cursor_blink = False
        self._mistake = Static("", classes="mistake", markup=False)
        self._list = HitList(glyphs, _HINTS)
        self._footer = SearchFooter(remapped)

    def compose(self) -> ComposeResult:
        """Title, line, what is wrong with it, hits, footer."""
        self._title_line.light(True)
        self._mistake.display = False
        yield self._title_line
        yield self._input
        yield self._mistake
        yield self._list
        yield self._footer

    def on_mount(self) -> None:
        """Typing searches at once."""
        self._input.focus()

    # --- what the app asks of a page

    @property
    def mover(self) -> HitList:
        """What the keys for moving move."""
        return self._list

    def refresh_rows(self) -> None:
        """Nothing: what was found stays until something else is looked for."""

    def target(self, *, single: bool = False) -> Target:
        """Return the video under the cursor; none for one that is not the library's."""
        hit = self._list.hit
        return Target(RowKind.VIDEO, (hit.number,) if hit is not None and hit.number is not None else ())

    async def back(self) -> None:
        """Go back to where it was opened; a search that is under way is given up."""
        self._reader.interrupt()
        self.dismiss(None)

    # --- typing

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search once the typing pauses."""
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(FILTER_PAUSE, self._understand)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the page of the video under the cursor."""
        event.stop()
        hit = self._list.hit
        if hit is not None and hit.number is None:
            self.app.notify(f"not a video of the library: {clean(hit.url)}", markup=False)
        elif hit is not None:
            await self.app.run_action(call(BY_NAME["open"]), self.app)

    def _understand(self) -> None:
        """Look for what is typed, or say what is wrong with it; what was found before stays then."""
        text, problem = self._input.value, ""
        try:
            query = parse(text, typing=True) if text.strip() else None
        except SearchSyntaxError as mistake:
            query, problem = self._wanted, str(mistake)
        self._mistake.display = bool(problem)
        self._mistake.update(clean(problem))
        if query != self._wanted:
            self._wanted = query
            self._reader.interrupt()
            self._start_search()

    # --- searching, in a thread

    def _start_search(self) -> None:
        if self._wanted is None:
            self._list.show((), _HINTS)
            self._title_line.show("Search")
        elif self._reader.begin():
            query = self._wanted
            read_in_thread(self, partial(self._search, query), partial(self._show, query), name="search")

    def _search(self, query: SearchQuery) -> SearchResult | Exception:
        try:
            return self._reader.run(lambda db: search(db, query, limit=MOST_HITS))
        except Exception as error:  # noqa: BLE001 - whatever it is, the screen must know that it has ended
            return error

    def _show(self, query: SearchQuery, found: SearchResult | Exception | None) -> None:
        """Show what was found, if it is still what is looked for."""
        self._reader.end()
        if query != self._wanted:
            self._start_search()
        elif isinstance(found, SearchResult):
            self._list.show(found.hits, () if found.hits else ("nothing found",))
            self._title_line.show(f" {self._glyphs.dot} ".join(["Search", *_words(found)]))
        else:
            words = clean(f"the search did not work: {found}")
            self.app.notify(words, severity="error", markup=False)


def _words(found: SearchResult) -> list[str]:
    if found.more:
        return [f"more than {group_digits(found.matches)} videos: more words find fewer"]
    shown = f"the best {len(found.hits)}" if found.matches > len(found.hits) else ""
    count = f"{group_digits(found.matches)} video" + ("s" if found.matches != 1 else "")
    return [word for word in (count, shown) if word]
