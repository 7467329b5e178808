"""Detail pane: what is known of the row under the cursor, below its list or, on wide screens, beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from ytui.tui.background import read_in_thread
from ytui.tui.details.sections import Line, RowDetail
from ytui.tui.keymap import keys_of, sign
from ytui.tui.keys import BY_NAME
from ytui.tui.lists.rows import TONE_STYLES, ListSource, Tone
from ytui.tui.text import Glyphs, shorten
from ytui.tui.widgets.list_pane import PaneTitle
from ytui.tui.widgets.section_text import section_lines

ReadDetail = Callable[[ListSource, int], RowDetail | None]
"""Reads what is known of a row of a list, in any thread; None if it is gone."""
LEAST_DETAIL = 3
"""Lines of it below its list, at least; in no more than these the reason is left out."""
REST = 0.1
"""Seconds that the cursor rests before the next read: a key that is held down is not to be held up."""
LABEL_CELLS = 13
MOST_TITLE, MOST_TEXT = 3, 6
"""Lines that the title, and any other text, may take beside the list."""


class DetailLines(Widget):
    """As much as there is room for; ``enter`` shows all of it on a page of its own."""

    DEFAULT_CSS = "DetailLines { height: 1fr; text-wrap: nowrap; padding: 0 1; }"

    def __init__(self, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._remapped = remapped
        self._shown: tuple[RowDetail | None, bool] = (None, False)

    def show(self, detail: RowDetail | None, *, beside: bool) -> None:
        """Show this, all of it where it stands beside the list; nothing is painted if it is the same."""
        if (detail, beside) != self._shown:
            self._shown = detail, beside
            self.refresh()

    def render(self) -> Content:
        """Paint the detail, line after line; the keys that act on it are below."""
        detail, beside = self._shown
        if detail is None:
            return Content("")
        width, height = max(1, self.size.width), self.size.height
        lines = self._whole(detail, width) if beside else self._short(detail, width, height)
        if not detail.actions:
            return Content("\n").join(lines[:height])
        return Content("\n").join([*lines[: height - 1], self._keys(detail.actions)])

    def _whole(self, detail: RowDetail, width: int) -> list[Content]:
        """The lines of all of it, each wrapped to the width; no text is so long that others are not seen."""
        lines = [*Content.styled(detail.title, "bold").wrap(width)[:MOST_TITLE], Content("")]
        for text in (*detail.sentences, detail.evidence, *detail.lines):
            lines += [line for line in _content(text).wrap(width)[:MOST_TEXT] if line.plain.strip()]
        for section in detail.sections:
            lines += section_lines(section, width, indent=0, label=LABEL_CELLS, most=MOST_TEXT)
        return lines

    def _short(self, detail: RowDetail, width: int, height: int) -> list[Content]:
        """The lines of it where they are few: what is in others' words is cut off."""
        # Where there is hardly room the reason gives way to the evidence.
        sentences = detail.sentences[: 1 if height <= LEAST_DETAIL else None]
        lines = [line for sentence in sentences for line in _content(sentence).wrap(width)]
        lines += self._evidence(detail.evidence, width)
        lines = [line for line in lines if line.plain.strip()]
        return lines + [self._cut(line, width) for line in detail.lines]

    def _evidence(self, evidence: Line, width: int) -> list[Content]:
        """Two lines of it at most: what was tried is to be seen too."""
        first, *rest = _content(evidence).wrap(width) or [Content("")]
        return [first, self._cut(((" ".join(line.plain.rstrip() for line in rest), Tone.DIM),), width)]

    def _cut(self, line: Line, width: int) -> Content:
        pieces: list[tuple[str, Tone]] = []
        for text, tone in line:
            pieces.append((shorten(text, width, self._glyphs.ellipsis), tone))
            width = max(0, width - cell_len(text))
        return _content(pieces)

    def _keys(self, names: Sequence[str]) -> Content:
        parts: list[tuple[str, str] | str] = []
        room = self.size.width
        for name in names:
            action = BY_NAME[name]
            key = sign(keys_of(action, self._remapped)[0])
            room -= cell_len(f"{key} {action.short}")
            if room >= 0:
                parts += [(key, "bold $accent"), " ", (f"{action.short}   ", "$dim")]
            room -= 3
        return Content.assemble(*parts).rstrip()


def _content(line: Sequence[tuple[str, Tone]]) -> Content:
    return Content.assemble(*((text, TONE_STYLES[tone]) for text, tone in line)).rstrip()


class DetailPane(Vertical):
    """Follows the cursor: one read at a time, in a thread; the next one is of where the cursor is then."""

    def __init__(self, read: ReadDetail, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._read = read
        self._title_line = PaneTitle("", glyphs)
        self._lines = DetailLines(glyphs, remapped)
        self._detail: RowDetail | None = None
        self._wanted: tuple[ListSource, int] | None = None
        self._busy = self._resting = False
        self._rest: Timer | None = None
        self.behind = False
        """Whether the cursor has moved since what is shown was asked for."""

    def compose(self) -> ComposeResult:
        """A rule, and the lines."""
        yield self._title_line
        yield self._lines

    @property
    def beside(self) -> bool:
        """Whether it stands beside the list; else below it."""
        return self.styles.dock == "right"

    def follow(self, source: ListSource, key: int | None) -> None:
        """Show what is known of this row; None: there is none."""
        self._wanted = None if key is None else (source, key)
        self._read_on()

    def on_resize(self, event: events.Resize) -> None:
        """It may be shown only now, or elsewhere."""
        self._show(self._detail)
        self._read_on()

    def _read_on(self) -> None:
        self.behind = self._busy or self._resting
        if self._rest is not None and self._resting:
            self._rest.reset()
        if self.behind or not self.display:
            return
        if self._wanted is None:
            self._show(None)
            return
        self._busy = self._resting = True
        self._rest = self.set_timer(REST, self._rested)
        read_in_thread(self, partial(self._read, *self._wanted), self._take, name="details")

    def _rested(self) -> None:
        self._resting = False
        self._go_on()

    def _take(self, detail: RowDetail | None) -> None:
        self._busy = False
        self._show(detail)
        self._go_on()

    def _go_on(self) -> None:
        if self.behind:
            self._read_on()

    def _show(self, detail: RowDetail | None) -> None:
        self._detail = detail
        self._title_line.show("" if detail is None else "Details" if self.beside else detail.title)
        self._lines.show(detail, beside=self.beside)
