"""What could not be written into a file is an extra of its own, and comes into the same file later."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.engine.conftest import Home, Site
from tests.engine.test_extras import LIMITED, SITE, captions_asked, details, of_kind
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW
from tests.support.rows.library_queries import context_of
from ytui.core.embed_options import EMBEDDING, SPONSORBLOCK, Embed, SponsorBlock
from ytui.core.failures.classifier import Evidence
from ytui.core.models import JobKind, JobState, PlanState, RequestKind
from ytui.core.settings import Channel
from ytui.core.settings.tables import Layout
from ytui.demo.world import World
from ytui.engine.jobs.failures import handle_failure
from ytui.engine.jobs.missing_extras import extras_of
from ytui.store import plan, sites, videos


def test_refused_subtitles_are_written_into_the_file_later(home: Home) -> None:
    with Site(World.tiny(time.time(), videos=1)) as site:
        (found,) = site.world.videos()
        site.misbehave(found.id, LIMITED)
        home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []\nembed = ["subtitles"]')
        ahead = [0.0]
        with home.engine(workers=1, clock=lambda: time.time() + ahead[0]) as engine:
            until(lambda: of_kind(home, JobKind.EXTRAS, JobState.WAITING))
            (before,) = videos.page(home.db)
            (job,) = of_kind(home, JobKind.EXTRAS)
            assert job.options.extras == (EMBEDDING,)
            assert [item.state for item in plan.list_items(home.db)] == [PlanState.HELD]
            assert len(captions_asked(site)) == 1
            site.misbehave(found.id, None)
            ahead[0] = 61.0
            engine.wake()
            until(lambda: of_kind(home, JobKind.EXTRAS, JobState.DONE))
        media = [request for request in site.log if request.path.startswith("/media/")]
    (after,) = videos.page(home.db)
    path = home.library / (after.path or "")
    assert (after.path, after.files, after.state) == (before.path, before.files, before.state)
    assert before.size != after.size == path.stat().st_size
    assert b"mov_text" in path.read_bytes() or b"tx3g" in path.read_bytes()
    assert list(path.parent.iterdir()) == [path]
    assert sum(request.status == 200 for request in media) == 1
    assert len(plan.list_items(home.db)) == 0


@pytest.mark.parametrize(
    "evidence",
    [
        Evidence("HTTP Error 429: Too Many Requests", status=429, host="sponsor.ajay.app"),
        Evidence("timed out", exception_types=("TransportError", "TimeoutError"), host="sponsor.ajay.app"),
    ],
)
def test_sponsorblock_closes_neither_the_site_of_the_videos_nor_the_line(
    home: Home, evidence: Evidence
) -> None:
    context = context_of(home, NOW)
    evidence = replace(evidence, request_kind=RequestKind.API)
    for number in range(6):
        job = details(home, f"video {number}", [SPONSORBLOCK])
        handle_failure(context, job, Channel("https://a.org"), evidence)

    assert all(row.state == "ok" for row in sites.all_sites(home.db))
    assert context.connectivity.down_since is None
    waiting = of_kind(home, JobKind.EXTRAS, JobState.WAITING)
    assert len(waiting) == 6
    assert {job.wait.words for job in waiting} <= {f"{SPONSORBLOCK} of {SITE}", "its time"}


def test_what_belongs_to_a_video_follows_from_the_settings() -> None:
    plain = Channel("https://a.org", extras=frozenset())
    full = Channel("https://a.org", embed=frozenset({Embed.CHAPTERS}), sponsorblock=SponsorBlock.MARK)

    assert extras_of(plain, Layout.PLAIN) == set()
    assert extras_of(plain, Layout.MEDIA_SERVER) == {"nfo", "thumbnail"}
    assert extras_of(full, Layout.PLAIN) == {"metadata", "thumbnail", EMBEDDING, SPONSORBLOCK}
