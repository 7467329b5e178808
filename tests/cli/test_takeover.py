"""An opening application takes the library over from a run unasked, from another application if told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.waiting import until
from ytui.cli import open_app
from ytui.cli.errors import CliError
from ytui.cli.headless import RunOptions, acquire_lock, run_headless
from ytui.cli.open_app import take_library
from ytui.cli.run_report import Summary
from ytui.cli.session import Session
from ytui.config import load
from ytui.engine.ownership import ownership
from ytui.engine.ownership.lock import LibraryLock, is_locked
from ytui.engine.ownership.ownership import LibraryOwnership
from ytui.store import process_state
from ytui.store.database import Store


@pytest.fixture
def session(ytui: Ytui, store: Store) -> Session:
    return Session(ytui.places, load(ytui.places.config_file), store)


@contextmanager
def an_application(session: Session) -> Iterator[None]:
    """Another application, as far as its hold on the library goes; released at the end in any case."""
    library_lock = LibraryLock.acquire(session.places)
    library_lock.announce(session.store, "app")
    ownership = LibraryOwnership(session.places, session.store, library_lock, lasting=False)
    over = threading.Event()

    def sit() -> None:
        while not over.wait(0.02):
            if ownership.asked_for():
                ownership.give_away(successor=False)
        ownership.give_away(successor=False)
        session.store.close()

    thread = threading.Thread(target=sit)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def answer(monkeypatch: pytest.MonkeyPatch, yes: bool) -> None:
    monkeypatch.setattr(click, "confirm", lambda question, **_: yes)


def test_a_free_library_is_taken_without_a_word(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    take_library(session).release(session.store)
    assert capsys.readouterr() == ("", "")


def test_a_run_hands_over_unasked(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    summaries: list[Summary] = []

    def run() -> None:
        run_options = RunOptions(patience=None, quiet=True, workers=1)
        summaries.append(run_headless(session, acquire_lock(session), run_options, lambda engine: None))
        session.store.close()

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: process_state.holder(session.db))
    library_lock = take_library(session)
    assert is_locked(session.places)
    thread.join()
    (summary,) = summaries
    assert summary.as_object()["handed_over"] is True
    assert summary.exit_code == 0
    library_lock.release(session.store)
    said = capsys.readouterr().err
    assert "ytui run (pid" in said
    assert said.count("\n") == 1


def test_another_application_is_left_alone_unless_told_otherwise(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with an_application(session):
        answer(monkeypatch, False)
        with pytest.raises(CliError) as refused:
            take_library(session)
        assert refused.value.code == 3
        assert process_state.open_requests(session.db) == []
        assert "in use by ytui (pid" in capsys.readouterr().err

        answer(monkeypatch, True)
        take_library(session).release(session.store)


def test_a_holder_that_does_not_let_go_is_named(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership.take_over, "__defaults__", (0.1,))
    monkeypatch.setattr(open_app, "ANNOUNCED", 0.1)
    library_lock = LibraryLock.acquire(session.places)
    try:
        answer(monkeypatch, True)
        with pytest.raises(CliError, match="another process did not let") as refused:
            take_library(session)
    finally:
        library_lock.release(session.store)
    assert refused.value.code == 3
