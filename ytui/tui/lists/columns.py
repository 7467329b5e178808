"""Columns of channels, videos, jobs and the log; those of the plan and the trash stand beside this file."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from ytui.core.failures.classes import Advice, class_title
from ytui.core.formatting import (
    format_length,
    format_short_time,
    format_size,
    format_time,
    format_time_of_day,
    short_count,
)
from ytui.core.lower_quality import TITLES
from ytui.core.models import LowerCause, PlanState
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.core.wait_reasons import Wait, WaitReason
from ytui.engine.queue.turns import coming
from ytui.store.database import Database
from ytui.store.lists import jobs_query, queries
from ytui.store.lists.query import Record
from ytui.tui.lists import acting
from ytui.tui.lists.rows import Cell, Column, ListSource, Row, RowKind, Tone
from ytui.tui.text import Glyphs

STATE_TONES = {
    "running": Tone.BUSY,
    "fetching": Tone.BUSY,
    "cancelling": Tone.WARN,
    "downloaded": Tone.GOOD,
    "done": Tone.GOOD,
    "ok": Tone.GOOD,
    "resolved": Tone.GOOD,
    "new": Tone.STRONG,
    "waiting": Tone.WARN,
    "scheduled": Tone.WARN,
    "held": Tone.WARN,
    "interrupted": Tone.WARN,
    "failed": Tone.BAD,
    "error": Tone.BAD,
    "open": Tone.BAD,
    "warning": Tone.WARN,
}
"""States that are not in here are seen dim."""


NEVER = "never"
"""The word for what will not come."""


def state_cell(state: str, glyphs: Glyphs, word: str | None = None) -> Cell:
    """Return a state as its glyph and its word."""
    return Cell(f"{glyphs.state(state)} {word or state}", STATE_TONES.get(state, Tone.DIM))


def plan_word(state: str, advice: str) -> str:
    """Return the word that is shown for the state of an item of the plan: whose turn it is."""
    if state == PlanState.OPEN:
        return NEVER if advice == Advice.PERMANENT else "needs you"
    return "waits" if state == PlanState.SCHEDULED else state


def named(record: Record) -> str:
    """Return a video's, a job's or an item's title; its address where that is nothing that can be seen."""
    title = clean(record["title"])
    return title if title.strip() else clean(record["url"])


def failure_title(name: str | None) -> str:
    """Return the plain words for a failure class; the name itself for one of another version."""
    return clean(class_title(name)) if name else ""


def channels(glyphs: Glyphs) -> ListSource:
    """Return the subscribed channels, by name."""

    def make(record: Record) -> Row:
        new, failed, kept = record["new_count"], record["failed_count"], record["downloaded_count"]
        state = record["shown_state"]
        at = record["walked_at"] if state == queries.IN_PART else record["last_fetched"]
        cells = (
            state_cell(state, glyphs),
            Cell(clean(record["name"]), Tone.DIM if record["paused"] else Tone.PLAIN),
            Cell(f"+{short_count(new)}" if new else "", Tone.STRONG),
            Cell(f"{glyphs.state('failed')}{short_count(failed)}" if failed else "", Tone.BAD),
            Cell(f"{glyphs.state('downloaded')}{short_count(kept)}" if kept else "", Tone.DIM),
            Cell(format_short_time(at) or "never", Tone.DIM),
            Cell(format_short_time(record["next_fetch"]) or "now", Tone.DIM),
            Cell(format_size(record["bytes"] or None), Tone.DIM),
            Cell(clean(record["quality"]), Tone.DIM),
            Cell(record["keep"], Tone.DIM),
            Cell(_folder(record["file"]), Tone.DIM),
        )
        facts = [fact for fact, number in ((acting.NEW, new), (acting.FAILED, failed)) if number]
        return Row(record["id"], cells, _channel_note(record), facts=frozenset(facts))

    return ListSource(
        kind=RowKind.CHANNEL,
        columns=(
            Column("state", 10, sort="state", name="state"),
            Column("channel", 15, flex=True, sort="name"),
            Column("new", 4, right=True, least=30, sort="new", largest_first=True, name="new"),
            Column("failed", 4, right=True, least=28, sort="failed", largest_first=True, name="failed"),
            Column("kept", 5, right=True, least=56, sort="downloaded", largest_first=True, name="kept"),
            Column("last fetched", 11, least=46, sort="last_fetched", largest_first=True, name="fetched"),
            Column("next fetch", 11, sort="next_fetch", name="next", hidden=True),
            Column("size", 8, right=True, sort="size", largest_first=True, name="size", hidden=True),
            Column("quality", 7, sort="quality", name="quality", hidden=True),
            Column("keep", 9, sort="keep", name="keep", hidden=True),
            Column("folder", 20, sort="folder", name="folder", hidden=True),
        ),
        query=queries.channels(),
        make_row=make,
    )


