"""The shared challenge solver of one runtime: a thread that owns a deno and answers jobs in turn.

Single flight: of the jobs that need a player which is not there, one is told to fetch its code, and the
others wait until it is preprocessed. All state belongs to the thread; whoever else has something to say puts
an event into its queue, so that nobody but a waiting job ever waits.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from ytui.core.protocol import ChallengeReply, ChallengeRequest, JsRuntime, PlayerFetch
from ytui.core.sanitize import clean
from ytui.engine.solver.deno import LoadedPlayers, SolverFailure
from ytui.engine.solver.player_cache import PlayerCache, Scripts, installed_scripts
from ytui.engine.solver.preprocessing import Preprocessing

LOG = logging.getLogger(__name__)

FETCH_PATIENCE = 180.0
"""Seconds until another job is told to fetch a player; the end of the first is known at once in any case."""
LONGEST_WAIT = 600.0
"""Seconds until a job that waits for a player goes its own way."""
TRIES = 2
"""Failures in a row after which a player's challenges are left to yt-dlp's own provider."""
GIVE_UP = 600.0
"""Seconds until such a player is tried again."""
IDLE = 900.0
"""Seconds without a challenge after which the deno ends; another starts in a fraction of one."""
_KNOWN = 16
"""Players that are remembered without anybody waiting for them."""


@dataclass(frozen=True)
class SolveRequest:
    """A job's challenges; ``answer`` is called once, ``on_wait`` before that if the player is not there."""

    job: int
    request: ChallengeRequest
    answer: Callable[[ChallengeReply], None]
    on_wait: Callable[[], None]
    asked_at: float = field(default_factory=time.monotonic)

    def refuse(self, reason: str) -> None:
        """Leave the challenges to yt-dlp's own provider."""
        self.answer(ChallengeReply(self.request.ask, False, reason))


class _Stage(Enum):
    UNKNOWN = auto()
    MISSING = auto()
    FETCHING = auto()
    PREPROCESSING = auto()
    ON_DISK = auto()


@dataclass
class _Player:
    url: str
    stage: _Stage = _Stage.UNKNOWN
    waiting: list[SolveRequest] = field(default_factory=list)
    fetcher: int = 0
    """The job that was told to fetch it."""
    fetch_until: float = 0.0
    code: Path | None = None
    """What was fetched, until it is preprocessed."""
    failures: int = 0
    given_up_until: float = 0.0


@dataclass(frozen=True)
class _JobEnded:
    job: int


@dataclass(frozen=True)
class _Preprocessed:
    player: _Player
    failure: str


class _Stop:
    pass


