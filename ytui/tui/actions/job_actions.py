"""Job actions: what keys do about downloads, resolved to ids first, so that a question can count.

Everything here runs in a worker's thread with that thread's connection; nothing knows the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ytui.core.formatting import plural
from ytui.core.models import JobState
from ytui.core.settings import RecordLive
from ytui.core.states import ACTIVE_STATES
from ytui.engine.channels.forecast import Forecast, forecast_channels, forecast_videos
from ytui.engine.commands import queue_commands
from ytui.engine.commands.info_commands import ask_for_video
from ytui.store import channels, jobs, key_values, videos
from ytui.store.database import Database
from ytui.store.jobs import undo
from ytui.store.rows import CancelResult
from ytui.tui.actions import plan_actions
from ytui.tui.command_runner import NO_CHANNEL, Command, CommandContext, Effect, Ids
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.undo import Result, UndoStep, tracked


def fetch_details(context: CommandContext, target: Target) -> Command:
    """Fetch metadata, statistics and transcript of these videos now, whatever is kept of them."""
    ids = target.videos(context.db)

    def act(db: Database) -> Result:
        asked = [job for video in ids if (job := ask_for_video(db, video, context.now)) is not None]

        def back(db: Database) -> str:
            ended = jobs.request_cancel(db, asked, context.now)
            cancelled = len(ended.cancelled_now) + len(ended.requested)
            return f"{plural(cancelled, 'job')} cancelled" if cancelled else "the details were there already"

        return Result(f"fetching the details of {plural(len(ids), 'video')}", UndoStep(back), queued=asked)

    return Command(ids, act, nothing="no video here")


ASKED_FROM = 20
"""Downloads of more videos than this are asked about, with their forecast."""


def fetch(context: CommandContext, target: Target) -> Command:
    """Fetch these channels now, or the details of these videos."""
    if target.kind is not RowKind.CHANNEL:
        return fetch_details(context, target)
    return _fetching(context, target.chosen(context.db), "", NO_CHANNEL)


def fetch_due(context: CommandContext, target: Target) -> Command:
    """Fetch every channel whose time has come; again within 10 s: all of them."""
    if context.again:
        return fetch_all(context, target)
    ids = [channel.id for channel in channels.due(context.db, context.now)]
    return _fetching(
        context,
        ids,
        f"Fetch {plural(len(ids), 'due channel')}?",
        "no channel is due; the same key again fetches all",
    )


def fetch_all(context: CommandContext, target: Target) -> Command:
    """Fetch every channel, due or not."""
    ids = channels.active_ids(context.db)
    return _fetching(context, ids, f"Fetch all {plural(len(ids), 'channel')}?", "no channel yet")


def _fetching(context: CommandContext, ids: list[int], question: str, nothing: str) -> Command:
    def act(db: Database) -> Result:
        known = jobs.fetches_of(db, ids)
        due = channels.next_fetches(db, ids)
        fetch = partial(queue_commands.fetch_channels, db, context.settings, ids, context.now)
        queued = tracked(db, known, fetch, context.now)

        def back(db: Database) -> str:
            for number, at in due.items():
                channels.set_next_fetch(db, number, at)
            return queued.undo.act(db) if queued.undo else "nothing was left to put back"

        words = f"fetching {plural(len(ids), 'channel')}: {plural(len(queued.jobs), 'job')}"
        return Result(words, UndoStep(back) if queued.undo else None, queued=queued.jobs)

    return Command(ids, act, question, nothing, "fetch" if question else "")


def download(context: CommandContext, target: Target) -> Command:
    """Download these videos, or all new ones of these channels."""
    of_channels = target.kind is RowKind.CHANNEL
    ids = target.channels(context.db) if of_channels else target.videos(context.db)
    of_these = forecast_channels if of_channels else forecast_videos
    forecast = of_these(context.db, context.settings, ids, context.now)

    def act(db: Database) -> Result:
        wanted = videos.new_of_channels(db, ids) if of_channels else ids
        queue = queue_commands.download_channels if of_channels else queue_commands.download_videos
        known = undo.active_downloads(db, wanted)
        running = 0 if of_channels else jobs.running_among(db, known)
        queued = tracked(
            db, known, partial(queue, db, context.settings, ids, context.now), context.now, videos=wanted
        )
        costs = f": {forecast.costs()}" if forecast.videos > 1 else ""
        words = _download_words(len(queued.jobs) - running, running, costs)
        there = (
            "nothing new to download" if of_channels else f"{plural(len(ids), 'video')} downloaded already"
        )
        return Result(words or there, queued.undo, queued=queued.jobs)

    nothing = NO_CHANNEL if of_channels else "no video here"
    return Command(ids, act, _bulk_question(forecast), nothing, "download them")


def record(context: CommandContext, target: Target) -> Command:
    """Record these videos while they are live, from now on or from their start."""
    ids = videos.broadcasts_among(context.db, target.videos(context.db))

    def under_way(db: Database) -> list[int]:
        return [*undo.active_downloads(db, ids), *undo.active_recordings(db, ids)]

    def from_(mode: RecordLive) -> Effect:
        def act(db: Database) -> Result:
            def queue() -> list[int]:
                queue_commands.download_videos(db, context.settings, ids, context.now, record=mode.value)
                return under_way(db)

            queued = tracked(db, under_way(db), queue, context.now, videos=ids)
            words = f"{plural(len(ids), 'broadcast')} to be recorded"
            return Result(words, queued.undo, queued=queued.jobs)

        return act

    return Command(
        ids,
        from_(RecordLive.FROM_NOW),
        f"Record {plural(len(ids), 'broadcast')}, and fetch the whole when it is over?",
        "nothing here is live, or will be",
        "from now on",
        ("from the start", from_(RecordLive.FROM_START)),
    )


def _download_words(queued: int, running: int, costs: str) -> str:
    words = [f"{plural(queued, 'download')} queued{costs}"] if queued else []
    words += [f"{plural(running, 'download')} running already"] if running else []
    return ", ".join(words)


def _bulk_question(forecast: Forecast) -> str:
    """What a bulk download costs is told before it is queued; a few videos need no question."""
    if forecast.videos <= ASKED_FROM:
        return ""
    warning = "" if forecast.fits else "\nThat is more than there is room for: the queue will hold."
    return f"Download {forecast.words()}?{warning}"


def cancel(context: CommandContext, target: Target) -> Command:
    """Cancel these jobs."""
    ids = target.jobs(context.db, ACTIVE_STATES)

    return Command(
        ids,
        _cancelling(ids, context.now),
        nothing=plan_actions.nothing_here(target, "nothing here to cancel"),
    )


def cancel_all(context: CommandContext, target: Target) -> Command:
    """Cancel every job that is queued, waiting or running."""
    ids = jobs.active_ids(context.db)
    running = jobs.count(context.db, states=[JobState.RUNNING])

    question = f"Cancel {plural(len(ids), 'job')}, {running or 'none'} of them running?"
    return Command(ids, _cancelling(ids, context.now), question, "no job to cancel", "cancel them")


def _cancelling(ids: Ids, now: float) -> Callable[[Database], Result]:
    def act(db: Database) -> Result:
        result = CancelResult()

        def cancel_them() -> list[int]:
            nonlocal result
            result = jobs.request_cancel(db, ids, now)
            return []

        undo = tracked(db, ids, cancel_them, now).undo
        ended, running = len(result.cancelled_now), len(result.requested)
        words = [f"{plural(ended, 'job')} cancelled"] if ended or not running else []
        words += [f"{plural(running, 'running job')} being ended"] if running else []
        return Result(", ".join(words), undo)

    return act


def pause(context: CommandContext, target: Target) -> Command:
    """Pause these channels; where all of them are paused, go on."""
    ids = target.channels(context.db)
    active = channels.unpaused_among(context.db, ids)

    def act(db: Database) -> Result:
        changed = active or ids
        queue_commands.pause_channels(db, changed, bool(active))

        def back(db: Database) -> str:
            queue_commands.pause_channels(db, changed, not active)
            return f"{plural(len(changed), 'channel')} {'going on' if active else 'paused'}"

        return Result(f"{plural(len(ids), 'channel')} {'paused' if active else 'going on'}", UndoStep(back))

    return Command(ids, act, nothing=NO_CHANNEL)


def pause_queue(context: CommandContext, target: Target) -> Command:
    """Pause the whole queue, or let it go on."""
    paused = key_values.is_paused(context.db)
    queued = jobs.count(context.db, states=[JobState.QUEUED])
    running = jobs.count(context.db, states=[JobState.RUNNING])

    def act(db: Database) -> Result:
        queue_commands.set_paused(db, not paused, context.now)

        def back(db: Database) -> str:
            queue_commands.set_paused(db, paused, context.now)
            return "the queue is paused again" if paused else "the queue goes on"

        words = "the queue goes on" if paused else "the queue is paused; what runs is finished"
        return Result(words, UndoStep(back))

    if paused:
        question, yes = f"Let the queue go on? {plural(queued, 'job')} queued.", "go on"
    else:
        finished = f"; {running} running will be finished" if running else ""
        question = f"Pause the whole queue? {plural(queued, 'job')} queued{finished}."
        yes = "pause"
    return Command((0,), act, question, yes=yes)
