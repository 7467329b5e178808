"""Job options: what was asked of a job beside its kind, as one record; kept in the store as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from ytui.core.models import DetailsPart
from ytui.core.settings import RecordLive


@dataclass(frozen=True)
class JobOptions:
    """Options of one job; a field that is as it is here was not asked for."""

    quality: str | None = None
    """An upper bound in the place of the channel's."""
    output: str | None = None
    """A folder in the place of the library's."""
    metadata_only: bool = False
    """Everything but the media."""
    extras: tuple[str, ...] = ()
    """What a job of the kind ``EXTRAS`` brings."""
    parts: tuple[DetailsPart, ...] = ()
    """What a job of the kind ``INFO`` asks for."""
    languages: tuple[str, ...] = ()
    """The languages in which a transcript is wanted, the best first."""
    cookies: str | None = None
    """A cookie file of its own."""
    expected_bytes: int = 0
    """Its size, known from an extraction that found no room for it."""
    max_retries: int | None = None
    """Its budget of retries in the place of the configured one."""
    feed: bool = False
    """A fetch that stands for all tabs of its channel as long as the feed names nothing new."""
    record: RecordLive | None = None
    """From where a broadcast is to be recorded."""
    again: bool = False
    """A download that is to bring something better than what is there."""
    unimproved: bool = False
    """Such a download found nothing better: it brought nothing."""
    finish: bool = False
    """A recording that only files what an interrupted one left."""
    compare: bool = False
    """A recording that measures the whole and its parts, and records nothing."""
    other: Mapping[str, Any] = field(default_factory=dict)
    """What a newer version asked for, or what is not of its type: kept as it was, and not looked at."""

    def __bool__(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.to_values())

    def to_values(self) -> dict[str, Any]:
        """The fields that were asked for, as plain values for JSON."""
        return {
            **{name: _plain(getattr(self, name)) for name in _READ if getattr(self, name) != _DEFAULTS[name]},
            **self.other,
        }

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> JobOptions:
        """The options that :meth:`to_values` gave, of whatever version."""
        known: dict[str, Any] = {}
        other: dict[str, Any] = {}
        for name, value in values.items():
            try:
                known[name] = _READ[name](value)
            except (KeyError, TypeError, ValueError):
                other[name] = value
        return cls(**known, other=other)

    def over(self, base: JobOptions) -> JobOptions:
        """Those of ``base``, with what is asked for here in the place of what was asked for there."""
        return JobOptions.from_values({**base.to_values(), **self.to_values()})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("no whole number")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(each) for each in _listed(value))


def _parts(value: Any) -> tuple[DetailsPart, ...]:
    return tuple(DetailsPart(each) for each in _listed(value))


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _plain(value: Any) -> Any:
    return [str(each) for each in value] if isinstance(value, tuple) else value


_READ: Mapping[str, Callable[[Any], Any]] = {
    "quality": _text,
    "output": _text,
    "metadata_only": _flag,
    "extras": _texts,
    "parts": _parts,
    "languages": _texts,
    "cookies": _text,
    "expected_bytes": _number,
    "max_retries": _number,
    "feed": _flag,
    "record": RecordLive,
    "again": _flag,
    "unimproved": _flag,
    "finish": _flag,
    "compare": _flag,
}
"""How each field is read from JSON."""
NO_OPTIONS = JobOptions()
_DEFAULTS = {each.name: getattr(NO_OPTIONS, each.name) for each in fields(NO_OPTIONS)}
