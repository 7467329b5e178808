"""What the keys do about the order of the queue, about keeping files, and about subscriptions."""

from __future__ import annotations

import json
from collections.abc import Callable

from ytui.core.models import Priority
from ytui.engine import subscriptions
from ytui.store import channels, jobs, videos
from ytui.store.database import Database, transaction
from ytui.tui.doing import GIVEN, Around, Doing, Ids, Target, ids_of, jobs_of
from ytui.tui.text import clean, count
from ytui.tui.undo import Done, Undo

NOT_RUNNING = "('queued', 'waiting')"


def sooner(around: Around, target: Target) -> Doing:
    """Put these jobs into the next more urgent class."""
    return _shifted(around, target, -1, "sooner")


def later(around: Around, target: Target) -> Doing:
    """Put these jobs into the next less urgent class."""
    return _shifted(around, target, 1, "later")


def _shifted(around: Around, target: Target, step: int, word: str) -> Doing:
    ids = jobs_of(around.db, target, NOT_RUNNING)

    def act(db: Database) -> Done:
        before = _priorities(db, ids)
        changed = 0
        with transaction(db):
            for number, priority in before.items():
                moved = Priority(min(max(priority + step, min(Priority)), max(Priority)))
                changed += jobs.set_priority(db, [number], moved) if moved != priority else 0
        if not changed:
            return Done(f"{'it is' if len(ids) == 1 else 'they are'} as {word} as can be already")
        return Done(f"{count(changed, 'job')} {word}", Undo(_putting_back(before)))

    return Doing(ids, act, nothing="no queued job here")


def to_top(around: Around, target: Target) -> Doing:
    """Put these jobs before everything else."""
    ids = jobs_of(around.db, target, NOT_RUNNING)

    def act(db: Database) -> Done:
        before = _priorities(db, ids)
        changed = jobs.to_top(db, ids)
        return Done(f"{count(changed, 'job')} at the top of the queue", Undo(_putting_back(before)))

    return Doing(ids, act, nothing="no queued job here")


def _priorities(db: Database, ids: Ids) -> dict[int, int]:
    records = db.all(f"SELECT id, priority FROM jobs WHERE id IN {GIVEN}", [json.dumps(list(ids))])
    return {int(record["id"]): int(record["priority"]) for record in records}


def _putting_back(before: dict[int, int]) -> Callable[[Database], str]:
    def back(db: Database) -> str:
        with transaction(db):
            changed = sum(
                jobs.set_priority(db, [number], Priority(priority)) for number, priority in before.items()
            )
        return f"{count(changed, 'job')} back in the queue's order"

    return back


def keep(around: Around, target: Target) -> Doing:
    """Keep these videos whatever the retention says; where all of them are kept, no more."""
    ids = target.chosen(around.db)
    free = ids_of(around.db, f"SELECT id FROM videos WHERE keep = 0 AND id IN {GIVEN}", [json.dumps(ids)])
    changed = free or ids

    def act(db: Database) -> Done:
        videos.set_keep(db, changed, bool(free))
        words = "kept for good" if free else "no longer kept for good"

        def back(db: Database) -> str:
            videos.set_keep(db, changed, not free)
            return f"{count(len(changed), 'video')} as before"

        return Done(f"{count(len(changed), 'video')} {words}", Undo(back))

    return Doing(ids, act, nothing="no video here")


def unsubscribe(around: Around, target: Target) -> Doing:
    """Fetch these channels no more; files, videos and history stay."""
    rows = [
        row for number in target.chosen(around.db) if (row := channels.by_id(around.db, number)) is not None
    ]
    names = clean(rows[0].name) if len(rows) == 1 else count(len(rows), "channel")

    def act(db: Database) -> Done:
        try:
            gone = subscriptions.remove_channels(db, around.places, [row.url for row in rows], around.now)
        except (LookupError, ValueError, OSError) as error:
            return Done(str(error), wrong=True)
        return Done(f"unsubscribed from {clean(gone[0]) if len(gone) == 1 else count(len(gone), 'channel')}")

    question = f"Unsubscribe from {names}?\nIt is fetched no more; its files, videos and history stay."
    return Doing([row.id for row in rows], act, question, "no channel here", "unsubscribe")
