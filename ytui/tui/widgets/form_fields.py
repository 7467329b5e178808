"""Form fields: those that are chosen, and a channel's, with what is wrong below each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from ytui.core.pasted import addresses_in
from ytui.core.sanitize import clean
from ytui.core.settings import Channel
from ytui.tui.channel_form_fields import FIELDS, URL, Field, FieldKind, first_typed, values_of
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


class AddressInput(Input):
    """The line of an address, which tells when more than one is pasted into it."""

    class ManyPasted(Message):
        """What was pasted is no single address."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def _on_paste(self, event: events.Paste) -> None:
        found = addresses_in(event.text)
        event.stop()
        event.prevent_default()
        if len(found) > 1:
            self.post_message(self.ManyPasted(event.text))
        elif found and not self.value:
            # With a sentence around it, too.
            self.value = found[0].text
            self.cursor_position = len(self.value)
        else:
            self.insert_text_at_cursor(" ".join(event.text.split()))


class ChannelFields(VerticalScroll, can_focus=False):
    """The address, two places for what is thought of it, and a control for each of the other fields."""

    def __init__(self, channel: Channel | None, glyphs: Glyphs) -> None:
        """``channel``: the one to edit; None for a new one."""
        super().__init__(id="form")
        self._url = channel.url if channel else ""
        self._first = first_typed(channel)
        self._glyphs = glyphs
        self.check = Static("", id="check")
        self.preview = Static("", id="preview")

    def compose(self) -> ComposeResult:
        """All of it; no cursor blinks over a thin line."""
        address = AddressInput(
            self._url,
            placeholder="https://www.youtube.com/@name",
            id=control_id(URL),
        )
        yield from _labelled(URL, "address", address)
        yield self.check
        yield self.preview
        by_key = {field.key: field for field in FIELDS}
        beside = {field.beside for field in FIELDS}
        for field in FIELDS:
            if field.beside:
                with Horizontal(classes="pair"):
                    for each in (field, by_key[field.beside]):
                        with Vertical():
                            yield from self._field(each)
            elif field.key not in beside:
                yield from self._field(field)

    def _field(self, field: Field) -> ComposeResult:
        yield from _labelled(field.key, field.label, self._control(field))

    def _control(self, field: Field) -> Widget:
        first = self._first[field.key]
        if field.kind is FieldKind.MANY:
            assert isinstance(first, tuple)
            return Choices(field.words, first, self._glyphs, id=control_id(field.key))
        if field.kind is FieldKind.ONE:
            return Choice(field.words, str(first), id=control_id(field.key))
        return Input(str(first), placeholder=field.hint, id=control_id(field.key))

    @property
    def url(self) -> str:
        """The address as it is typed."""
        return self.query_one(f"#{control_id(URL)}", Input).value

    def values(self) -> dict[str, object]:
        """The values of the fields, for ``config.toml``."""
        return values_of(self._typed())

    @property
    def changed(self) -> bool:
        """Whether anything was typed or chosen that leaving would throw away."""
        return self.url != self._url or self._typed() != self._first

    def _typed(self) -> dict[str, str | tuple[str, ...]]:
        typed: dict[str, str | tuple[str, ...]] = {}
        for field in FIELDS:
            control = self.query_one(f"#{control_id(field.key)}")
            assert isinstance(control, Input | Choice | Choices)
            typed[field.key] = control.value
        return typed

    def say(self, sentences: Mapping[str, str]) -> None:
        """Say what is wrong, by the field it is about; an empty sentence takes back what was said."""
        for key, sentence in sentences.items():
            line = self.query_one(f"#wrong-{key}", Static)
            line.update(clean(sentence))
            line.set_class(bool(sentence), "said")

    def focus_at(self, key: str) -> None:
        """Give a field the keyboard, if it can be filled in."""
        control = self.query_one(f"#{control_id(key)}")
        if not control.disabled:
            control.focus()


def control_id(key: str) -> str:
    """The id of a field's control."""
    return f"in-{key}"


def _labelled(key: str, label: str, control: Widget) -> ComposeResult:
    if isinstance(control, Input):
        control.cursor_blink = False
    with Horizontal(classes="field"):
        yield Static(label, classes="label")
        yield control
    yield Static("", id=f"wrong-{key}", classes="wrong", markup=False)
