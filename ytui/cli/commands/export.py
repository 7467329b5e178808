"""``ytui export``: channels, the archive, the library or a plan, for other programs and other machines."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ytui.cli.commands.channels import sync
from ytui.cli.commands.lists import channel_names, video_object
from ytui.cli.commands.plan import export as plan_export
from ytui.cli.errors import CliError
from ytui.cli.groups import CommandGroup
from ytui.cli.output import CountingFile, emit, json_option, note, output_options, write_output
from ytui.cli.session import session
from ytui.core.formatting import plural
from ytui.core.models import VideoState

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions

_KEYS = (
    "id",
    "site",
    "url",
    "title",
    "channel",
    "tab",
    "state",
    "why",
    "path",
    "size",
    "duration",
    "published_at",
)
"""The columns of the library, and the keys of its JSON lines."""


@click.group(cls=CommandGroup)
def export() -> None:
    """Write what is known for other programs, to standard output or with -o to a file."""


export.add_command(plan_export, "plan")


@export.command()
@click.option(
    "--format", "form", type=click.Choice(["opml", "toml"]), default="opml", help="toml: with every setting."
)
@output_options
@json_option
@click.pass_obj
def channels(start: GlobalOptions, form: str, output: Path | None, force: bool, as_json: bool) -> None:
    """The channels: OPML for feed readers and other clients, TOML with every setting."""
    from ytui.engine.exporting import opml, toml
    from ytui.store import channels as store

    _need_file(output, as_json)
    with session(start, quiet=as_json) as opened:
        sync(opened)
        if form == "toml":
            number = len(opened.settings.channels)
            chunks: Iterable[str] = [toml(opened.settings)]
        else:
            rows = store.subscribed(opened.db)
            number, chunks = len(rows), opml(rows)
        write_output(chunks, output, force)
    _say(number, "channel", output, as_json)


@export.command()
@output_options
@json_option
@click.pass_obj
def archive(start: GlobalOptions, output: Path | None, force: bool, as_json: bool) -> None:
    """The videos that are not to be downloaded again, as yt-dlp's --download-archive."""
    from ytui.engine.exporting import archive as lines

    _need_file(output, as_json)
    with session(start, quiet=as_json) as opened:
        passed = CountingFile(lines(opened.db))
        write_output(passed, output, force)
    _say(passed.count, "video", output, as_json)


@export.command()
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="jsonl: one object a line."
)
@click.option(
    "--state", type=click.Choice([state.value for state in VideoState]), help="Only videos in this state."
)
@output_options
@json_option
@click.pass_obj
def library(
    start: GlobalOptions, form: str, state: str | None, output: Path | None, force: bool, as_json: bool
) -> None:
    """Every video that is known, with its state and file: JSON lines or CSV."""
    from ytui.engine.exporting import csv_lines, json_lines
    from ytui.store import offers, recordings
    from ytui.store.bulk import every_video

    _need_file(output, as_json)
    with session(start, quiet=as_json) as opened:
        names, root = channel_names(opened.db), opened.settings.library.path
        states = (VideoState(state),) if state else ()
        parts, causes = recordings.by_video(opened.db), offers.causes(opened.db)
        rows = CountingFile(
            video_object(video, names, root, parts.get(video.id, ()), causes.get(video.id))
            for video in every_video(opened.db, states)
        )
        write_output(csv_lines(_KEYS, rows) if form == "csv" else json_lines(rows), output, force)
    _say(rows.count, "video", output, as_json)


def _need_file(output: Path | None, as_json: bool) -> None:
    if as_json and output is None:
        raise CliError("--json prints one object and the export is none: write the export with -o FILE")


def _say(number: int, what: str, output: Path | None, as_json: bool) -> None:
    if as_json:
        emit({"exported": number, "file": str(output.absolute()) if output else None})
    elif output is not None:
        note(f"{plural(number, what)} written to {output}")
