"""The line above a pane with its title, and the lines below with a note: each repaints alone."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from ytui.tui.text import Glyphs, shorten


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


class PaneNote(Widget):
    """A few words about the row under the cursor."""

    DEFAULT_CSS = "PaneNote { height: 1; text-wrap: nowrap; }"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._note = ""

    def show(self, note: str) -> None:
        """Show this note."""
        if note != self._note:
            self._note = note
            self.refresh()

    def render(self) -> Content:
        """Paint the note in what room there is; what does not fit its last line is cut off there."""
        if not self._note:
            return Content("")
        room, most = max(1, self.size.width - 4), max(1, self.size.height)
        lines = [str(line).rstrip() for line in Content(self._note).wrap(room)] if most > 1 else [self._note]
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        text = "\n    ".join(shorten(line, room, self._glyphs.ellipsis) for line in lines)
        return Content.assemble("  ", (f"{self._glyphs.arrow} ", "$accent"), (text, "$dim"))
