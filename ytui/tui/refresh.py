"""Refresh: the live status a few times a second, the store after somebody's commit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ytui.engine.live_status import READ_AGAIN, WITH_JOB, QueueView, StatusSnapshot
from ytui.store.database import Store, data_version
from ytui.tui.background import read_in_thread
from ytui.tui.engine_host import EngineHost
from ytui.tui.navigator import Navigator
from ytui.tui.notifications import NotifyingApp
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.widgets.header import HeaderCounts, read_header_counts, window_title

LAGGING = 0.4
"""How full the terminal's queue may be before looks are left out: frames are dropped, never keys."""


class Refresher:
    """Has what changed shown; rows are read again only after a commit."""

    def __init__(
        self,
        app: NotifyingApp,
        main: MainScreen,
        navigator: Navigator,
        store: Store,
        host: EngineHost,
        clock: Callable[[], float],
        name: str,
        notified: Sequence[str] = (),
    ) -> None:
        """``name`` begins the window's title; what was ``notified`` at the start is not said again."""
        self._app = app
        self._main = main
        self._navigator = navigator
        self._store = store
        self._host = host
        self._clock = clock
        self._name = name
        self._summary = HeaderCounts()
        self._snapshot = StatusSnapshot((), QueueView(), 0.0)
        self._version = -1
        self._reading_summary = False
        self._problem = ""
        self._notified = notified

    @property
    def running(self) -> int:
        """How many jobs had a process at the last look."""
        return sum(view.state in WITH_JOB for view in self._snapshot.slots)

    @property
    def missing(self) -> tuple[int, ...]:
        """The channels that wait for a person to say whether they go, as of the last look."""
        return self._snapshot.queue.missing

    def refresh(self) -> None:
        """Take a snapshot and show what changed; nothing while the terminal lags behind."""
        driver, engine = self._app.driver, self._host.engine
        if isinstance(driver, TerminalDriver) and driver.backlog > LAGGING:
            return
        now = self._clock()
        if engine is not None:
            self._snapshot = engine.live_status.snapshot(now)
            self._tell_problem(engine.problem)
        self._main.show_board(self._summary, self._snapshot)
        if self._host.settings.screen.title and isinstance(driver, TerminalDriver):
            driver.show_title(window_title(self._name, self._summary, self._snapshot.queue))
        self._main.tick(now)
        # This thread's connection never writes, so that the number moves with every commit of any other.
        version = data_version(self._store.db)
        if version != self._version:
            self._version = version
            self._read_again()

    def _tell_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            if not problem:
                self._app.tell(READ_AGAIN)
            elif not any(problem in notice for notice in self._notified):
                self._app.tell(problem, wrong=True)

    def _read_again(self) -> None:
        # Under a question or a form the lists are read too: nobody may write again after it is closed.
        (self._navigator.page or self._main).refresh_rows()
        if not self._reading_summary:
            self._reading_summary = True
            read_in_thread(
                self._app,
                lambda: read_header_counts(self._store.db),
                self._show_summary,
                name="command",
                group="commands",
            )

    def _show_summary(self, summary: HeaderCounts | None) -> None:
        """Show the header's new figures; None where they could not be read."""
        self._reading_summary = False
        if summary is not None:
            self._summary = summary
            self._main.show_board(self._summary, self._snapshot)