def _folder(path: str | None) -> str:
    """Return the folder of a file in the library."""
    return clean((path or "").rpartition("/")[0])


def _quality(record: Record) -> str:
    """Return the quality of a video that is in the library."""
    if record["path"] is None:
        return ""
    return f"{record['height']}p" if record["height"] else "audio"


def _channel_note(record: Record) -> str:
    """Say how much of it is there and how fresh that is, what matters most first: room is scarce."""
    state, fetched = record["shown_state"], format_short_time(record["last_fetched"])
    if state == "failed" and record["error"]:
        return clean(record["error"])
    listed = record["videos_count"]
    kept = f"{record['downloaded_count']} of {listed} kept" if listed else ""
    if state == queries.IN_PART:
        rest = "older pages follow" if record["older_to_come"] else "u lists the rest"
        return f"{rest}; {kept}"
    return ", ".join(words for words in (kept, f"fetched {fetched}" if fetched else "never fetched") if words)


def _lower_cell(glyphs: Glyphs) -> Cell:
    """Return the state of a video that is in the library, lower than its site offers it."""
    return Cell(f"{glyphs.state('downloaded')} lower", Tone.WARN)


def videos(glyphs: Glyphs) -> ListSource:
    """Return all videos, the newest first."""

    def make(record: Record) -> Row:
        name = clean(record["channel_name"] or "")
        lower = record["lower_cause"] and LowerCause(record["lower_cause"])
        cells = (
            _lower_cell(glyphs) if lower else state_cell(record["state"], glyphs),
            Cell(named(record)),
            Cell(format_length(record["duration"]), Tone.DIM),
            Cell(name, Tone.DIM),
            Cell(format_time(record["published_at"])[:10], Tone.DIM),
            Cell(format_size(record["size"]), Tone.DIM),
            Cell(_quality(record), Tone.DIM),
            Cell("for good" if record["keep"] else "", Tone.DIM),
            Cell(_folder(record["path"]), Tone.DIM),
        )
        kept = "kept for good" if record["keep"] else ""
        less = f"lower than offered: {TITLES[lower]}" if lower else ""
        note = f" {glyphs.dot} ".join(words for words in (less, kept, clean(record["why"]) or name) if words)
        return Row(record["id"], cells, note, facts=frozenset({record["state"]}))

    return ListSource(
        kind=RowKind.VIDEO,
        columns=(
            Column("state", 12, sort="state", name="state"),
            Column("title", 24, flex=True, sort="title"),
            Column("length", 7, right=True, least=40, sort="duration", name="length"),
            Column("channel", 20, least=74, sort="channel", name="channel"),
            Column("published", 10, least=96, sort="published_at", largest_first=True, name="published"),
            Column("size", 8, right=True, least=104, sort="size", largest_first=True, name="size"),
            Column("quality", 7, sort="quality", largest_first=True, name="quality", hidden=True),
            Column("keep", 8, sort="keep", largest_first=True, name="keep", hidden=True),
            Column("folder", 24, sort="path", name="folder", hidden=True),
        ),
        query=queries.videos(),
        make_row=make,
    )


TURN = "turn"
"""Sorts the jobs as they will start: the list's own order."""


@dataclass(frozen=True)
class JobSource(ListSource):
    """Source of the list of jobs; a queued one has its place in the queue beside its state."""

    in_turn: jobs_query.JobsQuery

    def sorted_by(self, column: int, descending: bool) -> Self:
        """Return the same rows by one of their columns; by the place is the list's own order."""
        if self.columns[column].sort != TURN:
            return super().sorted_by(column, descending)
        return replace(self, query=replace(self.in_turn, wanted=self.query.wanted, _counted={}))

    def of_channel(self, channel: int) -> Self:
        """Return those of the rows that are about a channel."""
        narrowed = super().of_channel(channel)
        assert isinstance(narrowed.query, jobs_query.JobsQuery)
        return replace(narrowed, in_turn=narrowed.query)

    def page(self, db: Database, offset: int, limit: int) -> list[Row]:
        """Return up to ``limit`` rows, the first at ``offset``."""
        query = self.query
        assert isinstance(query, jobs_query.JobsQuery)
        records = query.page(db, offset, limit)
        places = [
            query.place(db, record["id"], offset + number) if record["state"] == "queued" else None
            for number, record in enumerate(records)
        ]
        return [
            _with_place(self.make_row(record), place) for record, place in zip(records, places, strict=True)
        ]


