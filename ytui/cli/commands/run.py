"""``ytui run``, ``fetch`` and ``download``: what is due, or what a person asks for now, without a screen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.channels import lines_of, sync
from ytui.cli.completers import complete_channels, complete_videos
from ytui.cli.errors import EXIT_LIBRARY_IN_USE, EXIT_OK, CliError
from ytui.cli.output import json_option, note
from ytui.cli.params import DurationParam, PathParam
from ytui.cli.session import session
from ytui.cli.submit import submit
from ytui.core.declarations import keys_of
from ytui.core.models import JobKind, Priority, VideoState
from ytui.core.sanitize import clean
from ytui.core.settings import Quality, RecordLive
from ytui.core.settings.tables import Retry, Workers
from ytui.core.urls import url_problem, video_address

if TYPE_CHECKING:
    from ytui.cli.headless import Begin
    from ytui.cli.params import GlobalOptions
    from ytui.cli.session import Session
    from ytui.engine.engine import Engine
    from ytui.store.database import Database

wait_option = click.option("--wait", is_flag=True, help="Beside a running ytui: stay until it is done.")


def setting_range(table: type, key: str) -> click.IntRange:
    """Return the whole numbers that a key of the configuration may be."""
    declared = keys_of(table)[key]
    return click.IntRange(int(declared.low), int(declared.high))


workers_option = click.option("-w", "--workers", type=setting_range(Workers, "count"), help="Jobs at once.")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=complete_channels)
@workers_option
@wait_option
@json_option
@click.pass_context
def fetch(ctx: click.Context, names: tuple[str, ...], workers: int | None, wait: bool, as_json: bool) -> None:
    """Fetch the listings of these channels (names or addresses), or of all that are not paused."""
    from ytui.cli.headless import RunOptions
    from ytui.engine.commands.channel_commands import channel_named
    from ytui.engine.commands.queue_commands import fetch_channels

    start: GlobalOptions = ctx.obj
    with session(start, quiet=as_json) as opened:
        sync(opened)
        try:
            chosen = [channel_named(opened.db, name).id for name in names] if names else None
        except LookupError as error:
            raise CliError(str(error.args[0])) from error
        # The older pages of a first listing come after the first pages of all: they were asked for too.
        run_options = RunOptions((JobKind.FETCH,), (Priority.ASKED, Priority.OLDER), workers, quiet=as_json)
        code = submit(
            opened,
            lambda now: fetch_channels(opened.db, opened.settings, chosen, now),
            run_options,
            as_json=as_json,
            wait=wait,
            kind="fetch",
        )
    ctx.exit(code)


@click.command()
@click.argument("videos", nargs=-1, required=True, metavar="URL|ID...", shell_complete=complete_videos)
@click.option("--quality", type=click.Choice([quality.value for quality in Quality]), help="An upper bound.")
@click.option("--output", type=PathParam(folder=True), help="A folder besides the library.")
@click.option("--metadata-only", is_flag=True, help="Everything but the media.")
@click.option(
    "--record",
    type=click.Choice([mode.value for mode in RecordLive]),
    help="What is live is recorded meanwhile; the whole comes when it is over.",
)
@workers_option
@wait_option
@json_option
@click.pass_context
def download(
    ctx: click.Context,
    videos: tuple[str, ...],
    quality: str | None,
    output: Path | None,
    metadata_only: bool,
    record: str | None,
    workers: int | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Download single videos of any site, by address or id; - reads one a line."""
    from ytui.cli.headless import RunOptions
    from ytui.engine.commands.queue_commands import download_urls

    start: GlobalOptions = ctx.obj
    wanted = list(lines_of(videos))
    folder = _folder(output) if output else None
    with session(start, quiet=as_json) as opened:
        library = opened.settings.library.path
        _check(opened.db, wanted, library, not (quality or folder or metadata_only))
        kinds = tuple(kind for kind in JobKind if kind is not JobKind.FETCH)
        run_options = RunOptions(kinds, (Priority.ASKED,), workers, quiet=as_json)
        code = submit(
            opened,
            lambda now: download_urls(
                opened.db,
                opened.settings,
                wanted,
                now,
                quality=quality,
                output=folder,
                metadata_only=metadata_only,
                record=record,
            ),
            run_options,
            as_json=as_json,
            wait=wait,
            kind="download",
        )
    ctx.exit(code)


