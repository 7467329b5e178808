"""The five lists: what each reads and how its rows look."""

from __future__ import annotations

from collections.abc import Callable

from ytui.core.amounts import length, short_count, size
from ytui.core.failures.classes import Advice, FailureClass
from ytui.core.models import JobKind, JobState, PlanState, Priority, Tab, VideoState
from ytui.core.moments import moment, short_moment, time_of_day
from ytui.core.outside import clean
from ytui.store.schema import ACTIVE
from ytui.tui.tables.by_channel import ByChannelSource
from ytui.tui.tables.rows import Cell, Column, Row, RowKind, Tone
from ytui.tui.tables.sources import (
    CHANNEL_NAME,
    CHANNEL_ORDER,
    JOB_KIND,
    JOB_STATE,
    VIDEO_ID,
    VIDEO_STATE,
    Record,
    SqlSource,
)
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
_KEPT = "(SELECT coalesce(sum(n), 0) FROM {})"
_JOB_STATES = ("running", "interrupted", "queued", "waiting", "failed", "cancelled", "done")
"""What comes first in the list of jobs, and what last."""


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
    try:
        return FailureClass(name).title if name else ""
    except ValueError:
        return clean(name or "")


_VIDEOS_IN = "coalesce((SELECT n FROM video_counts c WHERE c.channel_id = t.id AND c.state = '{}'), 0)"
_ALL_VIDEOS = "coalesce((SELECT sum(n) FROM video_counts c WHERE c.channel_id = t.id), 0)"
_FETCH = (
    "t.id IN (SELECT channel_id FROM jobs INDEXED BY jobs_one_fetch "
    f"WHERE kind = 'fetch' AND state IN {ACTIVE} AND {{}})"
)
"""Found once for all channels: looked for in each one's jobs, of which most are done, it takes a second."""
_OLDER = f"state = 'queued' AND priority = {Priority.OLDER:d}"
"""The older pages of a first listing: they come when nothing else waits, and nobody waits for them."""
_CHANNEL_STATES = {
    "fetching": "state = 'running'",
    "queued": f"state = 'queued' AND priority < {Priority.OLDER:d}",
    "waiting": "state = 'waiting'",
}
"""The word for what becomes of a channel's fetches, and the fetch that it needs."""
_CHANNEL_STATE = (
    "CASE WHEN t.paused THEN 'paused' "
    + " ".join(f"WHEN {_FETCH.format(fetch)} THEN '{word}'" for word, fetch in _CHANNEL_STATES.items())
    + " WHEN t.state = 'terminated' THEN 'ended'"
    + " WHEN t.state = 'new' AND EXISTS (SELECT 1 FROM tabs b WHERE b.channel_id = t.id AND b.walk > 0)"
    + " AND EXISTS (SELECT 1 FROM video_counts c WHERE c.channel_id = t.id AND c.n > 0) THEN 'in part'"
    + " ELSE t.state END"
)
"""The state that is shown; ``in part``: some pages of the first listing are in, and usable, others not."""
_LAST_WALK = "(SELECT max(b.last_walk_at) FROM tabs b WHERE b.channel_id = t.id)"


def channels(glyphs: Glyphs) -> SqlSource:
    """Return the subscribed channels, by name."""

    def make(record: Record) -> Row:
        new, failed, kept = record["new_count"], record["failed_count"], record["downloaded_count"]
        state = record["shown_state"]
        at = record["walked_at"] if state == "in part" else record["last_fetched"]
        cells = (
            state_cell(state, glyphs),
            Cell(clean(record["name"]), Tone.DIM if record["paused"] else Tone.PLAIN),
            Cell(f"+{short_count(new)}" if new else "", Tone.STRONG),
            Cell(f"{glyphs.state('failed')}{short_count(failed)}" if failed else "", Tone.BAD),
            Cell(f"{glyphs.state('downloaded')}{short_count(kept)}" if kept else "", Tone.DIM),
            Cell(short_moment(at) or "never", Tone.DIM),
        )
        return Row(record["id"], cells, _channel_note(record))

    return SqlSource(
        kind=RowKind.CHANNEL,
        columns=(
            Column("state", 10, sort="t.state"),
            Column("channel", 0, flex=True, sort="t.name COLLATE NOCASE"),
            Column("new", 4, right=True, sort=_VIDEOS_IN.format("new"), largest_first=True),
            Column("failed", 4, right=True, sort=_VIDEOS_IN.format("failed"), largest_first=True),
            Column("kept", 5, right=True, least=56, sort=_VIDEOS_IN.format("downloaded"), largest_first=True),
            Column("last fetched", 11, least=46, sort="t.last_fetched", largest_first=True),
        ),
        table="channels",
        joined="",
        select=", ".join(
            [
                "t.*",
                *(f"{_VIDEOS_IN.format(name)} AS {name}_count" for name in ("new", "failed", "downloaded")),
                _ALL_VIDEOS + " AS videos_count",
                f"{_CHANNEL_STATE} AS shown_state",
                f"{_LAST_WALK} AS walked_at",
                f"{_FETCH.format(_OLDER)} AS older_to_come",
            ]
        ),
        make_row=make,
        searched=("t.name", "t.url"),
        words={"channel": "t.name", "state": _CHANNEL_STATE, "site": "t.site"},
        values={"state": (*_CHANNEL_STATES, "paused", "in part", "ended", "new", "ok", "failed", "empty")},
        dated="t.last_fetched",
        order=("t.name COLLATE NOCASE", "t.id"),
        groups=("t.subscribed = 1",),
    )


