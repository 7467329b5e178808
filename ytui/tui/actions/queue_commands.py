"""What the keys do about the order of the queue, about keeping files, and about subscriptions."""

from __future__ import annotations

from ytui.core.amounts import count
from ytui.core.models import Priority
from ytui.core.outside import clean
from ytui.core.states import PENDING_STATES
from ytui.engine.channels import subscriptions
from ytui.store import channels, jobs, videos
from ytui.store.database import Database
from ytui.store.jobs.taking_back import PutBack
from ytui.tui.actions.doing import (
    NO_CHANNEL,
    Around,
    Doing,
    Target,
    channels_of,
    jobs_of,
    videos_of,
)
from ytui.tui.actions.undo import Done, Undo, put_back_words, tracked
from ytui.tui.actions.undo_config import config_change


def sooner(around: Around, target: Target) -> Doing:
    """Put these jobs into the next more urgent class."""
    return _shifted(around, target, -1, "sooner")


def later(around: Around, target: Target) -> Doing:
    """Put these jobs into the next less urgent class."""
    return _shifted(around, target, 1, "later")


def _shifted(around: Around, target: Target, step: int, word: str) -> Doing:
    ids = jobs_of(around.db, target, PENDING_STATES)

    def act(db: Database) -> Done:
        def shift() -> list[int]:
            moved = []
            for number, priority in jobs.priorities_of(db, ids).items():
                to = Priority(min(max(priority + step, min(Priority)), max(Priority)))
                moved += [number] if to != priority and jobs.set_priority(db, [number], to) else []
            return moved

        shifted = tracked(db, ids, shift, around.now, say=_back_in_order)
        if not shifted.jobs:
            return Done(f"{'it is' if len(ids) == 1 else 'they are'} as {word} as can be already")
        return Done(f"{count(len(shifted.jobs), 'job')} {word}", shifted.undo)

    return Doing(ids, act, nothing="no queued job here")


def to_top(around: Around, target: Target) -> Doing:
    """Put these jobs before everything else."""
    ids = jobs_of(around.db, target, PENDING_STATES)

    def act(db: Database) -> Done:
        def lift() -> list[int]:
            return ids[: jobs.to_top(db, ids)]

        lifted = tracked(db, ids, lift, around.now, say=_back_in_order)
        return Done(f"{count(len(lifted.jobs), 'job')} at the top of the queue", lifted.undo)

    return Doing(ids, act, nothing="no queued job here")


def _back_in_order(done: PutBack) -> str:
    if not done.jobs:
        return put_back_words(done)
    return f"{count(done.jobs, 'job')} back at {'its' if done.jobs == 1 else 'their'} place in the queue"


def keep(around: Around, target: Target) -> Doing:
    """Keep these videos whatever the retention says; where all of them are kept, no more."""
    ids = videos_of(around.db, target)
    free = videos.not_kept_among(around.db, ids)
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
        row
        for number in channels_of(around.db, target)
        if (row := channels.by_id(around.db, number)) is not None
    ]
    names = clean(rows[0].name) if len(rows) == 1 else count(len(rows), "channel")

    def act(db: Database) -> Done:
        settings = [channel for row in rows if (channel := around.settings.by_url.get(row.url)) is not None]

        def remove() -> list[str]:
            return subscriptions.remove_channels(db, around.places, [row.url for row in rows], around.now)

        def back(db: Database, gone: list[str], as_it_was: bool) -> str:
            if as_it_was:
                subscriptions.due_as_before(db, rows)
                return f"subscribed to {names} again, as config.toml had it"
            subscriptions.subscribe_again(db, around.places, settings, rows, around.now)
            return f"subscribed to {names} again; config.toml was changed since, comments there are not back"

        try:
            _, undo = config_change(around.places, around.now, remove, back)
        except (LookupError, ValueError, OSError) as error:
            return Done(str(error), wrong=True)
        return Done(f"unsubscribed from {names}", undo)

    question = f"Unsubscribe from {names}?\nIt is fetched no more; its files, videos and history stay."
    return Doing([row.id for row in rows], act, question, NO_CHANNEL, "unsubscribe")
