"""Notifications: each sentence once, errors into the log; missing programs are among them."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from textual.app import App
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.message import Message
from textual.notifications import Notification, Notify
from textual.widgets._toast import Toast
from textual.worker import Worker, WorkerState

from ytui.core.sanitize import clean
from ytui.ytdlp import ffmpeg

JS_RUNTIMES = ("deno", "node", "bun", "qjs")
INSTALLERS = {
    "apt-get": "sudo apt install ffmpeg",
    "dnf": "sudo dnf install ffmpeg-free",
    "pacman": "sudo pacman -S ffmpeg",
    "apk": "sudo apk add ffmpeg",
    "brew": "brew install ffmpeg",
}


def find_program(name: str) -> str | None:
    """Return where a program is, also beside this Python, where pip puts what it installs."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def missing_tools(
    which: Callable[[str], str | None] = find_program,
    has_bundled_ffmpeg: Callable[[], bool] = ffmpeg.is_bundled,
) -> list[str]:
    """Return a sentence for each program that is missing; no program is started to find out."""
    missing = []
    if not (which("ffmpeg") or has_bundled_ffmpeg()):
        command = next((words for name, words in INSTALLERS.items() if which(name)), "your package manager")
        missing.append(f"ffmpeg is missing: video and audio cannot be merged. Install it: {command}")
    if not any(which(name) for name in JS_RUNTIMES):
        missing.append(
            "no JavaScript runtime: YouTube's formats need one. Install it: pip install -U 'yt-dlp[deno]'"
        )
    return missing


LOG = logging.getLogger(__name__)


class NotifyingApp(App[None], inherit_bindings=False):
    """An application that never says the same thing twice at a time, and that outlives what failed in it."""

    @property
    def driver(self) -> Driver | None:
        """The terminal."""
        return self._driver

    def in_thread(self, work: Callable[[], object]) -> None:
        """Run something in a thread of the pool; what it raises is told."""
        self.run_worker(work, name="command", group="commands", thread=True, exit_on_error=False)

    def tell(self, words: str, *, wrong: bool = False) -> None:
        """Tell a sentence, which may contain text from outside; from any thread."""
        self.notify(clean(words), severity="error" if wrong else "information", markup=False)

    def tell_missing(self) -> None:
        """Tell which tools are missing on this machine."""
        for notice in missing_tools():
            self.tell(notice, wrong=True)

    def on_notify(self, event: Notify) -> None:
        """The same notice again does not come beside the former, which stays for as long again instead."""
        former = next((notice for notice in self._notifications if _same(notice, event.notification)), None)
        if former is None:
            return
        event.prevent_default()
        former.raised_at = event.notification.raised_at
        for screen in self.screen_stack:
            for toast in screen.query(Toast):
                if toast._notification is former:
                    for timer in toast._timers:
                        timer.reset()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A thread that failed is told and logged; it never ends the app."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            LOG.error("%s failed", event.worker.name, exc_info=error)
            self.tell(f"{event.worker.name}: {error}", wrong=True)

    def on_row_list_load_failed(self, message: Message) -> None:
        """A list could not be read."""
        error = getattr(message, "error", None)
        LOG.error("a list could not be read", exc_info=error)
        self.tell(f"the list could not be read: {error}", wrong=True)

    def _handle_exception(self, error: Exception) -> None:
        """A screen that opens as the app ends lacks its parts (Textual mounts no more): no mistake."""
        if self._exit and isinstance(error, NoMatches):
            LOG.info("a screen was still opening when the application ended", exc_info=error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """The traceback goes to the log: the person gets a sentence, after the terminal is as it was."""
        LOG.critical("the application ended by a mistake", exc_info=self._exception)
        self._close_messages_no_wait()


def _same(one: Notification, other: Notification) -> bool:
    return (one.severity, one.title, one.message) == (other.severity, other.title, other.message)
