"""Refresh: the live status a few times a second, the store after somebody's commit."""

from __future__ import annotations

from collections.abc import Sequence

from textual.message import Message

from ytui.engine.live_status import WITH_JOB, QueueView, StatusSnapshot
from ytui.store.database import data_version
from ytui.tui.actions.command_runner import Notice
from ytui.tui.context import AppContext
from ytui.tui.header_counts import HeaderCounts, read_header_counts, window_title
from ytui.tui.terminal.driver import TerminalDriver

LAGGING = 0.4
"""How full the terminal's queue may be before looks are left out: frames are dropped, never keys."""


class HeaderCountsRead(Message):
    """The header's figures were read; None where that failed."""

    def __init__(self, summary: HeaderCounts | None) -> None:
        super().__init__()
        self.summary = summary


class Refresher:
    """Has what changed shown; rows are read again only after a commit."""

    def __init__(self, context: AppContext, name: str, told: Sequence[str] = ()) -> None:
        """``name`` begins the window's title; what was ``told`` at the start is not told again."""
        self._context = context
        self._name = name
        self._summary = HeaderCounts()
        self._snapshot = StatusSnapshot((), QueueView(), 0.0)
        self._version = -1
        self._reading_summary = False
        self._problem = ""
        self._told = told

    @property
    def running(self) -> int:
        """How many jobs had a process at the last look."""
        return sum(view.state in WITH_JOB for view in self._snapshot.slots)

    def refresh(self) -> None:
        """Take a snapshot and show what changed; nothing while the terminal lags behind."""
        app, driver = self._context.app, self._context.app.driver
        if isinstance(driver, TerminalDriver) and driver.backlog > LAGGING:
            return
        now = self._context.clock()
        if app.engine is not None:
            self._snapshot = app.engine.live_status.snapshot(now)
            self._tell_problem(app.engine.problem)
        app.main.show_board(self._summary, self._snapshot)
        if app.settings_in_force.screen.title and isinstance(driver, TerminalDriver):
            driver.show_title(window_title(self._name, self._summary, self._snapshot.queue))
        app.main.tick(now)
        # This thread's connection never writes, so that the number moves with every commit of any other.
        version = data_version(self._context.store.db)
        if version != self._version:
            self._version = version
            self._read_again()

    def take(self, message: HeaderCountsRead) -> None:
        """Show the header's new figures."""
        self._reading_summary = False
        if message.summary is not None:
            self._summary = message.summary
            self._context.app.main.show_board(self._summary, self._snapshot)

    def _tell_problem(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            if problem and not any(problem in notice for notice in self._told):
                self._context.app.post_message(Notice(problem, wrong=True))

    def _read_again(self) -> None:
        # Under a question or a form the lists are read too: nobody may write again after it is closed.
        (self._context.app.page or self._context.app.main).refresh_rows()
        if not self._reading_summary:
            self._reading_summary = True
            self._context.runner.in_thread(self._read_summary)

    def _read_summary(self) -> None:
        summary = None
        try:
            summary = read_header_counts(self._context.store.db)
        finally:
            self._context.app.post_message(HeaderCountsRead(summary))
