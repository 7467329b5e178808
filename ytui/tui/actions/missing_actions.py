"""Missing channels: the question that many channels ask which were taken out by hand, and its answers."""

from __future__ import annotations

from ytui.core.formatting import plural
from ytui.core.sanitize import clean
from ytui.engine.channels import removal
from ytui.engine.commands import channel_commands
from ytui.store import jobs
from ytui.store.database import Database
from ytui.tui.actions.keep_actions import settings_now
from ytui.tui.command_runner import Command, CommandContext
from ytui.tui.lists.rows import Target
from ytui.tui.undo import Result, UndoStep

MOST_NAMED = 12
"""Channels that the question names."""


def ask(context: CommandContext, target: Target) -> Command:
    """Ask whether the channels go that the configuration lists no more; keeping them is the default."""
    db = context.db
    rows = removal.asked_about(db)
    ids = [row.id for row in rows]
    names = ", ".join(clean(row.name) for row in rows[:MOST_NAMED])
    more = f", and {len(rows) - MOST_NAMED} more" if len(rows) > MOST_NAMED else ""
    queued = sum(len(jobs.ends_with_channel(db, number)) for number in ids)
    them = f"{plural(queued, 'job')} of them would be cancelled; files" if queued else "Files"
    question = (
        f"{plural(len(rows), 'channel is', 'channels are')} missing in the configuration: {names}{more}.\n"
        f"Let them go? {them}, videos and history stay, and written in again they come back."
    )
    return Command(
        ids,
        lambda db: _let_go(db, context, ids),
        question,
        "no channel is missing in the configuration",
        f"let {len(ids)} go",
        safe="keep them",
        unless=lambda db: _keep(db, ids),
    )


def _let_go(db: Database, context: CommandContext, ids: list[int]) -> Result:
    done = channel_commands.let_go(db, settings_now(context), ids, context.now)

    def back(db: Database) -> str:
        queued = channel_commands.have_again(db, done, context.now)
        words = f"{plural(len(done.rows), 'channel')} back, and asked about again"
        return f"{words}; {plural(queued, 'job')} put back" if queued else words

    return Result(f"unsubscribed from {plural(len(done.rows), 'channel')}", UndoStep(back))


def _keep(db: Database, ids: list[int]) -> Result:
    resumed = removal.keep(db, ids)
    stay = f"{plural(len(ids), 'channel stays', 'channels stay')} for now; the plan asks on (K)"
    return Result(f"{stay}, and {'is' if len(ids) == 1 else 'are'} fetched again" if resumed else stay)
