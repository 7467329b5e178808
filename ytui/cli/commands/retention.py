"""``ytui retention``: what the channels' ``keep`` no longer wants, and taking it out of the library."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.mistakes import Mistake
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.session import Session, session

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.engine.upkeep.retention import Overdue


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
@click.pass_obj
def retention(start: Start, dry_run: bool, as_json: bool) -> None:
    """Remove the videos that their channels' `keep` no longer wants; those with a keep mark (K) stay.

    A running ytui does the same by itself every ten minutes.
    """
    with session(start, quiet=as_json) as opened:
        overdue = _overdue(opened)
        found = [_item(opened, item) for item in overdue]
        if not dry_run:
            _remove(opened, overdue)
    if as_json:
        emit({"removed": found, "dry_run": dry_run})
    else:
        _print(found, dry_run)


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


def _remove(opened: Session, overdue: list[Overdue]) -> None:
    from ytui.engine.upkeep.retention import give_up, sweep
    from ytui.store import removals
    from ytui.store.library import check_library

    library, now = opened.settings.library.path, time.time()
    check = check_library(opened.db, library)
    if not check.ok:
        raise Mistake(f"{check.reason}; nothing was removed")
    give_up(opened.db, overdue, now)
    while removals.pending(opened.db, 1):
        sweep(opened.db, library, now)


def _print(found: list[dict[str, Any]], dry_run: bool) -> None:
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
    note(f"{len(found)} of {total} would go" if dry_run else f"{len(found)} of {total} are gone")
