"""An opening application takes the library over from a run unasked, from another application if told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click
import pytest

from tests.cli.conftest import Ytui
from tests.waiting import until
from ytui.cli import taking
from ytui.cli.mistakes import Mistake
from ytui.cli.session import Session
from ytui.cli.summary import Summary
from ytui.cli.taking import take
from ytui.cli.work import Orders, acquire, work
from ytui.config import load
from ytui.engine.holder import handover
from ytui.engine.holder.instance import Instance, is_held
from ytui.engine.holder.tenancy import Tenancy
from ytui.store import board
from ytui.store.database import Store


@pytest.fixture
def session(ytui: Ytui, store: Store) -> Session:
    return Session(ytui.places, load(ytui.places.config_file), store)


@contextmanager
def an_application(session: Session) -> Iterator[None]:
    """Another application, as far as its hold on the library goes; released at the end in any case."""
    instance = Instance.acquire(session.places)
    instance.announce(session.store, "app")
    tenancy = Tenancy(session.places, session.store, instance, lasting=False)
    over = threading.Event()

    def sit() -> None:
        while not over.wait(0.02):
            if tenancy.asked_for():
                tenancy.give_away(successor=False)
        tenancy.give_away(successor=False)
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
    take(session).release(session.store)
    assert capsys.readouterr() == ("", "")


def test_a_run_hands_over_unasked(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    summaries: list[Summary] = []

    def run() -> None:
        orders = Orders(patience=None, quiet=True, workers=1)
        summaries.append(work(session, acquire(session), orders, lambda engine: None))
        session.store.close()

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: board.holder(session.db))
    instance = take(session)
    assert is_held(session.places)
    thread.join()
    (summary,) = summaries
    assert summary.as_object()["handed_over"] is True
    assert summary.exit_code == 0
    instance.release(session.store)
    said = capsys.readouterr().err
    assert "ytui run (pid" in said
    assert said.count("\n") == 1


def test_another_application_is_left_alone_unless_told_otherwise(
    session: Session, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with an_application(session):
        answer(monkeypatch, False)
        with pytest.raises(Mistake) as refused:
            take(session)
        assert refused.value.code == 3
        assert board.open_requests(session.db) == []
        assert "in use by ytui (pid" in capsys.readouterr().err

        answer(monkeypatch, True)
        take(session).release(session.store)


def test_a_holder_that_does_not_let_go_is_named(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover.take_over, "__defaults__", (0.1,))
    monkeypatch.setattr(taking, "ANNOUNCED", 0.1)
    instance = Instance.acquire(session.places)
    try:
        answer(monkeypatch, True)
        with pytest.raises(Mistake, match="another process did not let") as refused:
            take(session)
    finally:
        instance.release(session.store)
    assert refused.value.code == 3
