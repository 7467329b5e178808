"""Everything about one item: facts, plan, attempts, the end of its log; kept up to date while it is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from ytui.tui.commands import Target
from ytui.tui.details import Details, Fact, Section
from ytui.tui.details_video import Part
from ytui.tui.keys import View
from ytui.tui.rows import TONE_STYLES, RowKind, Tone
from ytui.tui.text import Glyphs, clean, fit
from ytui.tui.widgets.key_footer import KeyFooter
from ytui.tui.widgets.pane_line import PaneTitle

LABEL_CELLS = 14


@dataclass(frozen=True)
class PartRead:
    """What became of reading a part: facts, or why there are none."""

    facts: Sequence[Fact] = ()
    failed: str = ""


def part_section(part: Part, read: PartRead | None) -> Section:
    """Return a part as far as it is known; without facts, if it is to be left out."""
    if read is None:
        return Section(part.title, (Fact("", "loading…", Tone.DIM),))
    if read.failed:
        return Section(part.title, (Fact("", f"failed: {clean(read.failed)}", Tone.BAD),))
    facts = tuple(fact for fact in read.facts if fact.text)
    if not facts and part.empty:
        return Section(part.title, (Fact("", part.empty, Tone.DIM),))
    return Section(part.title, facts)


def details_content(sections: Sequence[Section]) -> Content:
    """Return the sections as one text."""
    parts: list[str | tuple[str, str]] = []
    for section in sections:
        if not section.facts:
            continue
        if section.title:
            parts.append((f"{section.title}\n", "bold $accent"))
        for fact in section.facts:
            if fact.label:
                parts.append((f"  {fit(fact.label, LABEL_CELLS)}", "$dim"))
            else:
                parts.append("  ")
            parts.append((f"{fact.text}\n", TONE_STYLES[fact.tone]))
        parts.append("\n")
    return Content.assemble(*parts)


class DetailsScreen(Screen[None], inherit_bindings=False):
    """A page about one item, or one job's whole log; ``esc`` goes back."""

    CSS_PATH = "details.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []

    class Read(Message):
        """The item was read again; None if it is gone."""

        def __init__(self, details: Details | None) -> None:
            super().__init__()
            self.details = details

    class PartWasRead(Message):
        """One part was read again."""

        def __init__(self, title: str, read: PartRead) -> None:
            super().__init__()
            self.title = title
            self.read = read

    def __init__(
        self,
        kind: RowKind,
        key: int,
        read: Callable[[], Details | None],
        glyphs: Glyphs,
        remapped: Mapping[str, str],
        *,
        parts: Sequence[Part] = (),
        view: View = View.DETAILS,
        to_end: bool = False,
    ) -> None:
        """``read`` and each of ``parts`` run in threads; ``to_end`` begins at the end, as one wants a log."""
        super().__init__()
        self.view = view
        self._kind = kind
        self._key = key
        self._read_item = read
        self._remapped = remapped
        self._to_end = to_end
        self._details: Details | None = None
        self._parts = tuple(parts)
        self._parts_read: dict[str, PartRead] = {}
        self._parts_busy: set[str] = set()
        self._busy = False
        self._title_line = PaneTitle("", glyphs)
        self._text = Static("", id="text")

    def compose(self) -> ComposeResult:
        """Title, text, footer."""
        self._title_line.light(True)
        yield self._title_line
        with VerticalScroll(id="page", can_focus=False):
            yield self._text
        yield KeyFooter(self.view, self._remapped)

    def on_mount(self) -> None:
        """Read at once."""
        self.refresh_rows()

    def refresh_rows(self) -> None:
        """Read the item and each of its parts again, in threads."""
        for part in self._parts:
            if part.title not in self._parts_busy:
                self._parts_busy.add(part.title)
                self._in_thread(partial(self._read_part, part))
        if not self._busy:
            self._busy = True
            self._in_thread(partial(self._read_in_thread, self._read_item))

    def _in_thread(self, work: Callable[[], None]) -> None:
        self.app.run_worker(work, name="details", group="rows", thread=True, exit_on_error=False)

    def _read_part(self, part: Part) -> None:
        try:
            read = PartRead(part.read())
        except Exception as error:  # noqa: BLE001 - files from outside: the part says it, the others stand
            read = PartRead(failed=str(error) or type(error).__name__)
        self.post_message(self.PartWasRead(part.title, read))

    def on_details_screen_part_was_read(self, event: PartWasRead) -> None:
        """Show the part, if it differs."""
        self._parts_busy.discard(event.title)
        if self._parts_read.get(event.title) != event.read:
            self._parts_read[event.title] = event.read
            self._show()

    def _show(self) -> None:
        if self._details is not None:
            others = [part_section(part, self._parts_read.get(part.title)) for part in self._parts]
            self._text.update(details_content([*self._details.sections, *others]))

    def _read_in_thread(self, read: Callable[[], Details | None]) -> None:
        details: Details | None = None
        try:
            details = read()
        finally:
            self.post_message(self.Read(details))

    def on_details_screen_read(self, event: Read) -> None:
        """Show what was read, if it differs."""
        self._busy = False
        if event.details is None:
            self._title_line.show("this is gone")
            return
        if event.details == self._details:
            return
        page = self.query_one("#page", VerticalScroll)
        at_end = self._to_end and (self._details is None or page.scroll_y >= page.max_scroll_y)
        self._details = event.details
        self._title_line.show(event.details.title)
        self._show()
        if at_end:
            self.call_after_refresh(page.scroll_end, animate=False)

    @property
    def mover(self) -> DetailsScreen:
        """What the keys for moving move."""
        return self

    async def back(self) -> None:
        """Go back to where it was opened."""
        self.dismiss(None)

    def target(self, *, single: bool = False) -> Target:
        """Return the item: what the keys act on here."""
        return Target(self._kind, (self._key,))

    def move_by(self, rows: int) -> None:
        """Scroll."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=rows, animate=False)

    def page_rows(self) -> int:
        """How many lines are visible."""
        return max(1, self.query_one("#page", VerticalScroll).size.height)
