"""JavaScript runtimes of this machine, judged as yt-dlp will: by its classes, each started once.

yt-dlp asks a runtime for its version alone, which one under a memory limit tells too. So each is started once
with a program that takes as much memory as a player does (240 MB in deno, 0.2 seconds).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import yt_dlp
from yt_dlp.dependencies import yt_dlp_ejs
from yt_dlp.globals import supported_js_runtimes

from ytui.core.failures.classifier import Evidence, FailureClass, classify
from ytui.core.js_runtimes import PROGRAMS, RuntimeCheck, RuntimeProblem
from ytui.core.protocol import RuntimesFound
from ytui.core.sanitize import plain_text
from ytui.core.tasks import ListingTask, Task
from ytui.ytdlp.job_log import redact

TRIAL_SECONDS = 60.0
"""A runtime that takes longer for the trial does not run; behind everything else on a busy machine deno takes
several, on an idle one 0.2."""
_SAYS = "ytui"
_PROGRAM = (
    f"const a = []; for (let i = 0; i < 30; i++) a.push(new Array(1e6).fill(i)); console.log('{_SAYS}')"
)
_TRIALS: Mapping[str, tuple[Sequence[str], str]] = {
    # As yt-dlp starts them: what a configuration nearby would change, or download, stays out.
    "deno": (("run", "--no-prompt", "--no-remote", "--no-npm", "--no-lock", "--no-config", "-"), _PROGRAM),
    "node": (("-",), _PROGRAM),
    "bun": (("--bun", "run", "-"), _PROGRAM),
    "quickjs": (("-e", _PROGRAM.replace("30", "15")), ""),
}
"""How each one is given the program: its arguments, and its standard input."""
_DETAIL = 200
_NO_VERSION = "unknown"
"""What yt-dlp calls the version of a runtime that does not begin with it."""


def check_runtimes(args: Sequence[str]) -> tuple[RuntimeCheck, ...]:
    """Every runtime that yt-dlp knows, best first, under these options of its command.

    Those that are not enabled are asked for their version alone: one may only have to be. Blocks for a
    moment. Raises ``ValueError`` or ``SystemExit`` if the options are wrong.
    """
    options = yt_dlp.parse_options(list(args)).ydl_opts
    enabled: Mapping[str, Mapping[str, Any]] = options["js_runtimes"]
    scripts = _has_scripts(options)
    found = []
    for name in PROGRAMS:
        runtime = _look(name, (enabled.get(name) or {}).get("path"))
        if runtime.usable:
            disabled = replace(runtime, problem=RuntimeProblem.NOT_ENABLED)
            runtime = _try(runtime) if name in enabled else disabled
        if runtime.usable and not scripts:
            runtime = replace(runtime, problem=RuntimeProblem.NO_SCRIPTS)
        found.append(runtime)
    return tuple(found)


def _has_scripts(options: Mapping[str, Any]) -> bool:
    """Whether a runtime would have something to run: yt-dlp-ejs, or leave to fetch what stands in for it."""
    return yt_dlp_ejs is not None or bool(options["remote_components"])


def _look(name: str, given: str | None) -> RuntimeCheck:
    known = supported_js_runtimes.value.get(name)
    path = _program(PROGRAMS[name], given)
    if known is None or path is None:
        return RuntimeCheck(name, RuntimeProblem.MISSING, given or "")
    oldest = ".".join(map(str, known.MIN_SUPPORTED_VERSION))
    info = known(path=path).info
    if info is None:
        refused = RuntimeProblem.REFUSED
        return RuntimeCheck(name, refused, path, oldest=oldest, detail="it tells no version")
    if not info.supported and info.version == _NO_VERSION:
        detail = f"yt-dlp finds no version in what it says first: {_said_first(path)}"
        return RuntimeCheck(name, RuntimeProblem.REFUSED, path, oldest=oldest, detail=detail)
    return RuntimeCheck(name, None if info.supported else RuntimeProblem.TOO_OLD, path, info.version, oldest)


def _said_first(path: str) -> str:
    """The first line of a runtime that is asked for its version: a notice of its loader, perhaps."""
    try:
        done = subprocess.run(
            [path, "--version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=TRIAL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return _first_line(done.stdout)


def _program(program: str, given: str | None) -> str | None:
    """Where yt-dlp finds a runtime: the place that was given, this Python's scripts, the PATH."""
    if given:
        return shutil.which(Path(given) / program if Path(given).is_dir() else given)
    return shutil.which(program, path=sysconfig.get_path("scripts")) or shutil.which(program)


def _try(runtime: RuntimeCheck) -> RuntimeCheck:
    arguments, program = _TRIALS[runtime.name]
    try:
        with _one_at_a_time(runtime.path):
            done = subprocess.run(
                [runtime.path, *arguments],
                input=program,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=TRIAL_SECONDS,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as error:
        words = "it does not end" if isinstance(error, subprocess.TimeoutExpired) else str(error.strerror)
        return replace(runtime, problem=RuntimeProblem.REFUSED, detail=words)
    if done.returncode < 0:
        return replace(runtime, problem=RuntimeProblem.KILLED, signal=-done.returncode)
    if done.returncode or done.stdout.strip() != _SAYS:
        return replace(runtime, problem=RuntimeProblem.REFUSED, detail=_first_line(done.stderr))
    return runtime


@contextlib.contextmanager
def _one_at_a_time(path: str) -> Iterator[None]:
    """Jobs that fail together try one after the other: each trial takes as much memory as a player."""
    with Path(path).open("rb") as program:
        # A file system without locks is no reason not to try.
        with contextlib.suppress(OSError):
            fcntl.flock(program, fcntl.LOCK_EX)
        yield


def _first_line(text: str) -> str:
    lines = (line.strip() for line in redact(plain_text(text)).splitlines())
    return next((line for line in lines if line), "")[:_DETAIL]


def with_runtimes(evidence: Evidence, args: Sequence[str]) -> Evidence:
    """The evidence of a failure, with the runtimes of this machine where it is for want of one."""
    if classify(evidence).failure_class is not FailureClass.JS_RUNTIME:
        return evidence
    try:
        return replace(evidence, js_runtimes=check_runtimes(args))
    except (OSError, ValueError, SystemExit):
        # The failure itself is to be told, whatever became of this.
        return evidence


def run_runtimes(task: Task, connection: Connection) -> None:
    """The body of a process of its own, which says :class:`RuntimesFound` and ends."""
    os.setpgid(0, 0)
    assert isinstance(task, ListingTask)
    connection.send(RuntimesFound(check_runtimes(task.common.args)))
