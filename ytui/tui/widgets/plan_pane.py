"""Plan view: items under their classes, below them what is known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual import events

from ytui.core.lower_quality import lower_counts
from ytui.store import offers
from ytui.store.database import Store
from ytui.tui.background import read_in_thread
from ytui.tui.lists import plan_list
from ytui.tui.lists.plan_list import PlanSource
from ytui.tui.lists.rows import ListSource
from ytui.tui.text import Glyphs
from ytui.tui.widgets.detail_pane import LEAST_DETAIL, DetailPane
from ytui.tui.widgets.list_pane import ListPane
from ytui.tui.widgets.row_list import RowList

SourceT = TypeVar("SourceT", bound=ListSource)
TITLE, HISTORY_TITLE = "Work plan", "Work plan · history"
EMPTY, HISTORY_EMPTY = "nothing is wrong", "nothing was ever wrong"
HINT = "what does not arrive will stand here, with the reason and what mends it"
HISTORY_HINT = "what has healed, or was dismissed with D, will stand here; h goes back to the plan"
MOST_DETAIL = 14
"""Lines of what is known of a row below its list, the keys among them."""
LOW, TALL = 16, 28
"""Lines of the whole pane below which, and from which on, that is given fewer or more of them at least."""


class PlanPane(ListPane):
    """Open, scheduled and held items; ``h`` shows what was resolved or dismissed instead."""

    def __init__(
        self,
        store: Store,
        glyphs: Glyphs,
        details: DetailPane,
        clock: Callable[[], float],
        *,
        channel: int | None = None,
        id: str | None = None,
    ) -> None:
        """``channel``: whose items alone are shown."""
        self._channel = channel
        self._plan: PlanSource = self._of_channel(plan_list.plan(glyphs, clock))
        super().__init__(
            TITLE,
            self._plan,
            store,
            glyphs,
            empty=EMPTY,
            note=False,
            hints=("", HINT),
            details=details,
            id=id,
        )
        self._store = store
        self._details: DetailPane = details
        self._history = False
        self._lower = ""
        self._reading_lower = False
        self._left: tuple[int | None] = (None,)

    def _title_words(self) -> list[str]:
        """Return what did arrive, and lower than its site offers it: it is fetched again by itself."""
        return [f"lower than offered: {self._lower}"] if self._lower and not self._history else []

    def toggle_history(self) -> None:
        """Show what is off the plan, or the plan again."""
        self._history = not self._history
        if self._history:
            self._left = (self.rows.key if self.rows.moved else None,)
            self.rename(HISTORY_TITLE, HISTORY_EMPTY, HISTORY_HINT)
            self.show_source(self._of_channel(plan_list.history(self._glyphs)))
        else:
            self.rename(TITLE, EMPTY, HINT)
            self.show_source(self._plan)
        self.rows.go_to(None if self._history else self._left[0])
        self.rows.set_marks(set())

    def _of_channel(self, source: SourceT) -> SourceT:
        return source if self._channel is None else source.of_channel(self._channel)

    def on_row_list_changed(self, event: RowList.Changed) -> None:
        """More rows leave fewer lines for what is known of one."""
        self._share_lines()

    def on_row_list_loaded(self, event: RowList.Loaded) -> None:
        """Read what is lower than offered, too, unless that is being read."""
        event.stop()
        if not self._reading_lower:
            self._reading_lower = True
            read_in_thread(self, self._read_lower, self._show_lower, name="lower than offered")

    def _read_lower(self) -> str:
        return lower_counts(offers.lower_counts(self._store.db))

    def _show_lower(self, lower: str | None) -> None:
        self._reading_lower = False
        if lower is not None and lower != self._lower:
            self._lower = lower
            self._show_title()

    def on_resize(self, event: events.Resize) -> None:
        """Share the lines of another size."""
        self._share_lines()

    def _share_lines(self) -> None:
        """Give the list the lines it needs, and what is left to what is known of the row under the cursor.

        Beside the list that has all of them.
        """
        height, total = self.outer_size.height, self.rows.total
        self._details.display = total > 0
        if self._details.beside:
            self._details.styles.height = "100%"
            return
        # Its title, its columns' names; the filter while it is open.
        others = 2 + self._input.display
        least = LEAST_DETAIL if height < LOW else 6 if height < TALL else 8
        # With the rule above it.
        self._details.styles.height = 1 + max(least, min(MOST_DETAIL, height - others - 1 - total))
