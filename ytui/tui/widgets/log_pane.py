"""Log view: ``/`` searches, ``n`` and ``N`` go from match to match; ``level:error`` and such filter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ytui.core.sanitize import clean
from ytui.store.database import Store
from ytui.store.lists.filter_syntax import without_texts
from ytui.tui.lists import columns
from ytui.tui.text import Glyphs
from ytui.tui.widgets.detail_pane import DetailPane
from ytui.tui.widgets.list_pane import ListPane

BEYOND = 1 << 62
"""An id after every last one."""


class LogPane(ListPane):
    """The journal from its oldest line, following its end until the cursor leaves it."""

    def __init__(
        self,
        store: Store,
        glyphs: Glyphs,
        clock: Callable[[], float],
        details: DetailPane,
        *,
        channel: int | None = None,
        id: str | None = None,
    ) -> None:
        """``channel``: whose lines alone are shown; None for those of all."""
        log = columns.log(glyphs, clock)
        self._log = log if channel is None else log.of_channel(channel)
        super().__init__(
            "Log", self._log, store, glyphs, empty="nothing yet", follow=True, details=details, id=id
        )
        self._input.placeholder = f"search; {self._log.filter_words.hint}"
        self._store = store
        self._text = ""
        self._missing = False

    def find(self, *, forward: bool) -> None:
        """Go to the next match below, or above; from the end on from the other end."""
        if self._text:
            search = partial(self._find_in_thread, self.rows.key, forward)
            self.app.run_worker(search, name="search", group="rows", thread=True, exit_on_error=False)
        else:
            self.app.notify("nothing is searched for: / begins", markup=False)

    def close_filter(self) -> None:
        """Show everything again; the cursor stays where the search has led it."""
        self._place = None
        super().close_filter()

    @property
    def filtered(self) -> bool:
        """Whether something is searched or filtered."""
        return bool(self._text) or super().filtered

    def _apply(self, text: str) -> None:
        filtering, self._text = without_texts(text, self._log.filter_words)
        self._missing = False
        super()._apply(filtering)
        self._show_title()

    def _submitted(self) -> None:
        self.find(forward=False)

    def _title_words(self) -> list[str]:
        if not self._text:
            return []
        return [f"{'not found' if self._missing else 'search'}: “{clean(self._text)}”"]

    def _find_in_thread(self, key: int | None, forward: bool) -> None:
        source, db = self._log.filtered(self._filter), self._store.db
        found = None if key is None else source.match(db, self._text, key, forward)
        if found is None:
            found = source.match(db, self._text, -1 if forward else BEYOND, forward)
        self.call_later(self._go_to, found)

    def _go_to(self, key: int | None) -> None:
        """Go to the next match; None: there is none at all."""
        self._missing = key is None
        if key is not None:
            self.rows.go_to(key)
        self._show_title()
