"""Figures that are shown come from rows, and no query walks a large table."""

from __future__ import annotations

from tests.support.rows.factories import (
    NOW,
    PRIVATE,
    TIMEOUT,
    add_channel,
    add_videos,
    entry,
    fail,
    queue_job,
    run,
)
from ytui.core.failures.classifier import Failure
from ytui.store import jobs, statistics
from ytui.store.database import Database
from ytui.store.rows import Video

DAY = 86_400.0


def put_down(db: Database, video: Video, at: float, size: int = 1000) -> None:
    db.execute(
        "UPDATE videos SET state = 'downloaded', path = ?, size = ?, downloaded_at = ? WHERE id = ?",
        (f"{video.video_id}.mp4", size, at, video.id),
    )


def heal(db: Database, video: Video, tries: int, failure: Failure = TIMEOUT) -> None:
    job = queue_job(db, video)
    for number in range(tries):
        fail(db, run(db, job), failure, reference=f"E-{video.video_id}{number}")
        jobs.retry(db, [job.id], now=NOW)
    run(db, job)
    db.execute("UPDATE plan_items SET state = 'resolved', resolved_at = ? WHERE job_id = ?", (NOW, job.id))


def test_downloads_fall_into_their_days(db: Database) -> None:
    videos = add_videos(db, add_channel(db), *[entry(f"v{n}") for n in range(4)])
    for video, at in zip(videos, (NOW, NOW + 1, NOW + DAY, NOW + 3 * DAY), strict=True):
        put_down(db, video, at)
    assert statistics.downloads_between(db, [NOW + n * DAY for n in range(4)]) == [2, 1, 0]


def test_the_largest_channels_come_first(db: Database) -> None:
    for name, size in (("Small", 10), ("Large", 3000), ("None", 0)):
        (video,) = add_videos(db, add_channel(db, name), entry(name))
        if size:
            put_down(db, video, NOW, size)
    assert statistics.largest_channels(db) == [
        statistics.ChannelSize("Large", 3000),
        statistics.ChannelSize("Small", 10),
    ]
    assert len(statistics.largest_channels(db, 1)) == 1


def test_failures_say_what_is_open_and_what_healed_after_how_many_tries(db: Database) -> None:
    videos = add_videos(db, add_channel(db), *[entry(f"v{n}") for n in range(6)])
    heal(db, videos[0], 1)
    heal(db, videos[1], 1)
    heal(db, videos[2], 5)
    fail(db, run(db, queue_job(db, videos[3])), PRIVATE)
    found = statistics.failures(db)
    assert [(line.failure_class, line.unresolved, line.healed) for line in found] == [
        ("private", 1, (0, 0, 0)),
        ("network_timeout", 0, (2, 0, 1)),
    ]


def test_nothing_is_learned_from_an_empty_store(db: Database) -> None:
    assert statistics.learned_rates(db) == []
    assert statistics.learned_job(db) == statistics.LearnedJob(None, None)
    assert statistics.failures(db) == []


def test_no_query_walks_a_large_table(db: Database) -> None:
    seen: list[str] = []
    db.connection.set_trace_callback(seen.append)
    statistics.downloads_between(db, [NOW, NOW + DAY])
    statistics.largest_channels(db)
    statistics.failures(db)
    statistics.learned_rates(db)
    statistics.learned_job(db)
    db.connection.set_trace_callback(None)
    assert len(seen) == 6
    for sql in seen:
        for step in db.all("EXPLAIN QUERY PLAN " + sql):
            words = str(step["detail"])
            walked = words.startswith("SCAN") and not any(
                name in words
                for name in (
                    "plan_counts",
                    "USING INDEX",
                    "USING COVERING INDEX",
                    "SCAN t",
                    "(subquery",
                    "SCAN attempts",
                )
            )
            assert not walked, f"{words}\n{sql}"
            # Only where a LIMIT ends the walk.
            assert not words.startswith("SCAN attempts") or "LIMIT" in sql


def test_what_healed_is_counted_from_its_time_on(db: Database) -> None:
    seen: list[str] = []
    db.connection.set_trace_callback(seen.append)
    statistics.healed_since(db, NOW)
    db.connection.set_trace_callback(None)
    (step,) = db.all("EXPLAIN QUERY PLAN " + seen[0])
    assert "INDEX plan_resolved (resolved_at>" in step["detail"]
