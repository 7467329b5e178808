"""Form controls: a choice of words, one or several, the line of an address, and the fields of a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from ytui.core.declarations import ValueType, keys_of
from ytui.core.pasted import addresses_in
from ytui.core.sanitize import clean
from ytui.core.settings import Channel
from ytui.tui.widgets.form_fields import (
    SEVERAL,
    URL,
    Field,
    FieldKind,
    Typed,
    is_inherited,
    typed_as,
    values_of,
)
from ytui.tui.widgets.path_input import PathInput

CLEAR = Binding("delete,backspace", "clear", "Inherit again", show=False)


class Choice(Widget, can_focus=True):
    """One of some words; left and right change it, delete falls back to what is inherited."""

    DEFAULT_CSS = "Choice { height: 1; width: 1fr; padding: 0 1; } Choice:focus { background: $cursor; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "change(-1)", "Previous", show=False),
        Binding("right,l,space", "change(1)", "Next", show=False),
        CLEAR,
    ]

    class Changed(Message):
        """Another word, or other words, were chosen."""

    def __init__(
        self, words: tuple[str, ...], chosen: str | None, usual: str, note: str = "", *, id: str
    ) -> None:
        """``chosen`` None: ``usual``, which is inherited and called so by ``note``."""
        super().__init__(id=id)
        self._words = words
        self._usual = usual
        self._note = note
        self.value: Typed = chosen

    def render(self) -> Content:
        """The word between the two ways to others; bold where it is a channel's own."""
        inherits = self.value is None
        word = (self._usual, "") if inherits else (str(self.value), "bold")
        note = (f" {self._note}" if inherits and self._note else "", "$dim")
        return Content.assemble(("< ", "$dim"), word, (" >", "$dim"), note)

    def action_change(self, step: int) -> None:
        """Go to a neighbouring word, round the end; what is inherited anyway is not written."""
        here = self._usual if self.value is None else self.value
        at = self._words.index(here) if here in self._words else -(step < 0)
        word = self._words[(at + step) % len(self._words)] if here in self._words else self._words[at]
        self._set(None if word == self._usual else word)

    def action_clear(self) -> None:
        """Fall back to what is inherited."""
        self._set(None)

    def _set(self, value: str | None) -> None:
        self.value = value
        self.refresh()
        self.post_message(self.Changed())


