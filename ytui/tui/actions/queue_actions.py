"""Queue actions: the order of jobs, what is kept, and subscriptions."""

from __future__ import annotations

from ytui.core.formatting import plural
from ytui.core.models import Priority
from ytui.core.sanitize import clean
from ytui.core.states import PENDING_STATES
from ytui.engine.commands import channel_commands
from ytui.store import channels, jobs, videos
from ytui.store.database import Database
from ytui.store.jobs.undo import UndoResult, restore_rows, snapshot_of
from ytui.tui.command_runner import NO_CHANNEL, Command, CommandContext
from ytui.tui.lists.rows import Target
from ytui.tui.undo import Result, UndoStep, config_change, put_back_words, tracked


def sooner(context: CommandContext, target: Target) -> Command:
    """Put these jobs into the next more urgent class."""
    return _shifted(context, target, -1, "sooner")


def later(context: CommandContext, target: Target) -> Command:
    """Put these jobs into the next less urgent class."""
    return _shifted(context, target, 1, "later")


def _shifted(context: CommandContext, target: Target, step: int, word: str) -> Command:
    ids = target.jobs(context.db, PENDING_STATES)

    def act(db: Database) -> Result:
        def shift() -> list[int]:
            moved = []
            for number, priority in jobs.priorities_of(db, ids).items():
                to = Priority(min(max(priority + step, min(Priority)), max(Priority)))
                moved += [number] if to != priority and jobs.set_priority(db, [number], to) else []
            return moved

        shifted = tracked(db, ids, shift, context.now, say=_back_in_order)
        if not shifted.jobs:
            return Result(f"{'it is' if len(ids) == 1 else 'they are'} as {word} as can be already")
        return Result(f"{plural(len(shifted.jobs), 'job')} {word}", shifted.undo)

    return Command(ids, act, nothing="no queued job here")


def to_top(context: CommandContext, target: Target) -> Command:
    """Put these jobs before everything else."""
    ids = target.jobs(context.db, PENDING_STATES)

    def act(db: Database) -> Result:
        def lift() -> list[int]:
            return ids[: jobs.to_top(db, ids)]

        lifted = tracked(db, ids, lift, context.now, say=_back_in_order)
        return Result(f"{plural(len(lifted.jobs), 'job')} at the top of the queue", lifted.undo)

    return Command(ids, act, nothing="no queued job here")


def _back_in_order(done: UndoResult) -> str:
    if not done.jobs:
        return put_back_words(done)
    return f"{plural(done.jobs, 'job')} back at {'its' if done.jobs == 1 else 'their'} place in the queue"


def keep(context: CommandContext, target: Target) -> Command:
    """Keep these videos whatever the retention says; where all of them are kept, no more."""
    ids = target.videos(context.db)
    free = videos.not_kept_among(context.db, ids)
    changed = free or ids

    def act(db: Database) -> Result:
        videos.set_keep(db, changed, bool(free))
        words = "kept for good" if free else "no longer kept for good"

        def back(db: Database) -> str:
            videos.set_keep(db, changed, not free)
            return f"{plural(len(changed), 'video')} as before"

        return Result(f"{plural(len(changed), 'video')} {words}", UndoStep(back))

    return Command(ids, act, nothing="no video here")


def unsubscribe(context: CommandContext, target: Target) -> Command:
    """Fetch these channels no more; files, videos and history stay."""
    rows = [
        row
        for number in target.channels(context.db)
        if (row := channels.by_id(context.db, number)) is not None
    ]
    names = clean(rows[0].name) if len(rows) == 1 else plural(len(rows), "channel")

    def act(db: Database) -> Result:
        settings = [channel for row in rows if (channel := context.settings.by_url.get(row.url)) is not None]

        ends = [job for row in rows for job in jobs.ends_with_channel(db, row.id)]
        before = snapshot_of(db, ends)

        def remove() -> list[str]:
            return channel_commands.remove_channels(
                db, context.places, [row.url for row in rows], context.now
            )

        def back(db: Database, gone: list[str], as_it_was: bool) -> str:
            if as_it_was:
                channel_commands.due_as_before(db, rows)
                return f"subscribed to {names} again, as config.toml had it"
            channel_commands.subscribe_again(db, context.places, settings, rows, context.now)
            return f"subscribed to {names} again; config.toml was changed since, comments there are not back"

        try:
            _, undo = config_change(context.places, context.now, remove, back)
        except (LookupError, ValueError, OSError) as error:
            return Result(str(error), wrong=True)
        after = snapshot_of(db, ends)

        def put_back(db: Database) -> str:
            # First: settings that are judged anew would queue the same videos as other jobs.
            jobs_back = put_back_words(restore_rows(db, before, after, context.now)) if ends else ""
            return ", ".join(filter(None, (undo.act(db), jobs_back)))

        cancelled = f"; {plural(len(ends), 'job')} of it cancelled" if ends else ""
        return Result(f"unsubscribed from {names}{cancelled}", UndoStep(put_back))

    question = (
        f"Unsubscribe from {names}?\n"
        "It is fetched no more, and what is queued of it is cancelled; its files, videos and history stay."
    )
    return Command([row.id for row in rows], act, question, NO_CHANNEL, "unsubscribe")
