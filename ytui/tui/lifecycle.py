"""How the app ends, is left, sleeps and wakes: the queue is checkpointed first, whatever the reason."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from typing import TYPE_CHECKING

from ytui.core.settings import OnDisconnect
from ytui.engine.holder.instance import Held
from ytui.engine.holder.tenancy import Tenancy

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp
    from ytui.tui.engine_host import EngineHost

LOG = logging.getLogger(__name__)
LOST_SECONDS = 1.8
"""How long a lost terminal leaves for ending what runs; the driver ends the process a little later."""
HUNG_UP = 128 + signal.SIGHUP
TAKEN_OVER = "another ytui took this library over; nothing is lost"
TERMINATED = 128 + signal.SIGTERM


class Lifecycle:
    """Ends the engine and hands the library on; the driver and the keys say when."""

    def __init__(self, app: YtuiApp, host: EngineHost, tenancy: Tenancy | None) -> None:
        self._app = app
        self._host = host
        self._tenancy = tenancy
        self._leaving = False
        self._asleep = False

    @property
    def can_leave_running(self) -> bool:
        """Whether the queue can go on without the screen."""
        return self._tenancy is not None and self._tenancy.lasting

    def look(self) -> None:
        """Let go if another ytui asked for the library."""
        if not self._leaving and self._tenancy is not None and self._tenancy.asked_for():
            self._begin(successor=False, code=0, message=TAKEN_OVER)

    def stop_and_quit(self) -> None:
        """End what runs; it goes on at the next start."""
        self._begin(successor=False, code=0)

    def leave_running(self) -> None:
        """Quit; a process without a screen goes on with the queue."""
        self._begin(successor=True, code=0)

    def terminal_lost(self) -> None:
        """The line dropped."""
        self._begin(successor=self._continues(), code=HUNG_UP, seconds=LOST_SECONDS)

    def end_quietly(self) -> None:
        """SIGTERM: end without a successor, the terminal restored."""
        self._begin(successor=False, code=TERMINATED)

    def last_words(self, *, lost: bool) -> None:
        """From the driver's last resort, in a thread of its own: the process ends right after this."""
        if self._tenancy is not None:
            self._tenancy.give_away(successor=lost and self._continues(), ended=False)

    def suspend(self) -> None:
        """``ctrl+z``: hand the queue over, give the terminal back, and sleep until ``fg``."""
        if not self._leaving and not self._asleep:
            self._asleep = True
            self._app.run_worker(self._suspend(), name="suspending", group="leaving", exit_on_error=False)

    def resume(self) -> None:
        """``fg``: take the terminal and the library back."""
        if self._leaving:
            return
        if self._asleep:
            self._asleep = False
            self._app.run_worker(self._resume(), name="resuming", group="leaving", exit_on_error=False)
        else:
            # It was stopped from outside: the shell has painted over the screen.
            self._app.paint_again()

    def sleep_on(self) -> None:
        """``bg``: there is nothing to do without the terminal."""
        if self._asleep and not self._leaving:
            os.kill(os.getpid(), signal.SIGSTOP)

    def _continues(self) -> bool:
        return self._app.settings_in_force.ssh.on_disconnect is OnDisconnect.CONTINUE

    def _begin(
        self, *, successor: bool, code: int, seconds: float | None = None, message: str | None = None
    ) -> None:
        if self._leaving:
            return
        self._leaving = True
        # As a worker: the screen goes on to show what is being ended.
        self._app.run_worker(
            self._leave(successor, code, seconds, message),
            name="leaving",
            group="leaving",
            exit_on_error=False,
        )

    async def _leave(self, successor: bool, code: int, seconds: float | None, message: str | None) -> None:
        try:
            ended = await self._host.stop(seconds)
            if self._tenancy is not None:
                await asyncio.to_thread(self._tenancy.give_away, successor=successor, ended=ended)
        finally:
            self._app.exit(return_code=code, message=message)

    async def _suspend(self) -> None:
        ended = await self._host.stop()
        if self._tenancy is not None:
            await asyncio.to_thread(self._tenancy.give_away, successor=self._continues(), ended=ended)
        driver = self._app.driver
        if driver is not None:
            driver.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)

    async def _resume(self) -> None:
        driver = self._app.driver
        if driver is not None:
            driver.resume_application_mode()
        if self._tenancy is not None:
            try:
                await asyncio.to_thread(self._tenancy.take_back)
            except Held as held:
                self._app.exit(return_code=3, message=str(held))
                return
        self._host.start_again()
        self._app.paint_again()
