"""Tests against a stand-in for YouTube; they run where ``FAKEYT`` names its program."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.processes.fakeyt_home import Home
from tests.support.servers.fakeyt_site import FakeSite, running
from ytui.engine.jobs.fork_server import start_server


@pytest.fixture(scope="session")
def one_site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[FakeSite]:
    """One stand-in for the session; its media take ten seconds to make and are kept for the next one."""
    assert request.config.cache is not None
    media = request.config.cache.mkdir("fakeyt-media")
    with ExitStack() as stack:
        with (media / "lock").open("w") as lock:
            # The others have them from the first.
            fcntl.flock(lock, fcntl.LOCK_EX)
            site = stack.enter_context(running(tmp_path_factory.mktemp("fakeyt"), media))
        yield site


@pytest.fixture
def site(one_site: FakeSite) -> FakeSite:
    """The stand-in without failures and with empty counters."""
    one_site.clear()
    return one_site


MakeHome = Callable[..., Home]


@pytest.fixture
def make_home(tmp_path: Path, site: FakeSite) -> Iterator[MakeHome]:
    """Makes libraries; those of one test have different names."""
    start_server()
    made: list[Home] = []

    def make(name: str = "home", **options: object) -> Home:
        made.append(Home(tmp_path / name, site, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for home in made:
        home.store.close_all()
