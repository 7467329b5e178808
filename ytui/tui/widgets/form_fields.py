"""Fields of a form that are chosen and not typed: one word of some, or several."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ytui.tui.text import Glyphs


class Choice(Widget, can_focus=True):
    """One of some words; left and right change it."""

    DEFAULT_CSS = "Choice { height: 1; width: 1fr; padding: 0 1; } Choice:focus { background: $cursor; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "change(-1)", "Previous", show=False),
        Binding("right,l,space", "change(1)", "Next", show=False),
    ]

    class Changed(Message):
        """Another word, or other words, were chosen."""

        def __init__(self, control: Widget) -> None:
            super().__init__()
            self.field = control

    def __init__(self, words: tuple[str, ...], chosen: str, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self.value = chosen

    def render(self) -> Content:
        """The word between the two ways to others."""
        return Content.assemble(("< ", "$dim"), (self.value, "bold"), (" >", "$dim"))

    def action_change(self, step: int) -> None:
        """Go to a neighbouring word, round the end."""
        at = self._words.index(self.value) if self.value in self._words else 0
        self.value = self._words[(at + step) % len(self._words)]
        self.refresh()
        self.post_message(self.Changed(self))


class Choices(Widget, can_focus=True):
    """Some of several words; left and right move, space takes or leaves one."""

    DEFAULT_CSS = "Choices { height: 1; width: 1fr; padding: 0 1; } Choices:focus { background: $cursor; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Previous", show=False),
        Binding("right,l", "move(1)", "Next", show=False),
        Binding("space,x", "take_or_leave", "Take or leave", show=False),
    ]

    def __init__(self, words: tuple[str, ...], chosen: tuple[str, ...], glyphs: Glyphs, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self._glyphs = glyphs
        self._chosen = set(chosen)
        self._at = 0

    @property
    def value(self) -> tuple[str, ...]:
        """The chosen words in their usual order."""
        return tuple(word for word in self._words if word in self._chosen)

    def render(self) -> Content:
        """Every word with its box."""
        parts: list[tuple[str, str]] = []
        for index, word in enumerate(self._words):
            here = "reverse" if self.has_focus and index == self._at else ""
            parts.append((f"[{'x' if word in self._chosen else ' '}]{word}", here))
            parts.append((" ", ""))
        return Content.assemble(*parts)

    def action_move(self, step: int) -> None:
        """Go to a neighbouring word, round the end."""
        self._at = (self._at + step) % len(self._words)
        self.refresh()

    def action_take_or_leave(self) -> None:
        """Take this word, or leave it."""
        self._chosen ^= {self._words[self._at]}
        self.refresh()
        self.post_message(Choice.Changed(self))
