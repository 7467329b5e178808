"""The job's end of the pipe."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import select
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, cast

import pytest

from ytui.core.failures.classifier import Evidence
from ytui.core.models import RequestKind, Stage
from ytui.core.protocol import JobFailed, Permit, Progress, Reply, Started
from ytui.ytdlp.reporter import Reporter

PATIENCE_S = 10.0


@pytest.fixture
def pipe() -> Iterator[tuple[Connection, Connection]]:
    ours, theirs = multiprocessing.Pipe()
    yield ours, theirs
    ours.close()
    theirs.close()


def received(connection: Connection) -> Any:
    assert connection.poll(PATIENCE_S)
    return connection.recv()


def test_reports_arrive_in_order(pipe: tuple[Connection, Connection]) -> None:
    engine, job = pipe
    reporter = Reporter(job)
    for number in range(100):
        reporter.send(Started(number, number))

    assert [received(engine).pid for _ in range(100)] == list(range(100))
    assert reporter.close()


def test_many_threads_ask_at_once_and_each_gets_its_own_reply(pipe: tuple[Connection, Connection]) -> None:
    engine, job = pipe
    reporter = Reporter(job)

    def ask(number: int) -> tuple[int, Reply]:
        return number, reporter.ask(Permit(0, f"host{number}", RequestKind.PAGE))

    with ThreadPoolExecutor(8) as threads:
        answers = threads.map(ask, range(8))
        asked = [received(engine) for _ in range(8)]
        for permit in reversed(asked):
            engine.send(Reply(permit.ask, go=True, reason=permit.host))
        assert all(reply.reason == f"host{number}" for number, reply in answers)


def test_progress_never_waits_for_a_full_pipe(pipe: tuple[Connection, Connection]) -> None:
    engine, job = pipe
    reporter = Reporter(job)
    large = JobFailed(Evidence("x" * 1_000_000))
    reporter.send(large)  # larger than the pipe: the writer is stuck until someone reads
    done = threading.Event()

    def work() -> None:
        for number in range(10_000):
            reporter.progress(Progress(Stage.VIDEO, done_bytes=number))
        done.set()

    threading.Thread(target=work, daemon=True).start()
    assert done.wait(PATIENCE_S)
    assert received(engine) == large
    # Of ten thousand, the last is kept: one value, not a queue.
    assert received(engine).done_bytes == 9_999


def test_progress_that_found_the_pipe_full_gives_way_to_a_newer_one(
    pipe: tuple[Connection, Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, job = pipe
    looked = threading.Event()
    original = select.select

    def watched(*arguments: Any) -> Any:
        found = original(*arguments)
        looked.set()
        return found

    monkeypatch.setattr(select, "select", watched)
    filled = fill(job)
    reporter = Reporter(job)
    reporter.progress(Progress(Stage.VIDEO, done_bytes=1))
    assert looked.wait(PATIENCE_S)
    reporter.progress(Progress(Stage.VIDEO, done_bytes=2))
    while filled:
        filled -= len(os.read(engine.fileno(), filled))

    assert received(engine).done_bytes == 2


def fill(connection: Connection) -> int:
    """Write until nothing more goes in; how many bytes that was."""
    os.set_blocking(connection.fileno(), False)
    filled = 0
    try:
        while True:
            filled += os.write(connection.fileno(), b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(connection.fileno(), True)
    return filled


def test_what_does_not_pickle_raises_where_it_is_sent(pipe: tuple[Connection, Connection]) -> None:
    reporter = Reporter(pipe[1])
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        reporter.send(cast(Any, threading.Lock()))


def test_an_engine_that_is_gone_refuses_everything() -> None:
    engine, job = multiprocessing.Pipe()
    reporter = Reporter(job)
    with ThreadPoolExecutor(1) as threads:
        asked = threads.submit(reporter.ask, Permit(0, "host", RequestKind.PAGE))
        received(engine)
        engine.close()
        assert not asked.result(PATIENCE_S).go
    assert not reporter.close()
    job.close()
