"""The sixth view: figures of the store and of the board, in any terminal."""

from __future__ import annotations

import pytest

from tests.support.terminals.app_screen import elsewhere, main, running, shown, until
from tests.support.terminals.stand_in_engine import NOW, StandInEngine, insert, quiet_board
from tests.tui.conftest import MakeApp
from ytui.core.models import LowerCause
from ytui.core.protocol import Offer
from ytui.core.settings import Settings
from ytui.store import offers
from ytui.store.database import Database, Store, transaction
from ytui.tui.keys import View
from ytui.tui.text import ASCII
from ytui.tui.widgets.statistics_charts import grouped
from ytui.tui.widgets.statistics_pane import StatisticsPane, read_statistics
from ytui.tui.worker_lines import SpeedHistory

DAY = 86_400.0


TOKEN = LowerCause.TOKEN_PROVIDER


def lower(db: Database) -> None:
    """What arrived lower than offered, as if the first videos with a file had."""
    causes = (TOKEN, TOKEN, LowerCause.SABR)
    numbers = db.all("SELECT id FROM videos WHERE path IS NOT NULL ORDER BY id LIMIT 3")
    for (number,), cause in zip(numbers, causes, strict=False):
        offers.record(db, number, Offer(1080, 360, cause, (cause,)), cause=cause, setup="", now=NOW)


def library(db: Database) -> None:
    """Downloads of some days, and failures that healed."""
    with transaction(db):
        for number in range(60):
            insert(
                db, "videos", site="youtube", video_id=f"old{number}", url=f"https://y/{number}",
                title="t", channel_id=1 + number % 3, state="downloaded", path=f"{number}.mp4",
                size=1_000_000_000 * (1 + number % 3), first_seen=NOW, downloaded_at=NOW - (number % 9) * DAY,
            )  # fmt: skip
        slow, broken = "network_timeout", "server_error"
        for name, tries, count in ((slow, 1, 12), (slow, 2, 3), (broken, 3, 4)):
            for _ in range(count):
                insert(
                    db, "plan_items", job_id=7, url="u", title="t", failure_class=name, group_name="network",
                    advice="retry_soon", state="resolved", attempts=tries, created_at=NOW, updated_at=NOW,
                    resolved_at=NOW,
                )  # fmt: skip


def test_speeds_are_means_of_minutes_and_only_of_the_last_hour() -> None:
    history = SpeedHistory()
    history.add(NOW - 7200, 99.0)
    history.add(NOW - 120, 10.0)
    history.add(NOW - 119, 30.0)
    history.add(NOW, 5.0)
    minutes = history.minutes()
    assert len(minutes) == 60
    assert minutes[-3:] == (20.0, 0.0, 5.0)
    assert sum(minutes) == 25.0
    history.add(NOW - 60, 7.0)
    assert history.minutes()[-1] == 6.0, "a clock that went back adds no minute"


def test_bars_are_joined_where_there_is_no_room_for_each() -> None:
    assert grouped((1.0, 3.0, 5.0, 7.0), 4) == [1.0, 3.0, 5.0, 7.0]
    assert grouped((1.0, 3.0, 5.0, 7.0), 2) == [2.0, 6.0]
    assert grouped((9.0, 1.0, 3.0), 2) == [2.0]


def test_what_is_lower_than_offered_is_counted_by_cause(store: Store) -> None:
    library(store.db)
    lower(store.db)
    found = read_statistics(store.db, Settings(), NOW)
    assert [(line.label, line.words) for line in found.lower] == [("no PO token", "2"), ("SABR only", "1")]


def test_figures_are_those_of_the_store(store: Store) -> None:
    library(store.db)
    found = read_statistics(store.db, Settings(), NOW)
    assert len(found.days) == 30
    assert sum(found.days) == 61
    assert [line.words for line in found.sizes] == ["60 GB", "40 GB", "20 GB"]
    assert found.sizes[0].fraction == 1.0
    assert [line.words for line in found.sites] == ["cooldown, 15 000"]
    assert ("network_timeout", 1, (12, 3, 0)) in [
        (line.failure_class, line.unresolved, line.healed) for line in found.failures
    ]


async def test_the_view_shows_them_and_goes_back(make_app: MakeApp, store: Store) -> None:
    library(store.db)
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("6")
        for words in ("Speed, last hour", "MB/s", "Downloads a day", "60 GB", "network timeout", "15 000"):
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
        await pilot.press("j", "G", "g", "escape")
        await until(pilot, lambda: app.navigator.view is View.DASHBOARD)
        await pilot.press("5", "tab")
        await until(pilot, lambda: app.navigator.view is View.STATISTICS)


async def test_an_empty_library_says_so(make_app: MakeApp, empty_store: Store, engine: StandInEngine) -> None:
    engine.live_status = quiet_board()
    app = make_app(empty_store)
    async with running(app) as pilot:
        await pilot.press("6")
        for words in ("nothing yet", "nothing downloaded yet", "nothing went wrong", "no request yet"):
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]


async def test_a_change_is_read_while_it_is_shown(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ytui.tui.widgets.statistics_pane.READ_EVERY", 0.05)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "88 MB" in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE videos SET size = 77000000 WHERE size = 88000000")
        await until(pilot, lambda: "77 MB" in shown(app))


async def test_plain_characters_and_a_small_terminal(make_app: MakeApp, store: Store) -> None:
    library(store.db)
    app = make_app(store, encoding="ascii", environ={})
    async with running(app, (60, 15)) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: "60 min ago" in shown(app))
        pane = main(app).mover
        assert isinstance(pane, StatisticsPane)
        assert pane._glyphs is ASCII
        await until(pilot, lambda: pane.max_scroll_y > 10)
        await pilot.press("G")
        await until(pilot, lambda: "server error" in shown(app))
        for size in ((80, 24), (60, 15), (2, 1), (120, 40)):
            await pilot.resize_terminal(*size)
        await until(pilot, lambda: "20 GB" in shown(app))
        lines = shown(app).splitlines()[2:-1]
        assert [line for line in lines if not line.isascii()] == []
