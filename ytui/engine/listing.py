"""One fetch job: the listing of one tab, saved a page at a time, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from ytui.core.filters import date_floor
from ytui.core.intervals import EMPTY_TAB_AGAIN, next_interval
from ytui.core.messages import Common, Listed, ListingTask, Page, Reply
from ytui.core.models import Priority, Tab
from ytui.core.settings import BacklogKind, Channel
from ytui.engine import wanted
from ytui.engine.channel_settings import settings_of
from ytui.engine.context import Context
from ytui.store import channels, jobs, journal, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow
from ytui.store.rows import Job, TabRow


class ListingRun:
    """The engine's side of one walk over a tab. Lives as long as its job's process."""

    def __init__(self, context: Context, job: Job, common: Common) -> None:
        """Start a new walk; raises ``LookupError`` if the channel or tab is gone from the store."""
        assert job.channel_id is not None
        assert job.tab_id is not None
        self._context = context
        self._job = job
        db = context.db
        channel, tab = channels.by_id(db, job.channel_id), channels.tab_by_id(db, job.tab_id)
        if channel is None or tab is None:
            raise LookupError("its channel is not in the store any more")
        self._channel: ChannelRow = channel
        self._tab: TabRow = tab
        self._settings: Channel = settings_of(context.settings, self._channel)
        now = context.clock()
        self._walk = channels.start_walk(db, self._tab.id, now)
        self._new = 0
        self.task = ListingTask(
            common=replace(common, args=(*common.args, *self._settings.args)),
            url=self._tab.url,
            tab=Tab(self._tab.tab),
            known=channels.known_ids(db, self._tab.id),
            first_page_only=job.first_page_only,
            date_floor=date_floor(self._settings, now),
        )

    @property
    def _first(self) -> bool:
        return not self._tab.complete

    def page(self, page: Page) -> Reply:
        """Save a page and queue what is wanted of it, in one transaction: a crash leaves both or neither."""
        db = self._context.db
        now = self._context.clock()
        with transaction(db):
            if self._channel.channel_id is None and (page.channel_id or page.channel_name):
                channels.set_identity(db, self._channel.id, name=None, channel_id=page.channel_id)
            saved = channels.save_page(
                db,
                self._tab.id,
                self._walk,
                page.entries,
                channel_id=self._channel.id,
                now=now,
                first_listing=self._first,
            )
            self._new += len(saved.new_ids)
            if not self._deferred():
                wanted.queue_page(
                    db,
                    self._settings,
                    videos.by_ids(db, saved.seen_ids),
                    tab_id=self._tab.id,
                    first=self._first,
                    now=now,
                )
        self._context.wake()
        return Reply(page.ask, go=True)

    def words(self, page: Page) -> str:
        """What the worker's pane says after a page."""
        return f"page {page.number}, {self._new} new"

    def listed(self, db: Database, listed: Listed) -> None:
        """A walk ended properly: mark what it saw as known, and plan the next one. Runs in a transaction."""
        now = self._context.clock()
        if listed.empty_tab:
            channels.mark_empty(db, self._tab.id, now + EMPTY_TAB_AGAIN)
        elif listed.entries and listed.complete:
            channels.finish_walk(
                db, self._tab.id, self._walk, complete=True, newest_first=listed.newest_first, now=now
            )
            if self._deferred():
                self._queue_newest(db, now)
        elif self._job.first_page_only and not listed.complete:
            self._queue_older_pages(db, now)
        journal.write(
            db,
            at=now,
            level="info",
            type="report",
            message=f"{self._channel.name} / {self._tab.tab}: {self._summary(listed)}",
            job_id=self._job.id,
            channel_id=self._channel.id,
        )

    def settle(self, db: Database, error: str, error_class: str) -> None:
        """After the channel's last fetch job: record how it went and when it is fetched again."""
        if jobs.active_fetches(db, self._channel.id):
            return
        now = self._context.clock()
        if error and not self._new:
            again = now + next_interval(self._channel.every, 0, self._settings.every)
            channels.set_failed(
                db, self._channel.id, now=now, error=error, error_class=error_class, next_fetch=again
            )
            return
        news = videos.news_since(db, self._channel.id, self._channel.last_fetched or 0.0)
        every = next_interval(self._channel.every, news, self._settings.every)
        channels.set_fetched(db, self._channel.id, now=now, next_fetch=now + every, every=every)

    def _deferred(self) -> bool:
        """``newest N`` of a list that is not newest first can only be told at its end."""
        return self._first and self._settings.backlog.kind is BacklogKind.NEWEST and self._tab.tab == Tab.LIST

    def _queue_newest(self, db: Database, now: float) -> None:
        wanted.queue_page(
            db,
            self._settings,
            videos.newest_of_tab(db, self._tab.id),
            tab_id=self._tab.id,
            first=True,
            now=now,
        )

    def _queue_older_pages(self, db: Database, now: float) -> None:
        jobs.enqueue_fetch(
            db,
            channel_id=self._channel.id,
            tab_id=self._tab.id,
            url=self._tab.url,
            title=self._job.title,
            site=self._job.site,
            priority=Priority.OLDER,
            now=now,
            asked=False,
        )

    def _summary(self, listed: Listed) -> str:
        if listed.empty_tab:
            return "there is no such tab"
        pages = f"{listed.pages} page{'' if listed.pages == 1 else 's'}"
        return f"{self._new} new of {listed.entries} seen on {pages}"
