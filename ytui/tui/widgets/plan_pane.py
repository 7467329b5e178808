"""Plan view: items under their classes, below them what is known of the one under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from ytui.core.lower_quality import lower_counts
from ytui.store import offers
from ytui.store.database import Store
from ytui.tui.background import read_in_thread
from ytui.tui.keymap import keys_of, sign
from ytui.tui.keys import BY_NAME
from ytui.tui.lists import plan_list
from ytui.tui.lists.plan_detail import Line, PlanDetail, group_detail, item_detail
from ytui.tui.lists.plan_list import PlanSource
from ytui.tui.lists.rows import TONE_STYLES, ListSource, Tone
from ytui.tui.text import Glyphs, shorten
from ytui.tui.widgets.list_pane import ListPane, PaneTitle
from ytui.tui.widgets.row_list import RowList

SourceT = TypeVar("SourceT", bound=ListSource)
TITLE, HISTORY_TITLE = "Work plan", "Work plan · history"
EMPTY, HISTORY_EMPTY = "nothing is wrong", "nothing was ever wrong"
HINT = "what does not arrive will stand here, with the reason and what mends it"
HISTORY_HINT = "what has healed, or was dismissed with D, will stand here; h goes back to the plan"
LEAST_DETAIL, MOST_DETAIL = 3, 14
"""Lines of what is known of a row, the keys among them."""
LOW, TALL = 16, 28
"""Lines of the whole pane below which, and from which on, that is given fewer or more of them at least."""


class DetailLines(Widget):
    """As much as there is room for; ``enter`` shows all of it on a page of its own."""

    DEFAULT_CSS = "DetailLines { text-wrap: nowrap; padding: 0 1; }"

    def __init__(self, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._remapped = remapped
        self._detail: PlanDetail | None = None

    def show(self, detail: PlanDetail | None) -> None:
        """Show this; nothing is painted if it is the same."""
        if detail != self._detail:
            self._detail = detail
            self.refresh()

    def render(self) -> Content:
        """Paint the detail, line after line; the keys that act on it are below."""
        if self._detail is None:
            return Content("")
        width, height = self.size
        # Where there is hardly room the reason gives way to the evidence.
        sentences = self._detail.sentences[: 1 if height <= LEAST_DETAIL else None]
        lines = [line for sentence in sentences for line in _content(sentence).wrap(max(1, width))]
        lines += self._evidence(self._detail.evidence, width)
        lines = [line for line in lines if line.plain.strip()]
        lines += [self._cut(line, width) for line in self._detail.lines]
        return Content("\n").join([*lines[: height - 1], self._keys(self._detail.actions)])

    def _evidence(self, evidence: Line, width: int) -> list[Content]:
        """Two lines of it at most: what was tried is to be seen too."""
        first, *rest = _content(evidence).wrap(max(1, width)) or [Content("")]
        return [first, self._cut(((" ".join(line.plain.rstrip() for line in rest), Tone.DIM),), width)]

    def _cut(self, line: Line, width: int) -> Content:
        pieces: list[tuple[str, Tone]] = []
        for text, tone in line:
            pieces.append((shorten(text, width, self._glyphs.ellipsis), tone))
            width = max(0, width - cell_len(text))
        return _content(pieces)

    def _keys(self, names: Sequence[str]) -> Content:
        parts: list[tuple[str, str] | str] = []
        for name in (*names, "open"):
            action = BY_NAME[name]
            parts += [(sign(keys_of(action, self._remapped)[0]), "bold $accent"), " "]
            parts.append((f"{action.short}   ", "$dim"))
        return Content.assemble(*parts)


def _content(line: Sequence[tuple[str, Tone]]) -> Content:
    return Content.assemble(*((text, TONE_STYLES[tone]) for text, tone in line)).rstrip()


class PlanPane(ListPane):
    """Open, scheduled and held items; ``h`` shows what was resolved or dismissed instead."""

    def __init__(
        self,
        store: Store,
        glyphs: Glyphs,
        logs: Path,
        remapped: Mapping[str, str],
        clock: Callable[[], float],
        *,
        channel: int | None = None,
        id: str | None = None,
    ) -> None:
        """``logs`` is where the jobs' own logs lie; ``channel``: whose items alone are shown."""
        self._channel = channel
        self._plan: PlanSource = self._of_channel(plan_list.plan(glyphs, clock))
        super().__init__(TITLE, self._plan, store, glyphs, empty=EMPTY, note=False, hints=("", HINT), id=id)
        self._store = store
        self._logs = logs
        self._clock = clock
        self._history = False
        self._lower = ""
        self._left: tuple[int | None] = (None,)
        self._detail_title = PaneTitle("", glyphs)
        self._detail_lines = DetailLines(glyphs, remapped)
        self._reading_detail = False
        self._read_again = False

    def compose(self) -> ComposeResult:
        """The list, a rule, the lines."""
        yield from super().compose()
        yield self._detail_title
        yield self._detail_lines

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

    def tick(self, now: float) -> None:
        """Let the countdowns go on."""
        if self.rows.tick(now):
            self._read_detail()

    def on_row_list_changed(self, event: RowList.Changed) -> None:
        """Read what the cursor is on, unless that is being read."""
        self._share_lines()
        self._read_detail()

    def on_resize(self, event: events.Resize) -> None:
        """Share the lines of another size."""
        self._share_lines()

    def _share_lines(self) -> None:
        """Give the list the lines it needs, and what is left to what is known of the row under the cursor."""
        height, total = self.outer_size.height, self.rows.total
        # Its title, its columns' names, the rule below it; the filter while it is open.
        others = 3 + self._input.display
        least = LEAST_DETAIL if height < LOW else 6 if height < TALL else 8
        self._detail_title.display = self._detail_lines.display = total > 0
        self._detail_lines.styles.height = max(least, min(MOST_DETAIL, height - others - total))

    def _read_detail(self) -> None:
        if self._reading_detail:
            self._read_again = True
            return
        self._reading_detail = True
        row = self.rows.cursor_row
        read = partial(self._detail_of, row.key if row else None)
        read_in_thread(self, read, self._show_detail, name="plan item")

    def _detail_of(self, key: int | None) -> tuple[PlanDetail | None, str]:
        """What is known of a row (None if it is gone), and what is lower than offered, by cause."""
        db, now = self._store.db, self._clock()
        lower = lower_counts(offers.lower_counts(db))
        if key is not None and key >= 0:
            return item_detail(db, key, self._logs, now), lower
        source = self.rows.source
        group = source.group_of(db, key) if key is not None and isinstance(source, PlanSource) else None
        return (group_detail(group, now) if group else None), lower

    def _show_detail(self, read: tuple[PlanDetail | None, str] | None) -> None:
        """Show it, and read on if the cursor has moved meanwhile."""
        detail, lower = read or (None, "")
        self._reading_detail = False
        if lower != self._lower:
            self._lower = lower
            self._show_title()
        self._detail_title.show(detail.title if detail else "")
        self._detail_lines.show(detail)
        if self._read_again:
            self._read_again = False
            self._read_detail()