class Solver:
    """Answers the challenges of all jobs whose yt-dlp would run one deno. Thread-safe."""

    def __init__(
        self,
        runtime: JsRuntime,
        cache: PlayerCache,
        deno_dir: Path,
        scripts: Callable[[], Scripts | None] = installed_scripts,
    ) -> None:
        """Nothing runs before the first question; ``scripts`` reads those of yt-dlp-ejs."""
        self._runtime = runtime
        self._cache = cache
        self._deno_dir = deno_dir
        self._read_scripts = scripts
        self._scripts: Scripts | None = None
        self._events: queue.SimpleQueue[SolveRequest | _JobEnded | _Preprocessed | _Stop] = (
            queue.SimpleQueue()
        )
        self._players: dict[str, _Player] = {}
        self._fetches: dict[int, Path] = {}
        self._numbers = itertools.count(1)
        self._loaded = LoadedPlayers(runtime, deno_dir)
        self._preprocessing = Preprocessing(runtime, cache, deno_dir)
        # One at a time, for each takes 250 MB; beside this thread, so that other players' challenges go on.
        self._pool = ThreadPoolExecutor(1, "ytui-preprocessing")
        self._used_at = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ytui-solver", daemon=True)
        self._thread.start()

    def ask(self, question: SolveRequest) -> None:
        """Answer as soon as that is possible, from the solver's thread; never blocks."""
        self._events.put(question)

    def forget(self, job: int) -> None:
        """A job is gone: it waits for nothing any more, and fetches nothing."""
        self._events.put(_JobEnded(job))

    def stop(self) -> None:
        """End the thread and every deno of it; blocks for as long as that takes."""
        self._stopping.set()
        self._events.put(_Stop())
        self._loaded.interrupt()
        self._preprocessing.cancel()
        self._thread.join()
        self._pool.shutdown(cancel_futures=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                event = self._events.get(timeout=self._pause())
            except queue.Empty:
                self._expire()
                continue
            try:
                self._handle(event)
            except Exception:
                # A mistake of the program leaves challenges to yt-dlp; the log has where it was made.
                LOG.exception("the challenge solver met a mistake of the program")
                self._refuse_all("ytui made a mistake")
        self._refuse_all("ytui is stopping")
        self._loaded.close()

    def _handle(self, event: SolveRequest | _JobEnded | _Preprocessed | _Stop) -> None:
        if isinstance(event, SolveRequest):
            self._asked(event)
        elif isinstance(event, _JobEnded):
            self._job_ended(event.job)
        elif isinstance(event, _Preprocessed):
            self._preprocessed(event.player, event.failure)
        self._expire()

    def _asked(self, question: SolveRequest) -> None:
        if not self._has_scripts(question.request.scripts):
            question.refuse("the installed yt-dlp-ejs is not the one that yt-dlp loaded")
            return
        url = question.request.player_url
        player = self._players.setdefault(url, _Player(url))
        if question.request.fetched is PlayerFetch.NOT_TOLD:
            player.waiting.append(question)
        else:
            self._fetched(player, question)
        self._advance(player)

    def _has_scripts(self, hashes: tuple[str, str]) -> bool:
        """Whether the installed scripts are those of the job, whose yt-dlp may be of another version."""
        if self._scripts is None or self._scripts.hashes != hashes:
            found = self._read_scripts()
            if found is None or found.hashes != hashes:
                return False
            self._scripts = found
            self._loaded.close()
            self._refuse_all("yt-dlp-ejs was replaced")
            self._players.clear()
        return True

    def _fetched(self, player: _Player, question: SolveRequest) -> None:
        code = self._fetches.pop(question.job, None)
        mine = player.stage is _Stage.FETCHING and player.fetcher == question.job
        if question.request.fetched is PlayerFetch.FAILED:
            question.refuse("the player could not be fetched")
        else:
            player.waiting.insert(0, question)
        if mine and code is not None and question.request.fetched is PlayerFetch.DONE:
            player.code = code
            self._preprocess(player)
            return
        if mine:
            player.stage = _Stage.MISSING
        if code is not None:
            code.unlink(missing_ok=True)

    def _advance(self, player: _Player) -> None:
        """Do what can be done for those that wait for a player."""
        if player.waiting and time.monotonic() < player.given_up_until:
            self._refuse(player, "this player failed twice")
        if player.waiting and player.stage is _Stage.UNKNOWN:
            player.stage = _Stage.ON_DISK
        if player.stage is _Stage.ON_DISK:
            self._solve_waiting(player)
        if player.waiting and player.stage is _Stage.MISSING:
            self._have_it_fetched(player)
        for question in player.waiting:
            question.on_wait()

    def _have_it_fetched(self, player: _Player) -> None:
        question = player.waiting.pop(0)
        try:
            code = self._cache.place_to_fetch(f"{question.job}-{next(self._numbers)}")
        except OSError as error:
            player.waiting.insert(0, question)
            self._refuse(player, f"no player can be kept: {error}")
            return
        self._fetches[question.job] = code
        player.stage, player.fetcher = _Stage.FETCHING, question.job
        player.fetch_until = time.monotonic() + FETCH_PATIENCE
        question.answer(ChallengeReply(question.request.ask, True, fetch_into=code))

    def _preprocess(self, player: _Player) -> None:
        code, scripts = player.code, self._scripts
        assert code is not None
        assert scripts is not None
        player.stage = _Stage.PREPROCESSING

        def run() -> None:
            try:
                self._preprocessing.run(player.url, code, scripts)
            except (SolverFailure, OSError) as error:
                self._events.put(_Preprocessed(player, str(error) or type(error).__name__))
            else:
                self._events.put(_Preprocessed(player, ""))

        self._pool.submit(run)

    def _preprocessed(self, player: _Player, failure: str) -> None:
        if failure:
            self._count_failure(player, failure)
            if time.monotonic() >= player.given_up_until:
                self._preprocess(player)
                return
        if player.code is not None:
            player.code.unlink(missing_ok=True)
            player.code = None
        player.stage = _Stage.MISSING if failure else _Stage.ON_DISK
        self._advance(player)

    def _solve_waiting(self, player: _Player) -> None:
        while player.waiting and not self._stopping.is_set():
            question = player.waiting[0]
            try:
                if not self._load(player):
                    player.stage = _Stage.MISSING
                    return
                reply = self._solve(player, question.request)
            except SolverFailure as failure:
                self._loaded.close()
                self._count_failure(player, str(failure))
                if time.monotonic() < player.given_up_until:
                    self._refuse(player, "this player failed twice")
                continue
            player.failures = 0
            del player.waiting[0]
            question.answer(reply)

    def _load(self, player: _Player) -> bool:
        """Have the player in the deno; false if it is not on disk either. Raises :class:`SolverFailure`."""
        if self._loaded.has(player.url):
            return True
        assert self._scripts is not None
        file = self._cache.open(player.url, self._scripts)
        if file is None:
            return False
        with file:
            self._loaded.load(player.url, file)
        return True

    def _solve(self, player: _Player, request: ChallengeRequest) -> ChallengeReply:
        challenges = [(challenge.type, challenge.text) for challenge in request.challenges]
        solutions = self._loaded.solve(player.url, challenges)
        self._used_at = time.monotonic()
        return ChallengeReply(request.ask, True, solutions=solutions)

    def _count_failure(self, player: _Player, words: str) -> None:
        if self._stopping.is_set():
            return
        player.failures += 1
        # Both may come from the site.
        LOG.warning("the challenge solver failed with %s: %s", clean(player.url), clean(words))
        if player.failures >= TRIES:
            player.failures = 0
            player.given_up_until = time.monotonic() + GIVE_UP

    def _job_ended(self, job: int) -> None:
        code = self._fetches.pop(job, None)
        if code is not None:
            code.unlink(missing_ok=True)
        for player in self._all():
            player.waiting = [question for question in player.waiting if question.job != job]
            if player.stage is _Stage.FETCHING and player.fetcher == job:
                player.stage = _Stage.MISSING
                self._advance(player)

    def _pause(self) -> float | None:
        """Seconds until something is overdue; None where nothing will be."""
        due = [question.asked_at + LONGEST_WAIT for player in self._all() for question in player.waiting]
        due += [
            player.fetch_until for player in self._all() if player.stage is _Stage.FETCHING and player.waiting
        ]
        if self._loaded.running:
            due.append(self._used_at + IDLE)
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _expire(self) -> None:
        """See to what is overdue, and forget players that nobody waits for."""
        now = time.monotonic()
        for player in self._all():
            late = [question for question in player.waiting if now >= question.asked_at + LONGEST_WAIT]
            player.waiting = [question for question in player.waiting if question not in late]
            for question in late:
                question.refuse("the player did not come in time")
            if player.stage is _Stage.FETCHING and player.waiting and now >= player.fetch_until:
                player.stage = _Stage.MISSING
                self._advance(player)
        if self._loaded.running and now >= self._used_at + IDLE:
            self._loaded.close()
        idle = [player for player in self._all() if not player.waiting and player.stage is _Stage.ON_DISK]
        for player in idle[: max(0, len(self._players) - _KNOWN)]:
            del self._players[player.url]

    def _all(self) -> list[_Player]:
        return list(self._players.values())

    def _refuse(self, player: _Player, reason: str) -> None:
        waiting, player.waiting = player.waiting, []
        for question in waiting:
            question.refuse(reason)

    def _refuse_all(self, reason: str) -> None:
        for player in self._all():
            self._refuse(player, reason)
