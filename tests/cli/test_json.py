"""What scripts rely on: every command prints one object with these keys, exactly as the README says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.core.models import LowerCause
from ytui.core.protocol import Offer
from ytui.store import channels, offers, process_state, sites, videos
from ytui.store.database import Database
from ytui.store.rows import BoardRow, Channel, Holder, Job, SiteRow

UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CHANNEL = "name url videos new downloaded failed state last_fetched"
VIDEO = "id url title channel tab state path size duration"
JOB = (
    "id kind state channel title url attempt stage percent class reference next_at created_at started_at "
    "finished_at eta"
)
WORKER = "slot pid job stage percent speed eta waiting_for recording done_bytes since"
SITE = "site state until left_minute left_hour"
ITEM = "id video url title channel class group advice state attempts next_at reason remedy evidence reference"


def has(row: Mapping[str, Any], keys: str) -> bool:
    """Whether all keys are there, in the order in which they are documented."""
    wanted = keys.split()
    return [key for key in row if key in wanted] == wanted


@pytest.fixture
def films(ytui: Ytui, db: Database) -> Channel:
    """A channel with a new, a downloaded and a failed video."""
    ytui.configure('[[channels]]\nurl = "https://example.org/Films"\nname = "Films"\n')
    channel = factories.add_channel(db)
    _, arrived, lost = factories.add_videos(
        db,
        channel,
        factories.entry("aaa"),
        factories.entry("bbb", duration=61.5),
        factories.entry("ccc", title="A [/b] film"),
    )
    job = factories.run(db, factories.queue_job(db, arrived))
    videos.set_downloaded(
        db,
        arrived.id,
        path="Films/b.mp4",
        size=1234,
        files=["Films/b.mp4"],
        format_id="18",
        height=360,
        now=factories.NOW,
    )
    from ytui.store import jobs

    jobs.finish(db, job.id, now=factories.NOW + 5)
    factories.fail(db, factories.run(db, factories.queue_job(db, lost)), factories.PRIVATE, factories.NEVER)
    channels.set_fetched(db, channel.id, now=factories.NOW, next_fetch=None)
    return channel


def failed_job(db: Database) -> Job:
    from ytui.core.models import JobState
    from ytui.store import jobs

    (job,) = jobs.list(db, states=[JobState.FAILED])
    return job


def test_channels(ytui: Ytui, films: Channel) -> None:
    (row,) = ytui.json("channels")["channels"]
    assert has(row, CHANNEL)
    assert (row["name"], row["videos"], row["new"], row["downloaded"], row["failed"]) == ("Films", 3, 1, 1, 1)
    assert row["state"] == "ok"
    assert row["last_fetched"] == "2023-11-14T22:13:20Z"


def test_videos(ytui: Ytui, films: Channel, db: Database) -> None:
    lower = next(video for video in videos.page(db) if video.video_id == "bbb")
    offer = Offer(1080, 360, LowerCause.SABR, (LowerCause.SABR,))
    offers.record(db, lower.id, offer, cause=offer.cause, setup="", now=factories.NOW)
    rows = {row["id"]: row for row in ytui.json("videos")["videos"]}
    assert all(has(row, VIDEO) for row in rows.values())
    assert {row["state"] for row in rows.values()} == {"new", "downloaded", "failed"}
    assert rows["bbb"]["path"] == str(ytui.root / "library" / "Films" / "b.mp4")
    assert (rows["bbb"]["size"], rows["bbb"]["duration"], rows["bbb"]["tab"]) == (1234, 61.5, "videos")
    assert [rows[name]["lower_than_offered"] for name in ("aaa", "bbb")] == [None, "sabr"]
    assert [row["id"] for row in ytui.json("videos", "--state", "new", "--channel", "Films")["videos"]] == [
        "aaa"
    ]


def test_jobs(ytui: Ytui, films: Channel) -> None:
    rows = ytui.json("jobs")["jobs"]
    assert len(rows) == 2
    assert all(has(row, JOB) for row in rows)
    (lost,) = ytui.json("jobs", "--state", "failed")["jobs"]
    assert (lost["class"], lost["reference"], lost["channel"], lost["attempt"]) == (
        "private",
        "E-0001",
        "Films",
        1,
    )
    assert UTC.fullmatch(lost["finished_at"])


def test_what_many_wait_for_is_one_item_and_one_line_of_the_status(ytui: Ytui, db: Database) -> None:
    rows = factories.add_videos(
        db, factories.add_channel(db, "Held"), *(factories.entry(name) for name in "xyz")
    )
    for row in rows:
        factories.hits(db, factories.run(db, factories.queue_job(db, row)))
    (hold,) = ytui.json("status")["holds"]
    assert has(hold, "cause subject reason remedy since next_at waiting")
    assert (hold["cause"], hold["subject"], hold["waiting"]) == ("js_runtime", "a.org", 3)
    assert "waits for a JavaScript runtime: none is installed; 3 videos wait" in ytui("status").out
    (item,) = ytui.json("plan", "list")["items"]
    assert has(item, ITEM)
    assert (item["title"], item["state"]) == (
        "waits for a JavaScript runtime: none is installed; 3 videos wait",
        "open",
    )
    answer = ytui.json("plan", "retry", item["reference"])
    assert (answer["retried"], answer["jobs"]) == (1, [item["job"]])
    assert ytui.json("plan", "dismiss", "--all") == {"dismissed": 1}
    assert ytui.json("status")["counts"]["cancelled"] == 2


def test_status_with_nobody_there(ytui: Ytui, films: Channel, db: Database) -> None:
    sites.save(db, SiteRow("youtube", "cooldown", factories.NOW + 60, "bot check", 1))
    process_state.write_board(db, [BoardRow(1, job_id=1)], factories.NOW)
    process_state.set_holder(db, Holder(1, "host", "/dev/pts/9", factories.NOW, "app"))
    answer = ytui.json("status")
    assert answer["holder"] is None
    assert answer["workers"] == []
    assert (answer["counts"]["done"], answer["counts"]["failed"], answer["counts"]["queued"]) == (1, 1, 0)
    assert answer["holds"] == []
    (site,) = answer["sites"]
    assert has(site, SITE)
    assert (site["state"], site["until"]) == ("cooldown", "2023-11-14T22:14:20Z")
    assert (site["left_minute"], site["left_hour"], site["left_day"], site["per_minute"]) == (
        15,
        60,
        15000,
        60.0,
    )


def test_status_of_one_job_has_its_attempts(ytui: Ytui, films: Channel, db: Database) -> None:
    job = ytui.json("status", str(failed_job(db).id))["job"]
    assert has(job, JOB)
    (attempt,) = job["attempts"]
    assert (attempt["outcome"], attempt["class"], attempt["reference"]) == ("failed", "private", "E-0001")


def test_plan_list_retry_and_dismiss(ytui: Ytui, films: Channel, db: Database) -> None:
    (item,) = ytui.json("plan", "list")["items"]
    assert has(item, ITEM)
    assert (item["video"], item["class"], item["group"], item["state"]) == (
        "ccc",
        "private",
        "access",
        "open",
    )
    assert item["title"] == "A [/b] film"
    assert ytui.json("plan", "list", "--class", "drm")["items"] == []

    again = ytui.json("plan", "retry", "e-0001")
    assert (again["retried"], again["jobs"], again["holder"]) == (1, [item["job"]], None)
    assert ytui.json("jobs", "--state", "queued")["jobs"][0]["id"] == item["job"]

    assert ytui.json("plan", "dismiss", "--all") == {"dismissed": 1}
    assert ytui.json("plan", "list")["items"] == []
    assert [row["state"] for row in ytui.json("plan", "list", "--state", "all")["items"]] == ["dismissed"]


def test_explain_prints_an_object_for_each_line(ytui: Ytui) -> None:
    said = ytui(
        "explain", "--json", stdin="ERROR: [youtube] x: Private video\n\nHTTP Error 429: Too Many Requests\n"
    )
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["class"] for answer in answers] == ["private", "rate_limited"]
    assert all(
        list(answer) == ["class", "group", "advice", "title", "reason", "remedy"] for answer in answers
    )
    assert ytui.json("explain", "Private", "video")["class"] == "private"


def test_explain_passes_over_what_goes_well_in_a_whole_output(ytui: Ytui) -> None:
    output = """\
