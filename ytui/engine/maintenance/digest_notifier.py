"""Notifier: a person's own command or Apprise addresses are told in batches (a digest)."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ytui.core.failures.classes import Advice
from ytui.core.formatting import format_size
from ytui.core.local_time import is_over
from ytui.core.models import JobState, PlanState
from ytui.core.sanitize import plain_text
from ytui.core.settings.tables import Notify, NotifyOn
from ytui.engine.context import EngineContext
from ytui.store import jobs, journal, key_values, statistics
from ytui.store.database import Database
from ytui.store.rows import PlanItem
from ytui.ytdlp.job_log import redact

MOST_NAMED = 10
"""Items named one by one; of more only their number is told."""


@dataclass(frozen=True)
class Digest:
    """What arrived (count and bytes), what failed for good, what waits for the user, sites that closed."""

    arrived: int = 0
    bytes: int = 0
    failed: tuple[PlanItem, ...] = ()
    needs_you: tuple[PlanItem, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.arrived or self.failed or self.needs_you or self.closed)


def read_digest(db: Database, since: float, on: frozenset[NotifyOn]) -> Digest:
    """What happened after ``since`` (Unix seconds) of the kinds that are asked for."""
    arrived, size_of_all = statistics.downloaded_since(db, since) if NotifyOn.DONE in on else (0, 0)
    opened = [item for item in statistics.opened_since(db, since) if item.state is PlanState.OPEN]
    waits = [item for item in opened if item.advice == Advice.NEEDS_USER]
    lasting = [item for item in opened if item.advice != Advice.NEEDS_USER]
    closed = [f"{site}: {words}" for site, _, words in statistics.closed_since(db, since)]
    return Digest(
        arrived,
        size_of_all,
        tuple(lasting) if NotifyOn.FAILED in on else (),
        tuple(waits) if NotifyOn.NEEDS_YOU in on else (),
        tuple(closed) if NotifyOn.SITE_CLOSED in on else (),
    )


def digest_title(news: Digest) -> str:
    """One line about all of it."""
    parts = [
        (news.arrived, f"{news.arrived} arrived ({format_size(news.bytes)})"),
        (len(news.failed), f"{len(news.failed)} failed"),
        (len(news.needs_you), f"{len(news.needs_you)} need you"),
        (len(news.closed), f"{len(news.closed)} closed by their site"),
    ]
    return "ytui: " + ", ".join(words for number, words in parts if number)


def digest_body(news: Digest) -> str:
    """The lines below it; harmless text without secrets."""
    return redact(plain_text("\n".join(_lines(news)))) + "\n"


def _lines(news: Digest) -> Iterator[str]:
    yield digest_title(news)
    for heading, items in (("Needs you:", news.needs_you), ("Failed:", news.failed)):
        if items:
            yield ""
            yield heading
            for item in items[:MOST_NAMED]:
                yield f"  {item.name}: {item.reason} {item.remedy} ({item.reference})"
            if len(items) > MOST_NAMED:
                yield f"  and {len(items) - MOST_NAMED} more: ytui plan list"
    yield from news.closed


LOG = logging.getLogger(__name__)
PATIENCE = 60.0
"""Seconds after which a command that tells nobody anything is ended."""
_APPRISE = "from apprise.cli import main; main()"
_TITLE, _TEXT = "{title}", "{text}"


@dataclass
class _Sending:
    """A command on its way; ``since`` is of the monotonic clock."""

    name: str
    process: subprocess.Popen[bytes]
    since: float


class Notifier:
    """Called from the housekeeping's thread. What was told is never told again, also after a restart."""

    def __init__(self, context: EngineContext) -> None:
        self._context = context
        self._sending: list[_Sending] = []

    def tick(self, now: float) -> None:
        """Send what there is if the time has come, or if the queue has come to its end."""
        self._look_after_sent(now)
        wanted = self._context.settings.notify
        if not wanted.command and not wanted.urls:
            return
        db = self._context.db
        last = key_values.get(db, key_values.NOTIFIED_AT)
        if last is None:
            key_values.put(db, key_values.NOTIFIED_AT, str(now))
            return
        if not is_over(wanted.every, float(last), now) and self._busy():
            return
        news = read_digest(db, float(last), wanted.on)
        if news.any:
            # First, so that a message that ends the process cannot be sent for ever.
            key_values.put(db, key_values.NOTIFIED_AT, str(now))
            self._send(wanted, digest_title(news), digest_body(news))

    def _busy(self) -> bool:
        counts = jobs.counts(self._context.db).values()
        return any(states[JobState.QUEUED] or states[JobState.RUNNING] for states in counts)

    def _send(self, wanted: Notify, title: str, text: str) -> None:
        if wanted.command:
            command = [part.replace(_TITLE, title).replace(_TEXT, text) for part in wanted.command]
            self._start(wanted.command[0], command, text, {})
        if wanted.urls and importlib.util.find_spec("apprise") is None:
            self._complain("Apprise", 'is not installed: pip install "ytui[notify]"')
        elif wanted.urls:
            # In the environment: addresses hold passwords, which a command line shows to everybody.
            command = [sys.executable, "-c", _APPRISE, "-t", title]
            self._start("Apprise", command, text, {"APPRISE_URLS": " ".join(wanted.urls)})

    def _start(self, name: str, command: list[str], text: str, more: Mapping[str, str]) -> None:
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.seek(0)
            try:
                process = subprocess.Popen(
                    command,
                    stdin=file,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, **more},
                    # It outlives a ytui that ends meanwhile, and no key of the terminal reaches it.
                    start_new_session=True,
                )
            except OSError as error:
                self._complain(name, f"could not be started: {error.strerror or error}")
                return
        self._sending.append(_Sending(name, process, time.monotonic()))

    def _look_after_sent(self, now: float) -> None:
        for sending in list(self._sending):
            code = sending.process.poll()
            if code is None and time.monotonic() - sending.since < PATIENCE:
                continue
            self._sending.remove(sending)
            if code is None:
                sending.process.kill()
                sending.process.wait()
                self._complain(sending.name, f"did not end within {PATIENCE:.0f} s and was stopped")
            elif code:
                self._complain(sending.name, f"ended with {code}")

    def _complain(self, name: str, words: str) -> None:
        LOG.warning("notification: %s %s", name, words)
        journal.write(
            self._context.db,
            at=self._context.clock(),
            level="warning",
            type="runtime",
            message=f"notification: {name} {words}",
        )
