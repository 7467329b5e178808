from __future__ import annotations

import inspect
import re
from operator import attrgetter

import pytest

from tests.support.terminals.app_screen import opened, running, shown, until
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui import keymap
from ytui.tui.dispatch import COMMANDS
from ytui.tui.keys import ACTIONS, View
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.screens.help_screen import KEYS_CELLS, help_content
from ytui.tui.widgets.key_hints import hanging


def test_no_key_does_two_things_in_one_view() -> None:
    assert keymap.clashes({}) == []


def test_a_remapped_key_that_is_taken_is_said() -> None:
    assert keymap.clashes({"retry": "u"}) == ["u is both fetch and retry"]
    assert keymap.unknown_actions({"retri": "r"}) == ["retri"]


def test_only_what_works_here_is_in_the_help_and_typing_narrows_it() -> None:
    text = help_content(View.JOBS, None, {}, "").plain
    assert "Retry now" in text
    assert "Fetch these channels" not in text
    narrowed = help_content(View.JOBS, None, {}, "worker").plain
    assert "One worker more" in narrowed
    assert "Retry now" not in narrowed


def test_help_shows_remapped_keys() -> None:
    line = next(
        line
        for line in help_content(View.JOBS, None, {"retry": "t"}, "").plain.splitlines()
        if "Retry now" in line
    )
    assert line.split()[0] == "t"


def test_words_without_room_go_on_below_themselves() -> None:
    table = help_content(View.DETAILS, None, {}, "says of it")
    assert table.plain.splitlines()[1].startswith("  u             Fetch these channels now")
    lines = hanging(table, KEYS_CELLS, 42).plain.splitlines()
    assert lines[1:4] == [
        "  u             Fetch these channels now;",
        " " * KEYS_CELLS + "on a video's page: what",
        " " * KEYS_CELLS + "its site says of it",
    ]


@pytest.mark.parametrize("size", [(60, 15), (80, 24)])
async def test_the_help_is_broken_at_its_own_width(
    make_app: MakeApp, store: Store, size: tuple[int, int]
) -> None:
    app = make_app(store)
    async with running(app, size) as pilot:
        await pilot.press("question_mark", *"says of it")
        await until(pilot, lambda: re.search(rf"│ {{{KEYS_CELLS + 2}}}\w.*", shown(app)))


async def test_what_the_banner_offers_works_where_it_stands(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("6")
        await until(pilot, lambda: app.navigator.view is View.STATISTICS and "b probes now" in shown(app))
        await pilot.press("b")
        await until(pilot, lambda: "one probe goes to youtube now" in shown(app))


async def test_every_action_of_the_table_names_what_does_it(make_app: MakeApp, store: Store) -> None:
    assert [action.name for action in ACTIONS if bool(action.command) == bool(action.run)] == []
    app = make_app(store)
    does = app.dispatcher.runs | COMMANDS
    for action in ACTIONS:
        given = (object(), object()) if action.command else action.args
        on_path = action.run and ":" not in action.run
        done = attrgetter(action.run)(app.context) if on_path else does[action.name]
        inspect.signature(done).bind(*given)


async def test_the_manual_is_read_from_the_help(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: "Keys that work here" in shown(app))
        await pilot.press("tab")
        await opened(pilot, ChooseScreen)
        await until(pilot, lambda: app.focused is not None and app.focused.id == "choice-0")
        await pilot.press("down", "enter")
        await until(
            pilot, lambda: "ytui help commands" in shown(app) and "opens the application" in shown(app)
        )
        await pilot.press("G")
        await until(pilot, lambda: "A word that ytui does not know" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "The manual" in shown(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "Keys that work here" not in shown(app))


@pytest.mark.parametrize("view", list(View))
def test_help_and_leaving_work_everywhere(view: View) -> None:
    assert {"help", "quit", "back", "palette"} <= {action.name for action in keymap.live(view)}
