"""Form fields of a channel: from what is typed or chosen to values of ``config.toml``, and what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ytui import config
from ytui.config.codec import reader, written
from ytui.config.problems import ConfigError, UnexpectedValue, shown
from ytui.core.declarations import FormField, Key, ValueType, keys_of
from ytui.core.settings import INHERITED, Channel
from ytui.core.urls import normalise_url
from ytui.engine.channels.preview import Preview
from ytui.engine.commands.channel_commands import WRITTEN_BACKLOG
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

INHERITED_FIELDS = tuple(field for field in FIELDS if field.key in INHERITED)
"""The fields of what a channel may inherit."""
SEVERAL = "(several)"
"""Stands in a field of several channels that differ there; while it does nothing of it is written."""

Typed = str | tuple[str, ...] | None
"""What stands in a field: a text, a word or the chosen words; None, or an empty text: what is inherited."""


def typed_of(channel: Channel) -> dict[str, Typed]:
    """What the fields say of a channel at first."""
    own = config.channel_values(channel)
    return {field.key: typed_as(field, channel) if field.key in own else _nothing(field) for field in FIELDS}


def typed_of_new(inherited: Channel) -> dict[str, Typed]:
    """What the fields say of a new channel at first."""
    typed = {field.key: _nothing(field) for field in FIELDS}
    return typed if is_inherited("backlog", inherited) else typed | {"backlog": WRITTEN_BACKLOG}


def typed_of_several(channels: Sequence[Channel]) -> dict[str, Typed]:
    """What the fields say at first of channels that are edited together."""
    first, *others = map(typed_of, channels)
    return {
        key: value if all(other[key] == value for other in others) else SEVERAL
        for key, value in first.items()
    }


def _nothing(field: Field) -> Typed:
    return "" if field.kind is FieldKind.TEXT else None


def typed_as(field: Field, channel: Channel) -> Typed:
    """What a field says where its value is that of a channel, own or not."""
    value, key = getattr(channel, field.key), _KEYS[field.key]
    if field.kind is FieldKind.MANY:
        return tuple(word for word in field.words if word in value)
    if key.type is ValueType.FLAG:
        return field.words[not value]
    text = written(key, value)
    if isinstance(text, list):
        return ", ".join(text)
    return "" if text is None else str(text)


def is_inherited(key: str, inherited: Channel) -> bool:
    """Whether ``[defaults]`` has the key, ``inherited`` being what channels have from there."""
    return key in (inherited.written or ())


def unshown_values(channel: Channel | None) -> dict[str, object]:
    """The values of a channel's own keys that have no field."""
    own = config.channel_values(channel) if channel is not None else {}
    return {key: value for key, value in own.items() if key != URL and key not in _BY_KEY}


def values_of(typed: Mapping[str, Typed]) -> dict[str, object]:
    """The TOML values of the fields; None for those whose inherited value holds."""
    return {key: _value(key, value) for key, value in typed.items() if value != SEVERAL}


def _value(key: str, typed: Typed) -> object:
    if isinstance(typed, tuple):
        return list(typed)
    text = (typed or "").strip()
    if not text:
        return None
    if _KEYS[key].type is ValueType.FLAG:
        return text == YES
    if _KEYS[key].type is ValueType.TAGS:
        return [tag.strip() for tag in text.split(",") if tag.strip()]
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


def meanwhile(old: Channel, present: Channel | None, mine: Mapping[str, object]) -> None:
    """Raise :class:`ChangedMeanwhile` where saving ``mine`` would undo what somebody else has written.

    ``old`` is the channel that the form was opened with, ``present`` what the file says now.
    """
    if present is None:
        raise ChangedMeanwhile(URL, f"{shown(old.url)} was taken out of config.toml meanwhile: esc leaves")
    was, is_now = config.channel_values(old), config.channel_values(present)
    for key, value in mine.items():
        if was.get(key) != is_now.get(key) != value:
            words = shown(is_now[key]) if key in is_now else "inherited"
            sentence = f"is {words} in config.toml by now: leave with esc, and open the form again"
            raise ChangedMeanwhile(key, sentence)


def problems_of(error: ConfigError) -> dict[str, str]:
    """What a refused save says, by the field it is about; what is about none stands at the address."""
    found: dict[str, str] = {}
    for problem in error.problems:
        dotted, _, rest = problem.sentence.partition(" ")
        table, _, key = dotted.rpartition(".")
        if table in ("channels", "defaults") and (key in _BY_KEY or key == URL):
            found.setdefault(key, rest)
        else:
            found.setdefault(URL, str(problem))
    return found
