"""What is known of one channel, video, job, plan item or log line, as sections of labelled lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ytui.store import attempts, channels, jobs, plan, tabs, videos
from ytui.store.database import Database
from ytui.store.rows import Attempt, Channel, Job, PlanItem, Video
from ytui.tui.lists import STATE_TONES, failure_title
from ytui.tui.rows import RowKind, Tone
from ytui.tui.text import clean, clean_lines, length, moment, span

LOG_TAIL_BYTES = 32_000
LOG_TAIL_LINES = 60
WHOLE_LOG_BYTES = 512_000


@dataclass(frozen=True)
class Fact:
    """One labelled line; an empty label makes it a line of its own."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Section:
    """Some facts under a heading."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Details:
    """Everything about one item; ``title`` is harmless text."""

    title: str
    sections: tuple[Section, ...]


def read_details(db: Database, kind: RowKind, key: int, logs: Path) -> Details | None:
    """Return what is known of anything but a video; None if there is no such item any more."""
    read = {
        RowKind.CHANNEL: _channel,
        RowKind.JOB: _job,
        RowKind.PLAN: _plan,
        RowKind.LOG: _log_line,
    }[kind]
    return read(db, key, logs)


def log_tail(path: Path, limit: int = LOG_TAIL_BYTES) -> list[str]:
    """Return the harmless lines at the end of a log; none if there is no such file."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            start = max(0, file.tell() - limit)
            file.seek(start)
            lines = clean_lines(file.read(limit).decode("utf-8", "replace"), limit)
    except OSError:
        return []
    return lines[1:] if start else lines


def read_job_log(job: int, logs: Path) -> Details:
    """Return a job's own log, as far as it is not too long for a page."""
    lines = log_tail(job_log_path(logs, job), WHOLE_LOG_BYTES) or ["this job has written nothing"]
    return Details(f"Log of job {job}", (Section("", tuple(Fact("", line) for line in lines)),))


def job_log_path(logs: Path, job: int) -> Path:
    """Where a job's own log lies."""
    return logs / f"{job}.log"


def video_facts(video: Video, channel: Channel | None) -> tuple[Fact, ...]:
    """What the store knows of a video."""
    about = "" if video.published_exact else " (about)"
    return (
        Fact("state", video.state, STATE_TONES.get(video.state, Tone.DIM)),
        Fact("why", clean(video.why)),
        Fact("channel", clean(channel.name) if channel else ""),
        Fact("url", clean(video.url)),
        Fact("length", length(video.duration)),
        Fact("published", f"{moment(video.published_at)[:10]}{about}" if video.published_at else ""),
        Fact("availability", clean(video.availability or "")),
        Fact("starts", moment(video.release_at)),
    )


def _job(db: Database, key: int, logs: Path) -> Details | None:
    job = jobs.by_id(db, key)
    if job is None:
        return None
    sections = _job_sections(db, job, logs, attempts.of_job(db, job.id))
    return details_of(clean(job.title) or f"job {job.id}", sections)


def _plan(db: Database, key: int, logs: Path) -> Details | None:
    item = plan.by_id(db, key)
    if item is None:
        return None
    job = jobs.by_id(db, item.job_id)
    sections = _job_sections(db, job, logs, attempts.of_job(db, item.job_id), item)
    return details_of(clean(item.title) or clean(item.url), sections)


def _job_sections(
    db: Database, job: Job | None, logs: Path, tries: list[Attempt], item: PlanItem | None = None
) -> list[Section]:
    if job is None:
        return []
    item = item or plan.of_job(db, job.id)
    sections = [Section("Plan", plan_facts(item))] if item else []
    sections += [
        Section(f"Job {job.id}", job_facts(job)),
        Section("Attempts", tuple(fact for attempt in tries for fact in attempt_facts(attempt))),
    ]
    lines = log_tail(job_log_path(logs, job.id))[-LOG_TAIL_LINES:]
    return [*sections, Section("End of its log", tuple(Fact("", line, Tone.DIM) for line in lines))]


