"""Section text: labelled lines under headings, wrapped to the width there is."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget

from ytui.tui.details.sections import Fact, Section
from ytui.tui.lists.rows import TONE_STYLES
from ytui.tui.text import fit

INDENT = 2
LABEL_CELLS = 14
LEAST_TEXT = 10
"""Cells that the text beside a label is given, however narrow the page is."""


class SectionText(Widget):
    """Shows sections; takes no room while there are none. Repaints only when they change."""

    DEFAULT_CSS = "SectionText { width: 1fr; height: auto; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self._wrapped = WrappedSections(())

    def show(self, sections: Sequence[Section]) -> None:
        """Show these; what has no facts is left out."""
        kept = tuple(section for section in sections if section.facts)
        if kept != self._wrapped.sections:
            self._wrapped = WrappedSections(kept)
            self.display = bool(kept)
            self.refresh(layout=True)

    def render(self) -> Visual:
        """Return what is wrapped to the width it is painted with."""
        return self._wrapped


class WrappedSections(Visual):
    """Sections as lines of a width; those of the last width are kept, for they are asked for often."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        self._width = -1
        self._lines: list[Content] = []

    def lines(self, width: int) -> list[Content]:
        """Return the lines, each of at most ``width`` cells."""
        if width != self._width:
            self._width = width
            self._lines = [line for section in self.sections for line in section_lines(section, width)]
        return self._lines

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """Take the room there is."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """Return the number of lines."""
        return len(self.lines(width))

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """Paint the lines."""
        return Content("\n").join(self.lines(width)).render_strips(width, height, style, options)


def section_lines(
    section: Section,
    width: int,
    *,
    indent: int = INDENT,
    label: int = LABEL_CELLS,
    most: int | None = None,
) -> list[Content]:
    """Return a section as lines, and an empty one after it.

    ``label``: the cells of what is named; ``most``: the lines that one fact may take.
    """
    title = [Content.styled(section.title, "bold $accent")] if section.title else []
    facts = (line for fact in section.facts for line in _fact_lines(fact, width, indent, label)[:most])
    return [*title, *facts, Content("")]


def _fact_lines(fact: Fact, width: int, indent: int, label: int) -> list[Content]:
    name = fit(fact.label, label) if fact.label else ""
    before = indent + (label if name else 0)
    room = max(LEAST_TEXT, width - before)
    text = Content.styled(fact.text, TONE_STYLES[fact.tone])
    first = Content.assemble(" " * indent, (name, "$dim")) if name else " " * indent
    return [
        Content.assemble(first if number == 0 else " " * before, line)
        for number, line in enumerate(text.wrap(room))
    ]
