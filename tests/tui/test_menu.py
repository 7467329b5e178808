"""The menu: what has a letter in it, what the letter does, and where else it is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.docs.key_table import key_table
from tests.support.terminals.app_screen import opened, rows, running, show, shown, until
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.store.database import Store
from ytui.tui import keymap
from ytui.tui.keys import ACTIONS, BY_NAME, Action, Pane, View
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.screens.help_screen import help_content
from ytui.tui.screens.menu_screen import KEPT_LETTERS, MenuScreen


def test_letters_can_be_typed_and_move_nothing() -> None:
    letters = [action.menu for action in ACTIONS if action.menu]
    assert all(len(letter) == 1 and letter.isprintable() for letter in letters)
    assert not KEPT_LETTERS & set(letters)


@pytest.mark.parametrize("action", [action for action in ACTIONS if action.menu and action.keys])
def test_what_has_a_key_has_it_in_the_menu_too(action: Action) -> None:
    assert action.menu in [keymap.sign(key) for key in action.keys]


def test_two_with_one_letter_in_one_view_are_a_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    twin = replace(BY_NAME["theme"], name="twin")
    monkeypatch.setattr(keymap, "ACTIONS", (*ACTIONS, twin))
    assert keymap.problems({}) == ["screen.keys: . T is both theme and twin"]


async def test_a_letter_does_it_and_holds_only_in_the_menu(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("T")
        assert app.screen is app.main
        await pilot.press("full_stop", "T")
        await opened(pilot, ChooseScreen)
        await until(pilot, lambda: "blue and orange" in shown(app))


async def test_it_has_what_works_in_the_view_and_the_pane(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("full_stop")
        await until(pilot, lambda: "What else can be done here (plan)" in shown(app))
        assert "Show a named plan" in shown(app)
        assert "Fetch all channels" not in shown(app)
        await pilot.press("full_stop")
        await until(pilot, lambda: app.screen is app.main)
        await show(app, pilot, "1")
        await pilot.press("tab")
        await until(pilot, lambda: app.navigator.dashboard_pane is Pane.WORKERS)
        await pilot.press("full_stop")
        await until(pilot, lambda: "(dashboard, workers)" in shown(app))
        assert "Fetch all channels" in shown(app)
        assert "Sort by a column" not in shown(app)


async def test_enter_does_what_is_under_the_cursor_and_esc_nothing(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        entries = [action.name for action in keymap.menu_of(View.VIDEOS, None)]
        down = ["j"] * entries.index("sort")
        await pilot.press("full_stop", *down, "enter")
        await until(pilot, lambda: "Sort by" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("full_stop")
        await opened(pilot, MenuScreen)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_what_is_typed_at_once_is_the_menus(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        source = (await show(app, pilot, "2")).source
        await pilot.press("full_stop", "O", "down", "enter")
        await until(pilot, lambda: rows(app).source.sort != source.sort)


async def test_a_key_of_ones_own_for_what_has_none(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, keys={"theme": "f9,%", "menu": "f2"})
    async with running(app) as pilot:
        await pilot.press("percent_sign")
        await until(pilot, lambda: "blue and orange" in shown(app))
        await pilot.press("escape", "f2")
        await until(pilot, lambda: "What else can be done here" in shown(app))
    assert keymap.clashes({"theme": "r"})[0] == "r is both retry and theme"


async def test_the_jump_says_how_it_is_reached(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"colours kept")
        words = "action   . T               Theme: the colours, kept in the configuration"
        await until(pilot, lambda: words in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseScreen))


def test_help_and_manual_say_how_it_is_reached() -> None:
    assert "  . T           Theme" in help_content(View.JOBS, None, {}, "").plain
    assert "  f2 T          Theme" in help_content(View.JOBS, None, {"menu": "f2"}, "").plain
    assert "  f9            Theme" in help_content(View.JOBS, None, {"theme": "f9"}, "").plain
    assert "| `. T` | `theme` |" in key_table()
    assert "| `O` `. O` | `sort` |" in key_table()


async def test_the_footer_has_it_where_there_is_room(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (200, 40)) as pilot:
        await until(pilot, lambda: ". menu" in shown(app).splitlines()[-1])
        await pilot.resize_terminal(60, 15)
        await until(pilot, lambda: "? help" in shown(app).splitlines()[-1])
        assert ". menu" not in shown(app).splitlines()[-1]


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
def test_picture(snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]) -> None:
    run = at_rest("4", "full_stop", words="What else can be done here")
    assert snap_compare(make_app(store), terminal_size=size, run_before=run)


async def test_in_the_terminals_own_colours_the_list_stays_in_sight(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, environ={})
    async with running(app) as pilot:
        await show(app, pilot, "4")
        seen = shown(app).splitlines()[0]
        await pilot.press("full_stop")
        await until(pilot, lambda: "What else can be done here" in shown(app))
        assert shown(app).splitlines()[0] == seen
