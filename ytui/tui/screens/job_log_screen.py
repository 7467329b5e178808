"""Job log, of any size: from its end, which it follows; ``/``, ``n`` and ``N`` search it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widgets import Input

from ytui.core.formatting import format_size
from ytui.core.sanitize import clean
from ytui.tui.details.sections import job_log_path
from ytui.tui.keys import View
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.text import Glyphs
from ytui.tui.widgets.key_hints import KeyFooter
from ytui.tui.widgets.list_pane import PaneTitle
from ytui.tui.widgets.log_text import LogText


class JobLogScreen(Screen[None], inherit_bindings=False):
    """A job's log; ``esc`` takes the search off, then goes back."""

    BINDINGS: ClassVar[list[BindingType]] = []
    view = View.JOB_LOG

    def __init__(self, job: int, logs: Path, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._job = job
        self._glyphs = glyphs
        self._remapped = remapped
        self._title_line = PaneTitle(f"Log of job {job}", glyphs)
        self._input = Input(placeholder="search", select_on_focus=False, classes="filter")
        self._input.cursor_blink = False
        self._log_text = LogText(job_log_path(logs, job))

    def compose(self) -> ComposeResult:
        """Title, search, text, footer."""
        self._title_line.light(True)
        self._input.display = False
        yield self._title_line
        yield self._input
        yield self._log_text
        yield KeyFooter(self.view, self._remapped)

    def on_mount(self) -> None:
        """Keys are for the text until something is searched."""
        self._log_text.focus()

    @property
    def mover(self) -> LogText:
        """What the keys for moving move."""
        return self._log_text

    def refresh_rows(self) -> None:
        """Look for more of it."""
        self._log_text.check_size()

    def target(self, *, single: bool = False) -> Target:
        """Return the job: what the keys act on here."""
        return Target(RowKind.JOB, (self._job,))

    async def back(self) -> None:
        """Take the search off, else go back to where it was opened."""
        if self._input.display:
            self._close_search()
        else:
            self.dismiss(None)

    # --- searching

    def open_filter(self) -> None:
        """Let the person type what to look for."""
        self._input.display = True
        self._input.focus()

    def find(self, *, forward: bool) -> None:
        """Go to the next match below, or above."""
        self._log_text.find(forward=forward)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show at once where it is in what is visible."""
        event.stop()
        self._log_text.highlight(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: to the nearest match above; nothing typed closes."""
        event.stop()
        if event.value.strip():
            self._log_text.focus()
            self.find(forward=False)
        else:
            self._close_search()

    def _close_search(self) -> None:
        self._input.value = ""
        self._input.display = False
        self._log_text.focus()
        self._log_text.highlight("")

    def on_log_text_moved(self, event: LogText.Moved) -> None:
        """Say where this is."""
        event.stop()
        text = self._log_text
        words = [f"Log of job {self._job}"]
        if text.size_bytes:
            words.append(format_size(text.size_bytes))
            words.append("end" if text.at_end else f"{int(text.share * 100)} %")
        searched = clean(self._input.value.strip())
        if searched:
            words.append(f"{'not found' if text.missing else 'search'}: “{searched}”")
        if text.new_below:
            words.append(f"{text.new_below} new below")
        self._title_line.show(f" {self._glyphs.dot} ".join(words))
