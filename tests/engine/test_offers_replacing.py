"""What is fetched again takes the place of what is there: over nothing, and whatever dies meanwhile."""

from __future__ import annotations

import time

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW
from tests.support.rows.library_queries import context_of, video
from tests.support.rows.lower_videos import (
    HOUR,
    LOWER,
    NO_TOKEN,
    TOKEN,
    again,
    arrived,
    bring,
    brought,
    lets_through,
    setup,
    withhold,
)
from tests.ytdlp.conftest import run_job
from ytui.core.models import JobState, VideoState
from ytui.core.protocol import Downloaded
from ytui.core.tasks import Common
from ytui.demo.faults import Effect, Misbehaviour
from ytui.engine.jobs.download_job import DownloadRun
from ytui.engine.maintenance import replaced_files
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import jobs, offers, pending_deletes, sites
from ytui.store.library_marker import check_library

NOTHING = Misbehaviour("nothing", Effect.WITHHELD_WHOLLY, reason=TOKEN.value)


def test_a_file_of_another_ending_goes_aside_and_over_nothing(home: Home) -> None:
    assert check_library(home.db, home.library).ok
    one = arrived(home, 1, LOWER, setup="")
    (home.library / "c" / "1.mp4").unlink()
    (home.library / "c" / "1.mkv").write_text("old")
    pending_deletes.put_aside(home.db, one.id, ["c/1.mkv"], "video-1-2", NOW)
    assert replaced_files.put_aside(home.db, home.library, NOW) == (1, 0)
    kept = home.library / ".ytui" / "replaced" / "video-1-2" / "1.mkv"
    assert (kept.read_text(), (home.library / "c").exists()) == ("old", False)

    (home.library / "c").mkdir()
    (home.library / "c" / "1.mkv").write_text("a stranger's")
    pending_deletes.put_aside(home.db, one.id, ["c/1.mkv"], "video-1-2", NOW)
    assert replaced_files.put_aside(home.db, home.library, NOW) == (0, 1)
    assert kept.read_text() == "old"


def test_a_death_after_the_file_was_replaced_is_made_good_without_a_byte(
    home: Home, split_site: Site
) -> None:
    with brought(home, split_site, "Upload 1"):
        pass
    before = video(home, "Upload 1")
    old = (home.library / str(before.path)).read_bytes()
    withhold(split_site, None)
    context = context_of(home)
    context.extractor_modules = ("ytui.demo.extractor",)
    assert queue_upgrades(home.db, context.settings, time.time() + HOUR + 60) == 1
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

    asked = len(split_site.log)
    with home.engine() as engine:
        home.idle(engine, 120)
    after = video(home, "Upload 1")
    assert (after.state, after.path, after.height) == (VideoState.DOWNLOADED, before.path, 1080)
    assert after.size == (home.library / str(after.path)).stat().st_size
    assert [path.read_bytes() for path in (home.library / ".ytui" / "replaced").rglob("*.mp4")] == [old]
    assert [request for request in split_site.log[asked:] if "/media/" in request.path] == []
    breaker = sites.breaker(home.db, "ytuidemo", setup(home), TOKEN)
    assert breaker is not None
    assert breaker.closed_at is not None, "it was a probe: the others follow"


def test_sound_alone_replaces_the_picture_that_came_with_it(home: Home, split_site: Site) -> None:
    with brought(home, split_site, "Upload 1", settings='quality = "audio"\n') as engine:
        before = video(home, "Upload 1")
        assert str(before.path).endswith(".mp4")
        withhold(split_site, None)
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
    home: Home, split_site: Site
) -> None:
    with brought(home, split_site, "Upload 1") as engine:
        withhold(split_site, NOTHING)
        assert again(home, engine, time.time() + HOUR + 60) == 1
        kept = video(home, "Upload 1")
        job, row = jobs.last_download(home.db, kept.id), offers.of_video(home.db, kept.id)
        assert job is not None
        assert job.state is JobState.DONE, "a look that found nothing better is no failure of the run"
        assert row is not None
        assert (row.offered, row.available, row.cause) == (1080, 480, TOKEN)
        # The same picture once more is nothing better.
        withhold(split_site, NO_TOKEN)
        bring(home, engine, "Upload 1")
    assert video(home, "Upload 1").files == kept.files
    assert not (home.library / ".ytui" / "replaced").exists()
