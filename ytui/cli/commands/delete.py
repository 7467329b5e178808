"""Commands ``ytui delete`` and ``ytui keep``: files go into the trash, or stay whatever `keep` says."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.completers import complete_videos
from ytui.cli.errors import EXIT_FAILED, EXIT_OK, CliError
from ytui.cli.output import emit, json_option, note, say
from ytui.cli.session import Session, confirmed, session
from ytui.core.formatting import format_size, plural
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.store.rows import Video
    from ytui.store.trash import TrashReason


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete_videos)
@click.option("--never-again", is_flag=True, help="Do not download them again, also when many are asked for.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def delete(ctx: click.Context, ids: tuple[str, ...], never_again: bool, yes: bool, as_json: bool) -> None:
    """Take the files of videos (by id or address) out of the library, into its trash.

    `ytui trash restore` brings them back.
    """
    from ytui.store.trash import TrashReason

    with session(ctx.obj, quiet=as_json) as opened:
        found = _with_file(opened, ids)
        size = format_size(sum(video.size or 0 for video in found))
        question = f"Delete {plural(len(found), 'video')} of {size}, into the trash?"
        if not confirmed(question, yes=yes, quiet=as_json):
            ctx.exit(EXIT_OK)
        reason = TrashReason.NEVER_AGAIN if never_again else TrashReason.DELETED
        gone, stay = _delete(opened, found, reason)
    if as_json:
        emit({"deleted": gone, "stay": stay})
    else:
        back = "it" if len(gone) == 1 else "them"
        say(f"{plural(len(gone), 'video')} in the trash; `ytui trash restore` brings {back} back")
        for item in stay:
            note(f"ytui: {clean(item['title'])}: {clean(item['problem'])}")
    ctx.exit(EXIT_FAILED if stay else EXIT_OK)


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...", shell_complete=complete_videos)
@click.option("--off", is_flag=True, help="Take the mark off: the channel's `keep` decides again.")
@json_option
@click.pass_obj
def keep(start: GlobalOptions, ids: tuple[str, ...], off: bool, as_json: bool) -> None:
    """Mark videos (by id or address) as kept for good, whatever their channels' `keep` says."""
    from ytui.store import videos

    with session(start, quiet=as_json) as opened:
        found = _found(opened, ids)
        videos.set_keep(opened.db, [video.id for video in found], not off)
    if as_json:
        emit({"videos": [video.video_id for video in found], "keep": not off})
    else:
        say(f"{plural(len(found), 'video')} {'no longer ' if off else ''}kept for good")


def _found(opened: Session, ids: Sequence[str]) -> list[Video]:
    from ytui.engine.commands.queue_commands import find_video

    found: dict[int, Video] = {}
    for text in ids:
        video = find_video(opened.db, text)
        if video is None:
            raise CliError(f"no video is called '{text}': `ytui videos` lists them")
        found[video.id] = video
    return list(found.values())


def _with_file(opened: Session, ids: Sequence[str]) -> list[Video]:
    """The videos that are meant; ``CliError`` for one that has no file in the library."""
    from ytui.engine.maintenance.trash import is_inside

    found = _found(opened, ids)
    for video in found:
        if video.path is None:
            raise CliError(f"'{video.video_id}' has no file in the library")
        if not is_inside(video):
            raise CliError(f"{video.path} lies outside the library: delete it there")
    return found


def _delete(
    opened: Session, found: Sequence[Video], reason: TrashReason
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Have them taken out; what went, and what stays with the reason."""
    from ytui.engine.maintenance import trash

    opened.need_library("nothing was deleted")
    library = opened.settings.library.path
    gone, stay = [], []
    for done in trash.delete(opened.db, library, opened.settings, found, reason, time.time()):
        video = done.video
        item = {
            "id": video.video_id,
            "title": video.title,
            "path": str(library / (video.path or "")),
            "size": video.size,
        }
        why = "a job is about to download it again" if done.entry is None else done.why
        if why:
            stay.append({**item, "problem": why})
        else:
            gone.append({**item, "trash": done.entry})
    return gone, stay
