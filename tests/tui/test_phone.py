"""On a phone one pane is shown at a time; nothing that must be read is cut off."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.terminals.app_screen import main, running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine, many_board
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui.keys import Pane

PHONE = (40, 15)


async def test_tab_goes_through_the_panes_one_at_a_time(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, PHONE) as pilot:
        for words, others in (
            ("Channels", ("Workers", "Log")),
            ("Workers", ("Channels", "Log")),
            ("Log", ("Channels", "Workers")),
            ("Channels", ("Workers", "Log")),
        ):
            await until(pilot, lambda words=words: f"─ {words} " in shown(app))  # type: ignore[misc]
            assert not any(f"─ {other} " in shown(app) for other in others)
            assert main(app)._dashboard.pane_here.value == words.lower()
            await pilot.press("tab")
        # Escape goes to the first of them from anywhere.
        await until(pilot, lambda: "─ Workers " in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "─ Channels " in shown(app) and app.focused is main(app).pane.rows)


async def test_the_header_is_one_line_and_the_footer_has_what_matters(
    make_app: MakeApp, store: Store
) -> None:
    store.db.execute("DELETE FROM sites")
    app = make_app(store)
    async with running(app, PHONE) as pilot:
        await until(pilot, lambda: "u fetch" in shown(app))
        lines = shown(app).splitlines()
        assert lines[0].startswith(" ytui")
        assert lines[1].startswith("─ Channels")
        assert lines[-1].split() == ["u", "fetch", "d", "download", "tab", "next", "?", "help"]


async def test_keys_act_on_the_pane_that_is_shown(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.live_status = many_board(10)
    app = make_app(store)
    async with running(app, PHONE) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "Episode 9" in shown(app))
        await pilot.press("G", "k", "x")
        await until(pilot, lambda: "cancelling" in shown(app) or "cancel" in shown(app))
        await pilot.press("tab", "slash")
        await until(pilot, lambda: isinstance(app.focused, Input) and "─ Log " in shown(app))


async def test_turning_it_keeps_the_pane_and_the_keyboard(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("tab", "tab")
        await until(pilot, lambda: main(app)._dashboard.pane_here is Pane.LOG)
        await pilot.resize_terminal(*PHONE)
        await until(pilot, lambda: "─ Log " in shown(app) and "─ Channels " not in shown(app))
        assert main(app)._dashboard.pane_here is Pane.LOG
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: all(f"─ {name} " in shown(app) for name in ("Channels", "Log")))
        assert main(app)._dashboard.pane_here is Pane.LOG
        # Sideways there are few lines: the two that matter stand beside each other.
        await pilot.resize_terminal(90, 16)
        await until(pilot, lambda: "─ Log " not in shown(app) and "─ Workers " in shown(app))


@pytest.mark.parametrize("key", ["question_mark", "X", "q", "o", "U", "colon"])
async def test_what_opens_over_it_fits(make_app: MakeApp, store: Store, key: str) -> None:
    app = make_app(store)
    async with running(app, PHONE) as pilot:
        await pilot.press(key)
        await until(pilot, lambda: app.screen is not main(app))
        await pilot.pause()
        for widget in app.screen.query("Button, Input, #hint"):
            if widget.display and widget.region.area:
                # What is further down is scrolled to.
                assert widget.region.x >= 0, widget
                assert widget.region.right <= PHONE[0], widget


async def test_every_view_has_rows_on_a_phone(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, PHONE) as pilot:
        for view in "2347":
            rows = await show(app, pilot, view)
            assert rows.size.height >= 4, view
