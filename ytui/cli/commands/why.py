"""``ytui why`` and ``ytui explain``: why a video will not come, and what an error text of yt-dlp means."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

import click

from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, say
from ytui.cli.session import Session, session
from ytui.core.formatting import format_time, iso_time
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.core.failures.classifier import Failure
    from ytui.engine.queue.explain import Explanation

_PROGRESS = re.compile(
    r"\[(?:debug|download|info|Merger|ExtractAudio|Metadata|Embed\w+|Thumbnails\w+|MoveFiles|Fixup\w+)\] "
    r"|\[[\w:+-]+\] (?:\S+: )?(?:Downloading|Extracting) "
    r"|Deleting original file "
)
"""How yt-dlp tells of work that goes well."""


@click.command()
@click.argument("text", nargs=-1)
@json_option
def explain(text: tuple[str, ...], as_json: bool) -> None:
    """Say what an error TEXT of yt-dlp means and what to do; without TEXT, read one a line.

    Of yt-dlp's whole output from a pipe, what tells of progress is passed over.
    """
    if not text and sys.stdin.isatty():
        raise CliError('give an error text: ytui explain "ERROR: …", or lines on standard input')
    from ytui.core.failures.classifier import FailureClass
    from ytui.core.failures.classifier import explain as meaning

    for line in [" ".join(text)] if text else sys.stdin:
        if not line.strip():
            continue
        failure = meaning(line.strip())
        if text or failure.failure_class is not FailureClass.UNKNOWN or not _PROGRESS.match(line):
            _show(failure, as_json)


def _show(failure: Failure, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "class": failure.failure_class,
                "group": failure.failure_class.group,
                "advice": failure.advice,
                "title": failure.title,
                "reason": failure.reason,
                "remedy": failure.remedy,
            }
        )
        return
    say(f"{failure.title}  ({failure.failure_class}, {failure.failure_class.group}, {failure.advice})")
    say(f"  {failure.reason}")
    say(f"  {failure.remedy}")


_JOB = "job:"


@click.command()
@click.argument("id", metavar="ID")
@json_option
@click.pass_obj
def why(start: GlobalOptions, id: str, as_json: bool) -> None:
    """Say why a video (by id, address or number) or a job (job:N) is where it is, and until when."""
    with session(start, quiet=as_json) as opened:
        label, answer = _of_job(opened, id) if id.startswith(_JOB) else _of_video(opened, id)
    if as_json:
        emit(
            {
                "id": label,
                "state": answer.state,
                "reason": answer.reason,
                "until": iso_time(answer.until),
                "position": answer.position,
            }
        )
        return
    place = f" {_ordinal(answer.position)}" if answer.position is not None else ""
    until = f"; until {format_time(answer.until)}" if answer.until is not None else ""
    say(clean(f"{answer.state}{place}: {answer.reason}{until}", 2000))


def _of_job(opened: Session, text: str) -> tuple[str, Explanation]:
    from ytui.engine.queue.explain import explain_job
    from ytui.store import jobs

    number = text.removeprefix(_JOB)
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    job = jobs.by_id(opened.db, int(number)) if is_number else None
    if job is None:
        raise CliError(f"there is no job '{number}': ytui jobs lists them")
    return f"{_JOB}{job.id}", explain_job(opened.db, opened.settings, job, time.time())


def _of_video(opened: Session, text: str) -> tuple[str, Explanation]:
    from ytui.engine.commands.queue_commands import find_video
    from ytui.engine.queue.explain import explain_video

    video = find_video(opened.db, text)
    if video is None:
        raise CliError(f"no video is known as '{text}': ytui videos lists them; a job is job:N")
    return video.video_id, explain_video(opened.db, opened.settings, video, time.time())


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
