"""``ytui fetch`` and ``ytui download``: what a person asks for now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ytui.cli.commands.channels import lines_of, sync
from ytui.cli.handing import hand_in
from ytui.cli.mistakes import Mistake
from ytui.cli.named import NamedPath
from ytui.cli.output import json_option, note
from ytui.cli.session import session
from ytui.core.models import JobKind, Priority, VideoState
from ytui.core.outside import clean
from ytui.core.settings import Quality, RecordLive

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.store.database import Database

wait_option = click.option("--wait", is_flag=True, help="Beside a running ytui: stay until it is done.")
workers_option = click.option("-w", "--workers", type=click.IntRange(1, 16), help="Jobs at once.")


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@workers_option
@wait_option
@json_option
@click.pass_context
def fetch(ctx: click.Context, names: tuple[str, ...], workers: int | None, wait: bool, as_json: bool) -> None:
    """Fetch the listings of these channels (names or addresses), or of all that are not paused."""
    from ytui.cli.work import Orders
    from ytui.engine.actions import fetch_channels
    from ytui.engine.channels.subscriptions import channel_named

    start: Start = ctx.obj
    with session(start, quiet=as_json) as opened:
        sync(opened)
        try:
            chosen = [channel_named(opened.db, name).id for name in names] if names else None
        except LookupError as error:
            raise Mistake(str(error.args[0])) from error
        # The older pages of a first listing come after the first pages of all: they were asked for too.
        orders = Orders((JobKind.FETCH,), (Priority.ASKED, Priority.OLDER), workers, quiet=as_json)
        code = hand_in(
            opened,
            lambda now: fetch_channels(opened.db, opened.settings, chosen, now),
            orders,
            as_json=as_json,
            wait=wait,
            kind="fetch",
        )
    ctx.exit(code)


@click.command()
@click.argument("videos", nargs=-1, required=True, metavar="URL|ID...")
@click.option("--quality", type=click.Choice([quality.value for quality in Quality]), help="An upper bound.")
@click.option("--output", type=NamedPath(folder=True), help="A folder besides the library.")
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
    from ytui.cli.work import Orders
    from ytui.engine.actions import download_urls

    start: Start = ctx.obj
    wanted = list(lines_of(videos))
    folder = _folder(output) if output else None
    with session(start, quiet=as_json) as opened:
        library = opened.settings.library.path
        _check(opened.db, wanted, library, not (quality or folder or metadata_only))
        kinds = tuple(kind for kind in JobKind if kind is not JobKind.FETCH)
        orders = Orders(kinds, (Priority.ASKED,), workers, quiet=as_json)
        code = hand_in(
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
            orders,
            as_json=as_json,
            wait=wait,
            kind="download",
        )
    ctx.exit(code)


def _check(db: Database, texts: list[str], library: Path, plainly: bool) -> None:
    """``Mistake`` for what names no video, before anything starts; a note on what is there already.

    ``plainly``: nothing special is wanted of the videos, so that there is nothing to do for those.
    """
    from ytui.core.addresses import video_address
    from ytui.core.urls import url_problem
    from ytui.engine.named import video_named
    from ytui.engine.upkeep.missing import is_missing
    from ytui.store import offers

    for text in texts:
        known = video_named(db, text)
        if known is not None:
            there = known.state is VideoState.DOWNLOADED and not is_missing(db, library, known)
            if plainly and there and not offers.is_lower(db, known.id):
                note(clean(f"ytui: {known.title} is in the library already"))
            continue
        problem = url_problem(text)
        if video_address(text) is None:
            if problem:
                raise Mistake(f"'{text}' is no video of the library, and {problem}: give an address or an id")
            raise Mistake(f"{text} names no video: channels and lists are for `ytui add`")


def _folder(output: Path) -> str:
    try:
        return str(output.expanduser().absolute())
    except RuntimeError as error:
        raise Mistake(f"{output} has no meaning here ({error}): give the whole path") from error
