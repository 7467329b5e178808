"""Inspection of what is under the cursor: details, log, why it waits, a copy; the form for a new one."""

from __future__ import annotations

from pathlib import Path

from ytui.core.formatting import format_time
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.core.states import ENDED_STATES
from ytui.engine.queue.explain import Explanation, explain_job, explain_video
from ytui.store import channels, jobs, trash, videos
from ytui.store.database import Database
from ytui.store.lists import related
from ytui.store.rows import Channel
from ytui.tui.actions.channel_actions import ChannelForms
from ytui.tui.actions.plan_actions import nothing_here
from ytui.tui.actions.shared_form_actions import SharedForms
from ytui.tui.context import AppContext
from ytui.tui.details.pages import ItemPages
from ytui.tui.details.sections import DetailsPage
from ytui.tui.details.side_files import SideFiles, ThumbnailFile
from ytui.tui.details.video_page import VideoPage
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.details_screen import DetailsScreen
from ytui.tui.screens.job_log_screen import JobLogScreen
from ytui.tui.text import ASCII
from ytui.tui.widgets.thumbnail import ReadPicture


def why_sentence(db: Database, settings: Settings, target: Target, now: float) -> str:
    """Return why it is where it is, and what it waits for."""
    if target.kind is RowKind.VIDEO:
        video = videos.by_id(db, target.keys[0])
        return _sentence(explain_video(db, settings, video, now)) if video is not None else "this is gone"
    number = target.latest_job(db)
    job = jobs.by_id(db, number) if number is not None else None
    # A fetch that is over says nothing of when the channel is fetched again.
    if target.kind is RowKind.CHANNEL and (job is None or job.state in ENDED_STATES):
        channel = channels.by_id(db, target.keys[0])
        return _of_channel(channel) if channel is not None else "this is gone"
    return _sentence(explain_job(db, settings, job, now)) if job is not None else "there is no job here yet"


def _of_channel(channel: Channel) -> str:
    """Why a channel is not fetched now: nothing of it is queued."""
    if channel.paused:
        return "paused: p lets it go on"
    last = clean(channel.error) or (
        f"fetched {format_time(channel.last_fetched)}" if channel.last_fetched else "never fetched"
    )
    due = f"due {format_time(channel.next_fetch)}" if channel.next_fetch is not None else "due now"
    return f"{last}; {due}, u fetches it now"


def _sentence(answer: Explanation) -> str:
    place = f" as number {answer.position}" if answer.position else ""
    about = f", about {format_time(answer.until)}" if answer.until is not None else ""
    return clean(f"{answer.state}{place}: {answer.reason}{about}")


class Inspector:
    """Opens what belongs to the row under the cursor, whatever is marked."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._channel_forms = ChannelForms(context)
        self._shared_forms = SharedForms(context)

    async def open(self) -> None:
        """Show everything about it; of a channel its lists; a heading folds or opens instead."""
        rows = self._context.main.pane.rows
        if rows.key is not None and rows.key < 0 and self._context.navigator.page is self._context.main:
            rows.fold()
        elif (target := self._target()) is None:
            return
        elif target.kind is RowKind.CHANNEL:
            await self._context.navigator.open_channel(target.keys[0])
        else:
            self._show_page(target.kind, target.keys[0])

    def _show_page(self, kind: RowKind, key: int) -> None:
        self._context.app.push_screen(
            DetailsScreen(
                kind,
                key,
                self._page(kind, key),
                self._context.glyphs,
                self._context.remapped,
                picture=self._picture(key) if kind is RowKind.VIDEO else None,
            )
        )

    def channel_page(self) -> None:
        """Show what is known of the channel: of the one whose lists these are, or of the row's."""
        target = self._context.navigator.channel_target(single=True)
        if target is not None and target.keys:
            kind, key = target.kind, target.keys[0]
            self._context.runner.find(lambda db: related.channel_of(db, kind, key), self._show_channel)
        elif target is not None:
            self._context.app.tell(nothing_here(target, "no channel here"))

    def _show_channel(self, channel: int | None) -> None:
        if channel is None:
            self._context.app.tell("it is of no channel")
        else:
            self._show_page(RowKind.CHANNEL, channel)

    def why(self) -> None:
        """Tell what it waits for, or why it was skipped."""
        target = self._target()
        if target is not None:
            settings, now = self._context.host.settings, self._context.clock()
            self._context.runner.tell(lambda db: why_sentence(db, settings, target, now))

    def find_log(self) -> None:
        """Look for its newest job, and show its log."""
        target = self._target()
        if target is not None:
            self._context.runner.find(target.latest_job, self._show_log)

    def _show_log(self, job: int | None) -> None:
        """Show a job's whole log, from its end."""
        if job is None:
            self._context.app.tell("there is no job here yet")
            return
        logs = self._context.places.job_logs_dir
        self._context.app.push_screen(JobLogScreen(job, logs, self._context.glyphs, self._context.remapped))

    def add(self) -> None:
        """Ask for a new channel."""
        self._channel_forms.add()

    def edit(self) -> None:
        """Show the settings of the channel under the cursor, or what the marked ones have together."""
        channel = self._context.navigator.channel
        chosen = self._context.navigator.target() if channel is None else None
        if chosen is not None and chosen.kind is not RowKind.CHANNEL:
            self._context.app.tell("this key edits a channel, and here is none")
            return
        if channel is not None:
            self._channel_forms.edit(channel)
        elif chosen is not None and len(chosen.keys) > 1:
            self._shared_forms.edit(chosen, self._channel_forms.edit)
        elif chosen is not None and chosen.keys:
            self._channel_forms.edit(chosen.keys[0])
        elif chosen is not None:
            self._context.app.tell(nothing_here(chosen, "nothing here"))

    def edit_defaults(self) -> None:
        """Show the settings that every channel inherits."""
        self._shared_forms.edit_defaults()

    def _target(self) -> Target | None:
        """Return what is under the cursor; None, and it is said, where nothing is that a key could act on."""
        target = self._context.navigator.target(single=True)
        if target is not None and not target.keys:
            self._context.app.tell(nothing_here(target, "nothing here"))
            return None
        if target is not None and target.kind is RowKind.TRASH:
            # What is known of it is known of the video.
            entry = trash.by_id(self._context.store.db, target.keys[0])
            return Target(RowKind.VIDEO, () if entry is None else (entry.video_id,))
        return target

    def _page(self, kind: RowKind, key: int) -> DetailsPage:
        store, logs = self._context.store, self._context.places.job_logs_dir
        if kind is not RowKind.VIDEO:
            return ItemPages(store, logs, lambda: self._context.host.settings).of(kind, key)
        return VideoPage(store, key, logs, SideFiles(self._library)).page()

    def _picture(self, key: int) -> ReadPicture | None:
        """Half blocks and colours are needed for it, and that the person wants it."""
        app = self._context.app
        able = self._context.glyphs is not ASCII and not app.no_color and app.console.color_system is not None
        if not able or not self._context.host.settings.screen.thumbnails:
            return None
        return ThumbnailFile(self._context.store, key, self._library).read

    @property
    def _library(self) -> Path:
        return self._context.host.settings.library.path
