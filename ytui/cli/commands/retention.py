"""``ytui retention``: what the channels' ``keep`` no longer wants, and taking it out of the library."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.mistakes import ALL_WELL, SOMETHING_FAILED, Mistake
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.session import Session, session
from ytui.core.amounts import count

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.engine.upkeep.retention import Overdue


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
@click.pass_context
def retention(ctx: click.Context, dry_run: bool, as_json: bool) -> None:
    """Remove the videos that their channels' `keep` no longer wants; those with a keep mark (K) stay.

    A running ytui does the same by itself every ten minutes.
    """
    start: Start = ctx.obj
    with session(start, quiet=as_json) as opened:
        overdue = _overdue(opened)
        found = [_item(opened, item) for item in overdue]
        stay = 0 if dry_run else _remove(opened, overdue)
    if as_json:
        emit({"removed": found, "dry_run": dry_run, "stay": stay})
    else:
        _print(found, "would go" if dry_run else "given up" if stay else "are gone")
    if stay:
        note(f"{count(stay, 'file')} could not be removed: `ytui logs --level warning` says why")
    ctx.exit(SOMETHING_FAILED if stay else ALL_WELL)


def _overdue(opened: Session) -> list[Overdue]:
    from ytui.engine.upkeep.retention import overdue

    return list(overdue(opened.db, opened.settings, time.time()))


def _item(opened: Session, item: Overdue) -> dict[str, Any]:
    root = opened.settings.library.path
    return {
        "id": item.video.video_id,
        "title": item.video.title,
        "channel": item.channel,
        "keep": item.keep,
        "path": str(root / item.video.path) if item.video.path else None,
        "size": item.video.size,
    }


def _remove(opened: Session, overdue: list[Overdue]) -> int:
    """Take them out of the library; how many of their files stay all the same."""
    from ytui.engine.upkeep.retention import give_up, sweep
    from ytui.store import removals
    from ytui.store.library import check_library

    library, now = opened.settings.library.path, time.time()
    check = check_library(opened.db, library)
    if not check.ok:
        raise Mistake(f"{check.reason}; nothing was removed")
    give_up(opened.db, overdue, now)
    stay = 0
    while removals.pending(opened.db, 1):
        stay += sweep(opened.db, library, now)[1]
    return stay


def _print(found: list[dict[str, Any]], what: str) -> None:
    from ytui.core.amounts import size

    if not found:
        say("nothing to remove")
        return
    table(
        ("ID", "SIZE", "CHANNEL", "KEEPS", "TITLE"),
        [(row["id"], size(row["size"]), row["channel"], row["keep"], row["title"]) for row in found],
        right=(1,),
    )
    total = size(sum(row["size"] or 0 for row in found))
    note(f"{len(found)} of {total} {what}")
