"""Site rows: state, cooldowns and counters, and circuit breakers of what withholds formats."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ytui.core.models import LowerCause
from ytui.store.database import Database, transaction
from ytui.store.row_mapping import Columns, to_json
from ytui.store.rows import SITE, SiteRow


def get(db: Database, site: str) -> SiteRow | None:
    """A site's row, or ``None`` for one that nothing is remembered of."""
    row = db.one(f"SELECT {SITE.sql} FROM sites WHERE site = ?", (site,))
    return None if row is None else SITE.read(row)


def all_sites(db: Database) -> list[SiteRow]:
    """Every site that anything is remembered of, by name."""
    return [SITE.read(row) for row in db.all(f"SELECT {SITE.sql} FROM sites ORDER BY site")]


def save(db: Database, row: SiteRow) -> None:
    """Write a site's row in the place of the one that was there."""
    values = {**vars(row), "data": to_json(row.data)}
    assignments = ", ".join(f"{name} = excluded.{name}" for name in SITE.names[1:])
    with transaction(db):
        db.execute(
            f"INSERT INTO sites ({SITE.sql}) VALUES ({', '.join(':' + name for name in SITE.names)}) "
            f"ON CONFLICT (site) DO UPDATE SET {assignments}",
            values,
        )


@dataclass(frozen=True)
class Circuit:
    """One breaker, open while ``closed_at`` is None; ``setup`` hashes the jobs' versions and options."""

    site: str
    setup: str
    cause: LowerCause
    opened_at: float
    closed_at: float | None
    probe_at: float | None
    probes: int
    """Probes since it opened."""


_CIRCUIT = Columns(Circuit, cause=LowerCause)
_KEY = "site = ? AND setup = ? AND cause = ?"


def breaker(db: Database, site: str, setup: str, cause: LowerCause) -> Circuit | None:
    """The breaker of a cause; None where it never opened for this setup."""
    row = db.one(f"SELECT {_CIRCUIT.sql} FROM circuits WHERE {_KEY}", (site, setup, str(cause)))
    return None if row is None else _CIRCUIT.read(row)


def breaker_opened(
    db: Database, site: str, setup: str, cause: LowerCause, *, now: float, probe_at: float | None
) -> None:
    """The cause withholds formats now; a breaker that is open already stays as it is."""
    with transaction(db):
        db.execute(
            "INSERT INTO circuits (site, setup, cause, opened_at, probe_at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (site, setup, cause) DO UPDATE SET opened_at = excluded.opened_at, "
            "closed_at = NULL, probe_at = excluded.probe_at, probes = 0 WHERE closed_at IS NOT NULL",
            (site, setup, str(cause), now, probe_at),
        )


def close_other_breakers(
    db: Database, site: str, setup: str, withholding: Collection[LowerCause], now: float
) -> None:
    """A video came of which nothing was withheld but by these: the other causes are gone."""
    marks = ", ".join("?" for _ in withholding)
    with transaction(db):
        db.execute(
            "UPDATE circuits SET closed_at = ?, probe_at = NULL "
            f"WHERE site = ? AND setup = ? AND closed_at IS NULL AND cause NOT IN ({marks})",
            (now, site, setup, *map(str, withholding)),
        )


def breaker_probed(db: Database, circuit: Circuit, probe_at: float | None) -> None:
    """A probe goes out; the next one may at ``probe_at``."""
    with transaction(db):
        db.execute(
            f"UPDATE circuits SET probe_at = ?, probes = probes + 1 WHERE {_KEY}",
            (probe_at, circuit.site, circuit.setup, str(circuit.cause)),
        )
