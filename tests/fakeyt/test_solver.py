"""Challenges of the stand-in's player are solved by one deno for all jobs."""

from __future__ import annotations

import os
import signal
from hashlib import sha256

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from tests.support.servers.solver_jobs import denos

pytestmark = needs_site

PROGRESSIVE = 18
LOW = ("-f", str(PROGRESSIVE))
PATIENCE = 240.0
"""Seconds; the solver runs behind all else, and what else there is on a busy machine is much."""


def arrived(home: Home, site: FakeSite, videos: list[str]) -> None:
    """Every job is done at its first attempt, and every file is as the site has it."""
    assert {(job.state, job.attempt) for job in home.jobs()} == {("done", 1)}
    files = home.media()
    for video in videos:
        assert sha256(files[video].read_bytes()).hexdigest() == site.sha256(video, PROGRESSIVE)[0]


def test_many_jobs_fetch_and_preprocess_the_player_once(make_home: MakeHome, site: FakeSite) -> None:
    site.configure(player="n+sig", player_kb=200)
    home = make_home(workers=4, args=LOW)
    videos = site.ids("@chan07")[:8]
    with home.engine() as engine:
        home.download(engine, videos)
        home.idle(engine, PATIENCE)
        assert len(denos()) == 1
    arrived(home, site, videos)
    assert site.players_fetched() == 1


def test_pages_that_do_not_tell_the_timestamp_cost_no_player_a_job(
    make_home: MakeHome, site: FakeSite
) -> None:
    site.configure(player="n+sig", player_kb=200, page_sts=False)
    home = make_home(workers=3, args=LOW)
    videos = site.ids("@chan07")[:5]
    with home.engine() as engine:
        home.download(engine, videos)
        home.idle(engine, PATIENCE)
    arrived(home, site, videos)
    assert site.players_fetched() == 1


def test_a_new_player_and_a_killed_solver_cost_nothing(make_home: MakeHome, site: FakeSite) -> None:
    site.configure(player="n+sig", player_kb=200)
    home = make_home(workers=2, args=LOW)
    videos = site.ids("@chan07")[:6]
    with home.engine() as engine:
        home.download(engine, videos[:2])
        home.idle(engine, PATIENCE)
        site.rotate_player()
        home.download(engine, videos[2:])
        for _ in range(2):
            # Whichever of the two it is that works: the one with the players, or the one that preprocesses.
            until(denos, PATIENCE)
            for pid in denos():
                os.kill(pid, signal.SIGKILL)
        home.idle(engine, PATIENCE)
    arrived(home, site, videos)
    assert site.players_fetched() == 2


def test_without_a_place_for_players_yt_dlp_solves_by_itself(make_home: MakeHome, site: FakeSite) -> None:
    site.configure(player="n+sig", player_kb=200)
    home = make_home(workers=1, args=LOW)
    (home.places.cache_dir / "players").write_text("in the way")
    home.places.player_code_dir.write_text("in the way")
    videos = site.ids("@chan07")[:2]
    with home.engine() as engine:
        home.download(engine, videos)
        home.idle(engine, PATIENCE)
    arrived(home, site, videos)
    assert site.players_fetched() == 2
