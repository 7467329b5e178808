"""Filters with a name, and those that were typed before."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.terminals.app_screen import main, opened, rows, running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from ytui import config
from ytui.core.settings import Settings
from ytui.paths import Places
from ytui.store.database import Database, Store
from ytui.store.lists import filter_history
from ytui.store.lists.filter_syntax import expanded
from ytui.tui.screens.dialogs import ChooseScreen, PromptScreen

NAMED = {"big": ">50MB", "bad": "state:failed -members"}


def test_what_a_name_stands_for() -> None:
    assert expanded("@big night", NAMED) == (">50MB night", "")
    assert expanded("a@big me@big", NAMED) == ("a@big me@big", "")
    assert expanded("@bi night", NAMED) == (" night", "no filter is called @bi: there is @bad @big")
    assert expanded("@x", {})[1] == "no filter is called @x: there is none yet: `. F` names one"


def test_each_list_has_a_history_of_its_own(db: Database) -> None:
    for number in range(filter_history.MOST + 5):
        filter_history.note(db, "video", f"n{number}")
    filter_history.note(db, "video", "n50")
    filter_history.note(db, "job", "other")
    found = filter_history.earlier(db, "video")
    assert found[:3] == ["n50", "n54", "n53"]
    assert len(found) == len(set(found)) == filter_history.MOST
    assert filter_history.earlier(db, "job") == ["other"]


@pytest.fixture
def db(store: Store) -> Database:
    return store.db


async def test_the_arrows_bring_back_what_was_typed_also_after_a_new_start(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        for typed in ("charge", "sintel"):
            await pilot.press("slash", *typed, "enter")
            await until(pilot, lambda: rows(app).total == 1)
            await pilot.press("escape")
            await until(pilot, lambda: rows(app).total == 9)
        await until(pilot, lambda: filter_history.earlier(store.db, "video") == ["sintel", "charge"])
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("slash", *"spr")
        line = main(app).pane.query_one(Input)
        await pilot.pause()
        await until(
            pilot,
            lambda: not [each for each in app.workers if each.name == "history" and not each.is_finished],
        )
        for key, text in (
            ("up", "sintel"),
            ("up", "charge"),
            ("up", "charge"),
            ("down", "sintel"),
            ("down", "spr"),
        ):
            await pilot.press(key)
            await until(pilot, lambda text=text: line.value == text)  # type: ignore[misc]
        await until(pilot, lambda: "Spring" in shown(app) and rows(app).total == 1)


async def test_tab_completes_names_and_the_list_is_what_they_stand_for(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    engine.settings = Settings(filters=NAMED)
    async with running(app) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        await show(app, pilot, "2")
        await pilot.press("slash", "tab")
        line = main(app).pane.query_one(Input)
        await until(pilot, lambda: line.value == "@bad" and rows(app).total == 2)
        await pilot.press("tab")
        await until(pilot, lambda: line.value == "@big" and rows(app).total == 1)
        assert "filter “@big”" in shown(app)
        await pilot.press("g")
        await until(pilot, lambda: "no filter is called @bigg: there is @bad @big" in shown(app))


async def test_a_filter_is_named_and_chosen_from_the_menu(
    make_app: MakeApp, store: Store, engine: StandInEngine, places: Places
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("full_stop", "F")
        await until(pilot, lambda: "there is no filter to name" in shown(app))
        await pilot.press("full_stop", "f")
        await until(pilot, lambda: "no filter has a name yet" in shown(app))
        await pilot.press("slash", *"state:failed", "enter", "full_stop", "F")
        await opened(pilot, PromptScreen)
        await pilot.press(*"a b")
        await until(pilot, lambda: "a name is letters, digits" in shown(app))
        await pilot.press("ctrl+u", *"bad", "enter")
        await until(
            pilot, lambda: config.load(places.config_file).settings.filters == {"bad": "state:failed"}
        )
        engine.settings = Settings(filters=NAMED)
        await pilot.press("escape", "full_stop", "f")
        await opened(pilot, ChooseScreen)
        await pilot.press("enter")
        await until(pilot, lambda: "filter “@bad”" in shown(app) and rows(app).total == 2)


def test_a_wrong_name_is_a_sentence(places: Places) -> None:
    with places.config_file.open("a") as file:
        file.write('[filters]\n"two words" = "state:failed"\nnone = 5\n')
    with pytest.raises(config.ConfigError) as wrong:
        config.load(places.config_file)
    assert [problem.sentence for problem in wrong.value.problems] == [
        "filters.two words must have a name of letters, digits, - and _",
        "filters.none must be text on one line, not 5",
    ]
