"""The challenge solver that all jobs share, with a real deno and small players."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.processes.waiting import until
from tests.support.servers.solver_jobs import RUNTIME, Asking, answered, denos, odd_player, solved
from ytui.core.protocol import JsRuntime
from ytui.demo.world import Player
from ytui.engine.solver import deno, solver
from ytui.engine.solver.player_cache import KEPT
from ytui.engine.solver.pool import SolverPool

PLAYER = Player(1)
MakePool = Callable[[], SolverPool]


@pytest.fixture
def make_pool(tmp_path: Path) -> Iterator[MakePool]:
    """Makes pools that keep their players in one folder."""
    made: list[SolverPool] = []

    def make() -> SolverPool:
        made.append(SolverPool(tmp_path))
        return made[-1]

    yield make
    for pool in made:
        pool.stop()
    assert denos() == []


@pytest.fixture
def pool(make_pool: MakePool) -> SolverPool:
    return make_pool()


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "players").iterdir())


def test_one_of_those_that_ask_fetches_and_the_others_wait(pool: SolverPool, tmp_path: Path) -> None:
    asking = [Asking(pool, job, challenge) for job, challenge in enumerate(("aa", "bb", "cc"), 1)]
    asking[1].waited.wait()
    asking[2].waited.wait()
    assert [len(one.replies) for one in asking] == [1, 0, 0]
    asking[0].fetch(PLAYER.code)
    assert answered(asking[0].reply(2)) == PLAYER.solve("aa")
    assert [answered(one.reply()) for one in asking[1:]] == [PLAYER.solve("bb"), PLAYER.solve("cc")]
    assert len(denos()) == 1
    # What was fetched is gone; what was made of it is there.
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("kind", ["without a compiler", "that speaks to stderr"])
def test_an_odd_deno_solves_as_well(pool: SolverPool, tmp_path: Path, kind: str) -> None:
    loud = tmp_path / "deno-loud"
    loud.write_text(f'#!/bin/sh\necho ld.so: a notice >&2\nexec {RUNTIME.path} "$@"\n')
    loud.chmod(0o755)
    jitless = kind == "without a compiler"
    asking = Asking(pool, 1, runtime=JsRuntime(RUNTIME.path if jitless else str(loud), jitless))
    asking.fetch(PLAYER.code)
    assert answered(asking.reply(2)) == PLAYER.solve("abcdef")
    (pid,) = denos()
    assert (b"--jitless" in Path(f"/proc/{pid}/cmdline").read_bytes()) is jitless


def test_when_the_one_that_fetches_is_gone_another_is_told_to(pool: SolverPool) -> None:
    first, second, third = (Asking(pool, job) for job in (1, 2, 3))
    assert first.reply().fetch_into is not None
    pool.forget(1)
    assert second.reply().fetch_into not in (None, first.reply().fetch_into)
    second.fail_to_fetch()
    assert not second.reply(2).go
    third.fetch(PLAYER.code)
    assert answered(third.reply(2)) == PLAYER.solve("abcdef")


def test_one_that_fetches_for_too_long_is_not_waited_for(
    pool: SolverPool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(solver, "FETCH_PATIENCE", 0.2)
    slow, other = Asking(pool, 1), Asking(pool, 2)
    assert slow.reply().fetch_into is not None
    other.fetch(PLAYER.code)
    assert answered(other.reply(2)) == PLAYER.solve("abcdef")
    slow.fetch("this is no player")
    assert answered(slow.reply(2)) == PLAYER.solve("abcdef")
    assert len(kept(tmp_path)) == 1


def test_nobody_waits_for_ever(pool: SolverPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solver, "LONGEST_WAIT", 0.2)
    told, waiting = Asking(pool, 1), Asking(pool, 2)
    assert told.reply().fetch_into is not None
    assert not waiting.reply().go


def test_a_job_that_is_gone_while_it_waits_leaves_the_others_alone(pool: SolverPool) -> None:
    first, gone, other = (Asking(pool, job) for job in (1, 2, 3))
    first.reply()
    pool.forget(2)
    first.fetch(PLAYER.code)
    assert answered(other.reply()) == PLAYER.solve("abcdef")
    assert gone.replies == []


def test_a_killed_solver_is_replaced(pool: SolverPool) -> None:
    assert solved(pool, PLAYER.code) == PLAYER.solve("abcdef")
    (before,) = denos()
    os.kill(before, signal.SIGKILL)
    assert solved(pool, "", "other") == PLAYER.solve("other")
    (after,) = denos()
    assert after != before


def test_one_that_hangs_is_replaced_and_then_that_player_is_left_to_yt_dlp(
    pool: SolverPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deno, "SOLVE_SECONDS", 0.3)
    code = odd_player('for(;n==="hang";);return n+"!"')
    assert solved(pool, code, "fine") == "fine!"
    (before,) = denos()
    reply = Asking(pool, 2, "hang").reply()
    assert not reply.go
    assert not Asking(pool, 3, "fine").reply().go
    assert before not in denos()
    # Other players do not notice.
    assert solved(pool, PLAYER.code, player=2) == PLAYER.solve("abcdef")


@pytest.mark.parametrize("nonsense", ["return 7", 'return ["x"]', 'return "x".repeat(9000)'])
def test_nonsense_is_no_answer(pool: SolverPool, nonsense: str) -> None:
    asking = Asking(pool, 1)
    asking.fetch(odd_player(nonsense))
    assert not asking.reply(2).go


def test_a_challenge_that_the_player_refuses_is_one_that_has_no_solution(pool: SolverPool) -> None:
    asking = Asking(pool, 1)
    asking.fetch(odd_player('throw "no"'))
    assert asking.reply(2).solutions == (None,)


def test_what_is_no_player_is_left_to_yt_dlp(pool: SolverPool) -> None:
    asking = Asking(pool, 1)
    asking.fetch("this is no player")
    assert not asking.reply(2).go


def test_a_player_has_nothing_and_changes_nothing_for_the_next(pool: SolverPool) -> None:
    look = "return [typeof Deno,typeof process,typeof require,typeof fetch,typeof gc].join()+n"
    spoil = "globalThis.spoilt=1;Array.prototype.map=JSON.parse=String.prototype.split=null;return n+1"
    assert solved(pool, odd_player(spoil), "x", player="spoilt") == "x1"
    nothing = ",".join(["undefined"] * 5)
    assert solved(pool, odd_player(look), "x", player="looks") == nothing + "x"
    code = odd_player("return typeof spoilt+[1].map(String)")
    assert solved(pool, code, player="after") == "undefined1"
    (deno,) = denos()
    entries = Path(f"/proc/{deno}/environ").read_bytes().split(b"\0")
    assert {entry.partition(b"=")[0] for entry in entries if entry} <= {b"DENO_DIR", b"DENO_NO_UPDATE_CHECK"}


def test_the_next_start_finds_the_player_on_disk(make_pool: MakePool, tmp_path: Path) -> None:
    first = make_pool()
    assert solved(first, PLAYER.code) == PLAYER.solve("abcdef")
    first.stop()
    assert answered(Asking(make_pool(), 1).reply()) == PLAYER.solve("abcdef")
    (file,) = kept(tmp_path)
    damaged = bytearray(file.read_bytes())
    damaged[-10] ^= 1
    file.write_bytes(damaged)
    asking = Asking(make_pool(), 1)
    assert asking.reply().fetch_into is not None


def test_the_newest_players_are_kept(pool: SolverPool, tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        assert solved(pool, Player(number).code, player=number) == Player(number).solve("abcdef")
    assert len(kept(tmp_path)) == KEPT
    newest = Asking(pool, 9, player=KEPT + 1)
    assert answered(newest.reply()) == Player(KEPT + 1).solve("abcdef")
    assert Asking(pool, 9, player=0).reply().fetch_into is not None


def test_what_other_scripts_made_is_thrown_away(pool: SolverPool, tmp_path: Path) -> None:
    folder = tmp_path / "players"
    folder.mkdir()
    (folder / "0123456789abcdef-made-by-others.js").write_text("old")
    solved(pool, PLAYER.code)
    assert len(kept(tmp_path)) == 1


def test_a_job_with_other_scripts_is_left_to_yt_dlp(pool: SolverPool) -> None:
    assert not Asking(pool, 1, scripts=("other", "scripts")).reply().go


@pytest.mark.parametrize("program", ["/bin/true", "/nowhere/deno"])
def test_a_runtime_that_is_no_deno_is_left_to_yt_dlp(pool: SolverPool, program: str) -> None:
    asking = Asking(pool, 1, runtime=JsRuntime(program))
    asking.fetch(PLAYER.code)
    assert not asking.reply(2).go


def test_stopping_ends_what_is_being_preprocessed(make_pool: MakePool) -> None:
    pool = make_pool()
    asking = Asking(pool, 1)
    # Statements, not a comment: it takes seconds, however late this thread sees that it has begun.
    asking.fetch(PLAYER.code + "var a = 1;" * 400_000)
    until(denos)
    pool.stop()
    assert denos() == []
    assert not asking.reply(2).go
    assert not Asking(pool, 2).reply().go


OWNER = """
import sys
from pathlib import Path
from tests.support.servers.solver_jobs import denos, solved
from ytui.demo.world import Player
from ytui.engine.solver.pool import SolverPool
pool = SolverPool(Path(sys.argv[1]))
solved(pool, Player(1).code)
print(*denos(), flush=True)
sys.stdin.read()
"""


def test_the_solver_ends_with_the_process_that_owns_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        deno = int(owner.stdout.readline())
        assert Path(f"/proc/{deno}").exists()
        owner.kill()
    until(lambda: not Path(f"/proc/{deno}").exists())


def test_it_runs_behind_everything_else_and_apart(pool: SolverPool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Jobs of the tests do not stand back, see conftest.
    monkeypatch.setattr("ytui.engine.solver.deno.NICENESS", 10)
    solved(pool, PLAYER.code)
    (deno,) = denos()
    assert os.getsid(deno) == deno
    nice = {
        os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in Path(f"/proc/{deno}/task").iterdir()
    }
    assert nice == {10}
    mine = {descriptor.readlink() for descriptor in Path("/proc/self/fd").iterdir() if descriptor.exists()}
    inherited = {descriptor.readlink() for descriptor in Path(f"/proc/{deno}/fd").iterdir()} & mine
    # Its two pipes have this process at their other ends.
    assert len([path for path in inherited if str(path).startswith("pipe:")]) == 2
    assert {path for path in inherited if path.is_absolute()} <= {Path("/dev/null")}
