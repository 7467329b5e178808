"""Declarations of settings: type and bounds of a configuration key, its words, and its field in the form.

A declaration stands at a field of the settings' frozen dataclasses, and that field's default is the key's.
Validation, the first ``config.toml``, the form for a channel and the manual's page are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

_METADATA = "declaration"
_Value = TypeVar("_Value")


class ValueType(StrEnum):
    """What a value in ``config.toml`` is; each has its reader in ``ytui.config``."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"
    ONE_OF = "one_of"
    DURATION = "duration"
    SIZE = "size"
    RATE = "rate"
    HOURS = "hours"
    DATE = "date"
    PATH = "path"
    TEMPLATE = "template"
    ADDRESS = "address"
    PATTERN = "pattern"
    BACKLOG = "backlog"
    KEEP = "keep"
    OPTIONS = "options"
    TAGS = "tags"
    COMMAND = "command"


@dataclass(frozen=True)
class FormField:
    """A key's field in the form for a channel; what it is filled in with follows from the key's type.

    ``place`` orders the fields; ``hint`` stands in an empty one; ``no`` says that a flag is
    not set; ``beside`` names the key whose field stands to the right.
    """

    place: int
    label: str
    hint: str = ""
    no: str = "no"
    beside: str | None = None


@dataclass(frozen=True)
class Key:
    """Declaration of one key of a table.

    ``low`` and ``high``: bounds of numbers, in seconds of durations (which have no ``high``). ``words``: what
    there is to choose from. ``many``: a list of such values, ``empty`` whether it may have no entry.
    ``unset``: what is written for None. ``comment`` stands behind the key in the first ``config.toml``,
    ``help`` (else the comment) in the manual; ``example`` is shown where a default says little.
    ``own``: of a channel alone, never inherited from ``[defaults]``. ``default`` comes from the field.
    """

    type: ValueType
    low: float = 0
    high: float = 0
    words: tuple[StrEnum, ...] = ()
    many: bool = False
    empty: bool = True
    unset: str | None = None
    comment: str = ""
    help: str = ""
    example: object = None
    form: FormField | None = None
    own: bool = False
    default: object = None


@dataclass(frozen=True)
class Table:
    """Declaration of a table whose keys are the fields of ``default``."""

    comment: str = ""
    default: object = None


@dataclass(frozen=True)
class NamedTable:
    """Declaration of a table whose keys are names: of tables with the fields of a class, or of values.

    ``names``: those that there are; none: whatever the user chooses.
    """

    entry: type | Key
    names: tuple[str, ...] = ()
    comment: str = ""
    default: Mapping[str, object] | None = None


Declaration = Key | Table | NamedTable


def declare(declaration: Declaration) -> Mapping[str, Declaration]:
    """Return a declaration as the metadata of a field."""
    return {_METADATA: declaration}


def setting(default: _Value, declaration: Declaration) -> _Value:
    """Return the field of a frozen dataclass with this default, declared so; typed as the default is."""
    return field(default=default, metadata=declare(declaration))


def declarations(table: type) -> Mapping[str, Declaration]:
    """Return what the fields of a class declare, with their defaults, in the order they are written."""
    return _declarations(table)


@lru_cache(maxsize=64)
def _declarations(table: type) -> Mapping[str, Declaration]:
    found: dict[str, Declaration] = {}
    for each in fields(table):
        default = _default(each)
        declaration = each.metadata.get(_METADATA, Table() if is_dataclass(default) else None)
        if declaration is not None:
            found[each.name] = replace(declaration, default=default)
    return found


def keys_of(table: type) -> Mapping[str, Key]:
    """Return the declared keys of a class alone, without the tables below it."""
    return {name: found for name, found in declarations(table).items() if isinstance(found, Key)}


def _default(declared: Field[Any]) -> object:
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return None if declared.default is MISSING else declared.default
