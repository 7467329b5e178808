"""States of a site: ok, cooldown after it pushed back, probing with one job, and ok again.

Inside this module the words are the circuit breaker's: closed, open and half-open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ytui.core.eligibility import SiteView
from ytui.store import sites
from ytui.store.database import Database, transaction
from ytui.store.rows import SiteRow

OK, COOLDOWN, PROBING = "ok", "cooldown", "probing"


def site_views(db: Database, running: Mapping[str, int]) -> dict[str, SiteView]:
    """Every known or busy site as the scheduler sees it; ``running`` counts jobs in slots by site."""
    views = {site: SiteView(running=count) for site, count in running.items()}
    for row in sites.all_sites(db):
        views[row.site] = SiteView(row.state, row.until, row.reason, running.get(row.site, 0))
    return views


def needs_probe(view: SiteView, now: float) -> bool:
    """Whether a cooldown is over, so that the next job of the site is its probe."""
    return view.state == COOLDOWN and (view.until is None or view.until <= now)


def closed_sites(db: Database, now: float) -> dict[str, float]:
    """Until when (Unix seconds) each site in cooldown is left alone."""
    return {
        row.site: row.until
        for row in sites.all_sites(db)
        if row.state == COOLDOWN and row.until is not None and row.until > now
    }


def start_probe(db: Database, site: str, job: int, now: float) -> None:
    """Half-open: let this one job through and hold the others until it is known how it went."""
    with transaction(db):
        row = sites.get(db, site)
        if row is not None and row.state == COOLDOWN:
            sites.save(db, replace(row, state=PROBING, probe_job=job, updated_at=now))


def cool_down(db: Database, site: str, *, until: float, reason: str, now: float) -> None:
    """Open: nothing of the site runs until then. A refusal while it is open already counts once only."""
    with transaction(db):
        row = sites.get(db, site)
        if row is not None and row.state == COOLDOWN and (row.until or 0.0) > now:
            sites.save(db, replace(row, until=max(row.until or until, until), reason=reason, updated_at=now))
            return
        cooldowns = row.cooldowns if row is not None else 0
        # What the governor counted stays with the row.
        data = row.data if row is not None else {}
        sites.save(db, SiteRow(site, COOLDOWN, until, reason, cooldowns + 1, None, now, data))


def answered(db: Database, site: str, job: int, now: float) -> bool:
    """Close the site's breaker if ``job`` was its probe: it answered, whatever it said. True if it was."""
    with transaction(db):
        row = sites.get(db, site)
        if row is None or row.state != PROBING or row.probe_job != job:
            return False
        sites.save(
            db, replace(row, state=OK, until=None, reason="", cooldowns=0, probe_job=None, updated_at=now)
        )
    return True


def probe_lost(db: Database, site: str, job: int, now: float) -> None:
    """The probe ended without an answer (cancelled, interrupted): the next job may be the probe at once."""
    with transaction(db):
        row = sites.get(db, site)
        if row is not None and row.state == PROBING and row.probe_job == job:
            sites.save(db, replace(row, state=COOLDOWN, until=now, probe_job=None, updated_at=now))


def forget_probes(db: Database, now: float) -> None:
    """After a restart no probe is under way: the next job of such a site is one."""
    with transaction(db):
        for row in sites.all_sites(db):
            if row.state == PROBING:
                sites.save(db, replace(row, state=COOLDOWN, until=now, probe_job=None, updated_at=now))
