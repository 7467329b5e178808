"""The card that a returning person sees first: what it says of a key holds there and then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from tests.support.rows import factories
from tests.support.terminals.app_screen import running, shown, until
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.engine.ownership.absence_summary import AbsenceSummary, ClosedSite, note_left, read_absence
from ytui.store.database import Store
from ytui.tui.screens.absence_screen import AbsenceScreen, lines
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.text import UNICODE

AWAY = AbsenceSummary(NOW, downloaded=3, size=5_000_000, healed=1, closed=(), needs_user=2)


async def test_the_key_that_the_card_names_shows_the_plan(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        app.push_screen(AbsenceScreen(AWAY, UNICODE, {}))
        await until(pilot, lambda: "2 of the plan need you (4 shows them)" in shown(app))
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, MainScreen) and "Work plan" in shown(app))


SIGNS = {"show_videos": "2", "show_jobs": "3", "show_plan": "4", "show_log": "5"}


def test_one_item_that_needs_you_is_it() -> None:
    one = AbsenceSummary(NOW, downloaded=1, size=1000, healed=0, closed=(), needs_user=1)
    assert lines(one, UNICODE, SIGNS)[-1] == "! 1 of the plan needs you (4 shows it)"


def test_each_line_names_the_key_that_shows_what_it_speaks_of() -> None:
    channels = (("Films_2", 5), ("Music", 2), ("News", 1), ("Talks", 1), ("Zoo", 1))
    failed = (("private", 2), ("extractor_broken", 1))
    away = AbsenceSummary(NOW, 10, 5_000_000, 1, (), 0, channels, failed, queued=4, next=NOW + 60)
    assert lines(away, UNICODE, SIGNS)[1:] == [
        "↓ 10 videos arrived, 5.0 MB (2 shows them)",
        "  Films_2 5, Music 2, News 1, 2 more",
        "✗ 3 failed (private 2, site not understood 1) (4)",
        "✓ 1 failure healed by itself (5)",
        "◔ 4 jobs are still queued, the next at 2026-11-21 14:15 (3)",
        "nothing needs you",
    ]


def test_until_when_the_queue_takes_is_told_and_that_it_is_paused() -> None:
    away = AbsenceSummary(NOW, 1, 1000, 0, (), 0, queued=2, done_at=NOW + 7200)
    assert "2 jobs are still queued, done about 2026-11-21 16:14 (3)" in lines(away, UNICODE, SIGNS)[2]
    paused = replace(away, paused=True)
    assert "2 jobs are still queued, the queue is paused (3)" in lines(paused, UNICODE, SIGNS)[2]


def test_failures_for_good_are_told_where_nothing_arrived(empty_store: Store) -> None:
    db = empty_store.db
    note_left(db, factories.NOW - 1)
    job = factories.queue_job(db, factories.add_video(db))
    factories.fail(db, factories.run(db, job), factories.PRIVATE, factories.NEVER)
    away = read_absence(db, settings=lambda: None, now=factories.NOW)
    assert away is not None
    assert away.anything
    assert (away.downloaded, away.failed, away.needs_user) == (0, (("private", 1),), 0)


@pytest.mark.parametrize("size", SIZES)
def test_pictures(snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]) -> None:
    closed = (ClosedSite("youtube", NOW - 3600, "youtube cools down for 15 min: bot check"),)
    channels = (("Films", 5), ("Music", 2), ("News", 1), ("Talks", 1))
    failed = (("private", 2), ("network_timeout", 1))
    away = AbsenceSummary(NOW - 9 * 3600, 9, 5_000_000_000, 1, closed, 2, channels, failed, 4, NOW + 60)
    app = make_app(store)

    async def before(pilot: Pilot[None]) -> None:
        await at_rest()(pilot)
        app.push_screen(AbsenceScreen(away, UNICODE, {}))
        await until(pilot, lambda: "while you were away" in shown(app))

    assert snap_compare(app, terminal_size=size, run_before=before)
