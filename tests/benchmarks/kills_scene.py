"""A library whose processes are killed: every kind of delivery, and what is to be seen from outside."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.measure import until
from tests.support.processes.tty_home import Home, is_alive
from ytui.core.models import JobState
from ytui.demo import clips
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World

VIDEOS = 6
RATE = 40_000.0
"""Bytes a second of one transfer: the largest takes seven seconds."""
SETTLED = 1_764_000_000.0
"""When every library's world is, so that all of them name their files alike."""
WHOLE = (".mp4", ".jpg")
"""Suffixes of what is the same byte for byte in each run; the rest knows its time and address."""
_NEVER = threading.Event()
SETTINGS = """
[retry.processing]
policy = "fixed"
base = "50 ms"
cap = "50 ms"
[retry.network]
policy = "fixed"
base = "50 ms"
cap = "50 ms"
"""


def _world() -> World:
    """Two of each delivery, two a page."""
    world = World.tiny(SETTLED, videos=VIDEOS)
    deliveries = list(Delivery) * (VIDEOS // len(Delivery))
    (channel,) = world.channels
    channel.tabs["videos"] = [
        replace(video, delivery=delivery)
        for video, delivery in zip(channel.tabs["videos"], deliveries, strict=True)
    ]
    return World([channel], now=SETTLED, page_size=2)


class Library:
    """One library on a site of its own."""

    def __init__(self, home: Home) -> None:
        self._home = home

    @contextmanager
    def holder(self, way: str) -> Iterator[Killing]:
        """Run the queue in another process, the application's or ``ytui run``'s."""
        if way == "app":
            with self._home.open() as terminal:
                yield Killing(self, self._home, terminal.pid)
            return
        process = self._home.start("run", "--quiet")
        try:
            yield Killing(self, self._home, process.pid)
        finally:
            process.kill()
            process.wait()

    def finish(self) -> None:
        """Let the queue come to its end, undisturbed and fast."""
        self._home.site.bytes_per_second = None
        self._home.output_of("run", "--until-idle", "--quiet")
        self._home.deserted(20)

    def stages(self) -> set[str]:
        """What goes on now, as far as it shows outside."""
        found = set()
        for request in self._home.site.log:
            if not request.finished and "/media/" in request.path:
                found.add("fragments" if request.path.endswith(".ts") else _stream(request.path))
            elif not request.finished and "/api/channel/" in request.path:
                found.add("listing")
        if any(_joins(line) for line in self._home.processes().values()):
            found.add("merging")
        if any(self._home.library.glob(".ytui/partial/*/finish.json")):
            found.add("last step")
        return found or {"in between"}

    def problem(self, known: set[int]) -> str:
        """What is wrong with the database and its jobs; ``known`` are the jobs so far, and is added to."""
        with closing(sqlite3.connect(self._home.places.database)) as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                return "the database is damaged"
            if database.execute("PRAGMA foreign_key_check").fetchall():
                return "rows of the database point nowhere"
        rows = self._home.jobs()
        numbers = {row.id for row in rows}
        lost, known_now = known - numbers, {row.video_id for row in rows}
        known |= numbers
        if lost:
            return f"jobs {sorted(lost)} are lost"
        if len(known_now) != len(rows):
            return "a video has two downloads"
        failed = [f"{row.title}: {row.failure_class}" for row in rows if row.state is JobState.FAILED]
        return f"failed: {failed}" if failed else ""

    def done(self) -> int:
        """Videos that have arrived."""
        return len(self._home.jobs(JobState.DONE))

    def files(self) -> dict[str, bytes | None]:
        """Every file outside ``.ytui``; the digest of those that are always the same."""
        root = self._home.library
        paths = [path for path in root.rglob("*") if path.is_file() and ".ytui" not in path.parts]
        return {str(path.relative_to(root)): _digest(path) for path in paths}

    def strays(self) -> list[str]:
        """What is left among the partial files."""
        return [str(path) for path in self._home.library.glob(".ytui/partial/**/*")]

    def pieces(self) -> dict[str, list[tuple[int, int]]]:
        """From where to where each media file was sent, request by request."""
        found: dict[str, list[tuple[int, int]]] = {}
        for request in self._home.site.log:
            if "/media/" in request.path and request.path.endswith((".mp4", ".m4a", ".ts")):
                start = int(request.range.removeprefix("bytes=").partition("-")[0] or 0)
                found.setdefault(request.path, []).append((start, start + request.sent))
        return found

    def size_of(self, path: str) -> int:
        """The size of a media file by its address."""
        return len(clips.content("blocks", path.partition("/media/")[2].partition("/")[2].partition("?")[0]))


class Killing:
    """A running holder, and ways to kill it or a part of it."""

    def __init__(self, library: Library, home: Home, pid: int) -> None:
        self._library, self._home, self._pid = library, home, pid

    @property
    def lives(self) -> bool:
        """Whether the holder is there still."""
        return is_alive(self._pid)

    @property
    def _servers(self) -> set[int]:
        """Fork server and tracker; of a holder that was just killed by what they are, not by their parent."""
        found = {pid: line for pid, line in self._home.processes().items() if "multiprocessing." in line}
        return {pid for pid in found if _parent(pid) not in found}

    def wait_for(self, stage: str, seconds: float) -> None:
        """Wait until a stage is to be seen, or the holder is gone, at most so long."""
        with contextlib.suppress(TimeoutError):
            until(lambda: not stage or not self.lives or stage in self._library.stages(), seconds)

    def pause(self, seconds: float) -> None:
        """Let it run on."""
        _NEVER.wait(seconds)

    def of_kind(self, wanted: str) -> list[int]:
        """The processes of one kind: the holder, its fork server, its tracker, jobs or what jobs started."""
        return [pid for pid, line in self._home.processes().items() if self._kind(pid, line) == wanted]

    def deserted(self, seconds: float) -> tuple[float, float]:
        """Seconds until no job of the killed holder is left, nor what it started; and until nothing is."""
        server = self._servers
        started = time.monotonic()
        jobs = until(lambda: not self._home.processes().keys() - server, seconds)
        self._home.deserted(seconds)
        return jobs, time.monotonic() - started

    def _kind(self, pid: int, line: str) -> str:
        if pid == self._pid:
            return "holder"
        if "resource_tracker" in line:
            return "tracker"
        if "multiprocessing.forkserver" in line:
            return "fork server" if _parent(pid) == self._pid else "job"
        return "ffmpeg" if _joins(line) else ""


def _joins(line: str) -> bool:
    """Whether this is an ffmpeg at work, not one that is asked what it can."""
    return Path(line.partition(" ")[0]).name == "ffmpeg" and " -i " in line


def _stream(path: str) -> str:
    return "audio" if "audio" in path else "video"


def _parent(pid: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _digest(path: Path) -> bytes | None:
    return hashlib.sha256(path.read_bytes()).digest() if path.suffix in WHOLE else None


@contextmanager
def a_library(root: Path) -> Iterator[Library]:
    """A library with nothing in it yet, for as long as it is needed."""
    root.mkdir(parents=True)
    with Site(_world(), bytes_per_second=RATE, latency=0.2) as site:
        home = Home(root, site, workers=3, settings=SETTINGS)
        text = home.places.config_file.read_text()
        home.places.config_file.write_text(text.replace("extras = []", 'extras = ["metadata", "thumbnail"]'))
        try:
            yield Library(home)
        finally:
            home.end()
