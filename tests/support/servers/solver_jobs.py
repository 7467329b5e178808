"""Jobs as the shared solver sees them: what they ask, and what they were answered. No job process runs."""

from __future__ import annotations

import os
import sysconfig
import threading
from dataclasses import replace
from pathlib import Path

from tests.support.processes.waiting import until
from ytui.core.protocol import Challenge, ChallengeReply, ChallengeRequest, JsRuntime, PlayerFetch
from ytui.engine.solver.player_cache import installed_scripts
from ytui.engine.solver.pool import SolverPool
from ytui.engine.solver.solver import SolveRequest

RUNTIME = JsRuntime(str(Path(sysconfig.get_path("scripts"), "deno")))
URL = "https://site.invalid/player/{}/base.js"


class Asking:
    """One job with one challenge of one player."""

    def __init__(
        self,
        pool: SolverPool,
        job: int,
        challenge: str = "abcdef",
        *,
        player: object = 1,
        runtime: JsRuntime = RUNTIME,
        scripts: tuple[str, str] | None = None,
    ) -> None:
        installed = installed_scripts()
        assert installed is not None
        self.replies: list[ChallengeReply] = []
        self.waited = threading.Event()
        self._job = job
        self._pool = pool
        self._request = ChallengeRequest(
            1, runtime, scripts or installed.hashes, URL.format(player), (Challenge("n", challenge),)
        )
        self._ask(PlayerFetch.NOT_TOLD)

    def _ask(self, fetched: PlayerFetch) -> None:
        request = replace(self._request, ask=len(self.replies) + 1, fetched=fetched)
        self._pool.ask(SolveRequest(self._job, request, self.replies.append, self.waited.set))

    def reply(self, number: int = 1) -> ChallengeReply:
        """Its reply of that number, as soon as it is there."""
        until(lambda: len(self.replies) >= number)
        return self.replies[number - 1]

    def fetch(self, code: str) -> None:
        """It was told to fetch the player, and does."""
        target = self.reply().fetch_into
        assert target is not None
        target.write_text(code)
        self._ask(PlayerFetch.DONE)

    def fail_to_fetch(self) -> None:
        """It was told to fetch the player, and cannot."""
        assert self.reply().fetch_into is not None
        self._ask(PlayerFetch.FAILED)


def solved(
    pool: SolverPool, code: str, challenge: str = "abcdef", *, player: object = 1, job: int = 1
) -> str:
    """What a job that fetches the player if it is told to is answered."""
    asking = Asking(pool, job, challenge, player=player)
    if asking.reply().fetch_into is not None:
        asking.fetch(code)
        return answered(asking.reply(2))
    return answered(asking.reply())


def answered(reply: ChallengeReply) -> str:
    """The one solution of a reply that has one."""
    assert reply.go, reply.reason
    assert len(reply.solutions) == 1, reply
    assert reply.solutions[0] is not None
    return reply.solutions[0]


def denos() -> list[int]:
    """Every deno that runs one of the solver's scripts as a child of this process."""
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _is_solver(entry)
    ]


def _is_solver(entry: Path) -> bool:
    try:
        command = (entry / "cmdline").read_bytes().split(b"\0")
        stat = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return command[0] == RUNTIME.path.encode() and stat[0] != "Z" and int(stat[1]) == os.getpid()


def odd_player(turn: str) -> str:
    """A player whose ``n`` is turned by the body of a function."""
    return (
        "var _yt_player={};(function(g){var window=this;"
        f"var turn=function(n){{{turn}}};"
        "g.Address=function(a){this.fields={}};"
        "g.Address.prototype.set=function(k,v){this.fields[k]=v};"
        "g.Address.prototype.get=function(k){return k in this.fields?this.fields[k]:null};"
        "g.Address.prototype.clone=function(){return this};"
        'g.Address.prototype.apply=function(){this.set("n",turn(this.get("n")))};'
        'g.make=function(a,b,c){a=new g.Address(a);a.set("alr","yes");return a};'
        "})(_yt_player);"
    )
