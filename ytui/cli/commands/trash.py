"""Command ``ytui trash``: what was taken out of the library, its way back, and deleting it for good."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.lists import channel_names
from ytui.cli.completers import complete_trash
from ytui.cli.errors import EXIT_FAILED, EXIT_OK, CliError
from ytui.cli.groups import CommandGroup
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.params import local_time
from ytui.cli.session import Session, confirmed, session
from ytui.core.formatting import format_size, iso_time, plural
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.store.database import Database
    from ytui.store.trash import TrashEntry

AS_IT_WAS = "the trash is as it was"


@click.group(cls=CommandGroup)
def trash() -> None:
    """What was taken out of the library: look at it, bring it back, or delete it for good."""


@trash.command("list")
@json_option
@click.pass_obj
def list_(start: GlobalOptions, as_json: bool) -> None:
    """List what is in the trash, the newest first."""
    from ytui.store import trash as store

    with session(start, quiet=as_json) as opened:
        names = channel_names(opened.db)
        items = [_item(opened, entry, names) for entry in store.entries(opened.db)]
    if as_json:
        emit({"items": items, "bytes": sum(item["size"] for item in items)})
    else:
        _print(items)


@trash.command()
@click.argument("ids", nargs=-1, metavar="ID...", shell_complete=complete_trash)
@click.option("--all", "everything", is_flag=True, help="Everything that is in the trash.")
@json_option
@click.pass_context
def restore(ctx: click.Context, ids: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Bring videos back into the library, by their id or address, or by their number in the trash.

    Nothing that is there is written over. What the channel's `keep` would take again is marked with K.
    """
    from ytui.engine.maintenance.trash import restore as bring_back

    with session(ctx.obj, quiet=as_json) as opened:
        found = _chosen(opened.db, ids, everything)
        opened.need_library(AS_IT_WAS)
        names, library = channel_names(opened.db), opened.settings.library.path
        outcomes = bring_back(opened.db, library, opened.settings, [entry.id for entry in found], time.time())
        back = [_item(opened, entry, names) for entry, why in outcomes if not why]
        refused = [{**_item(opened, entry, names), "problem": why} for entry, why in outcomes if why]
    if as_json:
        emit({"restored": back, "refused": refused})
    else:
        say(f"{plural(len(back), 'video')} restored")
        for item in refused:
            note(f"ytui: {clean(item['title'])}: {clean(item['problem'])}")
    ctx.exit(EXIT_FAILED if refused else EXIT_OK)


@trash.command()
@click.argument("ids", nargs=-1, metavar="[ID...]", shell_complete=complete_trash)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def empty(ctx: click.Context, ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Delete for good what is in the trash, or only these videos of it."""
    from ytui.engine.maintenance.trash import purge
    from ytui.store import trash as store

    with session(ctx.obj, quiet=as_json) as opened:
        found = _chosen(opened.db, ids, everything=not ids)
        size = sum(entry.bytes for entry in found)
        question = f"Delete {plural(len(found), 'video')} of {format_size(size)} for good?"
        if found and not confirmed(question, yes=yes, quiet=as_json):
            ctx.exit(EXIT_OK)
        opened.need_library(AS_IT_WAS)
        library, ids_found = opened.settings.library.path, [entry.id for entry in found]
        purge(opened.db, library, opened.settings, ids_found, time.time())
        left = [entry for entry in found if store.by_id(opened.db, entry.id) is not None]
    gone = len(found) - len(left)
    freed = size - sum(entry.bytes for entry in left)
    if as_json:
        emit({"deleted": gone, "bytes": freed, "stay": len(left)})
    else:
        say(f"{plural(gone, 'video')} of {format_size(freed)} deleted for good")
        if left:
            note(f"{plural(len(left), 'video')} could not be deleted: `ytui trash list` says why")
    ctx.exit(EXIT_FAILED if left else EXIT_OK)


def _chosen(db: Database, ids: Sequence[str], everything: bool) -> list[TrashEntry]:
    """The entries that are meant; ``CliError`` for what is none."""
    from ytui.engine.commands.queue_commands import find_video
    from ytui.store import trash as store

    if everything:
        return store.entries(db)
    if not ids:
        raise CliError("say which: an id that `ytui trash list` shows, or --all")
    found: dict[int, TrashEntry] = {}
    for text in ids:
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
        video = find_video(db, text)
        entries = [entry for entry in [store.by_id(db, number)] if entry is not None]
        entries = entries or (store.of_video(db, video.id)[:1] if video is not None else [])
        if not entries:
            raise CliError(f"'{text}' is not in the trash: `ytui trash list` shows what is")
        found.update((entry.id, entry) for entry in entries)
    return list(found.values())


def _item(opened: Session, entry: TrashEntry, names: dict[int, str]) -> dict[str, Any]:
    from ytui.store import videos

    video = videos.by_id(opened.db, entry.video_id)
    assert video is not None
    return {
        "id": entry.id,
        "video": video.video_id,
        "url": video.url,
        "title": video.title,
        "channel": names.get(video.channel_id or 0),
        "reason": entry.reason,
        "state": entry.state,
        "path": str(opened.settings.library.path / entry.path),
        "size": entry.bytes or entry.size or 0,
        "files": len(entry.files),
        "at": iso_time(entry.at),
        "until": iso_time(entry.at + opened.settings.library.trash),
        "problem": entry.problem,
    }


def _print(items: Sequence[dict[str, Any]]) -> None:
    if not items:
        say("the trash is empty")
        return
    table(
        ("ID", "VIDEO", "SIZE", "UNTIL", "WHY", "CHANNEL", "TITLE"),
        [
            (
                *(row["id"], row["video"], format_size(row["size"]), local_time(row["until"])),
                *(row["reason"], row["channel"], row["title"]),
            )
            for row in items
        ],
        right=(0, 2),
    )
    total = format_size(sum(row["size"] for row in items))
    note(f"{plural(len(items), 'video')} of {total}; `ytui trash restore ID` brings one back")
