"""What a page says of one item: labelled lines under headings, made of what the store knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ytui.core.formatting import format_duration, format_length, format_size, format_time, format_time_of_day
from ytui.core.models import Strategy
from ytui.core.sanitize import clean, clean_lines
from ytui.store.rows import Attempt, Channel, Job, PlanItem, Video
from ytui.tui.lists.columns import NEVER, STATE_TONES, failure_title, plan_word
from ytui.tui.lists.rows import Tone

LOG_TAIL_BYTES = 32_000
LOG_TAIL_LINES = 60
NOTHING_WRITTEN = "none: nothing was written"


@dataclass(frozen=True)
class Fact:
    """One labelled line; without a label it is a line of its own, with a blank one it goes on from above."""

    label: str
    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True)
class Section:
    """Some facts under a heading."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class ItemDetails:
    """Everything about one item; ``title`` is harmless text."""

    title: str
    sections: tuple[Section, ...]


Facts = Sequence[Fact]
Line = tuple[tuple[str, Tone], ...]


@dataclass(frozen=True)
class RowDetail:
    """What is shown of a row along with its list: ``sentences`` say it, ``evidence`` is in others' words.

    ``lines`` may be cut off at the edge; ``actions`` are the names of the keys that act on it best.
    """

    title: str
    sentences: tuple[Line, ...] = ()
    evidence: Line = ()
    lines: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    actions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One part of a page; ``read`` blocks and may raise, ``empty`` is said where there is nothing."""

    title: str
    read: Callable[[], Facts]
    empty: str = ""
    """Nothing: such a part is then left out."""


@dataclass(frozen=True)
class DetailsPage:
    """A page about one item, in pieces that are read each on its own, in any thread.

    ``facts`` returns what is shown first; None if there is no such item any more.
    """

    facts: Callable[[], ItemDetails | None]
    parts: Sequence[Part] = ()


def log_tail(path: Path, limit: int = LOG_TAIL_BYTES) -> list[str]:
    """Return the harmless lines at the end of a log; none if there is no such file. ``OSError``."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            start = max(0, file.tell() - limit)
            file.seek(start)
            lines = clean_lines(file.read(limit).decode("utf-8", "replace"), limit)
    except FileNotFoundError:
        return []
    return lines[1:] if start else lines


def job_log_path(logs: Path, job: int) -> Path:
    """Where a job's own log lies."""
    return logs / f"{job}.log"


def video_facts(
    video: Video, channel: Channel | None, unlisted_since: float | None = None
) -> tuple[Fact, ...]:
    """What the store knows of a video; and when its channel was last seen whole without it, if it was."""
    about = "" if video.published_exact else " (about)"
    return (
        Fact("state", video.state, STATE_TONES.get(video.state, Tone.DIM)),
        Fact("why", clean(video.why)),
        Fact("kept", "for good, whatever the retention says" if video.keep else "", Tone.STRONG),
        Fact("channel", clean(channel.name) if channel else ""),
        Fact("url", clean(video.url)),
        Fact("length", format_length(video.duration)),
        Fact("published", f"{format_time(video.published_at)[:10]}{about}" if video.published_at else ""),
        Fact("availability", clean(video.availability or "")),
        Fact("listed", f"not any more (looked {format_time(unlisted_since)[:10]})" if unlisted_since else ""),
        Fact("starts", format_time(video.release_at)),
    )


def plan_facts(item: PlanItem, job: Job | None) -> tuple[Fact, ...]:
    """What is wrong, and what helps; ``job`` is the item's own, which may be trying again."""
    word = plan_word(item.state, item.advice)
    tone = Tone.DIM if word == NEVER else STATE_TONES.get(item.state, Tone.DIM)
    if job is not None and job.state == "running":
        word, tone = "tried now", Tone.BUSY
    return (
        Fact("what", failure_title(item.failure_class), tone),
        Fact("state", word, tone),
        Fact("reason", clean(item.reason)),
        Fact("remedy", clean(item.remedy), Tone.STRONG),
        Fact("next try", format_time(item.next_at)),
        Fact("how", item.next_strategy),
        Fact("evidence", clean(item.evidence), Tone.DIM),
        Fact("reference", item.reference),
    )


def job_facts(job: Job) -> tuple[Fact, ...]:
    """Where a job stands."""
    cancelling = job.cancel_requested and job.state == "running"
    state = "cancelling" if cancelling else str(job.state)
    return (
        Fact("state", state, STATE_TONES.get(state, Tone.DIM)),
        Fact("kind", job.kind.word),
        Fact("waits for", clean(job.wait.words) if job.state == "waiting" else ""),
        Fact("until", format_time(job.due_at) if job.state == "waiting" else ""),
        Fact("url", clean(job.url)),
        Fact("site", clean(job.site)),
        Fact("priority", job.priority.name.lower()),
        Fact("created", format_time(job.created_at)),
        Fact("started", format_time(job.started_at)),
        Fact("ended", format_time(job.finished_at)),
    )


def attempt_facts(attempt: Attempt) -> tuple[Fact, ...]:
    """How one attempt went: when, how long, as what it failed; what was on the wire; what was said."""
    outcome = attempt.outcome or "running"
    lasted = f"after {format_duration(attempt.ended_at - attempt.started_at)}" if attempt.ended_at else ""
    title, reference = failure_title(attempt.failure_class), attempt.reference or ""
    at = f"{format_time(attempt.started_at)[:10]} {format_time_of_day(attempt.started_at)}"
    words = [at, f"{outcome} {lasted}".rstrip(), title, reference]
    facts = (
        Fact(
            f"{attempt.number}", "  ".join(word for word in words if word), STATE_TONES.get(outcome, Tone.DIM)
        ),
        Fact(" ", "  ".join(attempt_wire(attempt)), Tone.DIM),
        Fact(" ", clean(attempt.message), Tone.DIM),
    )
    return tuple(fact for fact in facts if fact.text)


def attempt_wire(attempt: Attempt) -> list[str]:
    """What was seen of an attempt on the wire, and what was peculiar to it; only what is known."""
    status = f"HTTP {attempt.status}" if attempt.status else ""
    words = [
        f"{status} {clean(attempt.host or '')}".strip(),
        format_size(attempt.bytes) if attempt.bytes else "",
        "" if attempt.strategy is Strategy.AS_BEFORE else attempt.strategy.replace("_", " "),
        "" if attempt.charged or attempt.outcome != "failed" else "not counted",
    ]
    return [word for word in words if word]


def details_of(title: str, sections: list[Section]) -> ItemDetails:
    """Leave out what is empty."""
    kept = [Section(part.title, tuple(fact for fact in part.facts if fact.text)) for part in sections]
    return ItemDetails(title, tuple(part for part in kept if part.facts))


def log_facts(logs: Path, job: int) -> Facts:
    """The end of a job's log."""
    return [Fact("", line, Tone.DIM) for line in log_tail(job_log_path(logs, job))[-LOG_TAIL_LINES:]]