def plan_facts(item: PlanItem) -> tuple[Fact, ...]:
    """What is wrong, and what helps."""
    tone = STATE_TONES.get(item.state, Tone.DIM)
    return (
        Fact("what", failure_title(item.failure_class), tone),
        Fact("state", item.state, tone),
        Fact("reason", clean(item.reason)),
        Fact("remedy", clean(item.remedy), Tone.STRONG),
        Fact("next try", moment(item.next_at)),
        Fact("how", item.strategy.replace("_", " ")),
        Fact("evidence", clean(item.evidence), Tone.DIM),
        Fact("reference", item.reference),
    )


def job_facts(job: Job) -> tuple[Fact, ...]:
    """Where a job stands."""
    cancelling = job.cancel_requested and job.state == "running"
    state = "cancelling" if cancelling else str(job.state)
    return (
        Fact("state", state, STATE_TONES.get(state, Tone.DIM)),
        Fact("kind", job.kind),
        Fact("waits for", clean(job.waiting_for) if job.state == "waiting" else ""),
        Fact("until", moment(job.due_at) if job.state == "waiting" else ""),
        Fact("url", clean(job.url)),
        Fact("site", clean(job.site)),
        Fact("priority", job.priority.name.lower()),
        Fact("created", moment(job.created_at)),
        Fact("started", moment(job.started_at)),
        Fact("ended", moment(job.finished_at)),
    )


def attempt_facts(attempt: Attempt) -> tuple[Fact, ...]:
    """How one attempt went."""
    outcome = attempt.outcome or "running"
    lasted = f", {span(attempt.ended_at - attempt.started_at)}" if attempt.ended_at else ""
    words = [f"{outcome}{lasted}", failure_title(attempt.failure_class), attempt.reference or ""]
    facts = [
        Fact(
            f"{attempt.number}",
            f"{moment(attempt.started_at)}  " + "  ".join(word for word in words if word),
            STATE_TONES.get(outcome, Tone.DIM),
        )
    ]
    if attempt.message:
        facts.append(Fact("", clean(attempt.message), Tone.DIM))
    return tuple(facts)


def _channel(db: Database, key: int, logs: Path) -> Details | None:
    channel = channels.by_id(db, key)
    if channel is None:
        return None
    counts = videos.counts(db, channel.id)
    state = "paused" if channel.paused else str(channel.state)
    facts = (
        Fact("state", state, STATE_TONES.get(state, Tone.DIM)),
        Fact("error", clean(channel.error), Tone.BAD),
        Fact("url", clean(channel.url)),
        Fact("last fetched", moment(channel.last_fetched) or "never"),
        Fact("next fetch", moment(channel.next_fetch)),
        Fact("every", span(channel.every)),
    )
    held = tuple(
        Fact(state_.value, str(number), STATE_TONES.get(state_, Tone.DIM))
        for state_, number in counts.items()
        if number
    )
    listings = tuple(
        Fact(clean(tab.tab), "listed to its end" if tab.complete else "not yet listed to its end")
        for tab in tabs.tabs_of(db, channel.id)
    )
    return details_of(
        clean(channel.name),
        [Section("Channel", facts), Section("Videos", held), Section("Listings", listings)],
    )


def _log_line(db: Database, key: int, logs: Path) -> Details | None:
    record = db.one("SELECT * FROM journal WHERE id = ?", [key])
    if record is None:
        return None
    facts = (
        Fact("time", moment(record["at"])),
        Fact("level", record["level"], STATE_TONES.get(record["level"], Tone.PLAIN)),
        *[Fact("", line) for line in clean_lines(record["message"], 10_000)],
    )
    sections = [Section("Log line", facts)]
    job = jobs.by_id(db, record["job_id"]) if record["job_id"] else None
    if job is not None:
        sections += _job_sections(db, job, logs, attempts.of_job(db, job.id))
    return details_of(clean(record["message"]), sections)


def details_of(title: str, sections: list[Section]) -> Details:
    """Leave out what is empty."""
    kept = [Section(part.title, tuple(fact for fact in part.facts if fact.text)) for part in sections]
    return Details(title, tuple(part for part in kept if part.facts))
