"""``ytui why`` and ``ytui explain``: why a video will not come, and what an error text of yt-dlp means."""

from __future__ import annotations

import re
import sys
import time
from typing import TYPE_CHECKING

import click

from ytui.cli.completers import complete_references, complete_why
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, say
from ytui.cli.session import Session, session
from ytui.core.formatting import format_time, iso_time
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.core.failures.classes import FailureClass
    from ytui.engine.queue.explain import Explanation

_PROGRESS = re.compile(
    r"\[(?:debug|download|info|Merger|ExtractAudio|Metadata|Embed\w+|Thumbnails\w+|MoveFiles|Fixup\w+)\] "
    r"|\[[\w:+-]+\] (?:\S+: )?(?:Downloading|Extracting) "
    r"|Deleting original file "
)
"""How yt-dlp tells of work that goes well."""


_REFERENCE = re.compile(r"E-\w{4}|K-\d+", re.IGNORECASE | re.ASCII)


@click.command()
@click.argument("text", nargs=-1, metavar="[TEXT|REFERENCE]...", shell_complete=complete_references)
@json_option
@click.pass_obj
def explain(start: GlobalOptions, text: tuple[str, ...], as_json: bool) -> None:
    """Say what an error TEXT of yt-dlp, or a REFERENCE such as E-7F3K, means and what to do.

    Without either, one text a line is read; of yt-dlp's whole output, what tells of progress is passed over.
    """
    if not text and sys.stdin.isatty():
        raise CliError('give an error text: `ytui explain "ERROR: …"`, or lines on standard input')
    if len(text) == 1 and _REFERENCE.fullmatch(text[0]):
        _explain_reference(start, text[0], as_json)
        return
    from ytui.core.failures.classifier import FailureClass
    from ytui.core.failures.classifier import explain as meaning

    for line in [" ".join(text)] if text else sys.stdin:
        if not line.strip():
            continue
        failure = meaning(line.strip())
        if text or failure.failure_class is not FailureClass.UNKNOWN or not _PROGRESS.match(line):
            found = failure.failure_class
            _show(found, failure.advice, failure.title, failure.reason, failure.remedy, as_json)


def _explain_reference(start: GlobalOptions, text: str, as_json: bool) -> None:
    """The failure that a reference stands for, as its item of the plan has it."""
    from ytui.cli.commands.plan_selection import unknown
    from ytui.core.failures.classes import FailureClass
    from ytui.store import attempts, plan

    with session(start, quiet=as_json) as opened:
        item = plan.by_reference(opened.db, text.upper())
        if item is None:
            raise unknown(opened.db, text)
        failed = attempts.by_reference(opened.db, text.upper())
    meant = FailureClass(item.failure_class if failed is None else failed.failure_class or item.failure_class)
    if meant == item.failure_class:
        _show(meant, item.advice, meant.title, item.reason, item.remedy, as_json)
    else:
        # An attempt before the last one, which failed for something else.
        _show(meant, meant.default_advice, meant.title, meant.reason, meant.remedy, as_json)


def _show(meant: FailureClass, advice: str, title: str, reason: str, remedy: str, as_json: bool) -> None:
    if as_json:
        words = {"title": title, "reason": reason, "remedy": remedy}
        emit({"class": meant, "group": meant.group, "advice": advice, **words})
        return
    say(f"{title}  ({meant}, {meant.group}, {advice})")
    say(f"  {clean(reason)}")
    say(f"  {clean(remedy)}")


_JOB = "job:"


@click.command()
@click.argument("id", metavar="ID", shell_complete=complete_why)
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
        raise CliError(f"there is no job '{number}': `ytui jobs` lists them")
    return f"{_JOB}{job.id}", explain_job(opened.db, opened.settings, job, time.time())


def _of_video(opened: Session, text: str) -> tuple[str, Explanation]:
    from ytui.engine.commands.queue_commands import find_video
    from ytui.engine.queue.explain import explain_video

    video = find_video(opened.db, text)
    if video is None:
        raise CliError(f"no video is called '{text}': `ytui videos` lists them; a job is job:17")
    return video.video_id, explain_video(opened.db, opened.settings, video, time.time())


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