def _check(db: Database, texts: list[str], library: Path, plainly: bool) -> None:
    """``CliError`` for what names no video, before anything starts; a note on what is there already.

    ``plainly``: nothing special is wanted of the videos, so that there is nothing to do for those.
    """
    from ytui.engine.commands.queue_commands import find_video
    from ytui.engine.maintenance.missing_files import is_missing
    from ytui.store import offers

    for text in texts:
        known = find_video(db, text)
        if known is not None:
            there = known.state is VideoState.DOWNLOADED and not is_missing(db, library, known)
            if plainly and there and not offers.is_lower(db, known.id):
                note(clean(f"ytui: {known.title} is downloaded already"))
            continue
        problem = url_problem(text)
        if video_address(text) is None:
            if problem:
                raise CliError(
                    f"'{text}' is no video of the library, and {problem}: give an address or an id"
                )
            raise CliError(f"{text} names no video: channels and lists are for `ytui add`")


def _folder(output: Path) -> str:
    try:
        return str(output.expanduser().absolute())
    except RuntimeError as error:
        raise CliError(f"{output} has no meaning here ({error}): give the whole path") from error


UNTIL_IDLE = 65 * 60.0
"""Seconds within which something must be due for a ``run --until-idle`` to stay, unless told otherwise."""


@dataclass(frozen=True)
class Options:
    """What was asked of ``run``."""

    workers: int | None
    quiet: bool
    max_retries: int | None
    no_fetch: bool
    no_download: bool
    due: bool
    until_idle: bool
    within: float | None
    at_most: float | None
    forever: bool
    as_json: bool
    continues: bool
    """Whether it goes on for an application: what was left ``new`` there waits for a person still."""


@click.command()
@workers_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but mistakes.")
@click.option("--max-retries", type=setting_range(Retry, "max_retries"), help="Tries after the first.")
@click.option("--no-fetch", is_flag=True, help="List nothing, only download.")
@click.option("--no-download", is_flag=True, help="Download nothing, only list.")
@click.option("--due", is_flag=True, help="Fetch only channels whose time has come.")
@click.option("--until-idle", is_flag=True, help="Stay while something is due within 65 minutes.")
@click.option("--within", type=DurationParam(), help="With --until-idle, a time instead of 65 minutes.")
@click.option("--for", "at_most", type=DurationParam(), help="Stop gracefully after a time such as 50m.")
@click.option("--forever", is_flag=True, help="Never end by itself.")
@click.option("--if-free", is_flag=True, help="End silently with 0 if another process has the library.")
@json_option
@click.pass_context
def run(ctx: click.Context, /, if_free: bool, **values: Any) -> None:
    """Fetch the channels, download what is new, try again what is due."""
    from ytui.cli.session import session
    from ytui.engine.ownership.ownership import wait_for_predecessor

    options = Options(**values, continues=wait_for_predecessor())
    if options.until_idle and options.forever:
        raise CliError("--until-idle and --forever exclude each other: give one of them")
    if options.within is not None and not options.until_idle:
        raise CliError("--within says how long --until-idle stays: give both")
    start: GlobalOptions = ctx.obj
    with session(start, quiet=options.as_json or options.quiet) as opened:
        try:
            code = _run(opened, options)
        except CliError as mistake:
            if not (if_free and mistake.code == EXIT_LIBRARY_IN_USE):
                raise
            code = EXIT_OK
    ctx.exit(code)


def _run(session: Session, options: Options) -> int:
    from ytui.cli.headless import RunOptions, acquire_lock, run_headless

    stays = options.until_idle or options.forever
    run_options = RunOptions(
        kinds=_kinds(options),
        workers=options.workers,
        max_retries=options.max_retries,
        fetch_due=stays and not options.no_fetch,
        patience=_patience(options),
        at_most=options.at_most,
        quiet=options.quiet or options.as_json,
    )
    summary = run_headless(session, acquire_lock(session), run_options, _begin(session, options))
    if options.as_json or not options.quiet:
        summary.show(as_json=options.as_json)
    return summary.exit_code


def _patience(options: Options) -> float | None:
    """Seconds within which something must be due for the run to stay; None: it always stays."""
    from ytui.cli.headless import PATIENCE

    if options.forever:
        return None
    if not options.until_idle:
        return PATIENCE
    return UNTIL_IDLE if options.within is None else options.within


def _kinds(options: Options) -> Any:
    unwanted = {JobKind.FETCH} if options.no_fetch else set()
    if options.no_download:
        unwanted |= set(JobKind) - {JobKind.FETCH}
    return tuple(kind for kind in JobKind if kind not in unwanted)


def _begin(session: Session, options: Options) -> Begin:
    def begin(engine: Engine) -> None:
        from ytui.engine.channels.channel_settings import settings_of
        from ytui.engine.commands.queue_commands import fetch_channels, queue_new
        from ytui.store import channels

        db, now = session.db, time.time()
        if not options.no_fetch:
            fetch_channels(db, engine.settings, None, now, asked=False, due_only=options.due)
        if options.no_download or options.continues:
            return
        for channel in channels.all_channels(db):
            if not channel.paused and settings_of(engine.settings, channel).download:
                queue_new(db, engine.settings, channel.id, now, asked=False)

    return begin
