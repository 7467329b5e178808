"""The fields of the form for a channel: from what was typed to values of ``config.toml``, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ytui import config
from ytui.config_channel import channel_readers, conflict
from ytui.config_problems import ConfigError, Unexpected, shown
from ytui.core.settings import CHANNEL_TABS, Channel, Extra, Members, Quality
from ytui.engine.subscriptions import WRITTEN_BACKLOG


class FieldKind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    ONE = "one"
    MANY = "many"


@dataclass(frozen=True)
class Field:
    """One key of ``[[channels]]``; ``words`` are the choices, ``hint`` what an empty text means."""

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    words: tuple[str, ...] = ()
    hint: str = ""


YES, NO = "yes", "no: list only"
URL = "url"
FIELDS = (
    Field("name", "name", hint="the channel's own"),
    Field("quality", "quality up to", FieldKind.ONE, tuple(Quality)),
    Field("tabs", "tabs", FieldKind.MANY, tuple(CHANNEL_TABS)),
    Field("download", "download", FieldKind.ONE, (YES, NO)),
    Field("backlog", "backlog", hint="all, or newest 30, none"),
    Field("keep", "keep", hint="all, or last 50, 90 days"),
    Field("extras", "extras", FieldKind.MANY, tuple(Extra)),
    Field("members", "members only", FieldKind.ONE, tuple(Members)),
    Field("after", "after", hint="any, or 2024-01-01"),
    Field("before", "before", hint="any, or 2024-12-31"),
    Field("min_duration", "at least", hint="any, or 90 s"),
    Field("max_duration", "at most", hint="any, or 2 h"),
    Field("title", "title has", hint="any, or a pattern"),
    Field("not_title", "title has not", hint="none, or a pattern"),
)
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
        elif field.key == "download":
            typed[field.key] = YES if plain.download else NO
        else:
            value = getattr(plain, field.key)
            chosen = field.kind is FieldKind.MANY
            typed[field.key] = tuple(w for w in field.words if w in value) if chosen else str(value)
    return typed


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
    if key == "download":
        return text == YES
    if key in ("min_duration", "max_duration") and text.isdecimal():
        # A number alone is seconds.
        return int(text)
    if key in ("after", "before"):
        try:
            return channel_readers(Path())[key](text)
        except Unexpected:
            # Kept as it is, so that the mistake is named.
            return text
    return text


def channel_of(url: str, values: Mapping[str, object]) -> tuple[Channel | None, dict[str, str]]:
    """The channel that the values make, or None and what is wrong by key, in sentences."""
    readers = channel_readers(Path())
    meant: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for key, value in {URL: url.strip(), **values}.items():
        if value is None:
            continue
        try:
            meant[key] = readers[key](value)
        except Unexpected as why:
            found = shown(value) if why.found is None else why.found
            wrong[key] = f"must be {why.expected}" + (f", not {found}" if found else "")
    if wrong:
        return None, wrong
    channel = Channel(**meant)  # type: ignore[arg-type]
    contradiction = conflict(channel)
    if contradiction is not None:
        return None, {contradiction[0]: f"must {contradiction[1]}"}
    return channel, {}


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
