"""Sketches of jobs as rows: the job, its attempts, its plan item and its lines in the journal."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.benchmarks.fill_rows import JobSketch
from ytui.core.failures.classifier import Advice, Failure
from ytui.core.models import Priority
from ytui.engine.jobs.failures import REFERENCE_LETTERS

SITE = "youtube"
COOLDOWN = 2400.0
"""Seconds from now until the site may be asked again."""


@dataclass
class History:
    """Rows by table, ready to be inserted."""

    jobs: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[tuple[Any, ...]] = field(default_factory=list)
    plan: list[dict[str, Any]] = field(default_factory=list)
    journal: list[tuple[Any, ...]] = field(default_factory=list)


def history(
    rng: random.Random, sketches: Sequence[JobSketch], first_id: int, now: float, lines_from: float
) -> History:
    """The rows of jobs that are numbered from ``first_id``; the journal remembers what is after a time."""
    rows = History()
    for number, sketch in enumerate(sketches, first_id):
        # What ended in the future would be news at every start until then.
        ended = min(_attempts(rng, rows, number, sketch), now)
        reference = rows.attempts[-1][12] if sketch.trouble and sketch.state != "done" else None
        due = _due(rng, sketch, now)
        rows.jobs.append(_job(sketch, number, ended, reference, due))
        if sketch.trouble is not None:
            rows.plan.append(_item(rng, sketch, sketch.trouble.failure, number, ended, reference, due))
        if ended >= lines_from and sketch.state in ("done", "failed", "waiting"):
            rows.journal.append(_line(sketch, number, ended))
    return rows


def _attempts(rng: random.Random, rows: History, number: int, sketch: JobSketch) -> float:
    """Add the job's attempts; when the last one ended."""
    at = sketch.created_at
    video = sketch.video
    for attempt in range(1, sketch.attempts + 1):
        good = sketch.state == "done" and attempt == sketch.attempts
        wrong = None if good else sketch.trouble
        size = video.size if good and video else 0
        rows.attempts.append(
            (
                number,
                video.id if video else None,
                attempt,
                at,
                at + 20,
                "done" if good else "failed",
                str(wrong.failure.failure_class) if wrong else None,
                wrong.failure.evidence.message if wrong else "",
                wrong.status if wrong else None,
                "www.youtube.com" if wrong and wrong.status else None,
                size,
                3 if video else 2,
                None if good else "E-" + "".join(rng.choices(REFERENCE_LETTERS, k=4)),
                int(not good and not sketch.held),
            )
        )
        at += 20 + 30 * attempt
    return at


def _due(rng: random.Random, sketch: JobSketch, now: float) -> float | None:
    if sketch.state != "waiting":
        return None
    return now + COOLDOWN if sketch.held else now + rng.uniform(600, 90_000)


def _job(
    sketch: JobSketch, number: int, ended: float, reference: str | None, due: float | None
) -> dict[str, Any]:
    video = sketch.video
    over = sketch.state in ("done", "failed", "cancelled")
    wrong = sketch.trouble if sketch.state in ("failed", "waiting") else None
    return {
        "id": number,
        "kind": "download" if video else "fetch",
        "state": sketch.state,
        "channel_id": sketch.channel,
        "tab_id": sketch.tab_id,
        "video_id": video.id if video else None,
        "site": SITE,
        "url": sketch.url,
        "title": sketch.title,
        "priority": int(Priority.NEWS if not video or video.news else Priority.BACKLOG),
        "duration_key": video.duration if video else 0.0,
        "published_at": video.published_at if video else sketch.created_at,
        "attempt": sketch.attempts,
        "charged": 0 if sketch.held else sketch.attempts - (sketch.state == "done"),
        "percent": 100.0 if sketch.state == "done" else None,
        "bytes": video.size if video and sketch.state == "done" else 0,
        "failure_class": str(wrong.failure.failure_class) if wrong else None,
        "reference": reference,
        "due_at": due,
        "wait_reason": "" if due is None else "site" if sketch.held else "time",
        "wait_subject": SITE if due is not None and sketch.held else "",
        "created_at": sketch.created_at,
        "started_at": sketch.created_at if sketch.attempts else None,
        "finished_at": ended if over else None,
    }


def _item(
    rng: random.Random,
    sketch: JobSketch,
    failure: Failure,
    number: int,
    ended: float,
    reference: str | None,
    due: float | None,
) -> dict[str, Any]:
    state = {"done": "resolved", "waiting": "held" if sketch.held else "scheduled"}.get(sketch.state, "open")
    if state == "open" and rng.random() < 0.1:
        state = "dismissed"
    advice = failure.advice
    if sketch.state == "failed" and advice is not Advice.PERMANENT:
        advice = Advice.NEEDS_USER
    return {
        "job_id": number,
        "video_id": sketch.video.id if sketch.video else None,
        "channel_id": sketch.channel,
        "url": sketch.url,
        "title": sketch.title,
        "failure_class": str(failure.failure_class),
        "group_name": str(failure.failure_class.group),
        "advice": str(advice),
        "state": state,
        "attempts": sketch.attempts - (sketch.state == "done"),
        "next_at": due,
        "reason": failure.reason,
        "remedy": failure.remedy,
        "evidence": failure.evidence.message,
        "reference": reference or "",
        "created_at": sketch.created_at,
        "updated_at": ended,
        "resolved_at": ended if state in ("resolved", "dismissed") else None,
    }


def _line(sketch: JobSketch, number: int, ended: float) -> tuple[Any, ...]:
    video = sketch.video.id if sketch.video else None
    if sketch.state == "done":
        words = "in the library" if video else "0 new of 5 seen on 1 page"
        return (ended, "info", "report", f"{sketch.title}: {words}", number, sketch.channel, video, "{}")
    assert sketch.trouble is not None
    level = "warning" if sketch.state == "waiting" else "error"
    failure = sketch.trouble.failure
    data = json.dumps({"class": str(failure.failure_class), "detail": ""})
    return (ended, level, "failed", f"{sketch.title}: {failure.reason}", number, sketch.channel, video, data)
