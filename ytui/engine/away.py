"""While you were away: what came, what healed by itself, which site was closed when, and what needs you."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.store import board, history, plan
from ytui.store.database import Database

FACT = "left at"


@dataclass(frozen=True)
class Closed:
    """A site that pushed back while nobody looked."""

    site: str
    at: float
    reason: str


@dataclass(frozen=True)
class Away:
    """What happened since the last screen was closed; times in Unix seconds, size in bytes."""

    since: float
    downloaded: int
    size: int
    healed: int
    closed: tuple[Closed, ...]
    needs_user: int

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.downloaded or self.healed or self.closed)


def left(db: Database, now: float) -> None:
    """Note that the screen is being closed, for whatever reason."""
    board.set_fact(db, FACT, str(now))


def while_away(db: Database) -> Away | None:
    """What happened since the screen was last closed; None if there has been none yet."""
    text = board.get_fact(db, FACT)
    if text is None:
        return None
    since = float(text)
    count, size = history.downloaded_since(db, since)
    return Away(
        since=since,
        downloaded=count,
        size=size,
        healed=history.healed_since(db, since),
        closed=tuple(Closed(*row) for row in history.closed_since(db, since)),
        needs_user=plan.needs_user_count(db),
    )
