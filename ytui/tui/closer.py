"""Looking closer at what is under the cursor: details, its log, why it waits; and the form for a new one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.command_runner import CommandRunner, Told
from ytui.tui.details import Details, read_details, read_job_log
from ytui.tui.details_files import SideFiles
from ytui.tui.details_video import Part, VideoPage
from ytui.tui.doing import Target, latest_job
from ytui.tui.keys import View
from ytui.tui.rows import RowKind
from ytui.tui.screens.details import DetailsScreen
from ytui.tui.subscribing import Subscribing
from ytui.tui.text import Glyphs
from ytui.tui.why import why

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp


class LogFound(Message):
    """Whose log is to be shown; None if there is no job."""

    def __init__(self, job: int | None) -> None:
        super().__init__()
        self.job = job


class Closer:
    """Opens what belongs to the row under the cursor, whatever is marked."""

    def __init__(
        self,
        app: YtuiApp,
        store: Store,
        places: Places,
        glyphs: Glyphs,
        runner: CommandRunner,
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._store = store
        self._places = places
        self._glyphs = glyphs
        self._runner = runner
        self._subscribing = Subscribing(app, store, places, glyphs, runner, clock)

    def open(self) -> None:
        """Show everything about it."""
        target = self._target()
        if target is None:
            self._app.main.pane.rows.fold()
        else:
            key = target.keys[0]
            read: Callable[[], Details | None] = partial(self._read, target.kind, key)
            parts: tuple[Part, ...] = ()
            if target.kind is RowKind.VIDEO:
                files = SideFiles(self._app.settings_in_force.library.path)
                page = VideoPage(self._store, key, self._places.job_logs_dir, files)
                read, parts = page.facts, page.parts()
            self._app.push_screen(
                DetailsScreen(target.kind, key, read, self._glyphs, self._app.remapped, parts=parts)
            )

    def why(self) -> None:
        """Tell what it waits for, or why it was skipped."""
        target = self._target()
        if target is not None:
            settings, now = self._app.settings_in_force, self._app.now()
            self._runner.tell(lambda: Told(why(self._store.db, settings, target, now)))

    def find_log(self) -> None:
        """Look for its newest job; a :class:`LogFound` follows."""
        target = self._target()
        if target is not None:
            self._runner.in_thread(
                lambda: self._app.post_message(LogFound(latest_job(self._store.db, target)))
            )

    def show_log(self, job: int | None) -> None:
        """Show a job's whole log, from its end."""
        if job is None:
            self._app.post_message(Told("there is no job here yet"))
            return
        read = partial(read_job_log, job, self._places.job_logs_dir)
        self._app.push_screen(
            DetailsScreen(
                RowKind.JOB, job, read, self._glyphs, self._app.remapped, view=View.JOB_LOG, to_end=True
            )
        )

    def add(self) -> None:
        """Ask for a new channel."""
        self._subscribing.add()

    def edit(self) -> None:
        """Show the settings of the channel under the cursor."""
        target = self._target()
        if target is not None and target.kind is RowKind.CHANNEL:
            self._subscribing.edit(target.keys[0])

    def _target(self) -> Target | None:
        target = self._app.page.target(single=True) if self._app.page else None
        return target if target is not None and target.keys else None

    def _read(self, kind: RowKind, key: int) -> Details | None:
        return read_details(self._store.db, kind, key, self._places.job_logs_dir)
