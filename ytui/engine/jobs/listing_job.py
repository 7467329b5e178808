"""Listing job: the fetch of one tab, saved a page at a time, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

from ytui.core.channel_address import (
    address_of_id,
    channel_key,
    has_moved,
    is_channel,
)
from ytui.core.failures.classifier import Evidence, FailureClass, classify
from ytui.core.fetch_schedule import EMPTY_TAB_AGAIN, LONGEST, jitter, next_interval
from ytui.core.filters import date_floor
from ytui.core.models import Priority, Stage, Tab
from ytui.core.protocol import (
    Declined,
    FeedRead,
    JobFailed,
    Listed,
    ListingPage,
    Outcome,
    Reply,
    Report,
)
from ytui.core.settings import BacklogKind
from ytui.core.tasks import Common, ListingTask
from ytui.engine.channels import feeds, selection
from ytui.engine.channels.channel_settings import label_for, listing_settings
from ytui.engine.channels.same_channel import handle_keys, merge_twin, other_channel
from ytui.engine.commands import queue_commands
from ytui.engine.context import EngineContext, RunningJob, StopReason
from ytui.engine.jobs.job_run import JobRun
from ytui.store import channel_identity, channels, jobs, journal, plan, tabs, videos
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow
from ytui.store.rows import ChannelState, Job, PlanItem, TabRow

NOTHING_LISTED = "none of its tabs that are looked at is there, or they list nothing"
_OF_THE_CHANNEL = frozenset({FailureClass.NOT_FOUND, FailureClass.TERMINATED, FailureClass.OTHER_CHANNEL})
"""What speaks of a channel as a whole, whichever of its tabs was asked for."""


class ListingRun(JobRun):
    """The engine's side of one walk over a tab."""

    task: ListingTask

    def __init__(self, context: EngineContext, job: Job, common: Common) -> None:
        """Start a new walk; raises ``LookupError`` if the channel or tab is gone from the store."""
        assert job.channel_id is not None
        assert job.tab_id is not None
        db = context.db
        channel, tab = channels.by_id(db, job.channel_id), tabs.tab_by_id(db, job.tab_id)
        if channel is None or tab is None:
            raise LookupError("its channel is not in the store any more")
        self._channel: ChannelRow = channel
        self._tab: TabRow = tab
        super().__init__(context, job, listing_settings(context.settings, self._channel))
        now = context.clock()
        self._walk = 0
        self._new = 0
        self._refusal: Evidence | None = None
        """Why nothing of this answer is taken."""
        self.is_twin = False
        """There is another row of this channel: nothing is listed for this one."""
        # Whoever asks by key waits for what is new; the whole of a tab is looked at when a check is due.
        whole = not job.asked and feeds.is_due_whole(db, self._tab, self._settings, now)
        feed = feeds.feed_for(db, channel, job)
        if feed is None:
            self._begin(db, now)
        by_id = self._place_by_id()
        self.task = ListingTask(
            common=self._own(common),
            url=by_id if by_id and has_moved(channel.url, channel.handle) else self._tab.url,
            by_id=by_id,
            tab=Tab(self._tab.tab),
            known=tabs.known_ids(db, self._tab.id),
            whole=whole,
            feed=feed,
            first_page_only=job.first_page_only,
            date_floor=date_floor(self._settings, now),
        )

    def on_report(self, report: Report, running: RunningJob) -> Reply | None:
        """Save a page, or decide by the feed whether there is to be any."""
        match report:
            case ListingPage():
                self._answered()
                reply = self._page(report)
                self._show(stage=Stage.LISTING, detail=f"page {report.number}, {self._new} new")
                return reply
            case FeedRead():
                return self._feed_read(report)
        return None

    def on_outcome(self, outcome: Outcome) -> None:
        """Write down how the walk ended."""
        db = self._context.db
        match outcome:
            case Listed():
                self._finish(outcome)
                # Only now: a tab has one active fetch, and this may queue its older pages.
                self._listed(db, outcome)
                self._settle(db, "", "")
            case Declined() if self.is_twin:
                self._answered()
                jobs.finish(db, self._job.id, now=self._context.clock())
            case Declined() if self._refusal is not None:
                self._failed(db, JobFailed(self._refusal))
            case Declined():
                self._permit_refused()
            case JobFailed():
                self._failed(db, outcome)
        self._merge_twin()

    def on_stopped(self, reason: StopReason) -> None:
        """The walk was ended from outside."""
        super().on_stopped(reason)
        self._merge_twin()

    def _failed(self, db: Database, outcome: JobFailed) -> None:
        """The walk failed; what is wrong with the channel as a whole is one item, not one a tab."""
        whole = is_channel(self._channel.url)
        new = (whole and self._channel.first_listed_at is None) or None
        outcome = replace(outcome, evidence=replace(outcome.evidence, new_channel=new))
        failure = classify(outcome.evidence)
        now = self._context.clock()
        if whole and failure.failure_class in _OF_THE_CHANNEL:
            if self._is_uploads and failure.failure_class is FailureClass.NOT_FOUND:
                # It has no list of uploads either.
                self._answered()
                jobs.finish(db, self._job.id, now=now, requests=outcome.requests)
                tabs.mark_empty(db, self._tab.id, now + EMPTY_TAB_AGAIN)
                self._settle(db, "", "")
                return
            told = [each for each in plan.of_fetches(db, self._channel.id) if each.job_id != self._job.id]
            if failure.failure_class in [each.failure_class for each in told]:
                self._answered()
                jobs.cancel(db, self._job.id, now, requests=outcome.requests)
                self._settle(db, failure.reason, failure.failure_class.value)
                return
            under_way = {job.id for job in jobs.running(db)}
            others = [job for job in jobs.fetches_of(db, [self._channel.id]) if job not in under_way]
            jobs.request_cancel(db, others, now)
        failure = self._fail(outcome).failure
        self._settle(db, failure.reason, failure.failure_class.value)

    @property
    def _is_uploads(self) -> bool:
        """Whether this is the list of uploads of a channel that has no tabs."""
        return self._tab.tab == Tab.LIST and self._tab.url != self._channel.url

    def _place_by_id(self) -> str | None:
        """Where this tab is listed by the channel's id; None if its address has that, or it is not known."""
        root = address_of_id(self._channel.url, self._channel.channel_id)
        if root is None or root == self._channel.url or self._tab.tab == Tab.LIST:
            return None
        return f"{root}/{self._tab.tab}"

    def _merge_twin(self) -> None:
        """After the last listing of a row that is another one's channel: the two become one."""
        merge_twin(self._context.db, self._context.settings, self._channel.id, self._context.clock())

    @property
    def _first(self) -> bool:
        return not self._tab.complete

    def _begin(self, db: Database, now: float) -> None:
        """The tab is listed, and with it those others that a feed might have spared."""
        with transaction(db):
            self._walk = tabs.start_walk(db, self._tab.id, now)
            if self._job.options.feed:
                queue_commands.list_tabs(db, self._context.settings, self._channel, now, asked=False)

    def _feed_read(self, read: FeedRead) -> Reply:
        """Decide by what the feed says whether the tabs are listed after all."""
        db, now = self._context.db, self._context.clock()
        with transaction(db):
            reason = feeds.reason_to_list(db, self._channel, read) or self._asked_meanwhile(db)
            if not reason:
                return Reply(read.ask, go=False, reason="its feed names nothing new")
            self._begin(db, now)
            self._write(db, f"{reason}; its tabs are listed")
        self._context.wake()
        return Reply(read.ask, go=True)

    def _asked_meanwhile(self, db: Database) -> str:
        job = jobs.by_id(db, self._job.id)
        return "somebody asked for it" if job is not None and job.asked else ""

    def _page(self, page: ListingPage) -> Reply:
        """Save a page and queue what is wanted of it, in one transaction: a crash leaves both or neither."""
        db = self._context.db
        now = self._context.clock()
        with transaction(db):
            if not self._identify(db, page):
                return Reply(page.ask, go=False, reason="it is another channel")
            saved = tabs.save_page(
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
                selection.queue_page(
                    db,
                    self._settings,
                    videos.by_ids(db, saved.seen_ids),
                    tab=self._tab,
                    first=self._first,
                    now=now,
                )
        self._context.wake()
        return Reply(page.ask, go=True)

    def _identify(self, db: Database, page: ListingPage) -> bool:
        """Keep what a good page says that the channel is; False where nothing of it is to be taken.

        It may be the channel of another row, or another channel than it was.
        """
        channel = channels.by_id(db, self._channel.id)
        if channel is None:
            self.is_twin = True
            return False
        self._refusal = other_channel(channel, page)
        if self._refusal is not None:
            channel_identity.forget_key(db, channel_key(channel.url))
            return False
        own_id = page.channel_id if channel.channel_id is None else None
        handle = page.handle if page.handle != channel.handle and is_channel(channel.url) else None
        if own_id or handle:
            channels.set_identity(db, channel.id, channel_id=own_id, handle=handle)
            channel = replace(
                channel, channel_id=own_id or channel.channel_id, handle=handle or channel.handle
            )
        if channel_identity.twin_of(db, channel) is not None:
            self.is_twin = True
            return False
        if own_id or handle:
            channel_identity.note_keys(db, channel, *handle_keys(channel))
        if handle and has_moved(channel.url, handle):
            self._write(db, f"its handle is {handle} now; it is listed by its id, {channel.channel_id}")
        label = label_for(channel, self._settings, page.channel_name or "")
        if label:
            channels.set_identity(db, channel.id, name=label)
        self._channel = channels.by_id(db, channel.id) or channel
        return True

    def _listed(self, db: Database, listed: Listed) -> None:
        """A walk ended properly: mark what it saw as known, and plan the next one. Runs in a transaction."""
        now = self._context.clock()
        if listed.by_feed:
            self._nothing_new(db, now)
            return
        words = self._summary(listed)
        if listed.empty_tab:
            tabs.mark_empty(db, self._tab.id, now + EMPTY_TAB_AGAIN)
            if not jobs.active_fetches(db, self._channel.id):
                # The last of its tabs: what has none is listed by its uploads.
                queue_commands.list_uploads(
                    db, self._context.settings, self._channel, now, asked=self._job.asked
                )
        elif listed.entries and listed.complete:
            current = tabs.finish_walk(
                db, self._tab.id, self._walk, complete=True, newest_first=listed.newest_first, now=now
            )
            if current and not listed.stopped_early:
                words += self._missing(db, now)
            if self._deferred():
                self._queue_newest(db, now)
            if current and self._first:
                self._tell_shared(db)
        elif self._job.first_page_only and not listed.complete:
            self._queue_older_pages(db, now)
        if self._job.failure_class in _OF_THE_CHANNEL:
            # Its other listings were given up with this one.
            queue_commands.list_tabs(db, self._context.settings, self._channel, now, asked=self._job.asked)
        channels.set_feed_checks(db, self._channel.id, 0)
        self._write(db, words, tab=True)

    def _tell_shared(self, db: Database) -> None:
        """Say of what the first listing has shown which files will lie, or lie, under another channel."""
        for name, count in videos.owners_of_listed(db, self._channel.id):
            what = "1 of its videos is" if count == 1 else f"{count} of its videos are"
            self._write(db, f"{what} of {name} too: the files lie there, and both list them")

    def _nothing_new(self, db: Database, now: float) -> None:
        checks = channels.feed_checks(db, self._channel.id) + 1
        channels.set_feed_checks(db, self._channel.id, checks)
        self._write(
            db, f"nothing new by its feed (check {checks} of {feeds.MOST_IN_A_ROW} without a listing)"
        )
        if self._asked_meanwhile(db):
            # The answer was on its way already: what was asked for is the listing.
            queue_commands.list_tabs(db, self._context.settings, self._channel, now, asked=True)

    def _missing(self, db: Database, now: float) -> str:
        """Note what the whole of the tab does not show any more; a few words of it for the journal."""
        missing = tabs.saw_whole(db, self._tab.id, self._walk, now)
        if not missing.count:
            return ""
        if missing.believed:
            return f"; {missing.count} not listed any more"
        return f"; {missing.count} are missing, too many at once to believe it"

    def _write(self, db: Database, words: str, *, tab: bool = False) -> None:
        journal.write(
            db,
            at=self._context.clock(),
            level="info",
            type="report",
            message=f"{self._channel.name}{f' / {self._tab.tab}' if tab else ''}: {words}",
            job_id=self._job.id,
            channel_id=self._channel.id,
        )

    def _settle(self, db: Database, error: str, error_class: str) -> None:
        """After the channel's last fetch job: record how it went and when it is fetched again."""
        if jobs.active_fetches(db, self._channel.id):
            return
        now = self._context.clock()
        if not error:
            # One of its listings has told it already, and another one met a tab that is not there.
            of_channel = [each for each in plan.of_fetches(db, self._channel.id) if _is_of_channel(each)]
            error, error_class = next(((each.reason, each.failure_class) for each in of_channel), ("", ""))
        if error and not self._new:
            again = self._spread(next_interval(self._channel.every, 0, self._settings.every))
            if error_class in _OF_THE_CHANNEL:
                # It needs somebody; a look now and then costs little, should the site have been mistaken.
                again = LONGEST
            channels.set_failed(
                db, self._channel.id, now=now, error=error, error_class=error_class, next_fetch=now + again
            )
            return
        last = self._channel.last_fetched or 0.0
        news = videos.news_since(db, self._channel.id, last)
        every = next_interval(self._channel.every, news, self._settings.every, now - last)
        again = now + self._spread(every)
        empty = is_channel(self._channel.url) and tabs.lists_nothing(db, self._channel.id)
        channels.set_fetched(
            db,
            self._channel.id,
            now=now,
            next_fetch=again,
            every=every,
            state=ChannelState.EMPTY if empty else ChannelState.OK,
            error=NOTHING_LISTED if empty else "",
        )

    def _spread(self, interval: float) -> float:
        return jitter(interval, self._context.rng.random())

    def _deferred(self) -> bool:
        """``newest N`` of a list that is not newest first can only be told at its end."""
        return self._first and self._settings.backlog.kind is BacklogKind.NEWEST and self._tab.tab == Tab.LIST

    def _queue_newest(self, db: Database, now: float) -> None:
        selection.queue_page(
            db,
            self._settings,
            videos.newest_of_tab(db, self._tab.id),
            tab=self._tab,
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
            asked=self._job.asked,
        )

    def _summary(self, listed: Listed) -> str:
        if listed.empty_tab:
            return "there is no such tab"
        pages = f"{listed.pages} page{'' if listed.pages == 1 else 's'}"
        return f"{self._new} new of {listed.entries} seen on {pages}"


def _is_of_channel(item: PlanItem) -> bool:
    return item.failure_class in _OF_THE_CHANNEL
