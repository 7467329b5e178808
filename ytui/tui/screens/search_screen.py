"""Full-text search: a line to type into, and what it finds while it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, Static

from ytui.core.formatting import group_digits
from ytui.core.sanitize import clean
from ytui.store.database import Store
from ytui.store.search.full_text import SearchResult, search
from ytui.store.search.query_parser import SearchQuery, SearchSyntaxError, parse
from ytui.tui.keys import BY_NAME, View, call, keys_of, sign
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.lists.window import WindowReader
from ytui.tui.text import Glyphs
from ytui.tui.widgets.hit_list import HitList
from ytui.tui.widgets.key_hints import KeyFooter
from ytui.tui.widgets.list_pane import FILTER_PAUSE, PaneTitle

MOST_HITS = 40
_HINTS = (
    "",
    'all words, in titles, descriptions and transcripts: night "milky way"',
    "blend*  the beginning of a word",
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

    class Searched(Message):
        """A search has ended; with ``error`` it found nothing."""

        def __init__(self, query: SearchQuery, found: SearchResult, error: Exception | None = None) -> None:
            super().__init__()
            self.query = query
            self.found = found
            self.error = error

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
            self._look()

    # --- searching, in a thread

    def _look(self) -> None:
        if self._wanted is None:
            self._show(SearchResult(), _HINTS)
            self._title_line.show("Search")
        elif self._reader.begin():
            work = partial(self._search, self._wanted)
            self.app.run_worker(work, name="search", group="rows", thread=True, exit_on_error=False)

    def _search(self, query: SearchQuery) -> None:
        try:
            found = self._reader.run(lambda db: search(db, query, limit=MOST_HITS))
            self.post_message(self.Searched(query, found))
        except Exception as error:  # noqa: BLE001 - whatever it is, the screen must know that it has ended
            self.post_message(self.Searched(query, SearchResult(), error))

    def on_search_screen_searched(self, event: Searched) -> None:
        """Show what was found, if it is still what is looked for."""
        self._reader.end()
        if event.query != self._wanted:
            self._look()
        elif event.error is not None:
            words = clean(f"the search did not work: {event.error}")
            self.app.notify(words, severity="error", markup=False)
        else:
            self._show(event.found, () if event.found.hits else ("nothing found",))
            self._title_line.show(f" {self._glyphs.dot} ".join(["Search", *_words(event.found)]))

    def _show(self, found: SearchResult, hints: Sequence[str]) -> None:
        self._list.show(found.hits, hints)


def _words(found: SearchResult) -> list[str]:
    if found.more:
        return [f"more than {group_digits(found.matches)} videos: more words find fewer"]
    shown = f"the best {len(found.hits)}" if found.matches > len(found.hits) else ""
    count = f"{group_digits(found.matches)} video" + ("s" if found.matches != 1 else "")
    return [word for word in (count, shown) if word]
