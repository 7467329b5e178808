"""``ytui events``: what happens, one JSON object a line, for a script that follows."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from ytui import __version__
from ytui.cli.commands.changes import Changes
from ytui.cli.commands.lists import workers_now
from ytui.cli.commands.logs import LOOK, line_object, news
from ytui.cli.mistakes import Mistake
from ytui.cli.output import emit, rest, row_number
from ytui.cli.session import Session, holder_object, session
from ytui.core.moments import iso
from ytui.core.states import ENDED_STATES

if TYPE_CHECKING:
    from ytui.cli.start import Start

HEARTBEAT = 5.0
"""Seconds between signs of life."""
GRACE = 5.0
"""Seconds without a holder after which following ends; a hand-over takes less."""
_KEPT = 1000
"""Lines of a job's past that are told first, at most."""


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Stay until the job has ended, or nobody runs the queue.")
@click.option("--job", "job_id", type=row_number, help="Only what concerns this job, from its beginning.")
@click.option("--json", "as_json", is_flag=True, help="What it does anyway.")
@click.pass_obj
def events(start: Start, follow: bool, job_id: int | None, as_json: bool) -> None:
    """Print what happens, one JSON object a line.

    Its `event` is connected, line (of the journal), state (of a job), progress (of a worker), heartbeat or
    ended.
    """
    from ytui.store import jobs

    with session(start, quiet=True) as opened:
        if job_id is not None and jobs.by_id(opened.db, job_id) is None:
            raise Mistake(f"there is no job {job_id}: ytui jobs lists them")
        follower = _Follower(opened, job_id, Changes(opened.db, job_id))
        follower.connect()
        follower.tell_past(follow)
        reason = follower.follow() if follow else "told"
        emit({"event": "ended", "at": iso(time.time()), "reason": reason, **follower.job()})


@dataclass
class _Follower:
    """What has been told so far; ``last`` is the newest line's id."""

    opened: Session
    job_id: int | None
    changes: Changes
    last: int = 0
    names: dict[int, str] = field(default_factory=dict)

    def connect(self) -> None:
        """Tell what is being listened to."""
        emit({"event": "connected", "at": iso(time.time()), "version": __version__, **self._holder()})

    def tell_past(self, follow: bool) -> None:
        """A job's lines from its beginning; without a job the newest ones, or none where news follow."""
        from ytui.store import journal

        self.last = journal.last_id(self.opened.db)
        if self.job_id is None and follow:
            return
        for row in journal.tail(self.opened.db, limit=_KEPT, job_id=self.job_id):
            self.last = max(self.last, row.id)
            emit({"event": "line", **line_object(self.opened.db, row, self.names)})

    def follow(self) -> str:
        """Tell what comes, until there is nothing more to come; why that is."""
        from ytui.engine.holder.instance import is_held

        beat = seen = time.monotonic()
        while True:
            now = time.monotonic()
            if is_held(self.opened.places):
                seen = now
            # Asked before the news are read: what it ended with is told before the end.
            over = self._job_over()
            for row in news(self.opened.db, self.last, {"job_id": self.job_id}):
                self.last = row.id
                emit({"event": "line", **line_object(self.opened.db, row, self.names)})
            for event in self.changes.look():
                emit(event)
            if over:
                return "the job has ended"
            if now - seen >= GRACE:
                return "nobody runs the queue"
            if now - beat >= HEARTBEAT:
                beat = now
                self._beat()
            rest(LOOK)

    def job(self) -> dict[str, Any]:
        """The followed job, as far as it is told with a heartbeat and at the end."""
        from ytui.store import jobs

        row = None if self.job_id is None else jobs.by_id(self.opened.db, self.job_id)
        if row is None:
            return {}
        at_work = workers_now(self.opened.db).get(row.id)
        percent = at_work.percent if at_work else row.percent
        return {"job": row.id, "state": row.state, "class": row.failure_class, "percent": percent}

    def _beat(self) -> None:
        emit({"event": "heartbeat", "at": iso(time.time()), **self._holder(), **self.job()})

    def _holder(self) -> dict[str, Any]:
        from ytui.engine.holder.instance import holder_of

        return {"holder": holder_object(holder_of(self.opened.places, self.opened.store))}

    def _job_over(self) -> bool:
        from ytui.store import jobs

        if self.job_id is None:
            return False
        row = jobs.by_id(self.opened.db, self.job_id)
        return row is None or row.state in ENDED_STATES
