"""Rate limiter: every counted request of every worker needs its permit, from one budget a site.

A job asks over its pipe and waits there; the slot's thread only hands the question on. What cannot be granted
at once stands in line, and the governor's own thread answers when its time has come: first what a person
asked for, then in the order of asking.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from ytui.core.request_budget import Requester, SiteBudget
from ytui.core.settings.tables import LimitMode, Limits
from ytui.core.sites import site_of
from ytui.store import sites
from ytui.store.database import Database, Store, transaction
from ytui.store.rows import SiteRow

LOOK_AGAIN = 1.0
"""Seconds after which a line is looked at anew, so that an edit of the limits takes effect."""


@dataclass(frozen=True)
class PermitRequest:
    """A job's wish to send one request; ``answer`` is called once, with yes or no and why not."""

    slot: int
    host: str
    asker: Requester
    answer: Callable[[bool, str], None]
    on_wait: Callable[[str, float | None], None]


@dataclass
class _Site:
    budgets: dict[int, SiteBudget] = field(default_factory=dict)
    line: list[PermitRequest] = field(default_factory=list)
    closed: str = ""


class RateLimiter:
    """Grants permits from budgets that survive a restart. Thread-safe."""

    def __init__(self, store: Store, limits: Callable[[], Limits], clock: Callable[[], float]) -> None:
        """``limits`` is asked anew each time, so that an edit of the configuration takes effect."""
        self._store = store
        self._limits = limits
        self._clock = clock
        self._lock = threading.Condition()
        self._sites: dict[str, _Site] = {}
        self._stored: Mapping[str, SiteRow] = {}
        self._dirty: set[str] = set()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="ytui-governor", daemon=True)

    def start(self) -> None:
        """Take up the stored budgets and begin to answer."""
        self._stored = {row.site: row for row in sites.all_sites(self._store.db)}
        self._thread.start()

    def stop(self) -> None:
        """Refuse what still stands in line, and keep the budgets."""
        with self._lock:
            self._stopped = True
            refused = [question for site in self._sites.values() for question in site.line]
            for site in self._sites.values():
                site.line.clear()
            self._lock.notify_all()
        for question in refused:
            question.answer(False, "ytui is stopping")
        if self._thread.is_alive():
            self._thread.join()
        with contextlib.suppress(sqlite3.OperationalError):
            # What a full disk does not take is lost to the next holder; that is no reason not to end.
            self.save(self._store.db)

    def ask(self, question: PermitRequest) -> None:
        """Answer now, or later from the governor's thread; never blocks."""
        name = site_of(question.host)
        ready: list[PermitRequest] = []
        with self._lock:
            site = self._sites.setdefault(name, _Site())
            refusal = "ytui is stopping" if self._stopped else site.closed
            if not refusal:
                # Even with a token at hand: who stood in line before goes first.
                site.line.append(question)
                ready, _ = self._serve(name, site)
                self._lock.notify_all()
        if refusal:
            question.answer(False, refusal)
        for served in ready:
            served.answer(True, "")

    def forget(self, slot: int) -> None:
        """The job of a slot is gone: its questions need no answer."""
        with self._lock:
            for site in self._sites.values():
                site.line = [question for question in site.line if question.slot != slot]

    def close(self, name: str, reason: str) -> None:
        """The site is in cooldown: refuse all that ask, until :meth:`reopen`; the rate is halved."""
        with self._lock:
            site = self._sites.setdefault(name, _Site())
            if not site.closed:
                for key in list(site.budgets) or [0]:
                    self._budget(name, site, key).push_back(self._clock())
                self._dirty.add(name)
        self.keep_closed(name, reason)

    def keep_closed(self, name: str, reason: str) -> None:
        """Refuse all that ask, until :meth:`reopen`; the rate was halved when the site pushed back."""
        with self._lock:
            site = self._sites.setdefault(name, _Site())
            site.closed = reason
            refused, site.line = site.line, []
        for question in refused:
            question.answer(False, reason)

    def reopen(self, name: str) -> None:
        """Permits of the site are granted again."""
        with self._lock:
            self._sites.setdefault(name, _Site()).closed = ""
            self._lock.notify_all()

    def wait(self, name: str, asker: Requester) -> float:
        """Seconds until this asker could have one request of a site, those in line before it served."""
        with self._lock:
            if not self._shared():
                return 0.0
            site = self._sites.setdefault(name, _Site())
            budget = self._budget(name, site, 0)
            line = len(site.line) / budget.minute.rate if site.line else 0.0
            return budget.wait(asker, self._clock()) + line

    def save(self, db: Database) -> None:
        """Write the budgets that changed beside the sites' states."""
        now = self._clock()
        with self._lock:
            changed = {}
            for name in self._dirty:
                budget = self._budget(name, self._sites[name], 0)
                minute, hour, day = budget.left(now)
                workers = {str(key): own.dump() for key, own in self._sites[name].budgets.items() if key}
                changed[name] = {
                    **budget.dump(),
                    "workers": workers,
                    "left_minute": minute,
                    "left_hour": hour,
                    "left_day": day,
                    "per_minute": round(budget.per_minute(now), 1),
                }
            self._dirty.clear()
        if not changed:
            return
        with transaction(db):
            for name, data in changed.items():
                row = sites.get(db, name) or SiteRow(name)
                sites.save(db, replace(row, data=data, updated_at=now))

    def _run(self) -> None:
        while True:
            with self._lock:
                if self._stopped:
                    return
                ready, pause = self._answerable()
                if not ready:
                    self._lock.wait(pause)
            for question in ready:
                question.answer(True, "")

    def _answerable(self) -> tuple[list[PermitRequest], float | None]:
        """Take from the lines what may go now; with nothing ready, the seconds until another look."""
        ready: list[PermitRequest] = []
        pauses: list[float] = []
        for name, site in self._sites.items():
            served, pause = self._serve(name, site)
            ready += served
            pauses += [] if pause is None else [pause]
        return ready, min([*pauses, LOOK_AGAIN]) if pauses else None

    def _serve(self, name: str, site: _Site) -> tuple[list[PermitRequest], float | None]:
        """Take from one line what may go now; and the seconds until the next of the others may."""
        site.line.sort(key=lambda question: not question.asker.asked)
        ready: list[PermitRequest] = []
        waiting: list[PermitRequest] = []
        for question in site.line:
            (ready if self._take(name, site, question) else waiting).append(question)
        site.line = waiting
        pauses: list[float] = []
        for question in waiting:
            budget = self._budget(name, site, self._key(question))
            pauses.append(budget.wait(question.asker, self._clock()))
            before = len(pauses) - 1 if self._shared() else 0
            question.on_wait(name, self._clock() + pauses[-1] + before / budget.minute.rate)
        return ready, min(pauses, default=None)

    def _take(self, name: str, site: _Site, question: PermitRequest) -> bool:
        taken = self._budget(name, site, self._key(question)).take(question.asker, self._clock())
        if taken:
            self._dirty.add(name)
        return taken

    def _shared(self) -> bool:
        return self._limits().mode is LimitMode.SHARED

    def _key(self, question: PermitRequest) -> int:
        return 0 if self._shared() else question.slot

    def _budget(self, name: str, site: _Site, key: int) -> SiteBudget:
        limits = self._limits().for_site(name)
        budget = site.budgets.get(key)
        if budget is None:
            row = self._stored.get(name)
            stored = {} if row is None else row.data
            own = stored.get("workers", {}).get(str(key), {}) if key else stored
            budget = SiteBudget.load(limits, own, self._clock())
            site.budgets[key] = budget
        elif budget.limits != limits:
            budget = site.budgets[key] = SiteBudget.load(limits, budget.dump(), self._clock())
        return budget
