"""Every setting is declared, and a value of each key is written so that it reads back as itself."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from ytui.config.codec import reader, written
from ytui.config.first_file import toml
from ytui.core.declarations import Key, NamedTable, Table, declarations
from ytui.core.settings import Backlog, BacklogKind, Channel, Keep, KeepKind, Quality, Settings


def tables(table: type) -> Iterator[type]:
    yield table
    for declared in declarations(table).values():
        if isinstance(declared, Table):
            yield from tables(type(declared.default))
        elif isinstance(declared, NamedTable) and not isinstance(declared.entry, Key):
            yield from tables(declared.entry)


TABLES = [*tables(Settings), Channel]
KEYS = {
    f"{table.__name__}.{name}": declared
    for table in TABLES
    for name, declared in declarations(table).items()
    if isinstance(declared, Key)
}


def test_every_setting_is_declared() -> None:
    assert [
        f"{table.__name__}.{field.name}"
        for table in TABLES
        for field in fields(table)
        if field.name not in declarations(table)
    ] == ["Settings.defaults", "Settings.channels", "Channel.written"]
    assert len(KEYS) > 60


def test_every_default_reads_back_as_itself() -> None:
    for name, key in KEYS.items():
        text = written(key, key.default)
        if text is not None:
            assert reader(key, Path())(tomllib.loads(f"key = {toml(text)}")["key"]) == key.default, name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Limits.hours", ((1410, 360), (720, 1440))),
        ("Limits.bandwidth", 4_000_000),
        ("Screen.fps", 2.5),
        ("Screen.open_command", ("vlc", "--sub-file=a b", "{path}")),
        ("Channel.after", date(2024, 1, 1)),
        ("Channel.backlog", Backlog(BacklogKind.NEWEST, 30)),
        ("Channel.keep", Keep(KeepKind.DAYS, 90)),
        ("Channel.quality", Quality.AUDIO),
        ("Channel.recheck", None),
        ("Channel.title", 'a "quoted\\b"'),
        ("Channel.args", ("--proxy", "http://127.0.0.1:3128")),
    ],
)
def test_a_value_reads_back_as_itself(name: str, value: object) -> None:
    key = KEYS[name]
    assert reader(key, Path())(tomllib.loads(f"key = {toml(written(key, value))}")["key"]) == value
