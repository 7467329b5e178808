"""Submission of work: done here where nobody has the library, else left to its holder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ytui.cli.errors import EXIT_FAILED, EXIT_LIBRARY_IN_USE, EXIT_OK, CliError
from ytui.cli.output import emit, note, say
from ytui.cli.session import Session, holder_object, holder_words
from ytui.core.formatting import plural
from ytui.core.models import JobState
from ytui.core.states import READY_STATES

if TYPE_CHECKING:
    from ytui.cli.headless import RunOptions
    from ytui.engine.engine import Engine

Ask = Callable[[float], Sequence[int]]
"""Writes the rows, as of a Unix time; the jobs' ids."""

_LOOK = 0.25
GOES_ON = "`ytui resume` lets it go on"
"""How a paused queue goes on."""


def submit(
    session: Session, ask: Ask, run_options: RunOptions, *, as_json: bool, wait: bool, kind: str
) -> int:
    """Have it done; returns the exit code."""
    from ytui.cli.headless import acquire_lock, run_headless

    try:
        library_lock = acquire_lock(session)
    except CliError as mistake:
        if mistake.code != EXIT_LIBRARY_IN_USE:
            raise
        return _leave(session, _each_once(ask), as_json=as_json, wait=wait)

    asked: list[int] = []

    def begin(engine: Engine) -> Sequence[int]:
        asked.extend(_each_once(ask))
        return asked

    summary = run_headless(session, library_lock, run_options, begin, kind=kind)
    summary.show(
        as_json=as_json, extra={"jobs": asked, "holder": None, "obstacle": obstacles_to(session, asked)}
    )
    if summary.exit_code == EXIT_OK and not summary.ending.handed_over and _left_over(session, asked):
        return EXIT_FAILED
    return summary.exit_code


def _each_once(ask: Ask) -> list[int]:
    """The jobs' ids: one video in two spellings is one job."""
    return list(dict.fromkeys(ask(time.time())))


def _left_over(session: Session, asked: Sequence[int]) -> bool:
    """Whether something of it has neither failed nor arrived; the first is told, with its reason."""
    from ytui.engine.queue.explain import explain_job
    from ytui.store import jobs

    for number in asked:
        job = jobs.by_id(session.db, number)
        if job is not None and job.state is not JobState.DONE:
            why = explain_job(session.db, session.settings, job, time.time())
            note(f"ytui: job {number} is left {why.state}: {why.reason}")
            return True
    return False


def wait_for(session: Session, jobs: Sequence[int]) -> list[JobState]:
    """Stay until every job has ended, or waits for a time that is far, or nobody runs the queue any more."""
    while session.in_use:
        states = _states(session, jobs)
        if not any(state in READY_STATES for state in states):
            return states
        time.sleep(_LOOK)
    return _states(session, jobs)


def _leave(session: Session, jobs: Sequence[int], *, as_json: bool, wait: bool) -> int:
    holder, waits = session.holder, obstacles_to(session, jobs)
    if not as_json:
        numbers = ", ".join(map(str, jobs)) or "nothing to do"
        say(f"{plural(len(jobs), 'job')} for {holder_words(holder)}: {numbers}")
        if waits:
            say(f"queued; {waits}")
    states = wait_for(session, jobs) if wait else []
    answer: dict[str, Any] = {"jobs": list(jobs), "holder": holder_object(holder), "obstacle": waits}
    if wait:
        answer["states"] = [str(state) for state in states]
    if as_json:
        emit(answer)
    elif wait:
        say(", ".join(f"{job} {state}" for job, state in zip(jobs, states, strict=True)))
    return EXIT_FAILED if any(state is not JobState.DONE for state in states) else EXIT_OK


def obstacles_to(session: Session, jobs: Sequence[int]) -> str:
    """What keeps jobs that were queued just now from starting, in words; empty where nothing does."""
    from ytui.engine.queue.verdicts import notices

    return notices(session.db, session.settings, jobs, time.time(), goes_on=GOES_ON)


def _states(session: Session, jobs: Sequence[int]) -> list[JobState]:
    from ytui.store import jobs as store

    rows = (store.by_id(session.db, job) for job in jobs)
    return [JobState.CANCELLED if row is None else row.state for row in rows]
