"""A throw-away library that reaches the stand-in; engines and commands are run on it one after the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.processes.started_engine import started_engine, until_idle
from tests.support.rows.databases import new_store
from tests.support.servers.fakeyt_site import FakeSite, watch
from ytui.core.models import PlanState
from ytui.engine.commands import queue_commands
from ytui.engine.engine import Engine
from ytui.paths import Places
from ytui.store import attempts, channels, plan, sites, tabs, videos
from ytui.store.database import Database
from ytui.store.jobs import queries
from ytui.store.rows import Attempt, Job, PlanItem, SiteRow, Video

SETTINGS = """
[library]
path = "{library}"
reserve = "100 MB"
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
[retry.processing]
policy = "fixed"
base = "50 ms"
cap = "50 ms"
[limits.sites.youtube]
requests_per_minute = 100000
requests_per_hour = 1000000
requests_per_day = 10000000
concurrency = 16
cooldown = "{cooldown}"
[ytdlp]
args = {args}
"""
MARK = "YTUI_TEST_HOME"
"""Names the library in the environment of every process that a command started, orphans too."""


class Home:
    """A library with its places, store and configuration."""

    def __init__(
        self,
        root: Path,
        site: FakeSite,
        *,
        workers: int = 5,
        cooldown: str = "1 s",
        args: Iterable[str] = (),
    ) -> None:
        root.mkdir(exist_ok=True)
        self.root = root
        self.places = Places(root / "config.toml", root / "data", root / "data" / "cache")
        self.places.ensure_directories()
        self.library = root / "library"
        given = self._given = ["--proxy", site.proxy, "--no-check-certificates"]
        given = [*given, *args]
        self.places.config_file.write_text(
            SETTINGS.format(library=self.library, workers=workers, cooldown=cooldown, args=json.dumps(given))
        )
        self.store = new_store(self.places.database)

    @property
    def db(self) -> Database:
        return self.store.db

    def channel(self, name: str, more: str = "") -> None:
        """Subscribe to a channel by its root address."""
        with self.places.config_file.open("a") as file:
            file.write(f'\n[[channels]]\nurl = "https://www.youtube.com/{name}"\n{more}\n')

    def set_args(self, *args: str) -> None:
        """Edit the options of the yt-dlp command that every job has."""
        lines = self.places.config_file.read_text().splitlines()
        line = f"args = {json.dumps([*self._given, *args])}"
        self.places.config_file.write_text(
            "\n".join(line if old.startswith("args = ") else old for old in lines) + "\n"
        )

    @contextmanager
    def engine(
        self, clock: Callable[[], float] = time.time, extractor_modules: tuple[str, ...] = ()
    ) -> Iterator[Engine]:
        """A started engine whose slots are threads; stopped at the end, whatever happens."""
        with started_engine(
            self.store, self.places, clock=clock, extractor_modules=extractor_modules
        ) as engine:
            yield engine

    def download(self, engine: Engine, ids: Iterable[str]) -> None:
        """Queue single videos, as a person would by their addresses."""
        queue_commands.download_urls(self.db, engine.settings, [watch(video) for video in ids], time.time())
        engine.wake()

    def fetch(self, engine: Engine) -> None:
        """Fetch all channels and wait until that is done."""
        queue_commands.fetch_channels(self.db, engine.settings, None, time.time())
        engine.wake()
        self.idle(engine)

    def idle(self, engine: Engine, seconds: float = 60.0, soon: float = 10.0) -> None:
        """Wait until no job is queued or running and none becomes due within ``soon`` seconds."""
        until_idle(self.db, engine, seconds, soon)

    def ytui(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command as a process of its own."""
        places = ("--config", str(self.places.config_file), "--data-dir", str(self.places.data_dir))
        return subprocess.Popen(
            [sys.executable, "-m", "ytui", *places, *arguments],
            env=os.environ | {MARK: str(self.root)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def told(self, *arguments: str, codes: tuple[int, ...] = (0,), seconds: float = 60.0) -> dict[str, Any]:
        """Run a command to its end; the one object it prints."""
        process = self.ytui(*arguments, "--json")
        out, err = process.communicate(timeout=seconds)
        assert process.returncode in codes, (process.returncode, out, err)
        answer: dict[str, Any] = json.loads(out)
        return answer

    def processes(self) -> list[int]:
        """What is alive of the commands started here and of whatever they started."""
        return [int(entry.name) for entry in Path("/proc").iterdir() if self._is_ours(entry)]

    def _is_ours(self, entry: Path) -> bool:
        if not entry.name.isdigit():
            return False
        try:
            # A zombie has no environment any more: it counts for nothing.
            return f"{MARK}={self.root}".encode() in (entry / "environ").read_bytes().split(b"\0")
        except OSError:
            return False

    def jobs(self) -> list[Job]:
        return queries.page(self.db, limit=10_000)

    def job_of(self, video: str) -> Job:
        found = [job for job in self.jobs() if job.url == watch(video) and job.kind == "download"]
        assert len(found) == 1, f"{len(found)} download jobs of {video}"
        return found[0]

    def attempts_of(self, video: str) -> list[Attempt]:
        return attempts.of_job(self.db, self.job_of(video).id)

    def ends_of_failed_attempts(self) -> list[float]:
        found = (attempt for job in self.jobs() for attempt in attempts.of_job(self.db, job.id))
        return [attempt.ended_at for attempt in found if attempt.outcome == "failed" and attempt.ended_at]

    def plan_of(self, video: str) -> PlanItem | None:
        """The newest plan item of a video's download, in whatever state."""
        job = self.job_of(video).id
        return max(
            (
                item
                for item in plan.list_items(self.db, states=list(PlanState), limit=10_000)
                if item.job_id == job
            ),
            key=lambda item: item.id,
            default=None,
        )

    def videos(self) -> list[Video]:
        return videos.page(self.db, limit=10_000)

    def listed(self, tab: str) -> set[str]:
        """Ids that a tab's listings brought."""
        return {video.video_id for video in self.videos() if video.tab == tab}

    def is_complete(self, tab: str) -> bool:
        """Whether a tab of the one channel was walked to its end."""
        rows = tabs.tabs_of(self.db, channels.subscribed(self.db)[0].id)
        return any(row.complete for row in rows if row.tab == tab)

    def site_state(self) -> SiteRow:
        return sites.get(self.db, "youtube") or SiteRow("youtube")

    def media(self) -> dict[str, Path]:
        """The media file of each downloaded video, by the site's id."""
        return {
            re.split("[=/]", video.url)[-1]: self.library / video.path
            for video in self.videos()
            if video.state == "downloaded" and video.path
        }
