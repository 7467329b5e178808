"""What has become of jobs between two looks at the store: new states, and how far their workers are."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ytui.cli.commands.lists import workers_now
from ytui.core.moments import iso

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ytui.store.database import Database
    from ytui.store.rows import BoardRow

PATIENCE = 10
"""How many times as long as a look took is waited before the next: a long queue costs a tenth of a core."""


class Changes:
    """Compares jobs and board with what they were at the look before; ``job_id`` narrows it to one job."""

    def __init__(self, db: Database, job_id: int | None) -> None:
        from ytui.store import jobs

        self._db = db
        self._job_id = job_id
        self._states = jobs.active_states(db)
        self._newest = jobs.newest_id(db)
        self._board: dict[int, BoardRow] = {}
        self._next = 0.0

    def look(self) -> Iterator[dict[str, Any]]:
        """The events since the last look; none while the last one was too long for another."""
        began = time.monotonic()
        if began < self._next:
            return
        yield from self._state_changes()
        yield from self._progress()
        self._next = began + PATIENCE * (time.monotonic() - began)

    def _state_changes(self) -> Iterator[dict[str, Any]]:
        from ytui.store import jobs

        now_active = jobs.active_states(self._db)
        before, self._states = self._states, now_active
        changed = [job for job in before if now_active.get(job) != before[job]]
        # Also what came and went between two looks.
        first, self._newest = self._newest + 1, jobs.newest_id(self._db)
        came = {*range(first, self._newest + 1), *(now_active.keys() - before.keys())}
        for number in sorted({*changed, *came}):
            if self._job_id not in (None, number):
                continue
            job = jobs.by_id(self._db, number)
            if job is not None:
                yield {
                    "event": "state",
                    "at": iso(time.time()),
                    "job": number,
                    "kind": job.kind.word,
                    "title": job.title,
                    "from": before.get(number),
                    "state": job.state,
                    "class": job.failure_class,
                    "waiting_for": job.wait.words,
                }

    def _progress(self) -> Iterator[dict[str, Any]]:
        before, self._board = self._board, workers_now(self._db)
        for number, row in self._board.items():
            # The whole board is written at once: a row's time says nothing about the row.
            seen = before.get(number)
            if self._job_id in (None, number) and (
                seen is None or replace(row, updated_at=seen.updated_at) != seen
            ):
                yield {
                    "event": "progress",
                    "at": iso(row.updated_at),
                    "job": number,
                    "slot": row.slot,
                    "stage": row.stage,
                    "percent": row.percent,
                    "speed": row.speed,
                    "eta": row.eta,
                    "done_bytes": row.done_bytes,
                    "total_bytes": row.total_bytes,
                }
