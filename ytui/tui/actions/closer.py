"""Looking closer at what is under the cursor: details, its log, why it waits; and the form for a new one."""

from __future__ import annotations

from pathlib import Path

from textual.message import Message

from ytui.tui.actions.command_runner import Told
from ytui.tui.actions.doing import Target, latest_job
from ytui.tui.actions.plan_commands import nothing_here
from ytui.tui.actions.subscribing import Subscribing
from ytui.tui.details.files import SideFiles
from ytui.tui.details.pages import Pages
from ytui.tui.details.sections import Page
from ytui.tui.details.thumbnail import ThumbnailFile
from ytui.tui.details.video import VideoPage
from ytui.tui.screens.details import DetailsScreen
from ytui.tui.screens.job_log import JobLogScreen
from ytui.tui.surroundings import Surroundings
from ytui.tui.tables.rows import RowKind
from ytui.tui.text import ASCII
from ytui.tui.why import why
from ytui.tui.widgets.thumbnail import ReadPicture


class LogFound(Message):
    """Whose log is to be shown; None if there is no job."""

    def __init__(self, job: int | None) -> None:
        super().__init__()
        self.job = job


class Closer:
    """Opens what belongs to the row under the cursor, whatever is marked."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here
        self._subscribing = Subscribing(here)

    def open(self) -> None:
        """Show everything about it; a heading folds or opens instead."""
        rows = self._here.app.main.pane.rows
        if rows.key is not None and rows.key < 0 and self._here.app.page is self._here.app.main:
            rows.fold()
        elif (target := self._target()) is not None:
            key = target.keys[0]
            self._here.app.push_screen(
                DetailsScreen(
                    target.kind,
                    key,
                    self._page(target.kind, key),
                    self._here.glyphs,
                    self._here.app.remapped,
                    picture=self._picture(key) if target.kind is RowKind.VIDEO else None,
                )
            )

    def why(self) -> None:
        """Tell what it waits for, or why it was skipped."""
        target = self._target()
        if target is not None:
            settings, now = self._here.app.settings_in_force, self._here.app.now()
            self._here.runner.tell(lambda: Told(why(self._here.store.db, settings, target, now)))

    def find_log(self) -> None:
        """Look for its newest job; a :class:`LogFound` follows."""
        target = self._target()
        if target is not None:
            self._here.runner.find(
                lambda: self._here.app.post_message(LogFound(latest_job(self._here.store.db, target)))
            )

    def show_log(self, job: int | None) -> None:
        """Show a job's whole log, from its end."""
        if job is None:
            self._here.app.post_message(Told("there is no job here yet"))
            return
        logs = self._here.places.job_logs_dir
        self._here.app.push_screen(JobLogScreen(job, logs, self._here.glyphs, self._here.app.remapped))

    def add(self) -> None:
        """Ask for a new channel."""
        self._subscribing.add()

    def edit(self) -> None:
        """Show the settings of the channel under the cursor."""
        target = self._target()
        if target is not None:
            self._subscribing.edit(target.keys[0])

    def _target(self) -> Target | None:
        """Return what is under the cursor; None, and it is said, where nothing is that a key could act on."""
        target = self._here.app.page.target(single=True) if self._here.app.page else None
        if target is not None and not target.keys:
            self._here.app.post_message(Told(nothing_here(target, "nothing here")))
            return None
        return target

    def _page(self, kind: RowKind, key: int) -> Page:
        store, logs = self._here.store, self._here.places.job_logs_dir
        if kind is not RowKind.VIDEO:
            return Pages(store, logs).of(kind, key)
        return VideoPage(store, key, logs, SideFiles(self._library)).page()

    def _picture(self, key: int) -> ReadPicture | None:
        """Half blocks and colours are needed for it, and that the person wants it."""
        app = self._here.app
        able = self._here.glyphs is not ASCII and not app.no_color and app.console.color_system is not None
        if not able or not app.settings_in_force.screen.thumbnails:
            return None
        return ThumbnailFile(self._here.store, key, self._library).read

    @property
    def _library(self) -> Path:
        return self._here.app.settings_in_force.library.path
