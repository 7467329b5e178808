"""``kill -9`` of a running ytui at ten random moments: nothing is orphaned, lost, doubled or asked twice."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from collections import defaultdict
from contextlib import closing, suppress
from hashlib import sha256

from tests.fakeyt.conftest import MakeHome
from tests.fakeyt.test_media import stream_hashes
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, first_byte, needs_site, video_of, watch
from ytui.engine.commands import queue_commands

pytestmark = needs_site

KILLS = 10
PROGRESSIVE = 18
FROM_THE_START, IN_TRANSFER = (0.2, 2.4), (0.0, 1.2)
"""Seconds until the end: from before ytui's first row on, and, every other time, once media flow."""


def _kill_at(home: Home, site: FakeSite, moment: float, *, in_transfer: bool) -> float:
    """Run the queue and kill it after ``format_time`` seconds; the seconds until nothing of it is left."""
    process = home.ytui("run", "--no-fetch", "--json")
    if in_transfer:
        until(lambda: site.under_way("media"))
    with suppress(subprocess.TimeoutExpired):
        process.wait(moment)
    assert process.poll() is None, process.communicate()
    assert process.pid in home.processes()
    killed = time.monotonic()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    until(lambda: not home.processes(), 5)
    return time.monotonic() - killed


def _sound(home: Home) -> None:
    """The database is whole and knows each of the five downloads once."""
    with closing(sqlite3.connect(home.places.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = database.execute("SELECT video_id, state, charged FROM jobs").fetchall()
        assert database.execute("SELECT count(*) FROM videos").fetchone() == (5,)
    assert len({video for video, _, _ in rows}) == len(rows) == 5
    assert {state for _, state, _ in rows} <= {"queued", "running", "interrupted", "done"}
    assert {charged for _, _, charged in rows} == {0}


def test_ten_kills_during_five_throttled_downloads(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home(workers=5)
    merged, progressive = site.ids("@chan07")[:2], site.ids("@chan07")[2:5]
    site.configure(pad_kb=1500, throttle_bps=120_000)
    with home.engine() as engine:
        settings = engine.settings
    now = time.time()
    for videos, quality in ((merged, "1080p"), (progressive, "360p")):
        queue_commands.download_urls(
            home.db, settings, [watch(video) for video in videos], now, quality=quality
        )

    moments = random.Random(20)
    for number in range(KILLS):
        in_transfer = number % 2 == 1
        moment = moments.uniform(*(IN_TRANSFER if in_transfer else FROM_THE_START))
        assert _kill_at(home, site, moment, in_transfer=in_transfer) < 5
        _sound(home)
    before = len(site.log())
    site.configure(throttle_bps=0)
    summary = home.told("run", "--no-fetch")
    assert (summary["downloaded"], summary["failed"], summary["waiting"]) == (5, 0, 0)
    _sound(home)
    assert {job.state for job in home.jobs()} == {"done"}

    files = home.media()
    assert set(files) == {*merged, *progressive}
    for video in progressive:
        assert sha256(files[video].read_bytes()).hexdigest() == site.sha256(video, PROGRESSIVE)[0]
    for video in merged:
        assert [line.split(",")[1] for line in stream_hashes(files[video])] == ["v", "a"]
    _resumed(site, before)


def _resumed(site: FakeSite, last_run: int) -> None:
    """The site's log: each transfer went on where it was, and no page was asked again once media flowed."""
    starts: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for row in site.log("media"):
        starts[video_of(row), row["query"]["itag"]].append(first_byte(row))
    assert all(places == sorted(places) for places in starts.values()), starts
    videos = {video for video, _ in starts}
    assert {video for (video, _), places in starts.items() if places[-1] > 0} == videos
    for video in videos:
        media = [row["t"] for row in site.log("media", video)]
        assert all(row["t"] < media[0] for row in site.log("watch", video))
    assert not any(row["kind"] == "watch" for row in site.log()[last_run:])
