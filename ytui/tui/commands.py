"""What the keys do to the store: resolved to ids first, so that a question can say how many, then done.

Everything here runs in a worker's thread with that thread's connection; nothing knows the screen.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from ytui.engine import actions
from ytui.engine.forecast import forecast_channels, forecast_videos
from ytui.store.database import Database
from ytui.store.rows import CancelResult
from ytui.tui import plan_commands, queue_commands
from ytui.tui.doing import GIVEN, Around, Doing, Ids, Target, ids_of, jobs_of, latest_job
from ytui.tui.rows import RowKind
from ytui.tui.text import count
from ytui.tui.undo import Done, Undo

__all__ = ["COMMANDS", "Around", "Doing", "Target", "jobs_of", "latest_job"]

LIVE = "('queued', 'running', 'waiting', 'interrupted')"
ASKED_FROM = 20
"""Downloads of more videos than this are asked about, with their forecast."""


def fetch(around: Around, target: Target) -> Doing:
    """Fetch these channels now."""
    ids = target.chosen(around.db) if target.kind is RowKind.CHANNEL else []

    def act(db: Database) -> str:
        jobs = actions.fetch_channels(db, around.settings, ids, around.now)
        return f"fetching {count(len(ids), 'channel')}: {count(len(jobs), 'job')}"

    return Doing(ids, act, nothing="no channel here")


def fetch_due(around: Around, target: Target) -> Doing:
    """Fetch every channel whose time has come."""
    where = "subscribed = 1 AND paused = 0 AND (next_fetch IS NULL OR next_fetch <= ?)"
    ids = ids_of(around.db, f"SELECT id FROM channels WHERE {where}", [around.now])
    return _fetching(around, ids, f"Fetch {count(len(ids), 'due channel')}?", "no channel is due")


def fetch_all(around: Around, target: Target) -> Doing:
    """Fetch every channel, due or not."""
    ids = ids_of(around.db, "SELECT id FROM channels WHERE subscribed = 1 AND paused = 0")
    return _fetching(around, ids, f"Fetch all {count(len(ids), 'channel')}?", "no channel yet")


def _fetching(around: Around, ids: list[int], question: str, nothing: str) -> Doing:
    def act(db: Database) -> str:
        jobs = actions.fetch_channels(db, around.settings, ids, around.now)
        return f"fetching {count(len(ids), 'channel')}: {count(len(jobs), 'job')}"

    return Doing(ids, act, question, nothing, "fetch")


def download(around: Around, target: Target) -> Doing:
    """Download these videos, or all new ones of these channels."""
    ids = target.chosen(around.db)

    def act(db: Database) -> Done:
        if target.kind is RowKind.CHANNEL:
            jobs = actions.download_channels(db, around.settings, ids, around.now)
        else:
            jobs = actions.download_videos(db, around.settings, ids, around.now)
        if not jobs:
            return Done("nothing new to download")
        return Done(f"{count(len(jobs), 'download')} queued", Undo(_cancelling(jobs, around.now)))

    return Doing(ids, act, _bulk_question(around, target, ids), "no video here", "download them")


def _bulk_question(around: Around, target: Target, ids: Ids) -> str:
    """What a bulk download costs is told before it is queued; a few videos need no question."""
    of_these = forecast_channels if target.kind is RowKind.CHANNEL else forecast_videos
    forecast = of_these(around.db, around.settings, ids, around.now)
    if forecast.videos <= ASKED_FROM:
        return ""
    warning = "" if forecast.fits else "\nThat is more than there is room for: the queue will hold."
    return f"Download {forecast.words()}?{warning}"


def cancel(around: Around, target: Target) -> Doing:
    """Cancel these jobs."""
    ids = jobs_of(around.db, target, LIVE)

    def act(db: Database) -> Done:
        return _cancelled(actions.cancel_jobs(db, ids, around.now), around.now)

    return Doing(ids, act, nothing="nothing here to cancel")


def cancel_all(around: Around, target: Target) -> Doing:
    """Cancel every job that is queued, waiting or running."""
    ids = ids_of(around.db, f"SELECT id FROM jobs WHERE state IN {LIVE}")
    running = around.db.value("SELECT count(*) FROM jobs WHERE state = 'running'")

    def act(db: Database) -> Done:
        return _cancelled(actions.cancel_jobs(db, ids, around.now), around.now)

    question = f"Cancel {count(len(ids), 'job')}, {running} of them running?"
    return Doing(ids, act, question, "no job to cancel", "cancel them")


def _cancelled(result: CancelResult, now: float) -> Done:
    ended, running = result.cancelled_now, len(result.requested)
    words = [f"{count(len(ended), 'job')} cancelled"] if ended or not running else []
    words += [f"{count(running, 'running job')} being ended"] if running else []

    def back(db: Database) -> str:
        return f"{count(actions.retry_jobs(db, [*ended, *result.requested], now), 'job')} queued again"

    return Done(", ".join(words), Undo(back) if ended or running else None)


def _cancelling(jobs: Ids, now: float) -> Callable[[Database], str]:
    def back(db: Database) -> str:
        return _cancelled(actions.cancel_jobs(db, jobs, now), now).words

    return back


def pause(around: Around, target: Target) -> Doing:
    """Pause these channels; where all of them are paused, go on."""
    ids = target.chosen(around.db)
    active = ids_of(
        around.db, f"SELECT id FROM channels WHERE paused = 0 AND id IN {GIVEN}", [json.dumps(ids)]
    )

    def act(db: Database) -> Done:
        changed = active or ids
        actions.pause_channels(db, changed, bool(active))

        def back(db: Database) -> str:
            actions.pause_channels(db, changed, not active)
            return f"{count(len(changed), 'channel')} {'going on' if active else 'paused'}"

        return Done(f"{count(len(ids), 'channel')} {'paused' if active else 'going on'}", Undo(back))

    return Doing(ids, act, nothing="no channel here")


def pause_queue(around: Around, target: Target) -> Doing:
    """Pause the whole queue, or let it go on."""
    paused = actions.is_paused(around.db)
    queued = around.db.value("SELECT coalesce(sum(n), 0) FROM job_counts WHERE state = 'queued'")
    running = around.db.value("SELECT coalesce(sum(n), 0) FROM job_counts WHERE state = 'running'")

    def act(db: Database) -> Done:
        actions.set_paused(db, not paused, around.now)

        def back(db: Database) -> str:
            actions.set_paused(db, paused, around.now)
            return "the queue is paused again" if paused else "the queue goes on"

        words = "the queue goes on" if paused else "the queue is paused; what runs is finished"
        return Done(words, Undo(back))

    if paused:
        question, yes = f"Let the queue go on? {count(queued, 'job')} queued.", "go on"
    else:
        question = (
            f"Pause the whole queue? {count(queued, 'job')} queued; {running} running will be finished."
        )
        yes = "pause"
    return Doing((0,), act, question, yes=yes)


COMMANDS: dict[str, Callable[[Around, Target], Doing]] = {
    "fetch": fetch,
    "fetch_due": fetch_due,
    "fetch_all": fetch_all,
    "download": download,
    "cancel": cancel,
    "cancel_all": cancel_all,
    "retry": plan_commands.retry,
    "retry_all": plan_commands.retry_all,
    "retry_lower": plan_commands.retry_lower,
    "retry_fresh": plan_commands.retry_fresh,
    "probe": plan_commands.probe,
    "dismiss": plan_commands.dismiss,
    "sooner": queue_commands.sooner,
    "later": queue_commands.later,
    "to_top": queue_commands.to_top,
    "keep": queue_commands.keep,
    "unsubscribe": queue_commands.unsubscribe,
    "pause": pause,
    "pause_queue": pause_queue,
}