def _channel_note(record: Record) -> str:
    """Say how much of it is there and how fresh that is, what matters most first: room is scarce."""
    state, fetched = record["shown_state"], short_moment(record["last_fetched"])
    if state == "failed" and record["error"]:
        return clean(record["error"])
    listed = record["videos_count"]
    kept = f"{record['downloaded_count']} of {listed} kept" if listed else ""
    if state == "in part":
        rest = "older pages follow" if record["older_to_come"] else "u lists the rest"
        return f"{rest}; {kept}"
    return ", ".join(words for words in (kept, f"fetched {fetched}" if fetched else "never fetched") if words)


def videos(glyphs: Glyphs) -> ByChannelSource:
    """Return all videos, the newest first."""

    def make(record: Record) -> Row:
        name = clean(record["channel_name"] or "")
        cells = (
            state_cell(record["state"], glyphs),
            Cell(named(record)),
            Cell(length(record["duration"]), Tone.DIM),
            Cell(name, Tone.DIM),
            Cell(moment(record["published_at"])[:10], Tone.DIM),
            Cell(size(record["size"]), Tone.DIM),
        )
        kept = "kept for good" if record["keep"] else ""
        note = f" {glyphs.dot} ".join(words for words in (kept, clean(record["why"]) or name) if words)
        return Row(record["id"], cells, note)

    return ByChannelSource(
        kind=RowKind.VIDEO,
        of_each="SELECT channel_id, sum(n) FROM video_counts GROUP BY channel_id",
        columns=(
            Column("state", 12, sort="t.state"),
            Column("title", 0, flex=True, sort="t.title COLLATE NOCASE"),
            Column("length", 7, right=True, sort="t.duration"),
            Column("channel", 20, least=74, sort=CHANNEL_ORDER),
            Column("published", 10, least=96, sort="t.published_at", largest_first=True),
            Column("size", 8, right=True, least=104, sort="t.size", largest_first=True),
        ),
        table="videos",
        joined="LEFT JOIN channels c ON c.id = t.channel_id",
        select="t.*, c.name AS channel_name",
        make_row=make,
        searched=("t.title", CHANNEL_NAME, VIDEO_STATE, VIDEO_ID),
        words={
            "channel": CHANNEL_NAME,
            "state": VIDEO_STATE,
            "tab": "t.tab",
            "site": "t.site",
            "why": "t.why",
        },
        values={"state": tuple(VideoState), "tab": tuple(Tab)},
        length="t.duration",
        dated="t.published_at",
        order=("t.published_at", "t.id"),
        descending=True,
        kept=(_KEPT.format("video_counts"),),
    )


