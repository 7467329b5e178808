"""Notifications: a person's own command or Apprise addresses are told in batches what happened."""

from __future__ import annotations

import importlib.util
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass

from ytui.core.elapsed import is_over
from ytui.core.models import JobState
from ytui.core.setting_tables import Notify
from ytui.engine.context import Context
from ytui.engine.upkeep.news import body_of, read_news, title_of
from ytui.store import jobs, journal, key_values

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

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sending: list[_Sending] = []

    def look(self, now: float) -> None:
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
        news = read_news(db, float(last), wanted.on)
        if news.any:
            # First, so that a message that ends the process cannot be sent for ever.
            key_values.put(db, key_values.NOTIFIED_AT, str(now))
            self._send(wanted, title_of(news), body_of(news))

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
