"""Keep actions: the question that a changed ``keep`` asks, and its answers."""

from __future__ import annotations

from collections.abc import Sequence

from ytui import config
from ytui.config import ConfigError
from ytui.core.formatting import format_duration, plural
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.engine.channels import removal
from ytui.engine.commands import retention_commands
from ytui.engine.maintenance import keep_changes
from ytui.engine.maintenance.keep_changes import KeepChange
from ytui.store import channels, plan, videos
from ytui.store.database import Database
from ytui.tui.actions.plan_actions import group_under
from ytui.tui.command_runner import Command, CommandContext
from ytui.tui.lists.rows import Target
from ytui.tui.undo import Result, UndoStep

MOST_NAMED = 6
"""Channels that a question names."""


def answer(context: CommandContext, target: Target) -> Command:
    """Answer what the chosen items of the plan ask, or all of their group."""
    db = context.db
    items = plan.questions_among(db, target.chosen(db)) or plan.questions_among(
        db, group_under(db, target)[0]
    )
    if any(item.failure_class == removal.ASKED_AS for item in items):
        from ytui.tui.actions.missing_actions import ask

        return ask(context, target)
    settings = settings_now(context)
    rows = [row for item in items if (row := channels.by_id(db, item.channel_id or 0)) is not None]
    asked = (keep_changes.change_of(db, settings, row, context.now) for row in rows)
    return asking(context, settings, [change for change in asked if change is not None])


def settings_now(context: CommandContext) -> Settings:
    """Return what the configuration says: the engine may not have read it yet."""
    try:
        return config.load(context.places.config_file).settings
    except (ConfigError, OSError):
        return context.settings


def asking(context: CommandContext, settings: Settings, changes: Sequence[KeepChange]) -> Command:
    """Ask whether what new rules would take is to go; leaving it leaves the rules before in force."""
    going = sum(len(change.going) for change in changes)
    lines = [change.sentence for change in changes[:MOST_NAMED]]
    if len(changes) > MOST_NAMED:
        lines.append(f"and {len(changes) - MOST_NAMED} more, {plural(going, 'video')} in all")
    days = format_duration(settings.library.trash)
    lines.append(f"They go into the trash for {days}. Until you say so, the rule before stands.")
    return Command(
        [change.channel.id for change in changes],
        lambda db: _let_go(db, context, settings, changes),
        "\n".join(lines),
        "nothing here asks: this key answers what a changed `keep` or missing channels ask",
        f"let {going} go",
        (f"keep these {going} (K)", lambda db: _keep(db, context, settings, changes)),
        "leave them",
    )


def _let_go(
    db: Database, context: CommandContext, settings: Settings, changes: Sequence[KeepChange]
) -> Result:
    library = settings.library.path
    try:
        entries, refused = retention_commands.let_go(db, library, settings, changes, context.now)
    except OSError as error:
        return Result(f"nothing went: {error.strerror}", wrong=True)

    def back(db: Database) -> str:
        try:
            restored = retention_commands.put_back(db, library, settings, changes, entries, context.now)
        except OSError as error:
            return f"the rule before stands again; nothing was brought back: {error.strerror}"
        return f"the rule before stands again, {plural(restored, 'video')} restored"

    words = f"{plural(len(entries), 'video')} in the trash"
    words += f", {len(refused)} could not be moved: {clean(refused[0])}" if refused else ""
    return Result(words, UndoStep(back))


def _keep(db: Database, context: CommandContext, settings: Settings, changes: Sequence[KeepChange]) -> Result:
    marked = retention_commands.keep_for_good(db, settings, changes, context.now)

    def back(db: Database) -> str:
        videos.set_keep(db, marked, False)
        retention_commands.put_back(db, settings.library.path, settings, changes, (), context.now)
        return "the rule before stands again, and the plan asks"

    return Result(f"{plural(len(marked), 'video')} kept for good; the rule is in force", UndoStep(back))
