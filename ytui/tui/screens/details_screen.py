"""Details of one item in labelled lines, each part read on its own; kept up to date while it is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen

from ytui.core.sanitize import clean
from ytui.tui.background import read_in_thread
from ytui.tui.details.sections import DetailsPage, Fact, Facts, ItemDetails, Part, Section
from ytui.tui.keys import View
from ytui.tui.lists.rows import RowKind, Target, Tone
from ytui.tui.text import Glyphs
from ytui.tui.widgets.key_hints import KeyFooter
from ytui.tui.widgets.list_pane import PaneTitle
from ytui.tui.widgets.section_text import SectionText
from ytui.tui.widgets.thumbnail import ReadPicture, Thumbnail

NARROW_COLUMNS, WIDE_COLUMNS = 70, 100
"""Below the one there is no room for a picture beside the facts, from the other on for a larger one."""


@dataclass(frozen=True)
class PartRead:
    """What became of reading a part: facts, or why there are none."""

    facts: Facts = ()
    failed: str = ""


def _read_part(part: Part) -> PartRead:
    try:
        return PartRead(part.read())
    except Exception as error:  # noqa: BLE001 - files from outside: the part says it, the others stand
        return PartRead(failed=str(error) or type(error).__name__)


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


class DetailsScreen(Screen[None], inherit_bindings=False):
    """A page about one item; ``esc`` goes back."""

    CSS_PATH = "details.tcss"
    BINDINGS: ClassVar[list[BindingType]] = []
    view = View.DETAILS

    def __init__(
        self,
        kind: RowKind,
        key: int,
        page: DetailsPage,
        glyphs: Glyphs,
        remapped: Mapping[str, str],
        *,
        picture: ReadPicture | None = None,
    ) -> None:
        """What ``page`` reads is read in threads, as is ``picture``, which is shown beside the facts."""
        super().__init__()
        self._kind = kind
        self._key = key
        self._page = page
        self._remapped = remapped
        self._details: ItemDetails | None = None
        self._parts_read: dict[int, PartRead] = {}
        self._parts_busy: set[int] = set()
        self._busy = False
        self._title_line = PaneTitle("loading…", glyphs)
        self._facts = SectionText()
        self._texts = [SectionText() for _ in page.parts]
        self._picture = Thumbnail(picture) if picture is not None else None

    def compose(self) -> ComposeResult:
        """Title, facts with the picture beside them, a text for each part, footer."""
        self._title_line.light(True)
        yield self._title_line
        with VerticalScroll(id="page", can_focus=False):
            with Horizontal(id="beside"):
                yield self._facts
                if self._picture is not None:
                    yield self._picture
            yield from self._texts
        yield KeyFooter(self.view, self._remapped)

    def on_mount(self) -> None:
        """Read at once."""
        self.refresh_rows()

    def on_resize(self, event: events.Resize) -> None:
        """Choose the size of the picture."""
        self.set_class(event.size.width < NARROW_COLUMNS, "narrow")
        self.set_class(event.size.width >= WIDE_COLUMNS, "wide")

    def refresh_rows(self) -> None:
        """Read the item and each of its parts again, in threads; one that is still being read is let be."""
        for number, part in enumerate(self._page.parts):
            if number not in self._parts_busy:
                self._parts_busy.add(number)
                read_in_thread(
                    self, partial(_read_part, part), partial(self._keep_part, number), name="details"
                )
        if not self._busy:
            self._busy = True
            read_in_thread(self, self._read_facts, self._show_facts, name="details")
        if self._picture is not None:
            self._picture.reload()

    def _read_facts(self) -> tuple[ItemDetails | None, str]:
        """The facts, None if the item is gone; and why they could not be read."""
        try:
            return self._page.facts(), ""
        except Exception as error:  # noqa: BLE001 - whatever it is, the page says it and its parts stand
            return None, str(error) or type(error).__name__

    def _keep_part(self, number: int, read: PartRead | None) -> None:
        """Show the part, if it differs."""
        self._parts_busy.discard(number)
        if read is not None and self._parts_read.get(number) != read:
            self._parts_read[number] = read
            self._show_part(number)

    def _show_part(self, number: int) -> None:
        if self._details is not None:
            section = part_section(self._page.parts[number], self._parts_read.get(number))
            self._texts[number].show([section])

    def _show_facts(self, read: tuple[ItemDetails | None, str] | None) -> None:
        """Show what was read, if it differs."""
        details, failed = read or (None, "")
        self._busy = False
        if failed:
            self._title_line.show(f"failed: {clean(failed)}")
        elif details is None:
            self._title_line.show("this is gone")
        elif details != self._details:
            first = self._details is None
            self._details = details
            self._title_line.show(details.title)
            self._facts.show(details.sections)
            for number in range(len(self._texts)) if first else ():
                self._show_part(number)

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
