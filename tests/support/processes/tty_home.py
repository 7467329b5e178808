"""A throw-away library on the sample site, and every process that belongs to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.support.processes.waiting import PATIENCE, until
from tests.support.rows.databases import new_store
from tests.support.servers.demo_site import UNLIMITED
from tests.support.terminals.pty_terminal import Terminal, is_alive
from ytui.core.models import JobState
from ytui.demo import clips
from ytui.demo.handler import Request
from ytui.demo.site import Site
from ytui.demo.world import World
from ytui.paths import Places
from ytui.store import key_values, process_state
from ytui.store.database import Database, Store
from ytui.store.jobs import queries
from ytui.store.rows import Holder, Job

SETTINGS = """
[library]
path = "{library}"
reserve = "1 MB"
[workers]
count = {workers}
"""
SETTINGS += UNLIMITED + 'cooldown = "1 s"\n'
CHANNEL = """
[[channels]]
name = "{name}"
url = "{url}"
extras = []
every = "7 days"
"""
REPOSITORY = Path(__file__).parents[3]
MARK = "YTUI_TEST_HOME"
"""Names the library in the environment of every process of it, orphans too."""
VIDEOS, WORKERS = 3, 2
"""Several at once, and one that waits."""
CLIP = "blocks"
"""What every video of the site is."""
SLOW = 8_000.0
"""Bytes a second of one transfer while the hand-over is watched: a video takes twenty-four seconds."""
LAST_BLOCK = 24_000
"""Bytes on their way that an interruption may lose."""


class Home:
    """A library with a channel of ``videos`` plain videos, which the first opening fetches and downloads."""

    def __init__(
        self, root: Path, site: Site, *, workers: int = WORKERS, settings: str = "", fresh: bool = False
    ) -> None:
        """``fresh``: the database is left for the first process that opens the library."""
        self.root, self.site = root, site
        self.places = Places(root / "config.toml", root / "data", root / "data" / "cache")
        self.library = root / "library"
        text = SETTINGS.format(library=self.library, workers=workers) + settings
        for name, url in site.channel_urls():
            text += CHANNEL.format(name=name, url=url)
        self.places.config_file.write_text(text)
        self._store: Store | None = None
        if not fresh:
            self.places.ensure_directories()
            self._store = new_store(self.places.database)
            # An old yt-dlp is told of once a day: the notice would hide words that are waited for.
            key_values.put(self._store.db, "old_ytdlp_told", date.today().isoformat())

    @property
    def db(self) -> Database:
        """The database, read beside its holder."""
        if self._store is None:
            self._store = Store.open(self.places.database, migrate=False)
        return self._store.db

    def environ(self, **more: str) -> dict[str, str]:
        """The environment of every process of this library."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
        for name in ("TMUX", "STY", "NO_COLOR"):
            plain.pop(name, None)
        here = {MARK: str(self.root), "YTUI_EXTRACTORS": "ytui.demo.extractor", "PYTHONPATH": str(REPOSITORY)}
        # A fork server or two for each test: all the world's sites are half of what they load.
        here["YTUI_WARM_PATTERNS"] = "0"
        return plain | here | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8"} | more

    def command(self, *arguments: str, module: str = "ytui") -> list[str]:
        places = ("--config", str(self.places.config_file), "--data-dir", str(self.places.data_dir))
        return [sys.executable, "-m", module, *places, *arguments]

    def open(
        self,
        *arguments: str,
        module: str = "ytui",
        rows: int = 24,
        columns: int = 80,
        environ: Mapping[str, str] | None = None,
    ) -> Terminal:
        """Open the application on a terminal; ``module`` may be one that opens it in a special way."""
        command = self.command(*arguments, module=module)
        return Terminal(command, self.environ(**environ or {}), rows=rows, columns=columns)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command without a terminal."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def output_of(self, *arguments: str) -> str:
        """Run a command without a terminal to its end; what it said."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    # --- its processes

    def processes(self) -> dict[int, str]:
        """Command lines of all that is alive of this library, whoever started it."""
        mark = f"{MARK}={self.root}".encode()
        found: dict[int, str] = {}
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                # A zombie has no environment any more: it counts for nothing.
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    found[int(entry.name)] = line
        return found

    def successors(self) -> list[int]:
        """The processes that go on with the queue without a screen."""
        return [
            pid
            for pid, line in self.processes().items()
            if "run --until-idle" in line or "run --forever" in line
        ]

    def end(self) -> None:
        """Let nothing of this library live on."""
        for _ in range(3):
            for pid in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if self._store is not None:
            self._store.close_all()

    # --- its rows

    def jobs(self, *states: JobState) -> list[Job]:
        """The download jobs, in these states if any are named."""
        rows = queries.page(self.db, limit=10_000)
        return [row for row in rows if row.kind == "download" and (not states or row.state in states)]

    def holder(self) -> Holder | None:
        return process_state.holder(self.db)

    def held_by(self, pid: int, seconds: float = PATIENCE) -> None:
        """Wait until a process has said that the library is its own."""
        until(lambda: (holder := self.holder()) is not None and holder.pid == pid, seconds)

    def busy(self, count: int = WORKERS, seconds: float = PATIENCE) -> None:
        """Wait until so many downloads run, each with some bytes of its file on the disk."""

        until(lambda: len(self.jobs(JobState.RUNNING)) >= count and self._begun() >= count, seconds)

    def idle(self) -> None:
        """Wait until the holder's slots say that none of them has a job any more."""
        until(lambda: all(row.job_id is None for row in process_state.read_board(self.db)))

    def resumed(self, count: int = WORKERS) -> None:
        """Wait until so many transfers were taken up where they were broken off, each once."""
        until(lambda: sorted(map(len, self.transfers().values())) == [2] * count)

    def _at_work(self) -> bool:
        """Whether a job runs that the present holder has started: it has ended what others left running."""
        holder = self.holder()
        groups = [job.process_group for job in self.jobs(JobState.RUNNING)]
        return holder is not None and any(_parent(_parent(group)) == holder.pid for group in groups)

    def _begun(self) -> int:
        begun = 0
        for part in self.library.glob(".ytui/partial/*/*.part"):
            with contextlib.suppress(FileNotFoundError):
                begun += part.stat().st_size > 0
        return begun

    def complete(self, seconds: float = 2 * PATIENCE) -> None:
        """Let the site be fast, wait until every video is in the library and nothing of it runs any more.

        Fails if a file is not whole, if more of one was sent than interruptions explain, or if something
        lives on.
        """
        wanted = len(self.site.world.videos())
        # Sooner, the site would send the rest to a job that is just being killed, which never puts it down.
        until(lambda: self._at_work() or len(self.jobs(JobState.DONE)) == wanted)
        self.site.bytes_per_second = None
        until(lambda: len(self.jobs(JobState.DONE)) == wanted, seconds)
        self.check_files()

    def check_files(self) -> None:
        """Every video is there once, byte for byte."""
        bodies = Counter(path.read_bytes() for path in self.library.glob("*/*.mp4"))
        assert bodies == Counter({clips.content(CLIP, "480p.mp4"): len(self.site.world.videos())})

    def deserted(self, seconds: float = PATIENCE) -> None:
        """Wait until no process of this library is left: no orphan, and nothing that spins."""
        try:
            until(lambda: not self.processes(), seconds)
        except AssertionError:
            raise AssertionError(f"still there: {self.processes()}") from None

    # --- the site's log

    def transfers(self) -> dict[str, list[Request]]:
        """The requests for each video's file, in order."""
        found: dict[str, list[Request]] = {}
        for request in self.site.log:
            if request.path.startswith("/media/"):
                found.setdefault(request.path.split("/")[2], []).append(request)
        return found

    def moves(self, number: int, seconds: float = PATIENCE) -> None:
        """Wait until the one video's transfer goes on, by its request of this number."""

        def moving() -> bool:
            requests = [request for found in self.transfers().values() for request in found]
            return len(requests) == number and requests[-1].sent > MOVED

        until(moving, seconds)

    def pages(self) -> int:
        """How many pages of videos were asked for."""
        return sum(request.path.startswith("/watch/") for request in self.site.log)

    def sent_once(self, lost: float = LAST_BLOCK) -> None:
        """No byte of a file was fetched twice, give or take what was on its way at an interruption."""
        size = len(clips.content(CLIP, "480p.mp4"))
        for video, requests in self.transfers().items():
            end = 0
            for request in requests:
                start = int(request.range.removeprefix("bytes=").partition("-")[0] or 0)
                assert end - lost <= start <= end, (video, requests)
                end = start + request.sent
            assert end == size, (video, requests)


def _parent(pid: int | None) -> int | None:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


MOVED = 12_000
"""Bytes after which a transfer has something on the disk."""


@contextmanager
def a_home(
    root: Path,
    *,
    videos: int = VIDEOS,
    workers: int = WORKERS,
    settings: str = "",
    rate: float | None = SLOW,
    fresh: bool = False,
) -> Iterator[Home]:
    """A library on a site of its own, for as long as it is needed."""
    with Site(World.tiny(time.time(), videos=videos), bytes_per_second=rate) as site:
        home = Home(root, site, workers=workers, settings=settings, fresh=fresh)
        try:
            yield home
        finally:
            home.end()


__all__ = ["Home", "a_home", "is_alive"]