class Choices(Widget, can_focus=True):
    """Some of several words; left and right move, space takes or leaves one, delete falls back."""

    DEFAULT_CSS = "Choices { height: 1; width: 1fr; padding: 0 1; } Choices:focus { background: $cursor; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1)", "Previous", show=False),
        Binding("right,l", "move(1)", "Next", show=False),
        Binding("space,x", "take_or_leave", "Take or leave", show=False),
        CLEAR,
    ]

    def __init__(
        self, words: tuple[str, ...], chosen: Typed, usual: tuple[str, ...], note: str = "", *, id: str
    ) -> None:
        """``chosen`` None: ``usual``, which is inherited and called so by ``note``."""
        super().__init__(id=id)
        self._words = words
        self._usual = usual
        self._note = note
        self.value: Typed = chosen
        self._at = 0

    def render(self) -> Content:
        """Every word with its box; nothing but that they differ, where several channels do."""
        if self.value == SEVERAL:
            return Content.styled(f"{SEVERAL} space: the same for all", "bold")
        inherits, chosen = self.value is None, self._chosen
        parts: list[tuple[str, str]] = []
        for index, word in enumerate(self._words):
            here = "reverse" if self.has_focus and index == self._at else "" if inherits else "bold"
            parts.append((f"[{'x' if word in chosen else ' '}]{word}", here))
            parts.append((" ", ""))
        return Content.assemble(*parts, (self._note if inherits else "", "$dim"))

    @property
    def _chosen(self) -> tuple[str, ...]:
        return self.value if isinstance(self.value, tuple) else self._usual

    def action_move(self, step: int) -> None:
        """Go to a neighbouring word, round the end."""
        self._at = (self._at + step) % len(self._words)
        self.refresh()

    def action_take_or_leave(self) -> None:
        """Take this word, or leave it; what is inherited anyway is not written."""
        if self.value == SEVERAL:
            self._set(None)
            return
        chosen = set(self._chosen) ^ {self._words[self._at]}
        words = tuple(word for word in self._words if word in chosen)
        self._set(None if words == self._usual else words)

    def action_clear(self) -> None:
        """Fall back to what is inherited."""
        self._set(None)

    def _set(self, value: Typed) -> None:
        self.value = value
        self.refresh()
        self.post_message(Choice.Changed())


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
    """A control for each field, the address above them where there is one."""

    def __init__(
        self,
        fields: Sequence[Field],
        first: Mapping[str, Typed],
        inherited: Channel,
        *,
        address: str | None = None,
    ) -> None:
        """``first`` is what stands in the fields, ``inherited`` what holds where nothing does.

        ``address`` None: the form is about no channel alone, or about several.
        """
        super().__init__(id="form")
        self._fields = {field.key: field for field in fields}
        self._first = {key: first[key] for key in self._fields}
        self._inherited = inherited
        self._address = address
        self.check = Static("", id="check")
        self.preview = Static("", id="preview")

    def compose(self) -> ComposeResult:
        """All of it; no cursor blinks over a thin line."""
        if self._address is None:
            yield _mistake(URL)
        else:
            line = AddressInput(
                self._address, placeholder="https://www.youtube.com/@name", id=control_id(URL)
            )
            yield from _labelled(URL, "address", line)
            yield self.check
            yield self.preview
        beside = {field.beside for field in self._fields.values()}
        for field in self._fields.values():
            if field.beside in self._fields:
                with Horizontal(classes="pair"):
                    for each in (field, self._fields[field.beside]):
                        with Vertical():
                            yield from self._field(each)
            elif field.key not in beside:
                yield from self._field(field)

    def _field(self, field: Field) -> ComposeResult:
        yield from _labelled(field.key, field.label, self._control(field))

    def _control(self, field: Field) -> Widget:
        first, usual = self._first[field.key], typed_as(field, self._inherited)
        inherited = is_inherited(field.key, self._inherited)
        note = "inherited" if inherited else ""
        if field.kind is FieldKind.MANY:
            assert isinstance(usual, tuple)
            return Choices(field.words, first, usual, note, id=control_id(field.key))
        if field.kind is FieldKind.ONE:
            assert first is None or isinstance(first, str)
            return Choice(field.words, first, str(usual), note, id=control_id(field.key))
        hint = f"inherited: {clean(str(usual)) or 'none'}" if inherited else field.hint
        line = PathInput if keys_of(Channel)[field.key].type is ValueType.PATH else Input
        return line(str(first), placeholder=hint, id=control_id(field.key))

    @property
    def url(self) -> str:
        """The address as it is typed; nothing where there is none."""
        return "" if self._address is None else self.query_one(f"#{control_id(URL)}", Input).value

    def values(self) -> dict[str, object]:
        """The values of the fields, for ``config.toml``; None where what is inherited holds."""
        return values_of(self._typed())

    def changes(self) -> dict[str, object]:
        """Those of the values that are others than at first."""
        return values_of({key: typed for key, typed in self._typed().items() if typed != self._first[key]})

    @property
    def changed(self) -> bool:
        """Whether anything was typed or chosen that leaving would throw away."""
        return self.url != (self._address or "") or self._typed() != self._first

    def _typed(self) -> dict[str, Typed]:
        typed: dict[str, Typed] = {}
        for key in self._fields:
            control = self.query_one(f"#{control_id(key)}")
            assert isinstance(control, Input | Choice | Choices)
            typed[key] = control.value
        return typed

    def say(self, sentences: Mapping[str, str]) -> None:
        """Say what is wrong, by the field it is about, else above all; an empty sentence takes it back."""
        for key, sentence in sentences.items():
            line = self.query_one(f"#wrong-{key if key in self._fields else URL}", Static)
            line.update(clean(sentence))
            line.set_class(bool(sentence), "said")

    def judge(self, wrong: Mapping[str, str]) -> None:
        """Say of each field what is wrong with it, or that nothing is."""
        self.say({key: wrong.get(key, "") for key in self._fields})

    def focus_at(self, key: str) -> None:
        """Give a field the keyboard, if it can be filled in."""
        control = next(iter(self.query(f"#{control_id(key)}")), None)
        if control is not None and not control.disabled:
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
    yield _mistake(key)


def _mistake(key: str) -> Static:
    return Static("", id=f"wrong-{key}", classes="wrong", markup=False)
