"""Commands ``ytui pause``, ``resume`` and ``cancel``: what of the queue runs, and what no more."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ytui.cli.commands.channels import channels_named, sync
from ytui.cli.completers import complete_channels, complete_work
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, note, say
from ytui.cli.session import Session, holder_object, session
from ytui.core.formatting import plural
from ytui.core.states import ACTIVE_STATES

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.store.database import Database
    from ytui.store.rows import CancelResult

_JOB = "job:"
channels_argument = click.argument(
    "names", nargs=-1, metavar="[CHANNEL]...", shell_complete=complete_channels
)


@click.command()
@channels_argument
@json_option
@click.pass_obj
def pause(start: GlobalOptions, names: tuple[str, ...], as_json: bool) -> None:
    """Pause the whole queue, or these channels (names or addresses).

    What runs is finished. A paused channel is fetched and downloaded only when you ask for it.
    """
    _set_paused(start, names, True, as_json)


@click.command()
@channels_argument
@json_option
@click.pass_obj
def resume(start: GlobalOptions, names: tuple[str, ...], as_json: bool) -> None:
    """Let the whole queue go on, or these channels (names or addresses)."""
    _set_paused(start, names, False, as_json)


def _set_paused(start: GlobalOptions, names: Sequence[str], paused: bool, as_json: bool) -> None:
    from ytui.engine.commands import queue_commands
    from ytui.store import key_values

    with session(start, quiet=as_json) as opened:
        sync(opened)
        rows = channels_named(opened.db, names)
        if names:
            queue_commands.pause_channels(opened.db, [row.id for row in rows], paused)
        else:
            queue_commands.set_paused(opened.db, paused, time.time())
        whole, holder = key_values.is_paused(opened.db), opened.holder
    if as_json:
        changed = [row.name for row in rows]
        emit({"paused": paused, "channels": changed, "queue": whole, "holder": holder_object(holder)})
        return
    if not names:
        say("the queue is paused; what runs is finished" if paused else "the queue goes on")
        return
    say(f"{plural(len(rows), 'channel')} {'paused' if paused else 'going on'}")
    if whole and not paused:
        note("ytui: the whole queue is paused still: `ytui resume` lets it go on")


@click.command()
@click.argument("names", nargs=-1, metavar="[REFERENCE|JOB|CHANNEL|ID]...", shell_complete=complete_work)
@click.option("--all", "everything", is_flag=True, help="Every job that is queued, waiting or running.")
@json_option
@click.pass_obj
def cancel(start: GlobalOptions, names: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Cancel jobs: by reference or number, all of a channel, or those of a video (by id or address).

    `ytui plan retry` and `ytui download` queue them again.
    """
    from ytui.store import jobs

    if everything and names:
        raise CliError("--all means every job: leave it out, or leave out the others")
    if not (everything or names):
        raise CliError("say which: E-7F3K, job:17, a channel, a video's id, or --all")
    with session(start, quiet=as_json) as opened:
        db = opened.db
        ids = jobs.active_ids(db) if everything else [job for text in names for job in _meant(db, text)]
        done = jobs.request_cancel(db, list(dict.fromkeys(ids)), time.time())
        _show_cancelled(opened, done, as_json)


def _meant(db: Database, text: str) -> list[int]:
    """The active jobs that a word of the command line stands for; ``CliError`` for one that means nothing."""
    from ytui.engine.commands.channel_commands import channel_named
    from ytui.engine.commands.queue_commands import find_video
    from ytui.store import jobs, plan
    from ytui.store.lists.related import RowKind, jobs_of

    item = plan.by_reference(db, text.upper())
    if item is not None:
        return jobs_of(db, RowKind.PLAN, [item.id], ACTIVE_STATES)
    number = text.removeprefix(_JOB)
    if number.isascii() and number.isdecimal() and len(number) < 19:
        job = jobs.by_id(db, int(number))
        if job is not None:
            return [job.id] if job.state in ACTIVE_STATES else []
    elif (video := find_video(db, text)) is not None:
        return jobs_of(db, RowKind.VIDEO, [video.id], ACTIVE_STATES)
    try:
        return jobs_of(db, RowKind.CHANNEL, [channel_named(db, text).id], ACTIVE_STATES)
    except LookupError as error:
        raise _nothing_called(db, text) from error


def _nothing_called(db: Database, text: str) -> CliError:
    from ytui.core.suggestions import did_you_mean
    from ytui.store import names

    known = [*names.subscribed_channels(db.connection), *names.references(db.connection)]
    hint = did_you_mean(text, known, "`ytui jobs` lists what can be cancelled")
    return CliError(f"'{text}' is no reference, job, channel or video: {hint}")


def _show_cancelled(opened: Session, done: CancelResult, as_json: bool) -> None:
    ended, running = done.cancelled_now, done.requested
    holder = opened.holder
    if as_json:
        emit({"cancelled": list(ended), "ending": list(running), "holder": holder_object(holder)})
        return
    words = [f"{plural(len(ended), 'job')} cancelled"] if ended else []
    if running:
        # Nobody runs them: they are left over, and whoever starts next looks at them first.
        how = "being ended" if opened.in_use else "cancelled at the next start"
        words.append(f"{plural(len(running), 'running job')} {how}")
    say(", ".join(words) or "nothing to cancel")
