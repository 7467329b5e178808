"""``ytui retention``: what the channels' ``keep`` no longer wants, and taking it out of the library."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.errors import EXIT_FAILED, EXIT_OK, CliError
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.session import Session, session
from ytui.core.formatting import plural

if TYPE_CHECKING:
    from ytui.cli.global_options import GlobalOptions
    from ytui.engine.maintenance.retention_sweep import OverdueVideo


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
@click.pass_context
def retention(ctx: click.Context, dry_run: bool, as_json: bool) -> None:
    """Take out the videos that their channels' `keep` no longer wants; those with a keep mark (K) stay.

    They go into the trash of the library. A running ytui does the same by itself every ten minutes.
    """
    start: GlobalOptions = ctx.obj
    with session(start, quiet=as_json) as opened:
        overdue = _overdue(opened)
        found = [_item(opened, item) for item in overdue]
        stay = 0 if dry_run else _remove(opened, overdue)
    if as_json:
        emit({"removed": found, "dry_run": dry_run, "stay": stay})
    else:
        _print(found, "would go" if dry_run else "given up" if stay else "are in the trash")
    if stay:
        note(f"{plural(stay, 'file')} could not be removed: `ytui logs --level warning` says why")
    ctx.exit(EXIT_FAILED if stay else EXIT_OK)


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
    from ytui.store.library_marker import check_library

    library, now = opened.settings.library.path, time.time()
    check = check_library(opened.db, library)
    if not check.ok:
        raise CliError(f"{check.reason}; nothing was removed")
    let_go(opened.db, library, overdue, now)
    refused = settle(opened.db, library, opened.settings, now).refused
    return sum(len(entry.files) for entry, _ in refused)


def _print(found: list[dict[str, Any]], what: str) -> None:
    from ytui.core.formatting import format_size

    if not found:
        say("nothing to remove")
        return
    table(
        ("ID", "SIZE", "CHANNEL", "KEEPS", "TITLE"),
        [(row["id"], format_size(row["size"]), row["channel"], row["keep"], row["title"]) for row in found],
        right=(1,),
    )
    total = format_size(sum(row["size"] or 0 for row in found))
    note(f"{len(found)} of {total} {what}")
