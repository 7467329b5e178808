"""Path input: a line for the path of a file, which tab completes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from ytui.paths import completions
from ytui.tui.background import read_in_thread

MOST_NAMES = 8


class PathInput(Input):
    """Tab writes on while there is one way, then tells the ways; where none is left, it goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete", show=False)]

    class Ways(Message):
        """There is more than one way to go on; ``words`` has as many of the names as there is room for."""

        def __init__(self, paths: Sequence[str]) -> None:
            super().__init__()
            names = [path[path.rstrip("/").rfind("/") + 1 :] for path in paths]
            more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
            self.words = "  ".join(names[:MOST_NAMES]) + more

    def action_complete(self) -> None:
        """Look in a thread, for a path may lie on a disk that does not answer."""
        text = self.value
        if text:
            read_in_thread(self, partial(completions, text), partial(self._go_on, text), name="complete")
        else:
            self.screen.focus_next()

    def _go_on(self, text: str, paths: Sequence[str] | None) -> None:
        if paths is None or text != self.value:
            # Something else stands there by now.
            return
        written = _common(paths) or text
        if written != text:
            self.value = written
            self.cursor_position = len(written)
        elif len(paths) > 1:
            self.post_message(self.Ways(paths))
        else:
            self.screen.focus_next()


def _common(paths: Sequence[str]) -> str:
    """Return what all of them begin with, to the letter."""
    if not paths:
        return ""
    # Between the first and the last of them in order lie all others.
    first, last = min(paths), max(paths)
    same = (one == other for one, other in zip(first, last, strict=False))
    return "".join(letter for letter, _ in zip(first, takewhile(bool, same), strict=False))
