"""A whole engine on a throw-away library, against the sample site."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.processes.started_engine import started_engine, until_idle
from tests.support.processes.waiting import PATIENCE, Clock
from tests.support.rows.databases import new_store
from tests.support.servers.demo_site import UNLIMITED, demo_site, tiny_site
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World
from ytui.engine.engine import Engine
from ytui.engine.jobs.fork_server import start_server
from ytui.paths import Places
from ytui.store import jobs
from ytui.store.database import Database
from ytui.store.rows import Job

__all__ = ["demo_site", "tiny_site"]

SETTINGS = """
[library]
path = "{library}"
reserve = "1 MB"
[workers]
count = {workers}
[retry]
max_retries = 3
[retry.network]
policy = "fixed"
base = "50 ms"
cap = "50 ms"
[retry.server]
policy = "fixed"
base = "50 ms"
cap = "50 ms"
"""
SETTINGS += UNLIMITED + 'cooldown = "1 s"\n'


class Home:
    """A library with its places, store and configuration; engines are opened on it one after the other."""

    def __init__(self, root: Path, workers: int = 3) -> None:
        self.places = Places(root / "config.toml", root / "data", root / "cache")
        self.places.ensure_directories()
        self.library = root / "library"
        self.places.config_file.write_text(SETTINGS.format(library=self.library, workers=workers))
        self.store = new_store(self.places.database)

    @property
    def db(self) -> Database:
        return self.store.db

    def channel(self, url: str, more: str = "") -> None:
        with self.places.config_file.open("a") as file:
            file.write(f'\n[[channels]]\nurl = "{url}"\n{more}\n')

    @contextmanager
    def engine(self, **options: object) -> Iterator[Engine]:
        """A started engine whose slots are threads; stopped at the end, whatever happens."""
        given = {"extractor_modules": ("ytui.demo.extractor",), **options}
        with started_engine(self.store, self.places, **given) as engine:
            yield engine

    def job(self, number: int) -> Job:
        found = jobs.by_id(self.db, number)
        assert found is not None
        return found

    def idle(self, engine: Engine, seconds: float = PATIENCE) -> None:
        """Wait until no job is queued or running and none becomes due soon."""
        until_idle(self.db, engine, seconds, soon=10)


@pytest.fixture
def split_site() -> Iterator[Site]:
    """One channel of four videos with pictures up to 1080p and separate sound."""
    with Site(World.tiny(time.time(), videos=4, delivery=Delivery.SPLIT)) as site:
        yield site
    assert site.errors == []


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    start_server()
    made = Home(tmp_path)
    yield made
    made.store.close_all()


@pytest.fixture
def make_home(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    start_server()
    made: list[Home] = []

    def make(**options: int) -> Home:
        made.append(Home(tmp_path, **options))
        return made[-1]

    yield make
    for home in made:
        home.store.close_all()


@pytest.fixture
def live_clock() -> Clock:
    return Clock()


@pytest.fixture
def live_site(live_clock: Clock) -> Iterator[Site]:
    """A sample site whose broadcasts begin and end when the test puts the clock forward."""
    with Site(World.tiny(time.time(), videos=1), clock=live_clock) as site:
        yield site
    assert site.errors == []


__all__ += ["Home", "Site"]
