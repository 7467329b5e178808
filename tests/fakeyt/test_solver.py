"""Challenges of the stand-in's player are solved by one deno for all jobs."""

from __future__ import annotations

from hashlib import sha256

from tests.fakeyt.conftest import MakeHome
from tests.fakeyt.site import FakeSite, needs_site

pytestmark = needs_site

PROGRESSIVE = 18
LOW = ("-f", str(PROGRESSIVE))


def test_many_jobs_fetch_and_preprocess_the_player_once(make_home: MakeHome, site: FakeSite) -> None:
    site.configure(player="n+sig", player_kb=200)
    home = make_home(workers=4, args=LOW)
    videos = site.ids("@chan07")[:8]
    with home.engine() as engine:
        home.download(engine, videos)
        home.idle(engine)
    assert {job.state for job in home.jobs()} == {"done"}
    files = home.media()
    for video in videos:
        assert sha256(files[video].read_bytes()).hexdigest() == site.sha256(video, PROGRESSIVE)[0]
    assert site.players_fetched() == 1
