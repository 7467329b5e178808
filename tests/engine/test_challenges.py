"""Jobs whose site asks JavaScript challenges, with the sample site's player: one solver for all of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import kill_process_of, runs
from tests.support.servers.solver_jobs import denos
from ytui.core.models import JobKind, JobState
from ytui.demo.site import Site
from ytui.demo.world import Player, World
from ytui.engine.commands import queue_commands
from ytui.engine.engine import Engine
from ytui.store import jobs, plan
from ytui.store.jobs import queries

MakeHome = Callable[..., Home]
PATIENCE = 120.0
"""Seconds; the solver runs behind all else, and what else there is on a busy machine is much."""


@pytest.fixture
def site() -> Iterator[Site]:
    """One channel of six videos whose media ask a challenge each."""
    with Site(World.tiny(time.time(), videos=6, challenge=True)) as site:
        yield site
    assert site.errors == []


def with_args(home: Home, *args: str) -> None:
    with home.places.config_file.open("a") as file:
        file.write(f"\n[ytdlp]\nargs = {json.dumps(args)}\n")


def download(home: Home, engine: Engine, site: Site, ids: list[str]) -> None:
    urls = [site.video_url(video) for video in ids]
    queue_commands.download_urls(home.db, engine.settings, urls, time.time())
    engine.wake()


def states(home: Home) -> set[JobState]:
    return {job.state for job in queries.page(home.db, limit=100)}


def players_fetched(site: Site) -> int:
    return sum(request.path.startswith("/player/") for request in site.log)


def ids_of(site: Site) -> list[str]:
    return [video.id for video in site.world.videos()]


def test_all_jobs_of_two_runs_share_one_solver_and_one_player(make_home: MakeHome, site: Site) -> None:
    home = make_home(workers=3)
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[:4])
        home.idle(engine, PATIENCE)
        assert len(denos()) == 1
    assert denos() == []
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[4:])
        home.idle(engine, PATIENCE)
    assert states(home) == {JobState.DONE}
    assert players_fetched(site) == 1


def test_a_new_player_is_fetched_once_too(make_home: MakeHome, site: Site) -> None:
    home = make_home(workers=3)
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[:3])
        home.idle(engine, PATIENCE)
        site.world.rotate_player()
        download(home, engine, site, ids_of(site)[3:])
        home.idle(engine, PATIENCE)
    assert states(home) == {JobState.DONE}
    assert players_fetched(site) == 2


def test_without_a_place_for_players_yt_dlps_own_provider_solves(make_home: MakeHome, site: Site) -> None:
    home = make_home(workers=1)
    (home.places.cache_dir / "players").write_text("in the way")
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[:2])
        home.idle(engine, PATIENCE)
    assert states(home) == {JobState.DONE}
    assert players_fetched(site) == 2


def test_without_runtimes_nothing_is_solved(make_home: MakeHome, site: Site) -> None:
    home = make_home(workers=1)
    with_args(home, "--no-js-runtimes")
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[:1])
        until(lambda: plan.list_items(home.db, limit=10))
        assert denos() == []
    assert players_fetched(site) == 0


class BusyPlayer(Player):
    """A player that works for a while at each challenge."""

    @property
    def code(self) -> str:
        busy = "var turn=function(n){for(var end=Date.now()+1000;Date.now()<end;);"
        return super().code.replace("var turn=function(n){", busy)


def test_cancelling_in_the_middle_of_a_challenge_leaves_the_others_alone(
    make_home: MakeHome, site: Site
) -> None:
    site.world.players = [BusyPlayer(1)]
    home = make_home(workers=2)
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[:1])
        home.idle(engine, PATIENCE)
        (solver,) = denos()
        download(home, engine, site, ids_of(site)[1:3])
        until(lambda: works(solver), PATIENCE)
        # Whichever of the two it is that the solver works for.
        chosen = min(job.id for job in jobs.running(home.db))
        jobs.request_cancel(home.db, [chosen], time.time())
        engine.wake()
        home.idle(engine, PATIENCE)
        assert denos() == [solver]
    assert home.job(chosen).state is JobState.CANCELLED
    assert [job.state for job in queries.page(home.db, limit=9)].count(JobState.DONE) == 2


def works(pid: int) -> bool:
    """Whether a process runs, or would if it had a processor."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "R"


def test_the_death_of_the_job_that_fetches_the_player_costs_nothing(make_home: MakeHome, site: Site) -> None:
    home = make_home(workers=1)
    site.latency = 2.0
    with home.engine() as engine:
        download(home, engine, site, ids_of(site)[:1])
        until(lambda: any(request.path.startswith("/player/") for request in site.log))
        job = runs(home, JobKind.DOWNLOAD)
        assert job is not None
        site.latency = 0.0
        kill_process_of(home, JobKind.DOWNLOAD)
        home.idle(engine, PATIENCE)
    assert states(home) == {JobState.DONE}
