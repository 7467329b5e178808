"""What the keys do to the store: resolved to ids first, so that a question can say how many, then done.

Everything here runs in a worker's thread with that thread's connection; nothing knows the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ytui.core.amounts import count
from ytui.core.models import JobState
from ytui.core.settings import RecordLive
from ytui.core.states import ACTIVE_STATES
from ytui.engine import actions
from ytui.engine.channels.forecast import Forecast, forecast_channels, forecast_videos
from ytui.store import channels, jobs, key_values, videos
from ytui.store.answers import CancelResult
from ytui.store.database import Database
from ytui.store.jobs import taking_back
from ytui.tui.actions import plan_commands, queue_commands
from ytui.tui.actions.details_commands import fetch_details
from ytui.tui.actions.doing import (
    NO_CHANNEL,
    Around,
    Deed,
    Doing,
    Ids,
    Target,
    channels_of,
    jobs_of,
    latest_job,
    videos_of,
)
from ytui.tui.actions.undo import Done, Undo, tracked
from ytui.tui.tables.rows import RowKind

__all__ = ["COMMANDS", "Around", "Doing", "Target", "jobs_of", "latest_job"]

ASKED_FROM = 20
"""Downloads of more videos than this are asked about, with their forecast."""


def fetch(around: Around, target: Target) -> Doing:
    """Fetch these channels now, or the details of these videos."""
    if target.kind is not RowKind.CHANNEL:
        return fetch_details(around, target)
    return _fetching(around, target.chosen(around.db), "", NO_CHANNEL)


def fetch_due(around: Around, target: Target) -> Doing:
    """Fetch every channel whose time has come."""
    ids = [channel.id for channel in channels.due(around.db, around.now)]
    return _fetching(
        around,
        ids,
        f"Fetch {count(len(ids), 'due channel')}?",
        "no channel is due; the same key again fetches all",
    )


def fetch_all(around: Around, target: Target) -> Doing:
    """Fetch every channel, due or not."""
    ids = channels.active_ids(around.db)
    return _fetching(around, ids, f"Fetch all {count(len(ids), 'channel')}?", "no channel yet")


def _fetching(around: Around, ids: list[int], question: str, nothing: str) -> Doing:
    def act(db: Database) -> Done:
        known = jobs.fetches_of(db, ids)
        due = channels.next_fetches(db, ids)
        fetch = partial(actions.fetch_channels, db, around.settings, ids, around.now)
        queued = tracked(db, known, fetch, around.now)

        def back(db: Database) -> str:
            for number, at in due.items():
                channels.set_next_fetch(db, number, at)
            return queued.undo.act(db) if queued.undo else "nothing was left to put back"

        words = f"fetching {count(len(ids), 'channel')}: {count(len(queued.jobs), 'job')}"
        return Done(words, Undo(back) if queued.undo else None)

    return Doing(ids, act, question, nothing, "fetch" if question else "")


def download(around: Around, target: Target) -> Doing:
    """Download these videos, or all new ones of these channels."""
    of_channels = target.kind is RowKind.CHANNEL
    ids = channels_of(around.db, target) if of_channels else videos_of(around.db, target)
    of_these = forecast_channels if of_channels else forecast_videos
    forecast = of_these(around.db, around.settings, ids, around.now)

    def act(db: Database) -> Done:
        wanted = videos.new_of_channels(db, ids) if of_channels else ids
        queue = actions.download_channels if of_channels else actions.download_videos
        known = taking_back.active_downloads(db, wanted)
        running = 0 if of_channels else jobs.running_among(db, known)
        queued = tracked(
            db, known, partial(queue, db, around.settings, ids, around.now), around.now, videos=wanted
        )
        costs = f": {forecast.costs()}" if forecast.videos > 1 else ""
        words = _download_words(len(queued.jobs) - running, running, costs)
        there = "nothing new to download" if of_channels else f"{count(len(ids), 'video')} downloaded already"
        return Done(words or there, queued.undo)

    nothing = NO_CHANNEL if of_channels else "no video here"
    return Doing(ids, act, _bulk_question(forecast), nothing, "download them")


def record(around: Around, target: Target) -> Doing:
    """Record these videos while they are live, from now on or from their start."""
    ids = videos.broadcasts_among(around.db, videos_of(around.db, target))

    def under_way(db: Database) -> list[int]:
        return [*taking_back.active_downloads(db, ids), *taking_back.active_recordings(db, ids)]

    def from_(mode: RecordLive) -> Deed:
        def act(db: Database) -> Done:
            def queue() -> list[int]:
                actions.download_videos(db, around.settings, ids, around.now, record=mode.value)
                return under_way(db)

            queued = tracked(db, under_way(db), queue, around.now, videos=ids)
            return Done(f"{count(len(ids), 'broadcast')} to be recorded", queued.undo)

        return act

    return Doing(
        ids,
        from_(RecordLive.FROM_NOW),
        f"Record {count(len(ids), 'broadcast')}, and fetch the whole when it is over?",
        "nothing here is live, or will be",
        "from now on",
        ("from the start", from_(RecordLive.FROM_START)),
    )


def _download_words(queued: int, running: int, costs: str) -> str:
    words = [f"{count(queued, 'download')} queued{costs}"] if queued else []
    words += [f"{count(running, 'download')} running already"] if running else []
    return ", ".join(words)


def _bulk_question(forecast: Forecast) -> str:
    """What a bulk download costs is told before it is queued; a few videos need no question."""
    if forecast.videos <= ASKED_FROM:
        return ""
    warning = "" if forecast.fits else "\nThat is more than there is room for: the queue will hold."
    return f"Download {forecast.words()}?{warning}"


def cancel(around: Around, target: Target) -> Doing:
    """Cancel these jobs."""
    ids = jobs_of(around.db, target, ACTIVE_STATES)

    return Doing(
        ids,
        _cancelling(ids, around.now),
        nothing=plan_commands.nothing_here(target, "nothing here to cancel"),
    )


def cancel_all(around: Around, target: Target) -> Doing:
    """Cancel every job that is queued, waiting or running."""
    ids = jobs.active_ids(around.db)
    running = jobs.count(around.db, states=[JobState.RUNNING])

    question = f"Cancel {count(len(ids), 'job')}, {running or 'none'} of them running?"
    return Doing(ids, _cancelling(ids, around.now), question, "no job to cancel", "cancel them")


def _cancelling(ids: Ids, now: float) -> Callable[[Database], Done]:
    def act(db: Database) -> Done:
        result = CancelResult()

        def cancel_them() -> list[int]:
            nonlocal result
            result = jobs.request_cancel(db, ids, now)
            return []

        undo = tracked(db, ids, cancel_them, now).undo
        ended, running = len(result.cancelled_now), len(result.requested)
        words = [f"{count(ended, 'job')} cancelled"] if ended or not running else []
        words += [f"{count(running, 'running job')} being ended"] if running else []
        return Done(", ".join(words), undo)

    return act


def pause(around: Around, target: Target) -> Doing:
    """Pause these channels; where all of them are paused, go on."""
    ids = channels_of(around.db, target)
    active = channels.unpaused_among(around.db, ids)

    def act(db: Database) -> Done:
        changed = active or ids
        actions.pause_channels(db, changed, bool(active))

        def back(db: Database) -> str:
            actions.pause_channels(db, changed, not active)
            return f"{count(len(changed), 'channel')} {'going on' if active else 'paused'}"

        return Done(f"{count(len(ids), 'channel')} {'paused' if active else 'going on'}", Undo(back))

    return Doing(ids, act, nothing=NO_CHANNEL)


def pause_queue(around: Around, target: Target) -> Doing:
    """Pause the whole queue, or let it go on."""
    paused = key_values.is_paused(around.db)
    queued = jobs.count(around.db, states=[JobState.QUEUED])
    running = jobs.count(around.db, states=[JobState.RUNNING])

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
        finished = f"; {running} running will be finished" if running else ""
        question = f"Pause the whole queue? {count(queued, 'job')} queued{finished}."
        yes = "pause"
    return Doing((0,), act, question, yes=yes)


COMMANDS: dict[str, Callable[[Around, Target], Doing]] = {
    "fetch": fetch,
    "fetch_due": fetch_due,
    "fetch_all": fetch_all,
    "download": download,
    "record": record,
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
