"""The cause ``js_runtime``: yt-dlp has no JavaScript runtime that it could use for a site.

The subject is the site, and the channel's address beside it where the channel's own args say which runtimes
are enabled: another channel may then have one.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from collections.abc import Collection, Iterator, Sequence
from importlib import metadata
from multiprocessing.connection import Connection
from pathlib import Path

from ytui.core.failures.classifier import Failure, FailureClass
from ytui.core.js_runtimes import PROGRAMS, RUNTIMES_OPTION, RuntimeCheck, none_usable, why_none
from ytui.core.models import JobKind, Tab
from ytui.core.protocol import RuntimesFound
from ytui.core.settings import Settings
from ytui.core.tasks import Common, ListingTask, Task
from ytui.engine.holds.job_facts import CauseCheck, HoldWords, JobFacts
from ytui.engine.jobs.job_process import JobProcess
from ytui.paths import Places
from ytui.store.rows import Hold

_PACKAGES = ("deno", "yt-dlp", "yt-dlp-ejs")


def subject_of(facts: JobFacts, failure: Failure) -> str | None:
    """The hold of a job that failed for want of a runtime, where none can be used at all."""
    if failure.failure_class is not FailureClass.JS_RUNTIME or not none_usable(failure.evidence.js_runtimes):
        return None
    return _subject(facts)


def dependencies(facts: JobFacts) -> Collection[str]:
    """A download may need one; lists and what a site says of a video never do."""
    asks_media = facts.kind is JobKind.DOWNLOAD and not facts.options.metadata_only
    return (_subject(facts),) if asks_media else ()


def _subject(facts: JobFacts) -> str:
    own = any(RUNTIMES_OPTION in word for word in facts.channel.args)
    return f"{facts.site} {facts.channel.url}" if own else facts.site


def describe(subject: str, failure: Failure) -> HoldWords:
    """Which runtimes there are, and why none of them can be used."""
    return HoldWords(*why_none(failure.evidence.js_runtimes))


def check(settings: Settings, places: Places, hold: Hold) -> CauseCheck:
    """Judge the runtimes anew where a file of one, a package or the options have changed since."""
    args = _args_of(settings, hold.subject)
    now = fingerprint(args)
    if now == hold.fingerprint:
        return CauseCheck(fingerprint=now)
    found = judge(places, args)
    if not none_usable(found):
        return CauseCheck(gone=bool(found), fingerprint=now if found else hold.fingerprint)
    return CauseCheck(fingerprint=now, words=HoldWords(*why_none(found)))


def _args_of(settings: Settings, subject: str) -> tuple[str, ...]:
    _, _, url = subject.partition(" ")
    channel = settings.by_url.get(url)
    return (*settings.ytdlp.args, *(channel.args if channel is not None else ()))


def judge(places: Places, args: Sequence[str]) -> tuple[RuntimeCheck, ...]:
    """Every runtime that yt-dlp knows, each started once in a process like a job's; none if that fails."""
    common = Common(0, places.job_logs_dir / "js-runtimes.log", args=tuple(args))
    try:
        process = JobProcess(ListingTask(common, "", Tab.LIST), _runtimes_main)
    except (OSError, EOFError):
        return ()
    found: tuple[RuntimeCheck, ...] = ()
    for report in process.reports():
        if isinstance(report, RuntimesFound):
            found = report.runtimes
    return found


def _runtimes_main(task: Task, connection: Connection) -> None:
    """What that process runs; imported here alone, so that the engine's own process never loads yt-dlp."""
    from ytui.ytdlp.js_runtime_check import run_runtimes

    run_runtimes(task, connection)


def fingerprint(args: Sequence[str]) -> str:
    """A hash over the options and every file that could be a runtime; no program is started for it.

    And over this process: a limit on memory is a process's own, so that each holder judges once.
    """
    parts = [str(os.getpid()), *args, *_files(args), *(f"{name} {_version(name)}" for name in _PACKAGES)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _files(args: Sequence[str]) -> Iterator[str]:
    folders = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent)]
    folders += os.environ.get("PATH", os.defpath).split(os.pathsep)
    given = [word.partition(":")[2] for word in args if ":" in word]
    for folder in dict.fromkeys([*folders, *given]):
        yield from (line for name in PROGRAMS.values() if (line := _stat(Path(folder) / name)))
    yield from (line for name in given if (line := _stat(Path(name))))


def _stat(path: Path) -> str:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return ""
    return f"{path} {stat.st_size} {stat.st_mtime_ns} {stat.st_ino} {stat.st_mode}"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
