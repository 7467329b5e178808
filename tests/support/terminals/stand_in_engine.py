"""The engine's place taken by something that runs no process, and the rows of a library that is half way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from ytui.core.models import JobKind, Stage
from ytui.core.protocol import ListingEntry
from ytui.core.settings import Channel, Settings
from ytui.engine.channels.preview import Preview
from ytui.engine.engine import Engine
from ytui.engine.live_status import LiveStatus, QueueView, SlotState, SlotView
from ytui.paths import Places
from ytui.store.database import Database, transaction

NOW = 1_795_270_440.0
"""2026-11-21 14:14 UTC."""
DAY = 86_400.0
HOSTILE = "[/b] [MV] Song \x1b[31mred\x1b[0m \u202eevil\u202c 👩‍👩‍👧 שלום " + "x" * 10_000


def entry_of(number: int) -> ListingEntry:
    """One entry of a list that is looked at before it is added."""
    return ListingEntry(
        "youtube",
        f"new{number}",
        f"https://www.youtube.com/watch?v=new{number}",
        HOSTILE if number == 1 else f"Film {number}",
        duration=600.0 + number,
        published_at=NOW - number * DAY,
        published_exact=True,
    )


class StandInEngine:
    """Has the engine's methods; its slots block until it is stopped, as real ones do."""

    def __init__(self, live_status: LiveStatus) -> None:
        self.live_status = live_status
        self.settings = Settings()
        self.problem = ""
        self.workers = 0
        self.woken = 0
        self.stopped = threading.Event()
        self.slots: list[int] = []
        self.previewed: list[Channel] = []
        self.shown = Preview("Films", tuple(entry_of(number) for number in range(30)), more=True)
        self._spawn: Callable[[int], None] = lambda number: None

    def built_with(self, spawn: Callable[[int], None]) -> Engine:
        self._spawn = spawn
        return cast(Engine, self)

    def start(self) -> None:
        self.set_workers(5)

    def wake(self) -> None:
        self.woken += 1

    def set_workers(self, count: int) -> None:
        for number in range(self.workers + 1, count + 1):
            self._spawn(number)
        self.workers = count

    def run_slot(self, slot: int) -> None:
        self.slots.append(slot)
        self.stopped.wait(30)

    def extractor_of(self, url: str) -> str:
        return "youtube:tab" if "youtube" in url else "generic"

    def preview(self, channel: Channel) -> Preview:
        self.previewed.append(channel)
        return self.shown

    def stop(self, *, graceful: bool, timeout: float | None = None) -> bool:
        self.stopped.set()
        return True


def running_board() -> LiveStatus:
    live_status = LiveStatus()
    live_status.put(
        SlotView(
            1, SlotState.RUNNING, 1, JobKind.DOWNLOAD, "Spring — Blender Open Movie", "Blender Studio",
            Stage.VIDEO, 0.72, 361_000_000, 500_000_000, 3_100_000.0, 12.0, attempt=1, pid=4242,
        )
    )  # fmt: skip
    live_status.put(
        SlotView(
            2, SlotState.RUNNING, 2, JobKind.FETCH, "3Blue1Brown / videos", "3Blue1Brown",
            Stage.LISTING, detail="page 2, 14 new", attempt=1, pid=4243,
        )
    )  # fmt: skip
    live_status.put(
        SlotView(
            3, SlotState.CANCELLING, 3, JobKind.DOWNLOAD, "Why Gravity is NOT a Force", "Veritasium",
            Stage.EXTRACTING, 0.02, speed=5_100_000.0, attempt=2, pid=4244,
        )
    )  # fmt: skip
    live_status.put(
        SlotView(4, SlotState.WAITING, waiting_for="youtube is cooling down", waiting_until=NOW + 2460)
    )
    live_status.put(SlotView(5, waiting_for="youtube allows 3 at once"))
    live_status.set_queue(
        QueueView(
            eta=7_800.0, free_bytes=812_000_000_000,
            fetch_done=9, fetch_total=14, download_done=118, download_total=640,
        )
    )  # fmt: skip
    return live_status


