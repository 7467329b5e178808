"""Lower than offered: what is kept of it, when it is fetched again, and what becomes of the old file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.engine.asking import context_of, fetch, first_channel, titles, video
from tests.engine.conftest import Home, Site
from tests.media.conftest import run_job
from tests.store.makers import NOW, add_channel, add_videos, entry
from tests.waiting import until
from ytui.core.messages import Downloaded, Offer
from ytui.core.models import JobState, LowerCause, PlanState, Priority, VideoState
from ytui.core.settings import Channel
from ytui.core.tasks import Common
from ytui.demo.misbehaviour import Effect, Misbehaviour
from ytui.demo.world import Delivery, World
from ytui.engine import actions
from ytui.engine.channels.settings import settings_of
from ytui.engine.engine import Engine
from ytui.engine.jobs.downloading import DownloadRun
from ytui.engine.offers import recording
from ytui.engine.offers.again import AGAIN, AT_ONCE, fetch_again
from ytui.engine.upkeep import retention
from ytui.store import circuits, jobs, offers, plan, removals, videos
from ytui.store.rows import Video

TOKEN, SABR, PROCESSING = LowerCause.TOKEN_PROVIDER, LowerCause.SABR, LowerCause.PROCESSING
NO_TOKEN = Misbehaviour("no_token", Effect.WITHHELD, reason=TOKEN.value)
NOTHING = Misbehaviour("nothing", Effect.WITHHELD_WHOLLY, reason=TOKEN.value)
UNSOLVED = Misbehaviour("unsolved", Effect.WITHHELD, reason=LowerCause.CHALLENGE.value)
LISTED = 'tabs = ["videos"]\nbacklog = "none"\nextras = ["metadata"]\n'
WHOLE = Offer(1080, 1080)
LOWER = Offer(1080, 360, TOKEN, (TOKEN,))
HOUR, DAY = 3600.0, 86_400.0


@pytest.fixture
def site() -> Iterator[Site]:
    """One channel of four videos with pictures up to 1080p."""
    with Site(World.tiny(time.time(), videos=4, delivery=Delivery.SPLIT)) as site:
        yield site
    assert site.errors == []


def withhold(site: Site, fault: Misbehaviour | None) -> None:
    for one in site.world.videos():
        site.misbehave(one.id, fault)


def bring(home: Home, engine: Engine, *names: str) -> None:
    """Ask for videos by their titles, and wait until nothing is queued."""
    actions.download_videos(home.db, engine.settings, [video(home, name).id for name in names], time.time())
    engine.wake()
    home.idle(engine, 120)


def again(home: Home, engine: Engine, now: float | None = None) -> int:
    """Fetch again what may be, and wait for the end of it; how many were queued."""
    queued = fetch_again(home.db, engine.settings, now or time.time())
    engine.wake()
    home.idle(engine, 120)
    return queued


def test_what_came_lower_is_fetched_again_once_a_video_came_whole(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1", "Upload 2")
        lower = [video(home, f"Upload {number}") for number in (1, 2)]
        before = [(home.library / str(one.path)).read_bytes() for one in lower]
        assert [one.height for one in lower] == [480, 480]
        assert offers.lower_counts(home.db) == {TOKEN: 2}
        assert again(home, engine) == 0

        withhold(site, None)
        bring(home, engine, "Upload 3")
        assert again(home, engine) == 2
        assert again(home, engine) == 0
    better = [video(home, one.title) for one in lower]
    assert [(one.state, one.height, one.path) for one in better] == [
        (VideoState.DOWNLOADED, 1080, one.path) for one in lower
    ]
    assert offers.lower_counts(home.db) == {}
    assert [sorted(one.files) for one in better] == [sorted(one.files) for one in lower]
    assert {(home.library / name).exists() for one in better for name in one.files} == {True}
    kept = {path.read_bytes() for path in (home.library / ".ytui" / "replaced").rglob("*.mp4")}
    assert kept == set(before)
    assert [one.size for one in better] == [(home.library / str(one.path)).stat().st_size for one in better]


def test_what_was_fetched_again_in_vain_stays_and_the_others_wait(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1", "Upload 2")
        # One of them finds out whether the token is there again, an hour later.
        assert again(home, engine, time.time() + HOUR + 60) == 1
        assert again(home, engine, time.time() + HOUR + 60) == 0
    assert titles(home, VideoState.DOWNLOADED) == {"Upload 1", "Upload 2"}
    assert offers.lower_counts(home.db) == {TOKEN: 2}
    assert not (home.library / ".ytui" / "replaced").exists()
    assert plan.count(home.db) == 0


@pytest.mark.parametrize(
    ("fault", "failure_class", "words"),
    [
        (
            NO_TOKEN,
            "format_unavailable",
            "The site offers 1080p and 480p could be had: the rest needs a PO token",
        ),
        (UNSOLVED, "js_runtime", "The site offers 1080p and 480p could be had: the rest needs a JavaScript"),
    ],
)
def test_without_fallback_it_is_an_item_that_is_tried_again_when_its_cause_is_gone(
    home: Home, site: Site, fault: Misbehaviour, failure_class: str, words: str
) -> None:
    home.channel(site.channel_url("tiny1"), LISTED + "fallback = false\n")
    withhold(site, fault)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        (item,) = plan.list_items(home.db)
        assert (item.failure_class, item.state) == (failure_class, PlanState.OPEN)
        assert item.reason.startswith(words)
        assert not [request for request in site.log if "/media/" in request.path]
        assert offers.lower_counts(home.db) == {}

        withhold(site, None)
        bring(home, engine, "Upload 2")
        assert again(home, engine) == 1
    assert video(home, "Upload 1").height == 1080
    assert plan.count(home.db) == 0


def test_an_item_that_was_dismissed_is_not_tried_again(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED + "fallback = false\n")
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        plan.dismiss(home.db, [item.id for item in plan.list_items(home.db)], time.time())
        withhold(site, None)
        bring(home, engine, "Upload 2")
        assert again(home, engine) == 0


def test_a_second_look_that_fails_leaves_what_is_there_and_no_item(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        withhold(site, None)
        bring(home, engine, "Upload 2")
        for shown in site.world.videos():
            site.misbehave(shown.id, "removed")
        assert again(home, engine) == 1
    kept = video(home, "Upload 1")
    assert (kept.state, (home.library / str(kept.path)).exists()) == (VideoState.DOWNLOADED, True)
    assert plan.count(home.db) == 0


def arrived(home: Home, number: int, offer: Offer, *, setup: str, at: float = NOW, **more: float) -> Video:
    """A video of the channel ``Films`` that arrived ``number`` hours after the first, with its offer."""
    db = home.db
    (made,) = add_videos(db, add_channel(db), entry(f"v{number}", published_at=at + number * HOUR))
    path = f"c/{number}.mp4"
    (home.library / "c").mkdir(parents=True, exist_ok=True)
    (home.library / path).write_bytes(b"0")
    videos.set_downloaded(
        db, made.id, path=path, size=1, files=(path,), format_id="f", height=offer.available, now=at
    )
    offers.record(db, made.id, offer, cause=offer.cause, setup=setup, now=at, **more)
    found = videos.by_id(db, made.id)
    assert found is not None
    return found


def setup(home: Home) -> str:
    settings = context_of(home).settings
    return recording.Setups(settings).of(settings_of(settings, first_channel(home)))


def test_only_a_few_are_under_way_at_once(home: Home) -> None:
    for number in range(AT_ONCE + 3):
        arrived(home, number, LOWER, setup="")
    settings = context_of(home).settings
    mine = setup(home)
    circuits.opened(home.db, "youtube", mine, TOKEN, now=NOW, probe_at=None)
    circuits.close_others(home.db, "youtube", mine, (), NOW + 1)
    assert fetch_again(home.db, settings, NOW + 2) == AT_ONCE
    assert fetch_again(home.db, settings, NOW + 3) == 0
    queued = jobs.list(home.db, limit=100)
    assert {(job.priority, job.asked, job.options[AGAIN]) for job in queued} == {
        (Priority.BACKLOG, False, True)
    }


def test_what_waits_for_something_else_takes_no_room(home: Home) -> None:
    """Downloads that never arrived wait for a token provider, say: the others go on meanwhile."""
    for number in range(AT_ONCE + 1):
        one = arrived(home, number, LOWER, setup="")
        job = jobs.enqueue_download(
            home.db, video=one, priority=Priority.BACKLOG, now=NOW, options={AGAIN: True}
        )
        jobs.wait_until(home.db, [job.id], until=NOW + DAY, now=NOW)
    assert offers.under_way(home.db) == 0
    other = arrived(home, AT_ONCE + 2, LOWER, setup="")
    assert fetch_again(home.db, context_of(home).settings, NOW + HOUR) == 1
    assert [job.video_id for job in jobs.list(home.db, states=[JobState.QUEUED])] == [other.id]


@pytest.mark.parametrize(("cause", "first"), [(TOKEN, HOUR), (SABR, DAY)])
def test_probes_come_at_growing_pauses_and_another_setup_is_tried_at_once(
    home: Home, cause: LowerCause, first: float
) -> None:
    for number in range(3):
        arrived(home, number, replace(LOWER, cause=cause), setup="older")
    settings, db = context_of(home).settings, home.db
    times = []
    for hour in range(24 * 8):
        if fetch_again(db, settings, NOW + hour * HOUR):
            times.append(hour * HOUR)
            for job in jobs.list(db, states=[JobState.QUEUED]):
                jobs.cancel(db, job.id, NOW)
    assert [time - HOUR for time in times[:3]] == [0.0, first, 3 * first]


@pytest.mark.parametrize(("keep", "expected"), [("all", {"title v1", "title v0"}), ("last 1", {"title v1"})])
def test_what_keep_would_let_go_is_not_fetched_again(home: Home, keep: str, expected: set[str]) -> None:
    home.channel("https://example.org/Films", f'keep = "{keep}"')
    settings = context_of(home).settings
    for number in range(2):
        arrived(home, number, LOWER, setup="", at=NOW)
    mine = setup(home)
    circuits.opened(home.db, "youtube", mine, TOKEN, now=NOW, probe_at=None)
    circuits.close_others(home.db, "youtube", mine, (), NOW + 1)
    fetch_again(home.db, settings, NOW + 2)
    assert {job.title for job in jobs.list(home.db)} == expected


def test_rows_of_older_versions_are_left_alone(home: Home) -> None:
    arrived(home, 1, LOWER, setup="")
    home.db.execute("DELETE FROM offers")
    assert fetch_again(home.db, context_of(home).settings, NOW + DAY) == 0
    assert offers.lower_counts(home.db) == {}


def learns(
    home: Home, one: Video, offer: Offer, now: float, recheck: float | None = DAY, **more: bool
) -> None:
    """What a download of a video learned, in a channel with this ``recheck``."""
    wants = Channel("https://example.org/Films", recheck=recheck)
    recording.record(home.db, one, offer, channel=wants, setup=setup(home), now=now, fresh=True, **more)


@pytest.mark.parametrize(
    ("available", "age", "recheck", "expected"),
    [
        (720, HOUR, DAY, PROCESSING),
        (1080, HOUR, DAY, None),
        (720, 2 * DAY, DAY, None),
        (720, HOUR, None, None),
    ],
)
def test_a_young_video_below_its_channels_others_is_looked_at_again_once(
    home: Home, available: int, age: float, recheck: float | None, expected: LowerCause | None
) -> None:
    for number in range(3):
        arrived(home, number, WHOLE, setup="")
    one = arrived(home, 9, WHOLE, setup="", at=NOW - 9 * HOUR)
    home.db.execute(
        "UPDATE videos SET published_exact = 1, published_at = ? WHERE id = ?", (NOW - age, one.id)
    )
    fresh = videos.by_id(home.db, one.id)
    assert fresh is not None
    learns(home, fresh, Offer(available, available), NOW, recheck)
    assert offers.lower_counts(home.db) == ({expected: 1} if expected else {})
    settings = context_of(home).settings
    assert fetch_again(home.db, settings, NOW + DAY - 1) == 0
    assert fetch_again(home.db, settings, NOW + DAY) == (expected is not None)

    learns(home, fresh, Offer(available, available), NOW + DAY, recheck, again=True)
    assert offers.lower_counts(home.db) == {}


def test_what_was_replaced_goes_after_a_week(home: Home) -> None:
    folder = home.library / ".ytui" / "replaced" / "video-1-2"
    folder.mkdir(parents=True)
    (folder / "v.mp4").write_text("old")
    begun = folder.stat().st_mtime
    retention.sweep_replaced(home.library, begun + 7 * DAY - 1)
    assert folder.exists()
    retention.sweep_replaced(home.library, begun + 7 * DAY + 1)
    assert not folder.exists()


def test_a_file_of_another_ending_goes_aside_and_over_nothing(home: Home) -> None:
    one = arrived(home, 1, LOWER, setup="")
    (home.library / "c" / "1.mp4").unlink()
    (home.library / "c" / "1.mkv").write_text("old")
    removals.put_aside(home.db, one.id, ["c/1.mkv"], "video-1-2", NOW)
    assert retention.sweep(home.db, home.library, NOW) == (1, 0)
    kept = home.library / ".ytui" / "replaced" / "video-1-2" / "1.mkv"
    assert (kept.read_text(), (home.library / "c").exists()) == ("old", False)

    (home.library / "c").mkdir()
    (home.library / "c" / "1.mkv").write_text("a stranger's")
    removals.put_aside(home.db, one.id, ["c/1.mkv"], "video-1-2", NOW)
    assert retention.sweep(home.db, home.library, NOW) == (0, 1)
    assert kept.read_text() == "old"


def lets_through(home: Home) -> None:
    """Nothing withholds any format any more."""
    circuits.opened(home.db, "ytuidemo", setup(home), TOKEN, now=1.0, probe_at=None)
    circuits.close_others(home.db, "ytuidemo", setup(home), (), time.time())


def test_a_death_after_the_file_was_replaced_is_made_good_without_a_byte(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
    before = video(home, "Upload 1")
    old = (home.library / str(before.path)).read_bytes()
    withhold(site, None)
    lets_through(home)
    context = context_of(home)
    context.extractor_modules = ("ytui.demo.extractor",)
    assert fetch_again(home.db, context.settings, time.time()) == 1
    (queued,) = jobs.list(home.db, states=[JobState.QUEUED])
    job = jobs.claim(home.db, queued.id, slot=1, now=time.time())
    assert job is not None
    log = home.places.job_logs_dir / f"{job.id}.log"
    common = Common(job.id, log, args=("--proxy", ""), extractor_modules=context.extractor_modules)
    # The process has done its work, and whoever would have written the row is gone.
    assert isinstance(run_job(DownloadRun(context, job, common).task).outcome, Downloaded)
    row = video(home, "Upload 1")
    assert (row.path, row.height) == (before.path, 480)
    assert (home.library / str(row.path)).read_bytes() != old

    asked = len(site.log)
    with home.engine() as engine:
        home.idle(engine, 120)
    after = video(home, "Upload 1")
    assert (after.state, after.path, after.height) == (VideoState.DOWNLOADED, before.path, 1080)
    assert after.size == (home.library / str(after.path)).stat().st_size
    assert [path.read_bytes() for path in (home.library / ".ytui" / "replaced").rglob("*.mp4")] == [old]
    assert [request for request in site.log[asked:] if "/media/" in request.path] == []


def test_sound_alone_replaces_the_picture_that_came_with_it(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED + 'quality = "audio"\n')
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        before = video(home, "Upload 1")
        assert str(before.path).endswith(".mp4")
        withhold(site, None)
        lets_through(home)
        assert again(home, engine) == 1
        after = video(home, "Upload 1")
        until(lambda: not (home.library / str(before.path)).exists())
    assert after.path == str(before.path).removesuffix(".mp4") + ".m4a"
    assert sorted(path.name for path in (home.library / str(after.path)).parent.iterdir()) == sorted(
        name.rpartition("/")[2] for name in after.files
    )
    assert len(after.files) == 2
    assert offers.lower_counts(home.db) == {}
    assert [path.suffix for path in (home.library / ".ytui" / "replaced").rglob("*.m*")] == [".mp4"]


def test_where_nothing_is_to_be_had_any_more_the_file_that_is_there_is_still_what_better_is_compared_with(
    home: Home, site: Site
) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        withhold(site, NOTHING)
        assert again(home, engine, time.time() + HOUR + 60) == 1
        kept = video(home, "Upload 1")
        job, row = jobs.last_download(home.db, kept.id), offers.of_video(home.db, kept.id)
        assert job is not None
        assert job.state is JobState.DONE, "a look that found nothing better is no failure of the run"
        assert row is not None
        assert (row.offered, row.available, row.cause) == (1080, 480, TOKEN)
        # The same picture once more is nothing better.
        withhold(site, NO_TOKEN)
        bring(home, engine, "Upload 1")
    assert video(home, "Upload 1").files == kept.files
    assert not (home.library / ".ytui" / "replaced").exists()


def test_what_a_person_deleted_is_not_fetched_again_but_for_a_person(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        file = home.library / str(video(home, "Upload 1").path)
        file.unlink()
        withhold(site, None)
        assert again(home, engine, time.time() + HOUR + 60) == 0

        # It was queued before somebody deleted its file.
        file.write_bytes(b"kept")
        actions.set_paused(home.db, True, time.time())
        fetch_again(home.db, engine.settings, time.time() + HOUR + 60)
        file.unlink()
        actions.set_paused(home.db, False, time.time())
        engine.wake()
        home.idle(engine)
        assert video(home, "Upload 1").height == 480
        assert not list(home.library.rglob("*.mp4"))

        bring(home, engine, "Upload 1")
    assert video(home, "Upload 1").height == 1080
    assert (home.library / str(video(home, "Upload 1").path)).exists()


def test_a_person_may_ask_for_what_is_lower_at_any_time(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED)
    withhold(site, NO_TOKEN)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, "Upload 1")
        withhold(site, None)
        bring(home, engine, "Upload 1")
        assert video(home, "Upload 1").height == 1080
        queued = jobs.count(home.db)
        bring(home, engine, "Upload 1")
        assert jobs.count(home.db) == queued
