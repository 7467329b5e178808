"""The card that a returning person sees first: what it says of a key holds there and then."""

from __future__ import annotations

from tests.support.terminals.app_screen import running, shown, until
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from ytui.engine.ownership.absence_summary import AbsenceSummary
from ytui.store.database import Store
from ytui.tui.screens.absence_screen import AbsenceScreen, lines
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.text import UNICODE

AWAY = AbsenceSummary(NOW, downloaded=3, size=5_000_000, healed=1, closed=(), needs_user=2)


async def test_the_key_that_the_card_names_shows_the_plan(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        app.push_screen(AbsenceScreen(AWAY, UNICODE, ("4",)))
        await until(pilot, lambda: "2 of the plan need you (4 shows them)" in shown(app))
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, MainScreen) and "Work plan" in shown(app))


def test_one_item_that_needs_you_is_it() -> None:
    one = AbsenceSummary(NOW, downloaded=1, size=1000, healed=0, closed=(), needs_user=1)
    assert lines(one, UNICODE, "4")[-1] == "! 1 of the plan needs you (4 shows it)"