def jobs(glyphs: Glyphs) -> ByChannelSource:
    """Return all jobs: what runs first, then what waits, then what has ended, each the newest first."""

    def make(record: Record) -> Row:
        state = (
            "cancelling" if record["cancel_requested"] and record["state"] == "running" else record["state"]
        )
        name = clean(record["channel_name"] or record["site"])
        cells = (
            state_cell(state, glyphs),
            Cell(record["kind"], Tone.DIM),
            Cell(named(record)),
            Cell(*_progress(record)),
            Cell(name, Tone.DIM),
            Cell(str(record["attempt"] or ""), Tone.DIM),
            Cell(_job_time(record), Tone.DIM),
        )
        return Row(record["id"], cells, _job_note(record) or name)

    return ByChannelSource(
        kind=RowKind.JOB,
        of_each="SELECT coalesce(channel_id, 0), count(*) FROM jobs GROUP BY channel_id",
        columns=(
            Column("state", 13, sort="t.state"),
            Column("kind", 8, sort="t.kind"),
            Column("title", 0, flex=True, sort="t.title COLLATE NOCASE"),
            Column("how far", 16, least=64, sort="t.percent"),
            Column("channel", 18, least=96, sort=CHANNEL_ORDER),
            Column("try", 3, right=True, least=64, sort="t.attempt", largest_first=True),
            Column(
                "when",
                16,
                least=110,
                sort="coalesce(t.finished_at, t.started_at, t.created_at)",
                largest_first=True,
            ),
        ),
        table="jobs",
        joined="LEFT JOIN channels c ON c.id = t.channel_id LEFT JOIN board b ON b.job_id = t.id",
        select="t.*, c.name AS channel_name, b.stage AS stage_now, b.percent AS percent_now",
        make_row=make,
        searched=("t.title", CHANNEL_NAME, JOB_STATE, JOB_KIND, "t.failure_class", "t.reference"),
        words={
            "channel": CHANNEL_NAME,
            "state": "iif(t.cancel_requested AND t.state = 'running', 'running cancelling', t.state)",
            "kind": JOB_KIND,
            "class": "t.failure_class",
            "site": "t.site",
        },
        values={
            "state": (*JobState, "cancelling"),
            "kind": tuple(JobKind),
            "class": tuple(FailureClass),
        },
        dated="coalesce(t.finished_at, t.started_at, t.created_at)",
        order=("t.id",),
        descending=True,
        groups=tuple(f"t.state = '{state}'" for state in _JOB_STATES),
        kept=tuple(_KEPT.format(f"job_counts WHERE state = '{state}'") for state in _JOB_STATES),
    )


def _progress(record: Record) -> tuple[str, Tone]:
    if record["state"] in ("failed", "waiting") and record["failure_class"]:
        return failure_title(record["failure_class"]), Tone.BAD if record["state"] == "failed" else Tone.WARN
    stage = record["stage_now"] or record["stage"]
    if record["state"] == "running" and stage:
        percent = record["percent_now"] if record["stage_now"] else record["percent"]
        return stage + (f" {percent:.0f} %" if percent is not None else ""), Tone.BUSY
    return size(record["bytes"]) if record["bytes"] else "", Tone.DIM


def _job_time(record: Record) -> str:
    if record["state"] == "waiting":
        return moment(record["due_at"])
    return moment(record["finished_at"] or record["started_at"] or record["created_at"])


def _job_note(record: Record) -> str:
    words = [clean(record["waiting_for"])] if record["state"] == "waiting" else []
    if record["state"] == "waiting" and record["due_at"]:
        words.append(f"at {moment(record['due_at'])}")
    if record["reference"] and record["state"] in ("waiting", "failed"):
        words.append(record["reference"])
    return "  ".join(word for word in words if word)


def log(glyphs: Glyphs, clock: Callable[[], float]) -> SqlSource:
    """Return the journal, the oldest first; a line of another day than today's says which."""

    def make(record: Record) -> Row:
        at = record["at"]
        today = moment(at)[:10] == moment(clock())[:10]
        level = record["level"]
        tone = {"error": Tone.BAD, "warning": Tone.WARN, "debug": Tone.DIM}.get(level, Tone.PLAIN)
        name = clean(record["channel_name"] or "")
        cells = (
            Cell(time_of_day(at) if today else short_moment(at), Tone.DIM),
            Cell(f"{glyphs.state(level)} {level}", Tone.DIM if tone is Tone.PLAIN else tone),
            Cell(name, Tone.DIM),
            Cell(clean(record["message"]), tone),
        )
        return Row(record["id"], cells, f"{moment(at)}  {clean(record['message'])}")

    return SqlSource(
        kind=RowKind.LOG,
        columns=(
            Column("time", 11, sort="t.id"),
            Column("level", 9, sort="t.level"),
            Column("channel", 18, least=100, sort=CHANNEL_ORDER),
            Column("message", 0, flex=True, sort="t.message"),
        ),
        table="journal",
        joined="LEFT JOIN channels c ON c.id = t.channel_id",
        select="t.*, c.name AS channel_name",
        make_row=make,
        searched=("t.message", "t.level", CHANNEL_NAME),
        words={"channel": CHANNEL_NAME, "level": "t.level", "type": "t.type", "job": "t.job_id"},
        values={"level": ("debug", "info", "warning", "error"), "type": ("runtime", "failed", "report")},
        dated="t.at",
        order=("t.id",),
        kept=(_KEPT.format("journal_counts"),),
    )
