"""``ytui why``: what a video or a job waits for, or why it will not come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ytui.cli.mistakes import Mistake
from ytui.cli.output import emit, json_option, say
from ytui.cli.session import Session, session
from ytui.core.moments import iso

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.engine.queue.why import Why

_JOB = "job:"


@click.command()
@click.argument("id", metavar="ID")
@json_option
@click.pass_obj
def why(start: Start, id: str, as_json: bool) -> None:
    """Say why a video (by id, address or number) or a job (job:N) is where it is, and until when."""
    with session(start, quiet=as_json) as opened:
        label, answer = _of_job(opened, id) if id.startswith(_JOB) else _of_video(opened, id)
    if as_json:
        emit(
            {
                "id": label,
                "state": answer.state,
                "reason": answer.reason,
                "until": iso(answer.until),
                "position": answer.position,
            }
        )
        return
    from ytui.core.moments import moment
    from ytui.core.outside import clean

    place = f" {_ordinal(answer.position)}" if answer.position is not None else ""
    until = f"; until {moment(answer.until)}" if answer.until is not None else ""
    say(clean(f"{answer.state}{place}: {answer.reason}{until}", 2000))


def _of_job(opened: Session, text: str) -> tuple[str, Why]:
    from ytui.engine.queue.why import why_job
    from ytui.store import jobs

    number = text.removeprefix(_JOB)
    is_number = number.isascii() and number.isdecimal() and len(number) < 19
    job = jobs.by_id(opened.db, int(number)) if is_number else None
    if job is None:
        raise Mistake(f"there is no job '{number}': ytui jobs lists them")
    return f"{_JOB}{job.id}", why_job(opened.db, opened.settings, job, time.time())


def _of_video(opened: Session, text: str) -> tuple[str, Why]:
    from ytui.engine.named import video_named
    from ytui.engine.queue.why import why_video

    video = video_named(opened.db, text)
    if video is None:
        raise Mistake(f"no video is known as '{text}': ytui videos lists them; a job is job:N")
    return video.video_id, why_video(opened.db, opened.settings, video, time.time())


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
