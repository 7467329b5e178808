"""The pages about channels, jobs, plan items and log lines; each part is read on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ytui.core.formatting import format_time
from ytui.core.sanitize import clean, clean_lines
from ytui.core.settings import Settings
from ytui.store import attempts, jobs, journal, plan
from ytui.store.database import Store
from ytui.store.rows import Job, PlanItem
from ytui.tui.details.channel_page import ChannelPage
from ytui.tui.details.sections import (
    NOTHING_WRITTEN,
    DetailsPage,
    Fact,
    Facts,
    ItemDetails,
    Part,
    Section,
    attempt_facts,
    details_of,
    job_facts,
    log_facts,
    plan_facts,
)
from ytui.tui.lists.columns import STATE_TONES
from ytui.tui.lists.rows import RowKind, Tone


@dataclass(frozen=True)
class ItemPages:
    """Makes the pages from the store and the folder of the jobs' logs."""

    store: Store
    logs: Path
    settings: Callable[[], Settings] = Settings

    def of(self, kind: RowKind, key: int) -> DetailsPage:
        """Return the page about anything but a video."""
        make: dict[RowKind, Callable[[int], DetailsPage]] = {
            RowKind.CHANNEL: lambda key: ChannelPage(self.store, key, self.settings).page(),
            RowKind.JOB: self._of_job,
            RowKind.PLAN: self._of_plan_item,
            RowKind.LOG: self._of_log_line,
        }
        return make[kind](key)

    def _of_job(self, key: int) -> DetailsPage:
        def facts() -> ItemDetails | None:
            job = jobs.by_id(self.store.db, key)
            if job is None:
                return None
            return details_of(clean(job.title) or f"job {key}", [Section(f"Job {key}", job_facts(job))])

        return DetailsPage(facts, (Part("Plan", partial(self._plan_of, key)), *self._of_runs(lambda: key)))

    def _of_plan_item(self, key: int) -> DetailsPage:
        def facts() -> ItemDetails | None:
            item = self._item(key)
            if item is None:
                return None
            return details_of(clean(item.name) or clean(item.url), [Section("Plan", self._facts_of(item))])

        def job() -> int | None:
            item = self._item(key)
            return item.job_id if item is not None else None

        return DetailsPage(facts, (Part("Job", partial(self._job_of, job)), *self._of_runs(job)))

    def _of_log_line(self, key: int) -> DetailsPage:
        def facts() -> ItemDetails | None:
            row = journal.by_id(self.store.db, key)
            if row is None:
                return None
            lines = [Fact("", line) for line in clean_lines(row.message, 10_000)]
            tone = STATE_TONES.get(row.level, Tone.PLAIN)
            about = (Fact("time", format_time(row.at)), Fact("level", row.level, tone), *lines)
            return details_of(clean(row.message), [Section("Log line", about)])

        def job() -> int | None:
            row = journal.by_id(self.store.db, key)
            return None if row is None else row.job_id

        parts = (Part("Plan", lambda: self._plan_of(job())), Part("Job", partial(self._job_of, job)))
        # Lines without a job are most of a log: "not tried yet" would be wrong of them.
        runs = [Part(part.title, part.read) for part in self._of_runs(job)]
        return DetailsPage(facts, (*parts, *runs))

    # --- parts

    def _of_runs(self, job: Callable[[], int | None]) -> tuple[Part, ...]:
        def tries() -> Facts:
            found = job()
            runs = attempts.of_job(self.store.db, found) if found is not None else []
            return [fact for attempt in runs for fact in attempt_facts(attempt)]

        def log() -> Facts:
            found = job()
            return log_facts(self.logs, found) if found is not None else ()

        return (Part("Attempts", tries, "not tried yet"), Part("End of its log", log, NOTHING_WRITTEN))

    def _item(self, key: int) -> PlanItem | None:
        return plan.by_id(self.store.db, key)

    def _plan_of(self, job: int | None) -> Facts:
        item = plan.of_job(self.store.db, job) if job is not None else None
        return self._facts_of(item) if item is not None else ()

    def _facts_of(self, item: PlanItem) -> tuple[Fact, ...]:
        return plan_facts(item, jobs.by_id(self.store.db, item.job_id))

    def _job_of(self, find: Callable[[], int | None]) -> Facts:
        number = find()
        job: Job | None = jobs.by_id(self.store.db, number) if number is not None else None
        return (Fact("number", str(job.id)), *job_facts(job)) if job is not None else ()
