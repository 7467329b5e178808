"""Videos of a site whose players ask for JavaScript, on a machine that has no runtime, or a bad one."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from ytui.core.models import JobState
from ytui.store import holds, plan
from ytui.store.rows import Hold

pytestmark = needs_site

ALL_CLIENTS = [
    "TVHTML5",
    "TVHTML5_SIMPLY",
    "WEB",
    "MWEB",
    "WEB_REMIX",
    "WEB_EMBEDDED_PLAYER",
    "WEB_CREATOR",
    "VISIONOS",
]
LOW = ("-f", "18")
DENO = shutil.which("deno", path=sysconfig.get_path("scripts")) or shutil.which("deno")
needs_deno = pytest.mark.skipif(DENO is None, reason="there is no deno here")


@pytest.fixture
def deno(tmp_path: Path) -> Path:
    """Where the one runtime would be that the library's options name."""
    return tmp_path / "bin" / "deno"


@pytest.fixture
def home(make_home: MakeHome, deno: Path) -> Home:
    deno.parent.mkdir()
    return make_home(args=(*LOW, "--no-js-runtimes", "--js-runtimes", f"deno:{deno}"))


def install(deno: Path, before: str = "") -> None:
    """Have a deno in that place; ``before`` is shell that runs first."""
    beside = deno.with_suffix(".new")
    beside.write_text(f'#!/bin/sh\n{before}\nexec {DENO} "$@"\n')
    beside.chmod(0o755)
    beside.rename(deno)


def in_state(home: Home, state: JobState) -> int:
    return sum(job.state is state for job in home.jobs())


def the_hold(home: Home) -> Hold:
    (hold,) = holds.in_force(home.db)
    return hold


@needs_deno
def test_all_that_wait_for_a_runtime_are_one_item_and_arrive_when_there_is_one(
    home: Home, site: FakeSite, deno: Path
) -> None:
    site.configure(player="n+sig", player_kb=200, js_clients=ALL_CLIENTS)
    with home.engine() as engine:
        home.download(engine, site.ids("@chan01")[:8])
        until(lambda: in_state(home, JobState.WAITING) >= 5 and not in_state(home, JobState.RUNNING))
        (item,) = plan.list_items(home.db)
        assert item.failure_class == "js_runtime"
        assert item.name.startswith("waits for a JavaScript runtime: ")
        assert plan.needs_user_count(home.db) == 1
        # A limit on its addresses leaves deno able to say its version, and to do nothing else.
        install(deno, "ulimit -v 4000000")
        until(lambda: "is killed by signal" in the_hold(home).reason)
        assert in_state(home, JobState.DONE) == 0
        install(deno)
        until(lambda: in_state(home, JobState.DONE) == 8)
    assert (len(plan.list_items(home.db)), holds.in_force(home.db)) == (0, [])
    assert {job.charged for job in home.jobs()} == {0}


def test_what_arrives_without_a_runtime_is_not_held(home: Home, site: FakeSite) -> None:
    site.configure(player="n+sig", player_kb=200)
    with home.engine() as engine:
        home.download(engine, site.ids("@chan01")[:3])
        home.idle(engine)
    assert in_state(home, JobState.DONE) == 3
    assert holds.in_force(home.db) == []
