"""List pane: title, a filter that opens above the rows, column names, the list, a note below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from ytui.core.formatting import group_digits
from ytui.core.sanitize import clean
from ytui.store.database import Store
from ytui.store.lists.filter_syntax import expanded, parse
from ytui.tui.lists.acting import Here
from ytui.tui.lists.rows import ListSource, Row, Target
from ytui.tui.text import Glyphs, shorten
from ytui.tui.widgets.filter_line import FilterLine
from ytui.tui.widgets.pane_lines import ColumnNames, PaneNote
from ytui.tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from ytui.tui.widgets.detail_pane import DetailPane


class PaneTitle(Widget):
    """A rule with a title in it; brighter while its pane has the keyboard."""

    DEFAULT_CSS = "PaneTitle { height: 1; text-wrap: nowrap; }"

    def __init__(self, title: str, glyphs: Glyphs) -> None:
        super().__init__()
        self._title = title
        self._glyphs = glyphs
        self._lit = False

    @property
    def title(self) -> str:
        """What the line says."""
        return self._title

    def show(self, title: str) -> None:
        """Show this title."""
        if title != self._title:
            self._title = title
            self.refresh()

    def light(self, lit: bool) -> None:
        """Show whether the pane has the keyboard."""
        if lit != self._lit:
            self._lit = lit
            self.refresh()

    def render(self) -> Content:
        """Paint the rule."""
        width = self.size.width
        if not self._title:
            return Content.styled(self._glyphs.rule * width, "$accent" if self._lit else "$rule")
        title = shorten(self._title, width - 4, self._glyphs.ellipsis)
        rule = self._glyphs.rule * max(0, width - 3 - cell_len(title))
        line = "$accent" if self._lit else "$rule"
        name = "bold $accent" if self._lit else "bold $dim"
        return Content.assemble((self._glyphs.rule, line), " ", (title, name), " ", (rule, line))


FILTER_PAUSE = 0.12
"""Seconds without a key before a filter is asked for: typing is echoed at once whatever the query takes."""


FILTER_HINTS = ("", "esc takes the filter off")
"""Stands where a filter leaves no rows: what else would stand there is not why there are none."""


class ListPane(Vertical):
    """One list of the screen: what the keys of its view act on."""

    # Its widgets cover all of it.
    BLANK = True

    def __init__(
        self,
        title: str,
        source: ListSource,
        store: Store,
        glyphs: Glyphs,
        *,
        empty: str,
        names: bool = True,
        follow: bool = False,
        note: bool = True,
        hints: Sequence[str] = (),
        columns: Sequence[str] | None = None,
        details: DetailPane | None = None,
        id: str | None = None,
    ) -> None:
        """``empty`` is said in the title where there are no rows, ``hints`` in their place.

        ``note`` adds a line with the row's note, ``details`` what is known of the row; ``columns`` are those
        that a person chose.
        """
        super().__init__(id=id)
        self._usual = source.columns
        source = source.showing(columns)
        self.rows = RowList(source, store, glyphs, follow=follow, hints=hints)
        self._title = title
        self._title_line = PaneTitle(title, glyphs)
        self._note_line = PaneNote(glyphs)
        self._source = source
        self._glyphs = glyphs
        self._empty = empty
        self._names = ColumnNames(self.rows, glyphs) if names else None
        self._note = note
        self._details = details
        self._hints = hints
        self._whole = 0
        self._filter = ""
        self._place: tuple[int | None] | None = None
        self._pause: Timer | None = None
        self._input = FilterLine(source.filter_words.hint, store, source.kind.value)
        self._mistake = Static("", classes="mistake", markup=False)

    def compose(self) -> ComposeResult:
        """Title, filter, column names, rows, note."""
        yield self._title_line
        yield self._input
        yield self._mistake
        if self._names is not None:
            yield self._names
        yield self.rows
        if self._note:
            yield self._note_line
        if self._details is not None:
            yield self._details

    def on_mount(self) -> None:
        """The filter is closed at first."""
        self._input.display = self._mistake.display = False
        self._show_title()

    @property
    def typing(self) -> bool:
        """Whether the filter has the keyboard."""
        return self._input.has_focus

    @property
    def lines_wanted(self) -> int:
        """How many lines would show it whole, its frame included; a filter asks for no fewer."""
        if not self.filtered:
            self._whole = self.rows.total
        return max(self._whole, len(self._hints)) + 1 + self._note + (self._names is not None)

    @property
    def filtered(self) -> bool:
        """Whether a filter is in force or open."""
        return bool(self._filter) or self._input.display

    def target(self, *, single: bool = False) -> Target:
        """Return what a key acts on: the marked rows, else (or with ``single``) the one under the cursor."""
        row = self.rows.cursor_row
        keys: tuple[int, ...] = (row.key,) if row and not row.heading else ()
        if self.rows.selection and not single:
            keys = tuple(sorted(self.rows.selection))
        return Target(self.rows.source.kind, keys, self.rows.source, row.key if row else None)

    @property
    def filter_text(self) -> str:
        """The filter in force as it was typed."""
        return self._filter

    def name_filters(self, named: Callable[[], Mapping[str, str]]) -> None:
        """Let ``@name`` stand for these filters."""
        self._input.named = named

    def _filtered(self) -> ListSource:
        return self._source.filtered(expanded(self._filter, self._input.named())[0])

    def here(self, around: frozenset[str]) -> Here:
        """Return what keys are about; ``around``: what is so of the library."""
        row, marked = self.rows.cursor_row, bool(self.rows.selection)
        return Here(self.rows.source.kind, row.facts if row else None, marked, around)

    def focus_rows(self) -> None:
        """Give the keyboard to the rows."""
        self.rows.focus()

    @property
    def source(self) -> ListSource:
        """The list as it is without a filter."""
        return self._source

    def open_filter(self, text: str | None = None) -> None:
        """Let the person type what to show; with ``text`` that is shown at once."""
        if self._place is None:
            self._place = (self.rows.key if self.rows.moved else None,)
        self._input.display = True
        self._input.recall()
        if text is None:
            self._input.focus()
        else:
            self._input.value = text
            self._apply(text)

    def close_filter(self) -> None:
        """Show everything again, with the cursor where it was before."""
        self._input.value = ""
        self._input.display = self._mistake.display = False
        self._apply("")
        self.rows.focus()
        if self._place is not None:
            self.rows.go_to(*self._place)
            self._place = None

    def show_source(self, source: ListSource) -> None:
        """Show the list in another order, or another list; the filter stays in force."""
        self._source = source
        self.rows.show_source(self._filtered(), keep_cursor=self.rows.moved)
        self._show_title()

    @property
    def columns_key(self) -> str:
        """The list's name in ``screen.columns`` of the configuration."""
        return f"{self._source.kind.value}s"

    def show_columns(self, names: Sequence[str] | None) -> None:
        """Show these columns, or the usual ones."""
        self.show_source(replace(self._source, columns=self._usual).showing(names))
        # The rows are the same, and only where their cells stand differs.
        self.rows.refresh()

    def rename(self, title: str, empty: str, hint: str) -> None:
        """Give the pane another title, and other words for where there are no rows."""
        self._title, self._empty, self._hints = title, empty, ("", hint)
        if not self._filter:
            self.rows.hints = self._hints
        self._show_title()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask for the rows once the typing pauses."""
        event.stop()
        if self._pause is not None:
            self._pause.stop()
        text = event.value
        self._pause = self.set_timer(FILTER_PAUSE, lambda: self._apply(text))
        self._say_mistake(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: on to the rows; an empty filter closes."""
        event.stop()
        self._apply(event.value)
        if event.value.strip():
            self._input.remember(event.value.strip())
            self.rows.focus()
            self._submitted()
        else:
            self.close_filter()

    def on_descendant_focus(self) -> None:
        """Light the title."""
        self._title_line.light(True)

    def on_descendant_blur(self) -> None:
        """Dim the title."""
        self._title_line.light(False)

    def _submitted(self) -> None:
        """Do what is to follow after enter."""

    def _title_words(self) -> list[str]:
        """Return what the title says beside the filter."""
        return []

    def tick(self, now: float) -> None:
        """Let the countdowns in the rows go on."""
        self.rows.tick(now)

    def _say_mistake(self, text: str) -> None:
        """Say below the line what is wrong with a word, which else would silently find nothing."""
        whole, problem = expanded(text, self._input.named())
        problem = problem or parse(whole, self._source.filter_words).problem
        self._mistake.display = bool(problem) and self._input.display
        self._mistake.update(clean(problem))

    def _apply(self, text: str) -> None:
        if self._pause is not None:
            self._pause.stop()
            self._pause = None
        if text.strip() != self._filter:
            self._filter = text.strip()
            self.rows.hints = FILTER_HINTS if self._filter else self._hints
            self.rows.show_source(self._filtered(), keep_cursor=not self._filter)
            self._show_title()

    def on_row_list_changed(self, event: RowList.Changed) -> None:
        """Say what changed in the frame, and what is known of the row; the footer hears of it too."""
        self._show_title()
        if self._details is not None:
            row = self.rows.cursor_row
            self._details.follow(self.rows.source, row.key if row else None)

    def _show_title(self) -> None:
        rows = self.rows
        if self._names is not None:
            self._names.show()
        words = [self._title]
        if rows.loaded:
            words.append(group_digits(rows.number) if rows.total else self._nothing())
        if self._filter:
            words.append(f"filter “{clean(self._filter)}”")
        words += self._title_words()
        if (column := self._unseen_order()) is not None:
            source = rows.source
            sign = self._glyphs.state("descending" if source.descending else "ascending")
            words.append(f"by {source.columns[column].title}{sign}")
        if rows.choosing_range:
            words.append("range: move, then v again")
        elif rows.selection:
            # What a filter hides is not acted on.
            words.append(f"{len(rows.selection)} marked{': only those shown count' if self._filter else ''}")
        if rows.new_below:
            words.append(f"{rows.new_below} new below")
        self._title_line.show(f" {self._glyphs.dot} ".join(words))
        self._note_line.show(self._note_of(rows.cursor_row))

    def _note_of(self, row: Row | None) -> str:
        """Return a row's note, after what its columns have no room for: at the cursor a title is whole."""
        if row is None or row.heading:
            return ""
        order = self._unseen_order()
        cut = [
            cell.text
            for number, (column, cells, cell) in enumerate(
                zip(self.rows.source.columns, self.rows.widths(), row.cells, strict=True)
            )
            if (column.flex and 0 < cells < cell_len(cell.text) and cell.text not in row.note)
            or (number == order and not cells and cell.text)
        ]
        return f" {self._glyphs.dot} ".join([*cut, row.note] if row.note else cut)

    def _unseen_order(self) -> int | None:
        """The column that the list is sorted by, where no name with the sign of it stands above the rows."""
        sort = self.rows.source.sort
        seen = sort is None or (self._names is not None and self.rows.widths()[sort])
        return None if seen else sort

    def _nothing(self) -> str:
        return "nothing matches" if self._filter else self._empty
