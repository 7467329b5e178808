"""Main function of a job process: from a task to exactly one outcome, whatever happens between."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from multiprocessing.connection import Connection, wait

from ytui.core.failures.classifier import Evidence, FailureClass, classify
from ytui.core.models import RequestKind
from ytui.core.protocol import Declined, JobFailed, Outcome, Started
from ytui.core.tasks import DetailsTask, ListingTask, RecordingTask, Task
from ytui.ytdlp import NICENESS, js_challenges, token_plugin
from ytui.ytdlp.details import run_details
from ytui.ytdlp.download.video_download import run_download
from ytui.ytdlp.evidence import evidence_of, offer_behind
from ytui.ytdlp.extractors import opened
from ytui.ytdlp.guest_session import guest_session
from ytui.ytdlp.job_log import JobLog, redact
from ytui.ytdlp.js_runtime_check import with_runtimes
from ytui.ytdlp.listing import run_listing
from ytui.ytdlp.live.recording import run_recording
from ytui.ytdlp.options import params_for
from ytui.ytdlp.player_code import PlayerCodeCache
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import PermitRefused, RequestGate

_FORBIDDEN = 403
_LONGEST_TRACEBACK = 20_000
"""Characters."""


def run(task: Task, connection: Connection) -> None:
    """Do ``task``, reporting over ``connection``; ends the process, with 0 if the outcome was delivered.

    Meant as the target of a process of its own: it leads a group of its own, closes its terminal
    and does not return.
    """
    delivered = False
    try:
        os.setpgid(0, 0)
        _settle(task)
        reporter = Reporter(connection)
        reporter.send(Started(os.getpid(), os.getpgrp()))
        _deliver(reporter, _outcome(task, reporter))
        delivered = reporter.close()
    except BaseException:  # noqa: BLE001 - nothing is left to report to but the log; the exit code tells the rest
        with contextlib.suppress(BaseException):
            os.write(2, redact(traceback.format_exc()).encode("utf-8", "replace"))
    finally:
        os._exit(0 if delivered else 1)


def _settle(task: Task) -> None:
    """Make the process its own: signals, terminal, priority, and the eye on its parent."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    null = os.open(os.devnull, os.O_RDONLY)
    log = os.open(task.common.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.close(null)
    os.close(log)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as the process
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), name="parent", daemon=True).start()


def _end_with(sentinel: int) -> None:
    """When the parent is gone, nobody can cancel this job any more: it ends itself and all it started."""
    wait([sentinel])
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _outcome(task: Task, reporter: Reporter) -> Outcome:
    log = JobLog()
    guest = guest_session(task, log)
    gate = RequestGate(log, reporter if task.common.asks_permits else None, own=task.url, guest=guest)
    if task.common.players is not None:
        gate.players = PlayerCodeCache(task.common.players)
    if task.common.shared_solver:
        js_challenges.answer_by(gate, reporter)
    outcome = _done(task, reporter, gate)
    if guest is not None:
        guest.end(outcome)
    return outcome


def _done(task: Task, reporter: Reporter, gate: RequestGate) -> Outcome:
    token_plugin.use(task.common.tokens)
    try:
        if isinstance(task, ListingTask | DetailsTask):
            params = params_for(task, gate.log)
            with opened(params, gate, task.common) as ydl:
                if isinstance(task, DetailsTask):
                    return run_details(task, ydl, gate, reporter)
                return run_listing(task, ydl, gate, reporter)
        if isinstance(task, RecordingTask):
            return run_recording(task, gate, reporter)
        return run_download(task, gate, reporter)
    except PermitRefused as refused:
        return Declined(refused.reason)
    except BaseException as error:  # noqa: BLE001 - the boundary: every end becomes a report
        return _failed(error, gate, task.common.args)


def _failed(error: BaseException, gate: RequestGate, args: Sequence[str]) -> JobFailed:
    evidence = with_runtimes(evidence_of(error, gate), args)
    # Of a failure that is known its words are what matters; of another one, where in the code it arose.
    known = classify(evidence).failure_class is not FailureClass.UNKNOWN
    text = "" if known else redact("".join(traceback.format_exception(error)))[-_LONGEST_TRACEBACK:]
    gate.log.error(text or f"ERROR: {evidence.message}")
    if evidence.status == _FORBIDDEN and evidence.request_kind in (RequestKind.MEDIA, RequestKind.FRAGMENT):
        token_plugin.forget_served()
    return JobFailed(
        evidence=evidence,
        traceback=text,
        bytes_received=gate.bytes_received,
        requests=gate.counted,
        warnings=gate.log.warnings,
        offer=offer_behind(error),
    )


def _deliver(reporter: Reporter, outcome: Outcome) -> None:
    """Queue the outcome; one that does not pickle becomes a failure that does."""
    try:
        reporter.send(outcome)
    except Exception as error:  # noqa: BLE001 - what pickling raises depends on the object
        reporter.send(
            JobFailed(
                Evidence(
                    message=f"the outcome could not be sent: {type(error).__name__}: {error}",
                    exception_types=(type(error).__name__,),
                )
            )
        )
