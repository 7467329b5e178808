"""Form fields of a channel: from what is typed or chosen to values of ``config.toml``, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from ytui import config
from ytui.config.codec import reader
from ytui.config.problems import ConfigError, UnexpectedValue, shown
from ytui.core.declarations import FormField, Key, ValueType, keys_of
from ytui.core.pasted import addresses_in
from ytui.core.sanitize import clean
from ytui.core.settings import Channel
from ytui.core.urls import normalise_url
from ytui.engine.channels.preview import Preview
from ytui.engine.commands.channel_commands import WRITTEN_BACKLOG
from ytui.tui.text import Glyphs
from ytui.tui.undo import Result


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, order=True)
class Field:
    """One key of ``[[channels]]``; ``words`` are the choices, ``hint`` what an empty text means.

    ``beside`` is the key whose field stands to the right.
    """

    place: int
    key: str
    label: str
    kind: FieldKind
    words: tuple[str, ...]
    hint: str
    beside: str | None


YES = "yes"
URL = "url"
_KEYS = keys_of(Channel)


def _field(key: str, declared: Key, form: FormField) -> Field:
    kind, words = FieldKind.TEXT, tuple(word.value for word in declared.words)
    if declared.type is ValueType.FLAG:
        kind, words = FieldKind.ONE, (YES, form.no)
    elif words:
        kind = FieldKind.MANY if declared.many else FieldKind.ONE
    return Field(form.place, key, form.label, kind, words, form.hint, form.beside)


FIELDS = tuple(sorted(_field(key, found, found.form) for key, found in _KEYS.items() if found.form))
_BY_KEY = {field.key: field for field in FIELDS}

Typed = Mapping[str, str | tuple[str, ...]]
"""What stands in each field: a text or a word, or the chosen words."""


def first_typed(channel: Channel | None) -> dict[str, str | tuple[str, ...]]:
    """What the fields say at first: of a channel that is there, or of a new one."""
    written = config.channel_values(channel) if channel is not None else {"backlog": WRITTEN_BACKLOG}
    plain = channel or Channel("")
    typed: dict[str, str | tuple[str, ...]] = {}
    for field in FIELDS:
        if field.kind is FieldKind.TEXT:
            typed[field.key] = str(written.get(field.key, ""))
        elif _KEYS[field.key].type is ValueType.FLAG:
            typed[field.key] = field.words[not getattr(plain, field.key)]
        else:
            value = getattr(plain, field.key)
            chosen = field.kind is FieldKind.MANY
            typed[field.key] = tuple(w for w in field.words if w in value) if chosen else str(value)
    return typed


def unshown_values(channel: Channel | None) -> dict[str, object]:
    """The values of a channel's keys that have no field."""
    written = config.channel_values(channel) if channel is not None else {}
    return {key: value for key, value in written.items() if key != URL and key not in _BY_KEY}


def values_of(typed: Typed) -> dict[str, object]:
    """The TOML values of the fields; None for those whose default holds."""
    usual = first_typed(Channel(""))
    return {
        key: None if text == usual.get(key) else _value(key, text)
        for key, text in typed.items()
        if key in _BY_KEY
    }


def _value(key: str, typed: str | tuple[str, ...]) -> object:
    if isinstance(typed, tuple):
        return list(typed)
    text = typed.strip()
    if not text:
        return None
    if _KEYS[key].type is ValueType.FLAG:
        return text == YES
    if key in ("min_duration", "max_duration") and text.isdecimal():
        # A number alone is seconds.
        return int(text)
    if _KEYS[key].type is ValueType.DATE:
        try:
            return reader(_KEYS[key], Path())(text)
        except UnexpectedValue:
            # Kept as it is, so that the mistake is named.
            return text
    return text


def same_list(one: Channel, other: Channel) -> bool:
    """Whether a look at one channel shows what a look at the other would."""
    return (one.url, one.tabs) == (other.url, other.tabs)


def normal(text: str) -> str:
    """An address as it is kept; empty for what is none."""
    try:
        return normalise_url(text)
    except ValueError:
        return ""


@dataclass(frozen=True)
class PasteActions:
    """What the screen has done by others; each blocks, and is run in a thread."""

    look: Callable[[str], str]
    """What a text has of addresses, in one line."""
    add: Callable[[str], Result]
    """Adds them all; ``ConfigError``, ``OSError`` or ``ValueError`` if not."""


@dataclass(frozen=True)
class FormActions:
    """What the form has done by others; each blocks, and is run in a thread."""

    extractor_of: Callable[[str], str | None]
    """The extractor of yt-dlp that takes an address; None while that cannot be told."""
    known: Callable[[str], str]
    """What is said where this address is that of a channel that is there already; else empty."""
    preview: Callable[[Channel], Preview]
    forecast: Callable[[Channel, Preview | None], str]
    """What the channel would take, in words; empty while that cannot be told."""
    save: Callable[[str, Mapping[str, object]], Result]
    """Returns what was done; ``ConfigError``, ``OSError``, ``LookupError`` or ``ValueError`` if not saved."""
    paste: PasteActions | None = None
    """What is done with many addresses; None where one is edited."""


class ChangedMeanwhile(ValueError):
    """What the form would save was changed in the file since the form was opened; ``key`` is its field."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


def changed_values(old: Channel, values: Mapping[str, object]) -> dict[str, object]:
    """Of the values of the fields those that differ from the channel's; None restores a default."""
    first = values_of(first_typed(old))
    return {key: value for key, value in values.items() if value != first.get(key)}


def meanwhile(old: Channel, present: Channel | None, mine: Mapping[str, object]) -> None:
    """Raise :class:`ChangedMeanwhile` where saving ``mine`` would undo what somebody else has written.

    ``old`` is the channel that the form was opened with, ``present`` what the file says now.
    """
    if present is None:
        raise ChangedMeanwhile(URL, "it was taken out of config.toml meanwhile: esc leaves")
    was, is_now = config.channel_values(old), config.channel_values(present)
    for key, value in mine.items():
        if was.get(key) != is_now.get(key) != value:
            words = shown(is_now[key]) if key in is_now else "its default"
            sentence = f"is {words} in config.toml by now: leave with esc, and open the form again"
            raise ChangedMeanwhile(key, sentence)


def problems_of(error: ConfigError) -> dict[str, str]:
    """What a refused save says, by the field it is about; what is about none stands at the address."""
    found: dict[str, str] = {}
    for problem in error.problems:
        dotted, _, rest = problem.sentence.partition(" ")
        key = dotted.removeprefix("channels.")
        if dotted.startswith("channels.") and (key in _BY_KEY or key == URL):
            found.setdefault(key, rest)
        else:
            found.setdefault(URL, str(problem))
    return found


class Choice(Widget, can_focus=True):
    """One of some words; left and right change it."""

    DEFAULT_CSS = "Choice { height: 1; width: 1fr; padding: 0 1; } Choice:focus { background: $cursor; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "change(-1)", "Previous", show=False),
        Binding("right,l,space", "change(1)", "Next", show=False),
    ]

    class Changed(Message):
        """Another word, or other words, were chosen."""

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
        self.post_message(self.Changed())


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