def _with_place(row: Row, place: int | None) -> Row:
    if place is None:
        return row
    state, _, *cells = row.cells
    return replace(row, cells=(state, Cell(f"#{place}", Tone.DIM), *cells), note=f"#{place}  {row.note}")


def jobs(
    glyphs: Glyphs,
    settings: Callable[[], Settings] = Settings,
    clock: Callable[[], float] = time.time,
) -> JobSource:
    """Return all jobs: what runs, what comes next, what waits by its time, what has ended."""

    def make(record: Record) -> Row:
        state = (
            "cancelling" if record["cancel_requested"] and record["state"] == "running" else record["state"]
        )
        name = clean(record["channel_name"] or record["site"])
        cells = (
            state_cell(state, glyphs),
            Cell(""),
            Cell(record["kind_word"], Tone.DIM),
            Cell(named(record)),
            Cell(*_progress(record)),
            Cell(name, Tone.DIM),
            Cell(str(record["attempt"] or ""), Tone.DIM),
            Cell(_job_time(record), Tone.DIM),
        )
        return Row(record["id"], cells, _job_note(record) or name, facts=frozenset({record["state"]}))

    query = jobs_query.jobs(lambda: settings().workers.order, lambda db: coming(db, settings(), clock()))
    return JobSource(
        kind=RowKind.JOB,
        columns=(
            Column("state", 13, sort="state", name="state"),
            Column("#", 6, right=True, least=72, sort=TURN, name="place"),
            Column("kind", 8, least=40, sort="kind", name="kind"),
            Column("title", 24, flex=True, sort="title"),
            Column("how far", 16, least=64, sort="percent", name="progress"),
            Column("channel", 18, least=96, sort="channel", name="channel"),
            Column("try", 3, right=True, least=64, sort="attempt", largest_first=True, name="try"),
            Column("when", 16, least=110, sort="when", largest_first=True, name="when"),
        ),
        query=query,
        make_row=make,
        in_turn=query,
    )


def _progress(record: Record) -> tuple[str, Tone]:
    if record["state"] in ("failed", "waiting") and record["failure_class"]:
        return failure_title(record["failure_class"]), Tone.BAD if record["state"] == "failed" else Tone.WARN
    stage = record["stage_now"] or record["stage"]
    if record["state"] == "running" and stage:
        percent = record["percent_now"] if record["stage_now"] else record["percent"]
        return stage + (f" {percent:.0f} %" if percent is not None else ""), Tone.BUSY
    return format_size(record["bytes"]) if record["bytes"] else "", Tone.DIM


def _job_time(record: Record) -> str:
    if record["state"] == "waiting":
        return format_time(record["due_at"])
    return format_time(record["finished_at"] or record["started_at"] or record["created_at"])


def _job_note(record: Record) -> str:
    words = [clean(Wait(WaitReason(record["wait_reason"]), record["wait_subject"]).words)]
    if record["state"] == "waiting" and record["due_at"]:
        words.append(f"at {format_time(record['due_at'])}")
    if record["reference"] and record["state"] in ("waiting", "failed"):
        words.append(record["reference"])
    return "  ".join(word for word in words if word)


def log(glyphs: Glyphs, clock: Callable[[], float]) -> ListSource:
    """Return the journal, the oldest first; a line of another day than today's says which."""

    def make(record: Record) -> Row:
        at = record["at"]
        today = format_time(at)[:10] == format_time(clock())[:10]
        level = record["level"]
        tone = {"error": Tone.BAD, "warning": Tone.WARN, "debug": Tone.DIM}.get(level, Tone.PLAIN)
        name = clean(record["channel_name"] or "")
        cells = (
            Cell(format_time_of_day(at) if today else format_short_time(at), Tone.DIM),
            Cell(f"{glyphs.state(level)} {level}", Tone.DIM if tone is Tone.PLAIN else tone),
            Cell(name, Tone.DIM),
            Cell(clean(record["message"]), tone),
        )
        of_job = {acting.OF_JOB} if record["job_id"] else set()
        wrong = {acting.WENT_WRONG} if of_job and level in ("error", "warning") else set()
        note = f"{format_time(at)}  {clean(record['message'])}"
        return Row(record["id"], cells, note, facts=frozenset(of_job | wrong))

    return ListSource(
        kind=RowKind.LOG,
        columns=(
            Column("time", 11, sort="at"),
            Column("level", 9, least=50, sort="level"),
            Column("channel", 18, least=100, sort="channel"),
            Column("message", 24, flex=True, sort="message"),
        ),
        query=queries.log(),
        make_row=make,
    )
