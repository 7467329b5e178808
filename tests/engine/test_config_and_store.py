"""A channel stands in the configuration and in the store, or in neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW
from ytui import config
from ytui.engine.commands.channel_commands import add_channels, remove_channels, update_channel
from ytui.store import channels, jobs

FILMS, MUSIC = "https://www.youtube.com/@Films", "https://www.youtube.com/@Music"

CHANGES: dict[str, Callable[[Home], object]] = {
    "add": lambda home: add_channels(home.db, home.places, [{"url": MUSIC}], NOW),
    "update": lambda home: update_channel(home.db, home.places, FILMS, {"name": "Movies"}, NOW),
    "remove": lambda home: remove_channels(home.db, home.places, ["Films"], NOW),
}


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest) -> Callable[[Home], object]:
    return CHANGES[request.param]


def stand(home: Home) -> tuple[str, list[str], int]:
    rows = channels.subscribed(home.db)
    return home.places.config_file.read_text(), [row.url for row in rows], jobs.count(home.db)


def test_beside_a_locked_database_nothing_is_written(home: Home, change: Callable[[Home], object]) -> None:
    add_channels(home.db, home.places, [{"url": FILMS}], NOW)
    before = stand(home)
    home.db.execute("PRAGMA busy_timeout = 0")
    with closing(sqlite3.connect(home.db.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            change(home)
    assert stand(home) == before


def break_store(home: Home) -> None:
    home.db.execute(
        "CREATE TEMP TRIGGER broken BEFORE UPDATE ON channels BEGIN SELECT raise(ABORT, 'broken'); END"
    )


def test_where_the_store_cannot_follow_the_configuration_is_put_back(
    home: Home, change: Callable[[Home], object]
) -> None:
    add_channels(home.db, home.places, [{"url": FILMS}], NOW)
    before = stand(home)
    break_store(home)
    with pytest.raises(sqlite3.IntegrityError, match="broken") as caught:
        change(home)
    assert stand(home) == before
    assert not getattr(caught.value, "__notes__", ())


def test_what_cannot_be_put_back_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    add_channels(home.db, home.places, [{"url": FILMS}], NOW)
    break_store(home)
    monkeypatch.setattr("ytui.config.put_back", lambda *_: None)
    with pytest.raises(sqlite3.IntegrityError) as caught:
        add_channels(home.db, home.places, [{"url": MUSIC}], NOW)
    assert caught.value.__notes__ == [
        f"{home.places.config_file} has the change already, and ytui takes it up when it can"
    ]
    assert MUSIC in config.load(home.places.config_file).settings.by_url
