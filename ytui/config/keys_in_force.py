"""Keys in force: every key of the configuration its present value as it is written, and what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ytui.config.codec import written
from ytui.config.first_file import toml
from ytui.core.declarations import Key, NamedTable, Table, declarations
from ytui.core.settings import INHERITED, OWN, Settings

DEFAULTS, CHANNELS = "defaults", "channels"


@dataclass(frozen=True)
class KeyInForce:
    """One key: its table and name, its value, empty where each channel has its own, and its words."""

    table: str
    name: str
    value: str
    words: str
    in_form: bool = False
    """Whether the form of a channel has a field for it."""

    @property
    def path(self) -> str:
        """The key with its table before it."""
        return f"{self.table}.{self.name}"


def keys_in_force(settings: Settings) -> Iterator[KeyInForce]:
    """Every key that there is; those of a channel as it inherits them, and its own without a value."""
    yield from _below("", settings)
    for name, key in INHERITED.items():
        yield _key(DEFAULTS, name, key, getattr(settings.inherited, name))
    for name, key in OWN.items():
        yield _key(CHANNELS, name, key, None)


def _below(path: str, table: Any) -> Iterator[KeyInForce]:
    for name, declared in declarations(type(table)).items():
        value = getattr(table, name)
        if isinstance(declared, Key):
            yield _key(path, name, declared, value)
        elif isinstance(declared, Table):
            yield from _below(f"{path}.{name}".lstrip("."), value)
        elif isinstance(declared, NamedTable) and not isinstance(declared.entry, Key):
            for each, named in value.items():
                yield from _below(f"{path}.{name}.{each}".lstrip("."), named)


def _key(path: str, name: str, key: Key, value: object) -> KeyInForce:
    text = written(key, value)
    value = "" if text is None else toml(text)
    return KeyInForce(path, name, value, key.help or key.comment, in_form=key.form is not None)
