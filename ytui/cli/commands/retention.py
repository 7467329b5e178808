"""``ytui retention``: what the channels' ``keep`` no longer wants, and taking it out of the library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.channels import sync
from ytui.cli.errors import EXIT_FAILED, EXIT_OK
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.session import Session, interactive, session
from ytui.core.formatting import format_size, plural

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.core.settings import Settings
    from ytui.engine.maintenance.keep_changes import KeepChange
    from ytui.engine.maintenance.retention_sweep import OverdueVideo


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Let a rule that is new take files, too; nobody is asked.")
@json_option
@click.pass_context
def retention(ctx: click.Context, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Take out the videos that their channels' `keep` no longer wants; those with a keep mark (K) stay.

    They go into the trash of the library. A running ytui does the same by itself every ten minutes. A rule
    that is new takes nothing before somebody said yes: on a terminal you are asked.
    """
    start: GlobalOptions = ctx.obj
    with session(start, quiet=as_json) as opened:
        sync(opened)
        changes = _unconfirmed(opened)
        if not dry_run:
            opened.need_library("nothing was removed")
            changes = without_confirmed(opened, opened.settings, changes, yes=yes, quiet=as_json)
        overdue = _overdue(opened)
        found = [_item(opened, item) for item in overdue]
        stay = 0 if dry_run else _remove(opened, overdue)
    if as_json:
        waiting = [change_object(change) for change in changes]
        emit({"removed": found, "dry_run": dry_run, "stay": stay, "unconfirmed": waiting})
    else:
        _print(found, "would go" if dry_run else "to go" if stay else "in the trash")
        for change in changes:
            note(f"{change.sentence}; `ytui retention --yes` lets them go")
    if stay:
        note(f"{plural(stay, 'file')} could not be removed: `ytui logs --level warning` says why")
    ctx.exit(EXIT_FAILED if stay else EXIT_OK)


def _unconfirmed(opened: Session) -> list[KeepChange]:
    from ytui.engine.maintenance.keep_changes import changes

    return changes(opened.db, opened.settings, time.time())


def without_confirmed(
    opened: Session, settings: Settings, changes: Sequence[KeepChange], *, yes: bool, quiet: bool
) -> list[KeepChange]:
    """Let the new rules into force that a person says yes to; returns the others, which wait."""
    from ytui.engine.commands.retention_commands import let_into_force

    asks = not quiet and interactive()
    chosen = [
        change
        for change in changes
        if yes or (asks and click.confirm(f"{change.sentence}. Let them go?", default=False, err=True))
    ]
    let_into_force(opened.db, settings, chosen, time.time())
    return [change for change in changes if change not in chosen]


def change_object(change: KeepChange) -> dict[str, Any]:
    """A rule that waits for a yes, as scripts see it."""
    from ytui.engine.maintenance.retention_sweep import keep_words

    return {
        "channel": change.channel.name,
        "keep": keep_words(change.wanted),
        "videos": len(change.going),
        "bytes": change.bytes,
    }


def _overdue(opened: Session) -> list[OverdueVideo]:
    from ytui.engine.maintenance.retention_sweep import overdue

    return list(overdue(opened.db, opened.settings, time.time()))


def _item(opened: Session, item: OverdueVideo) -> dict[str, Any]:
    root = opened.settings.library.path
    return {
        "id": item.video.video_id,
        "title": item.video.title,
        "channel": item.channel,
        "keep": item.keep,
        "path": str(root / item.video.path) if item.video.path else None,
        "size": item.video.size,
    }


def _remove(opened: Session, overdue: list[OverdueVideo]) -> int:
    """Take them out of the library; how many of their files stay all the same."""
    from ytui.engine.maintenance.retention_sweep import let_go
    from ytui.engine.maintenance.trash import settle

    library, now = opened.settings.library.path, time.time()
    let_go(opened.db, library, overdue, now)
    refused = settle(opened.db, library, opened.settings, now).refused
    return sum(len(entry.files) for entry, _ in refused)


def _print(found: list[dict[str, Any]], what: str) -> None:
    if not found:
        say("nothing to remove")
        return
    table(
        ("ID", "SIZE", "CHANNEL", "KEEPS", "TITLE"),
        [(row["id"], format_size(row["size"]), row["channel"], row["keep"], row["title"]) for row in found],
        right=(1,),
    )
    total = format_size(sum(row["size"] or 0 for row in found))
    note(f"{plural(len(found), 'video')} of {total} {what}")
