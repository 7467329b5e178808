"""Any order of the things that can happen to jobs leaves a store in which everything fits together."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.support.rows import factories, invariants
from ytui.core.holds import HoldCause, HoldKey
from ytui.core.job_options import JobOptions
from ytui.core.models import JobState, Priority, VideoState
from ytui.core.settings.tables import Order
from ytui.core.wait_reasons import NOTHING, ROOM, Wait
from ytui.store import channels, holds, jobs, pending_deletes, plan, tabs, videos
from ytui.store.database import Database, Store

_pick = st.integers(0, 30)
_folder = Path(tempfile.mkdtemp(prefix="ytui-machine-"))


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    shutil.rmtree(_folder)


def _template() -> Path:
    path = _folder / "template.db"
    if not path.exists():
        store = Store.open(path)
        for name, site in (("One", "youtube"), ("Two", "vimeo")):
            channel = factories.add_channel(store.db, name, site=site)
            factories.add_videos(
                store.db, channel, *(factories.entry(f"{name}{n}", duration=n) for n in range(3))
            )
            factories.add_tab(store.db, channel)
        store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close_all()
    return path


class Jobs(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.path = _folder / "run.db"
        for end in ("", "-wal", "-shm"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)
        shutil.copy(_template(), self.path)
        self.db = Database(self.path)
        self.clock = factories.NOW

    def teardown(self) -> None:
        self.db.close()

    def now(self) -> float:
        self.clock += 1
        return self.clock

    def pick(self, number: int, *states: JobState) -> Any:
        """Some job in one of these states, or of any."""
        found = jobs.list(self.db, states=states, limit=1000)
        return found[number % len(found)] if found else None

    def has(self, *states: JobState) -> bool:
        return jobs.count(self.db, states=states) > 0

    @rule(number=_pick, priority=st.sampled_from(Priority), asked=st.booleans())
    def enqueue_download(self, number: int, priority: Priority, asked: bool) -> None:
        every = videos.page(self.db)
        video = every[number % len(every)]
        before = jobs.active_of_video(self.db, video.id)
        queued = jobs.enqueue_download(
            self.db,
            video=video,
            priority=priority,
            now=self.now(),
            asked=asked,
            options=JobOptions(quality="720p"),
        )
        assert queued.created == (before is None)
        assert before is None or before.id == queued.id

    @rule(number=_pick, first_page_only=st.booleans())
    def enqueue_fetch(self, number: int, first_page_only: bool) -> None:
        every = channels.all_channels(self.db)
        channel = every[number % len(every)]
        tab = tabs.tabs_of(self.db, channel.id)[0]
        jobs.enqueue_fetch(
            self.db,
            channel_id=channel.id,
            tab_id=tab.id,
            url=tab.url,
            title=channel.name,
            site=channel.site,
            priority=Priority.NEWS,
            now=self.now(),
            first_page_only=first_page_only,
        )

    @rule(order=st.sampled_from(Order), number=_pick)
    def claim(self, order: Any, number: int) -> None:
        found = jobs.heads(self.db, order=order)
        assert len(found) == self.db.value("SELECT count(*) FROM queue_counts")
        if not found:
            return
        head = factories.get_job(self.db, found[number % len(found)].id)
        claimed = jobs.claim(self.db, head.id, slot=number, now=self.now())
        assert claimed is not None
        assert claimed.attempt == head.attempt + 1
        assert jobs.claim(self.db, head.id, slot=number, now=self.now()) is None
        jobs.set_process(self.db, head.id, 4000 + number, 4000 + number)

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(
        number=_pick,
        plan=st.sampled_from(
            [factories.AGAIN, factories.HOLD, factories.HOLD_QUEUE, factories.USER, factories.NEVER]
        ),
        failure=st.sampled_from([factories.TIMEOUT, factories.PRIVATE, factories.BOT]),
    )
    def fail(self, number: int, plan: Any, failure: Any) -> None:
        job = self.pick(number, JobState.RUNNING)
        item = factories.fail(
            self.db, job, failure, plan, now=self.now(), reference=f"E-{job.id}-{job.attempt}"
        )
        assert (item is None) == job.cancel_requested
        after = factories.get_job(self.db, job.id)
        if item is not None:
            assert item.job_id == job.id
            assert after.charged == job.charged + plan.charged

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(number=_pick, site=st.sampled_from(["a.org", "b.org"]))
    def hit_hold(self, number: int, site: str) -> None:
        job = self.pick(number, JobState.RUNNING)
        held = factories.hits(self.db, job, HoldKey(HoldCause.JS_RUNTIME, site))
        after = factories.get_job(self.db, job.id)
        assert (after.hold_id == held.id) == (not job.cancel_requested)
        assert after.charged == job.charged

    @rule(number=_pick, ends=st.booleans())
    def probe_or_release(self, number: int, ends: bool) -> None:
        in_force = holds.in_force(self.db)
        if not in_force:
            return
        hold = in_force[number % len(in_force)]
        if ends:
            assert holds.release(self.db, hold, self.now()) == hold.waiting
        else:
            for job in holds.waiting_jobs(self.db, hold.id, 1):
                assert holds.queue_probe(self.db, hold, job)

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(number=_pick, with_file=st.booleans(), together=st.booleans())
    def finish(self, number: int, with_file: bool, together: bool) -> None:
        job = self.pick(number, JobState.RUNNING)
        if with_file and job.video_id is not None:
            assert videos.set_downloaded(
                self.db,
                job.video_id,
                path=f"a/{job.video_id}.mp4",
                size=100 + number,
                files=(),
                format_id="18",
                height=360,
                now=self.now(),
            )
            if not together:
                return
        assert jobs.finish(self.db, job.id, now=self.now(), bytes=number, requests=1)

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(number=_pick, wait=st.sampled_from([ROOM, NOTHING]))
    def release(self, number: int, wait: Wait) -> None:
        job = self.pick(number, JobState.RUNNING)
        assert jobs.release(self.db, job.id, now=self.now(), due_at=self.clock + number, wait=wait)

    @rule(numbers=st.lists(_pick, min_size=1, max_size=4))
    def request_cancel(self, numbers: list[int]) -> None:
        ids = sorted({job.id for number in numbers if (job := self.pick(number)) is not None})
        result = jobs.request_cancel(self.db, ids, self.now())
        assert set(result.requested) <= set(jobs.cancel_requests(self.db))
        assert all(factories.get_job(self.db, i).state is JobState.CANCELLED for i in result.cancelled_now)

    @precondition(lambda self: self.has(JobState.RUNNING))
    @rule(number=_pick)
    def cancel_running(self, number: int) -> None:
        job = self.pick(number, JobState.RUNNING)
        assert jobs.cancel(self.db, job.id, self.now())
        assert not jobs.cancel(self.db, job.id, self.now())

    @rule(numbers=st.lists(_pick, min_size=1, max_size=4), quality=st.sampled_from([None, "480p"]))
    def retry(self, numbers: list[int], quality: str | None) -> None:
        ids = [job.id for number in numbers if (job := self.pick(number)) is not None]
        jobs.retry(self.db, ids, now=self.now(), quality=quality)

    @rule(number=_pick)
    def wait_until(self, number: int) -> None:
        job = self.pick(number)
        if job is not None:
            jobs.wait_until(self.db, [job.id], until=self.clock + 5, now=self.now())

    @rule(number=_pick)
    def dismiss(self, number: int) -> None:
        items = plan.list_items(self.db)
        if items:
            plan.dismiss(self.db, [items[number % len(items)].id], self.now())

    @rule(number=_pick)
    def skip(self, number: int) -> None:
        every = videos.page(self.db)
        video = every[number % len(every)]
        moved = videos.set_state(
            self.db,
            video.id,
            VideoState.SKIPPED,
            expect=(VideoState.NEW, VideoState.QUEUED),
            why="too long",
            now=self.now(),
        )
        assert moved == (video.state in (VideoState.NEW, VideoState.QUEUED))

    @rule(number=_pick)
    def remove_file(self, number: int) -> None:
        every = videos.page(self.db)
        pending_deletes.forget_deleted(self.db, every[number % len(every)].id, "its file is gone")

    @rule(number=_pick)
    def to_top(self, number: int) -> None:
        job = self.pick(number, JobState.QUEUED)
        if job is not None:
            assert jobs.to_top(self.db, [job.id]) == 1
            assert min(jobs.heads(self.db), key=lambda head: (head.priority, head.rank)).id == job.id

    @rule(later=st.integers(0, 100))
    def promote(self, later: int) -> None:
        self.clock += later
        jobs.promote_due(self.db, self.clock)
        due = jobs.next_due(self.db)
        assert due is None or due > self.clock

    @rule()
    def crash(self) -> None:
        """The process is gone: a new one finds the store as it is."""
        self.db.close()
        self.db = Database(self.path)
        owing = {job.id for job in jobs.list(self.db, limit=1000) if job.state is JobState.RUNNING}
        assert {job.id for job in jobs.recover(self.db, self.now())} == owing
        assert not self.has(JobState.RUNNING, JobState.INTERRUPTED)

    @invariant()
    def everything_fits(self) -> None:
        invariants.check(self.db)


Jobs.TestCase.settings = settings(
    stateful_step_count=35,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
TestJobs = Jobs.TestCase
