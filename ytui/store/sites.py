"""What the governor remembers of each site: its state, its cooldowns, its counters."""

from __future__ import annotations

from ytui.store.columns import to_json
from ytui.store.database import Database, transaction
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
