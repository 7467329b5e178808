"""The end of a run: the queue is looked at when something has changed, and by no clock."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_video, queue_job
from tests.support.rows.library_queries import context_of
from ytui.core.eligibility import Eligibility
from ytui.core.models import JobKind, Priority
from ytui.engine import run_end
from ytui.engine.run_end import Completion, RunEnd
from ytui.store import jobs

LATER = Eligibility(False, "the next job is due then", NOW + 30)
NEVER = Eligibility(False, "nothing to do")


class Run:
    """A run whose ticks are counted, and what its looks found."""

    def __init__(self, home: Home, *found: Eligibility) -> None:
        self.context = context_of(home, NOW)
        self.looks: list[int] = []
        self.ticks = 0
        self._found = found
        self.completion = Completion(
            self.context,
            kinds=tuple(JobKind),
            priorities=tuple(Priority),
            fetch_due=False,
            first_start=self._first_start,
            looking=lambda: False,
        )

    def _first_start(self) -> Eligibility:
        self.looks.append(self.ticks)
        return self._found[min(len(self.looks), len(self._found)) - 1]

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == 5:
            self.context.settle()

    def until_ticks(self, most: int, asked: list[int] | None = None) -> RunEnd:
        return self.completion.wait(
            lambda: asked, patience=60.0, interrupted=lambda: self.ticks >= most, on_tick=self.tick
        )


@pytest.fixture(autouse=True)
def _short_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_end, "TICK", 0.001)


def test_the_queue_is_looked_at_once_for_each_change(home: Home) -> None:
    run = Run(home, LATER)
    assert run.until_ticks(20) is RunEnd.INTERRUPTED
    assert run.looks == [0, 5]


def test_a_slot_that_comes_to_rest_ends_a_run_that_has_no_more_to_do(home: Home) -> None:
    run = Run(home, LATER, NEVER)
    assert run.until_ticks(20) is RunEnd.DONE
    assert run.ticks == 5


def test_a_run_for_some_jobs_ends_with_them_whatever_else_is_queued(home: Home) -> None:
    earlier, asked = (queue_job(home.db, add_video(home.db, name)) for name in ("a", "b"))
    run = Run(home, Eligibility(True))
    jobs.cancel(home.db, asked.id, NOW)
    assert run.until_ticks(20, [asked.id]) is RunEnd.DONE
    assert Run(home, Eligibility(True)).until_ticks(9, [earlier.id]) is RunEnd.INTERRUPTED
