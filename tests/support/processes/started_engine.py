"""An engine in this process: started with threads as its slots, waited for until it has nothing to do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.support.processes.waiting import PATIENCE, until
from ytui import config
from ytui.core.models import JobState
from ytui.engine.engine import Engine
from ytui.paths import Places
from ytui.store import jobs
from ytui.store.database import Database, Store


@contextmanager
def started_engine(store: Store, places: Places, **options: object) -> Iterator[Engine]:
    """A started engine whose slots are threads; stopped at the end, whatever happens."""
    with ThreadPoolExecutor(20) as pool:

        def spawn(slot: int) -> None:
            pool.submit(engine.run_slot, slot)

        engine = Engine(
            store,
            places,
            config.load(places.config_file),
            spawn_slot=spawn,
            rng=random.Random(1),
            **options,  # type: ignore[arg-type]
        )
        try:
            engine.start()
            yield engine
        finally:
            assert engine.stop(graceful=False, timeout=PATIENCE)


def until_idle(db: Database, engine: Engine, seconds: float, soon: float) -> None:
    """Wait until no job is queued or running and none becomes due within ``soon`` seconds."""

    def active() -> int:
        return jobs.count(db, states=[JobState.QUEUED, JobState.RUNNING])

    def quiet() -> bool:
        # Asked before and after: a job may begin or cease to wait between two questions.
        if active():
            return False
        waiting = jobs.next_waiting(db)
        comes = waiting is not None and (waiting.due_at or 0) < engine.now() + soon
        return not comes and not active()

    until(quiet, seconds)