def recording_board() -> LiveStatus:
    """The workers, and beside them one that records a broadcast."""
    live_status = running_board()
    live_status.put(
        SlotView(
            17, SlotState.RUNNING, 4, JobKind.RECORDING, "Live: Watching the Perseids", "Night Sky",
            Stage.RECORDING, done_bytes=34_000_000, speed=180_000.0, since=NOW - 751, attempt=1, pid=4245,
        )
    )  # fmt: skip
    return live_status


def quiet_board() -> LiveStatus:
    live_status = LiveStatus()
    for number in range(1, 6):
        live_status.put(SlotView(number, waiting_for="nothing to do"))
    live_status.set_queue(QueueView(free_bytes=812_000_000_000))
    return live_status


def many_board(count: int) -> LiveStatus:
    live_status = running_board()
    for number in range(1, count + 1):
        view = SlotView(
            number, SlotState.RUNNING, number, JobKind.DOWNLOAD, f"Episode {number}", "Blender Studio",
            Stage.AUDIO, number / count, speed=900_000.0, eta=60.0 * number, attempt=1,
        )  # fmt: skip
        live_status.put(replace(view, slot=number))
    return live_status


CHANNELS = (
    ("Blender Studio", "ok", 0, NOW - 2 * 3600),
    ("3Blue1Brown", "ok", 0, NOW - DAY),
    ("Veritasium", "failed", 0, NOW - 3 * DAY),
    ("Two Minute Papers", "new", 0, None),
    ("Primitive Technology", "ok", 1, NOW - 9 * DAY),
    (HOSTILE, "ok", 0, NOW - 4 * DAY),
)
VIDEOS = (
    ("Spring — Blender Open Movie", 1, "running", 464.0),
    ("Sintel", 1, "downloaded", 888.0),
    ("Charge", 1, "new", 254.0),
    ("Why Gravity is NOT a Force", 3, "running", 1037.0),
    ("The Surprising Secret of Synchronization", 3, "failed", 1257.0),
    ("Members: behind the scenes", 3, "skipped", 600.0),
    ("But what is a neural network?", 2, "queued", 1153.0),
    (HOSTILE, 6, "failed", None),
    ("日本語のとても長い題名がここに書いてあります、そしてまだ続く", 2, "new", 61.0),
)
JOBS = (
    ("download", "running", 1, 1, 1, "Spring — Blender Open Movie", 1, None, None),
    ("fetch", "running", 2, None, 1, "3Blue1Brown / videos", 1, None, None),
    ("download", "running", 3, 4, 1, "Why Gravity is NOT a Force", 2, None, None),
    ("download", "failed", 3, 5, 2, "The Surprising Secret of Synchronization", 3, "members_only", "E-7F3K"),
    ("download", "queued", 2, 7, 2, "But what is a neural network?", 0, None, None),
    ("download", "waiting", 6, 8, 2, HOSTILE, 2, "network_timeout", "E-2Q9A"),
    ("download", "done", 1, 2, 2, "Sintel", 1, None, None),
)
PLAN = (
    {
        "job_id": 4, "video_id": 5, "channel_id": 3, "failure_class": "members_only", "group_name": "access",
        "advice": "needs_user", "state": "open", "next_at": None, "reference": "E-7F3K",
        "title": "The Surprising Secret of Synchronization",
        "reason": "Only members of the channel may watch this.",
        "remedy": "Set cookies of an account that is a member.",
    },
    {
        "job_id": 6, "video_id": 8, "channel_id": 6, "failure_class": "network_timeout",
        "group_name": "network",
        "advice": "retry_soon", "state": "scheduled", "next_at": NOW + 900, "reference": "E-2Q9A",
        "title": HOSTILE, "reason": "The server did not answer in time.",
        "remedy": "It is tried again by itself.",
    },
)  # fmt: skip
LOG = (
    ("info", "recovered 2 jobs of an earlier run", None, None),
    ("info", "listed 140 videos, 14 new", 2, 2),
    ("error", 'members only: "Join this channel to get access…"', 4, 3),
    ("warning", HOSTILE, 6, 6),
    ("info", "downloaded Sintel, 88 MB", 7, 1),
)


def insert(db: Database, table: str, **columns: object) -> None:
    names = ", ".join(columns)
    db.execute(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", list(columns.values())
    )


