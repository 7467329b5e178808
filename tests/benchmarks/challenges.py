"""A site that asks a JavaScript challenge with every video: what the shared solver costs and saves."""

from __future__ import annotations

import json
import os
import statistics
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.drive import command, make_home
from tests.benchmarks.keys_painted import percentile
from tests.benchmarks.measure import cost, mib
from tests.benchmarks.solver_tree import Tree, Watched
from tests.benchmarks.table import Row
from tests.benchmarks.worlds import Target, target
from ytui.core.protocol import Challenge, ChallengeReply, ChallengeRequest, JsRuntime, PlayerFetch
from ytui.engine.solver.player_cache import installed_scripts
from ytui.engine.solver.pool import SolverPool
from ytui.engine.solver.solver import SolveRequest

VIDEOS = int(os.environ.get("CHALLENGED", "100"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CHANNELS = 4
SHARE = 0.25
AT_REST, AT_PEAK, EVERYTHING = 120 * 1024, 300 * 1024, 500 * 1024
"""KiB."""
SECOND_START = 0.3
ASKED, OWN_TIME = 400, 0.005
"""Challenges, and seconds."""


@dataclass(frozen=True)
class _Round:
    """One run of ytui: seconds of CPU, what was seen, and what the site counted; and a second start."""

    cpu: float
    watched: Watched
    second: Watched
    players: int
    guests: int


def challenges() -> Iterator[Row]:
    """Download 100 videos that ask challenges on five workers, and again after a start, beside one yt-dlp."""
    # The last channel is for the second start.
    with target(CHANNELS + 1, VIDEOS // CHANNELS, challenges=True) as site:
        rounds: list[_Round] = []
        theirs: list[float] = []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory(prefix="ytui-bench-") as folder:
                rounds.append(_ours(site, Path(folder) / "home"))
                theirs.append(_one_ytdlp(site, Path(folder) / "theirs"))
    yield from _rows(site.height, rounds, theirs)


def _ours(site: Target, home: Path) -> _Round:
    players, guests = site.players_fetched(), site.guests()
    cpu, watched = _downloaded(site, home, CHANNELS)
    _, second = _downloaded(site, home, CHANNELS + 1)
    return _Round(cpu, watched, second, site.players_fetched() - players, site.guests() - guests)


def _downloaded(site: Target, home: Path, channels: int) -> tuple[float, Watched]:
    """List so many channels, and download what is new in them: CPU of the download, and what was seen."""
    make_home(home, site.roots[:channels], site.args, download=True, height=site.height)
    cost(command(home, "fetch", site.extractors))
    with Tree() as tree:
        found = cost(command(home, "download", site.extractors))
    done = json.loads(found.output)["jobs"]["download"]
    if done != {"done": channels * (VIDEOS // CHANNELS)}:
        raise RuntimeError(f"not every download arrived: {done}")
    return found.cpu, tree.watched


def _one_ytdlp(site: Target, folder: Path) -> float:
    options = ["-S", f"res:{site.height}", "-o", str(folder / "%(id)s.%(ext)s")]
    found = cost([*site.ytdlp, *options, *site.videos()[:VIDEOS]])
    arrived = len(list(folder.iterdir()))
    if arrived != VIDEOS:
        raise RuntimeError(f"yt-dlp brought {arrived} files")
    return found.cpu


def _rows(height: int, rounds: list[_Round], theirs: list[float]) -> Iterator[Row]:
    shares = [ours.cpu / single for ours, single in zip(rounds, theirs, strict=True)]
    share = statistics.median(shares)
    name = f"{VIDEOS} videos of {height}p with challenges, 5 workers"
    yield Row(
        f"{name}, CPU, median of {len(rounds)}",
        f"≤ {SHARE:.2f} of it",
        f"{statistics.median(ours.cpu for ours in rounds):.1f} s ({share:.2f} of it)",
        f"one yt-dlp: {statistics.median(theirs):.1f} s",
        share <= SHARE,
    )
    rest, peak = (max(getattr(ours.watched, size) for ours in rounds) for size in ("deno_rest", "deno_peak"))
    yield Row("  deno at rest", "≤ 120 MB", mib(rest), "", rest <= AT_REST)
    most = max(ours.watched.denos for ours in rounds)
    yield Row(
        "  denos at the peak of a first start", "≤ 300 MB", mib(peak), f"{most} at once", peak <= AT_PEAK
    )
    everything = max(ours.watched.all_peak for ours in rounds)
    yield Row("  memory of everything (PSS)", "≤ 500 MB", mib(everything), "", everything <= EVERYTHING)
    players = [ours.players for ours in rounds]
    yield Row("  players fetched in two runs", "1", str(max(players)), "", set(players) == {1})
    guests = [ours.guests for ours in rounds]
    yield Row("  guests in two runs", "1", str(max(guests)), "", max(guests) <= 1)
    second = [sum(ours.second.cpu.values()) for ours in rounds]
    yield Row(
        f"  second start, {VIDEOS // CHANNELS} more: CPU of the solver",
        f"≤ {SECOND_START} s",
        f"{statistics.median(second):.2f} s",
        f"first: {statistics.median(sum(ours.watched.cpu.values()) for ours in rounds):.2f} s",
        statistics.median(second) <= SECOND_START,
    )


def solving() -> Iterator[Row]:
    """One challenge after the other, with the player there: the solver's own time, and waiting beside it."""
    with target(1, 2, challenges=True) as site, tempfile.TemporaryDirectory(prefix="ytui-bench-") as folder:
        code = site.player_code()
        pool = SolverPool(Path(folder))
        with closing(_Asker(pool, code)) as asker:
            asker.solve("warming-it-up")
            own, waited = zip(*(asker.timed(f"challenge-{number}") for number in range(ASKED)), strict=True)
    yield Row(
        f"a challenge with the player there, p50 p99 of {ASKED}: CPU of the solver",
        f"p99 ≤ {OWN_TIME * 1000:.0f} ms",
        f"{percentile(own, 50) * 1000:.1f} {percentile(own, 99) * 1000:.1f} ms",
        f"until the answer, waiting for a processor too: "
        f"{percentile(waited, 50) * 1000:.1f} {percentile(waited, 99) * 1000:.1f} ms",
        percentile(own, 99) <= OWN_TIME,
    )


class _Asker:
    """A job, as the solver knows it."""

    def __init__(self, pool: SolverPool, code: bytes) -> None:
        self._pool, self._code = pool, code
        self._runtime = JsRuntime(str(Path(sysconfig.get_path("scripts"), "deno")))
        scripts = installed_scripts()
        assert scripts is not None
        self._hashes = scripts.hashes

    def close(self) -> None:
        self._pool.stop()

    def solve(self, challenge: str) -> None:
        """Have it solved; fetch the player if that is asked."""
        reply = self._ask(challenge, PlayerFetch.NOT_TOLD)
        if reply.fetch_into is not None:
            reply.fetch_into.write_bytes(self._code)
            reply = self._ask(challenge, PlayerFetch.DONE)
        if not reply.go or None in reply.solutions:
            raise RuntimeError(f"it is not solved: {reply}")

    def timed(self, challenge: str) -> tuple[float, float]:
        """Seconds of the solver's CPU, and until the answer was there."""
        before, began = self._cpu(), time.perf_counter()
        self.solve(challenge)
        ended = time.perf_counter()
        return self._cpu() - before, ended - began

    def _ask(self, challenge: str, fetched: PlayerFetch) -> ChallengeReply:
        answers: list[ChallengeReply] = []
        there = threading.Event()

        def answer(reply: ChallengeReply) -> None:
            answers.append(reply)
            there.set()

        challenges = (Challenge("n", challenge), Challenge("sig", "0123456789" * 10))
        request = ChallengeRequest(
            1, self._runtime, self._hashes, "https://site.invalid/player", challenges, fetched
        )
        self._pool.ask(SolveRequest(1, request, answer, lambda: None))
        there.wait()
        return answers[0]

    def _cpu(self) -> float:
        """Of all threads of all denos that are children of this process."""
        threads = Path("/proc/self/task").glob("*/children")
        children = [pid for thread in threads for pid in thread.read_text().split()]
        denos = [pid for pid in children if b"solver.mjs" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        spent = [path.read_text() for pid in denos for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
        return sum(int(text.split()[0]) for text in spent) / 1e9
