"""What happened in the archive in a stretch of time that somebody may want to be told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ytui.core.amounts import size
from ytui.core.failures.classes import Advice
from ytui.core.models import PlanState
from ytui.core.setting_tables import NotifyOn
from ytui.media.log import plain, redact
from ytui.store import history
from ytui.store.database import Database
from ytui.store.rows import PlanItem

MOST_NAMED = 10
"""Items named one by one; of more only their number is told."""


@dataclass(frozen=True)
class News:
    """What arrived (count and bytes), what failed for good, what waits for the user, sites that closed."""

    arrived: int = 0
    bytes: int = 0
    failed: tuple[PlanItem, ...] = ()
    needs_you: tuple[PlanItem, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.arrived or self.failed or self.needs_you or self.closed)


def read_news(db: Database, since: float, on: frozenset[NotifyOn]) -> News:
    """What happened after ``since`` (Unix seconds) of the kinds that are asked for."""
    arrived, size_of_all = history.downloaded_since(db, since) if NotifyOn.DONE in on else (0, 0)
    opened = [item for item in history.opened_since(db, since) if item.state is PlanState.OPEN]
    waits = [item for item in opened if item.advice == Advice.NEEDS_USER]
    lasting = [item for item in opened if item.advice != Advice.NEEDS_USER]
    closed = [f"{site}: {words}" for site, _, words in history.closed_since(db, since)]
    return News(
        arrived,
        size_of_all,
        tuple(lasting) if NotifyOn.FAILED in on else (),
        tuple(waits) if NotifyOn.NEEDS_YOU in on else (),
        tuple(closed) if NotifyOn.SITE_CLOSED in on else (),
    )


def title_of(news: News) -> str:
    """One line about all of it."""
    parts = [
        (news.arrived, f"{news.arrived} arrived ({size(news.bytes)})"),
        (len(news.failed), f"{len(news.failed)} failed"),
        (len(news.needs_you), f"{len(news.needs_you)} need you"),
        (len(news.closed), f"{len(news.closed)} closed by their site"),
    ]
    return "ytui: " + ", ".join(words for number, words in parts if number)


def body_of(news: News) -> str:
    """The lines below it; harmless text without secrets."""
    return redact(plain("\n".join(_lines(news)))) + "\n"


def _lines(news: News) -> Iterator[str]:
    yield title_of(news)
    for heading, items in (("Needs you:", news.needs_you), ("Failed:", news.failed)):
        if items:
            yield ""
            yield heading
            for item in items[:MOST_NAMED]:
                yield f"  {item.name}: {item.reason} {item.remedy} ({item.reference})"
            if len(items) > MOST_NAMED:
                yield f"  and {len(items) - MOST_NAMED} more: ytui plan list"
    yield from news.closed