def fill(db: Database, places: Places) -> None:
    """Put a library that is half way into an empty store."""
    with transaction(db):
        _channels(db)
        _videos(db)
        _jobs(db)
        _attempts(db)
        _rest(db)
    (places.job_logs_dir / "4.log").write_text(
        "[youtube] abc: Downloading webpage\nERROR: [youtube] abc: Join this channel to get access\x1b[0m\n"
    )


def _channels(db: Database) -> None:
    for number, (name, state, paused, fetched) in enumerate(CHANNELS, 1):
        insert(
            db,
            "channels",
            id=number,
            url=f"https://www.youtube.com/@channel{number}",
            name=name,
            site="youtube",
            state=state,
            paused=paused,
            created_at=NOW - 30 * DAY,
            last_fetched=fetched,
            next_fetch=NOW - 60 if fetched is None else NOW + DAY,
            error="no answer" if state == "failed" else "",
        )
    insert(db, "tabs", id=1, channel_id=2, tab="videos", url="https://y/videos", complete=1)


def _videos(db: Database) -> None:
    for number, (title, channel, state, duration) in enumerate(VIDEOS, 1):
        insert(
            db,
            "videos",
            id=number,
            site="youtube",
            video_id=f"vid{number:05}",
            url=f"https://www.youtube.com/watch?v=vid{number:05}",
            title=title,
            channel_id=channel,
            tab="videos",
            state=state,
            why="members only" if state == "skipped" else "",
            duration=duration,
            published_at=NOW - number * DAY,
            published_exact=1,
            first_seen=NOW - DAY,
        )
    db.execute(
        "UPDATE videos SET path = 'Blender Studio/Sintel.mp4', size = 88000000, height = 1080,"
        " format_id = '137+140', files = ?, downloaded_at = ? WHERE state = 'downloaded'",
        [json.dumps(["Blender Studio/Sintel.mp4", "Blender Studio/Sintel.jpg"]), NOW - DAY],
    )


def _jobs(db: Database) -> None:
    for number, (kind, state, channel, video, priority, title, tries, failure, reference) in enumerate(
        JOBS, 1
    ):
        insert(
            db,
            "jobs",
            id=number,
            kind=kind,
            state=state,
            channel_id=channel,
            tab_id=1 if kind == "fetch" else None,
            video_id=video,
            site="youtube",
            url=f"https://www.youtube.com/watch?v=vid{number:05}",
            title=title,
            priority=priority,
            attempt=tries,
            charged=tries,
            failure_class=failure,
            reference=reference,
            bytes=88_000_000 if state == "done" else 0,
            due_at=NOW + 900 if state == "waiting" else None,
            wait_reason="other" if state == "waiting" else "",
            wait_subject="another try" if state == "waiting" else "",
            slot=number if state == "running" else None,
            created_at=NOW - 3600,
            started_at=NOW - 1800 if tries else None,
            finished_at=NOW - 600 if state in ("failed", "done") else None,
        )
    db.execute("UPDATE jobs SET stage = 'video', percent = 72.0 WHERE id = 1")


def _attempts(db: Database) -> None:
    for job, video, tries, failure, message in (
        (4, 5, 3, "members_only", "Join this channel to get access to members-only content"),
        (6, 8, 2, "network_timeout", HOSTILE),
    ):
        for number in range(1, tries + 1):
            insert(
                db,
                "attempts",
                job_id=job,
                video_id=video,
                number=number,
                started_at=NOW - 1800 + 60 * number,
                ended_at=NOW - 1790 + 60 * number,
                outcome="failed",
                failure_class=failure,
                message=message,
                reference=f"E-{job}{number}AA",
                charged=1,
            )


def _rest(db: Database) -> None:
    for item in PLAN:
        evidence = "HTTP 403 from www.youtube.com"
        columns = {
            "url": "https://y/w",
            "attempts": 3,
            "evidence": evidence,
            "created_at": NOW,
            "updated_at": NOW,
        }
        insert(db, "plan_items", **columns, **item)
    for number, (level, message, job, channel) in enumerate(LOG):
        at = NOW - 300 + 60 * number
        insert(
            db, "journal", at=at, level=level, type="runtime", message=message, job_id=job, channel_id=channel
        )
    insert(db, "sites", site="youtube", state="cooldown", until=NOW + 2460, updated_at=NOW)
