"""Lifecycle of the app: quitting, hang-ups, sleep and waking; the queue is checkpointed first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ytui.core.formatting import format_time, plural
from ytui.core.settings.tables import OnDisconnect
from ytui.engine.ownership.lock import LibraryInUse
from ytui.engine.ownership.outlook import Outlook
from ytui.engine.ownership.ownership import LibraryOwnership
from ytui.tui.notifications import NotifyingApp
from ytui.tui.refresh import Refresher
from ytui.tui.screens.dialogs import AskScreen

if TYPE_CHECKING:
    from ytui.tui.engine_host import EngineHost
    from ytui.tui.notifications import NotifyingApp


class QuitPrompt:
    """Asks before it ends what runs."""

    def __init__(self, app: NotifyingApp, refresher: Refresher, life: Lifecycle) -> None:
        self._app = app
        self._refresher = refresher
        self._life = life
        self._open: AskScreen | None = None

    def quit(self) -> None:
        """Leave, or ask how; counted from a fresh look."""
        self._life.check()
        self._refresher.refresh()
        if not self._refresher.running:
            self._life.stop_and_quit()
            return
        ways = [("stop", "stop and quit")]
        if self._life.can_leave_running:
            ways += [("leave", "leave running"), ("good", "for good")]
        self._open = AskScreen(self._question(), ways, "stay")
        self._app.push_screen(self._open, self._answered)

    def check(self) -> None:
        """Let an open question say what runs by now."""
        if self._open is not None:
            self._open.ask(self._question())

    def _answered(self, answer: str | None) -> None:
        self._open = None
        if answer == "stop":
            self._app.tell("ending what runs…")
            self._life.stop_and_quit()
        elif answer in ("leave", "good"):
            self._app.tell("handing the queue over…")
            self._life.leave_running(forever=answer == "good")

    def _question(self) -> str:
        running = self._refresher.running
        words = (
            f"{plural(running, 'job')} running. Quit?\n"
            "What is half downloaded is kept and goes on at the next start."
            if running
            else "Nothing runs any more. Quit?\nWhat is queued goes on at the next start."
        )
        ahead = self._life.outlook()
        return words if ahead is None else f"{words}\n\n{outlook_words(ahead)}\n{FOR_GOOD}"


FOR_GOOD = "For good: it goes on until you open ytui again, or the machine stops."


def outlook_words(ahead: Outlook) -> str:
    """Until when a queue goes on that is left running."""
    if ahead.paused:
        return "Left running: the queue is paused, so nothing happens until it is resumed."
    if ahead.endless:
        return "Left running: it goes on and does not end, channels are fetched every day."
    rest = f"; what is due {format_time(ahead.next)} is not done" if ahead.next is not None else ""
    if ahead.until is None:
        done = f", about {format_time(ahead.done_at)}" if ahead.done_at is not None else ""
        return f"Left running: it ends with what is queued{done}{rest}."
    until = max(ahead.until, ahead.done_at or ahead.until)
    return f"Left running: it goes on until {format_time(until)} at least{rest}."


LOST_SECONDS = 1.8
"""How long a lost terminal leaves for ending what runs; the driver ends the process a little later."""
HUNG_UP = 128 + signal.SIGHUP
TOLD_EVERY = 4.0
"""Seconds that ``fg`` may wait for the library before it says so, again and again."""
TAKEN_OVER = "another ytui took this library over; nothing is lost"


class Lifecycle:
    """Ends the engine and hands the library on; the driver and the keys say when."""

    def __init__(
        self,
        app: NotifyingApp,
        host: EngineHost,
        ownership: LibraryOwnership | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._clock = clock
        self._host = host
        self._ownership = ownership
        self._leaving = self._falling_asleep = self._asleep = False
        # One at a time: what is half handed over can be neither taken back nor handed over again.
        self._turn = asyncio.Lock()
        self._waiting: threading.Event | None = None
        """Set, it ends the wait for the library; there while it is taken back."""

    @property
    def can_leave_running(self) -> bool:
        """Whether the queue can go on without the screen."""
        return self._ownership is not None and self._ownership.lasting

    def check(self) -> None:
        """Let go if another ytui asked for the library."""
        if not self._leaving and self._ownership is not None and self._ownership.asked_for():
            self._begin(successor=False, code=0, message=TAKEN_OVER)

    def stop_and_quit(self) -> None:
        """End what runs; it goes on at the next start.

        What runs while the library is only waited for is another's, and nobody was asked about ending it.
        """
        self._begin(successor=self._waiting is not None, code=0)

    def outlook(self) -> Outlook | None:
        """Until when the queue goes on without the screen; None where it cannot, or nobody can tell now."""
        if self._ownership is None or not self._ownership.lasting:
            return None
        now, engine = self._clock(), self._host.engine
        # The header's figure: what is queued need not be looked through again in the screen's thread.
        left = None if engine is None else engine.live_status.snapshot(now).queue.eta
        try:
            ahead = self._ownership.outlook(self._host.settings, now)
        except sqlite3.OperationalError:
            return None
        return ahead if left is None else replace(ahead, done_at=now + left)

    def leave_running(self, *, forever: bool = False) -> None:
        """Quit; a process without a screen goes on with the queue: while there is work, or ``forever``."""
        self._begin(successor=True, code=0, forever=forever)

    def terminal_lost(self) -> None:
        """The line dropped."""
        self._begin(successor=self._continues(), code=HUNG_UP, seconds=LOST_SECONDS)

    def end_quietly(self, number: signal.Signals) -> None:
        """SIGTERM or SIGINT: end without a successor, the terminal restored."""
        self._begin(successor=False, code=128 + number)

    def last_words(self, *, lost: bool) -> None:
        """From the driver's last resort, in a thread of its own: the process ends right after this."""
        if self._ownership is not None:
            self._ownership.abandon(successor=lost and self._continues())

    def suspend(self) -> None:
        """``ctrl+z``: hand the queue over, give the terminal back, and sleep until ``fg``."""
        if not self._leaving and not self._falling_asleep:
            self._falling_asleep = True
            self.stop_waiting()
            self._app.run_worker(self._suspend(), name="suspending", group="leaving", exit_on_error=False)

    def resume(self) -> None:
        """``fg``: take the terminal and the library back."""
        if self._leaving:
            return
        if self._asleep:
            self._asleep = False
            self._waiting = threading.Event()
            self._app.run_worker(self._resume(), name="resuming", group="leaving", exit_on_error=False)
        elif not self._falling_asleep:
            # It was stopped from outside: the shell has painted over the screen.
            self.paint_again()

    def paint_again(self) -> None:
        """The terminal missed something."""
        self._app.refresh(layout=True)

    def sleep_on(self) -> None:
        """``bg``: there is nothing to do without the terminal."""
        if self._asleep and not self._leaving:
            os.kill(os.getpid(), signal.SIGSTOP)

    def stop_waiting(self) -> None:
        """Want the library back no more, if it is waited for."""
        if self._waiting is not None:
            self._waiting.set()

    def _continues(self) -> bool:
        return self._host.settings.ssh.on_disconnect is OnDisconnect.CONTINUE

    def _begin(
        self,
        *,
        successor: bool,
        code: int,
        seconds: float | None = None,
        message: str | None = None,
        forever: bool = False,
    ) -> None:
        if self._leaving:
            return
        self._leaving = True
        self.stop_waiting()
        # As a worker: the screen goes on to show what is being ended.
        self._app.run_worker(
            self._leave(partial(self._give_away, successor, forever), code, seconds, message),
            name="leaving",
            group="leaving",
            exit_on_error=False,
        )

    def _give_away(self, successor: bool, forever: bool, ended: bool) -> None:
        if self._ownership is not None:
            self._ownership.give_away(successor=successor, ended=ended, forever=forever)

    async def _leave(
        self, give_away: Callable[[bool], None], code: int, seconds: float | None, message: str | None
    ) -> None:
        try:
            async with self._turn:
                ended = await self._host.stop(seconds)
                await asyncio.to_thread(give_away, ended)
        finally:
            self._app.exit(return_code=code, message=message)

    async def _suspend(self) -> None:
        async with self._turn:
            try:
                ended = await self._host.stop()
                if self._ownership is not None:
                    await asyncio.to_thread(
                        self._ownership.give_away, successor=self._continues(), ended=ended
                    )
            finally:
                self._falling_asleep = False
                if not self._leaving:
                    self._sleep()

    def _sleep(self) -> None:
        driver = self._app.driver
        if driver is not None:
            driver.suspend_application_mode()
        self._asleep = True
        os.kill(os.getpid(), signal.SIGSTOP)

    async def _resume(self) -> None:
        async with self._turn:
            driver = self._app.driver
            if driver is not None:
                driver.resume_application_mode()
            # The shell has painted over all of it, also over a notice that is only renewed.
            self.paint_again()
            try:
                ours = await self._take_back()
            finally:
                self._waiting = None
            # Whoever wants to end or to sleep again hands over what is ours, and needs no engine for it.
            if ours and not self._leaving and not self._falling_asleep:
                self._host.start_again()
                self.paint_again()

    async def _take_back(self) -> bool:
        if self._ownership is None or self._waiting is None:
            return True
        taking = asyncio.ensure_future(asyncio.to_thread(self._ownership.take_back, self._waiting))
        while not (await asyncio.wait({taking}, timeout=TOLD_EVERY))[0]:
            self._app.tell(
                f"{await asyncio.to_thread(self._holder_words)}; waiting for it, q leaves it there"
            )
        return await taking

    def _holder_words(self) -> str:
        holder = None
        if self._ownership is not None:
            with contextlib.suppress(sqlite3.OperationalError):
                holder = self._ownership.holder()
        return str(LibraryInUse(holder))