[debug] Command-line config: ['x']
[youtube] Extracting URL: https://www.youtube.com/watch?v=dQw4w9WgXcQ
[youtube] dQw4w9WgXcQ: Downloading webpage
[info] dQw4w9WgXcQ: Downloading 1 format(s): 18
[download] Destination: a.mp4
[download]  12.3% of 3.00MiB at 1.00MiB/s ETA 00:02
[download] Got error: [Errno 101] Network is unreachable. Retrying (1/10)...
[Merger] Merging formats into "a.mp4"
Deleting original file a.f137.mp4 (pass -k to keep)
ERROR: [youtube] dQw4w9WgXcQ: Private video
the like was never seen
"""
    said = ytui("explain", "--json", stdin=output)
    classes = [json.loads(line)["class"] for line in said.out.splitlines()]
    assert classes == ["network_connection", "private", "unknown"]
    assert ytui.json("explain", "[download] 12.3%")["class"] == "unknown"


def test_add_and_remove(ytui: Ytui) -> None:
    lines = "# mine\nhttps://example.org/list\n\nhttps://example.org/list\n"
    answer = ytui.json("add", "-", "--quality", "720p", stdin=lines)
    assert list(answer) == ["added", "known", "refused", "jobs", "holder"]
    ((row,), known) = answer["added"], answer["known"]
    assert (row["url"], known) == ("https://example.org/list", ["https://example.org/list"])
    text = ytui.places.config_file.read_text()
    assert 'quality = "720p"' in text
    assert 'backlog = "newest 30"' in text
    assert ytui.json("jobs", "--state", "queued")["jobs"][0]["kind"] == "fetch"

    assert ytui.json("remove", row["name"]) == {"removed": [row["name"]]}
    assert "example.org" not in ytui.places.config_file.read_text()
    assert ytui.json("channels")["channels"] == []


def test_a_single_video_is_no_channel(ytui: Ytui) -> None:
    video = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
    for more in ((), ("--dry-run",)):
        said = ytui("add", "https://youtu.be/dQw4w9WgXcQ", *more)
        assert (said.code, said.sentence) == (
            2,
            f"ytui: {video} is a single video: `ytui download` takes those",
        )
    added = ytui.json("add", f"{video}&list=PL1")["added"]
    assert [row["url"] for row in added] == ["https://www.youtube.com/playlist?list=PL1"]


def test_nobody_there_is_nothing_to_wait_for(ytui: Ytui) -> None:
    said = ytui("add", "https://example.org/list", "--wait")
    assert (said.code, "nothing to wait for" in said.sentence) == (0, True)


def test_channels_written_by_hand_are_there_at_once(ytui: Ytui) -> None:
    ytui.configure('[[channels]]\nurl = "https://example.org/a"\nname = "By hand"\n')
    assert [row["name"] for row in ytui.json("channels")["channels"]] == ["By hand"]


def test_the_first_start_writes_the_configuration(ytui: Ytui) -> None:
    ytui.places.config_file.unlink()
    assert ytui.json("channels")["channels"] == []
    assert "[library]" in ytui.places.config_file.read_text()


def test_the_board_of_a_holder_is_shown(ytui: Ytui, films: Channel, db: Database) -> None:
    from ytui.engine.ownership.lock import LibraryLock
    from ytui.store.database import Store

    store = Store.open(ytui.places.database)
    library_lock = LibraryLock.acquire(ytui.places)
    try:
        library_lock.announce(store, "app")
        job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
        process_state.write_board(
            db,
            [
                BoardRow(1, job_id=job.id, stage="video", percent=40.5, speed=1e6, eta=9.0, title="A film"),
                BoardRow(17, stage="recording", done_bytes=8_200_000, since=factories.NOW, title="A stream"),
            ],
            factories.NOW,
        )
        answer = ytui.json("status")
        assert list(answer["holder"])[:3] == ["pid", "since", "terminal"]
        worker, recorder = answer["workers"]
        assert has(worker, WORKER)
        assert (worker["job"], worker["percent"], worker["recording"]) == (job.id, 40.5, False)
        assert (recorder["slot"], recorder["recording"]) == (17, True)
        assert recorder["done_bytes"] == 8_200_000
        assert UTC.fullmatch(recorder["since"])
        assert re.search(r"R1 .*recording .* 8.2 MB since \d{4}-", ytui("status").out)
        (row,) = ytui.json("jobs", "--state", "running")["jobs"]
        assert (row["stage"], row["percent"], row["eta"]) == ("video", 40.5, 9.0)
        assert "video" in ytui("status").out
    finally:
        library_lock.release(store)
        store.close_all()
