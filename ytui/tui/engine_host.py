"""The engine inside the app: started in a thread after the first frame, its slots as thread workers."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.app import App

from ytui.core.settings import Settings

if TYPE_CHECKING:
    from ytui.engine.engine import Engine

STOP_SECONDS = 5.0
"""How long leaving waits for running jobs to be ended; what is left then ends by itself with this process."""

EngineFactory = Callable[[Callable[[int], None]], "Engine"]
"""Builds an engine from the function that starts a slot."""


class EngineHost:
    """Owns the engine for as long as the app runs."""

    def __init__(
        self, app: App[None], factory: EngineFactory, settings: Settings, started: Callable[[], None]
    ) -> None:
        """``settings`` hold until the engine has its own; ``started`` is called when slots are on the way."""
        self._app = app
        self._factory = factory
        self._first_settings = settings
        self._started = started
        self.engine: Engine | None = None
        self._starting = threading.Lock()
        self._stopping: asyncio.Task[bool] | None = None

    @property
    def settings(self) -> Settings:
        """The engine's settings, which follow the file."""
        return self.engine.settings if self.engine else self._first_settings

    def start(self) -> None:
        """Start the engine; returns at once."""
        self._loop, self._context = asyncio.get_running_loop(), contextvars.copy_context()
        self._app.run_worker(
            self._start_in_thread, name="engine", group="engine", thread=True, exit_on_error=False
        )

    def _start_in_thread(self) -> None:
        with self._starting:
            if self._stopping is not None:
                return
            self.engine = self._factory(self._want_slot)
            self.engine.start()
        self._app.call_later(self._started)

    def _want_slot(self, number: int) -> None:
        # Not waited for: the app's thread may be waiting for us.
        self._loop.call_soon_threadsafe(partial(self._run_slot, number), context=self._context)

    def _run_slot(self, number: int) -> None:
        """Give a slot its thread; the worker belongs to the app, so that no screen's end ends it."""
        # Also while the engine is stopping: it waits for every slot that it asked for, this one ends at once.
        if self.engine is not None:
            self._app.run_worker(
                partial(self.engine.run_slot, number),
                name=f"slot-{number}",
                group="slots",
                thread=True,
                exit_on_error=False,
            )

    def start_again(self) -> None:
        """After a stop: a new engine, on what the store says now."""
        self.engine = None
        self._stopping = None
        self.start()

    async def stop(self, seconds: float | None = None) -> bool:
        """End running jobs and wait for their processes; whether all ended in time. May be called twice."""
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(asyncio.to_thread(self._stop, seconds or STOP_SECONDS))
        return await asyncio.shield(self._stopping)

    def _stop(self, seconds: float) -> bool:
        # One that is being started is stopped right after: half started it could not be.
        with self._starting:
            engine = self.engine
        return engine is None or engine.stop(graceful=False, timeout=seconds)
