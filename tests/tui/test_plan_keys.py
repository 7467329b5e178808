"""What the keys do about the items of the work plan."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Button, Input

from tests.support.rows.failures import many_failures, reopen
from tests.support.terminals.app_screen import (
    elsewhere,
    main,
    opened,
    rows,
    running,
    show,
    shown,
    until,
    value,
)
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.screens.cookies_screen import CookiesScreen
from ytui.tui.screens.dialogs import AskScreen, PromptScreen, TextScreen

COOKIES = "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t1900000000\tSID\tsecret\n"


async def test_r_on_a_closed_site_says_until_when_and_touches_nothing(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "r")
        await until(pilot, lambda: "youtube is cooling down until 2026-11-21 14:55" in shown(app))
        assert value(store, "SELECT state FROM jobs WHERE id = 4") == "failed"


async def test_lower_case_on_a_heading_says_how_to_act_on_the_group(make_app: MakeApp, store: Store) -> None:
    reopen(store)
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("r")
        await until(pilot, lambda: "this is a group: a capital acts on all of it" in shown(app))
        assert value(store, "SELECT count(*) FROM jobs WHERE state = 'queued'") == 1


@pytest.mark.parametrize(
    ("key", "strategy"), [("r", "as_before"), ("l", "lower_quality"), ("f", "without_partial")]
)
async def test_retrying_one_and_taking_it_back(
    make_app: MakeApp, store: Store, key: str, strategy: str
) -> None:
    reopen(store)
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", key)
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 4") == "queued")
        assert value(store, "SELECT strategy FROM jobs WHERE id = 4") == strategy
        await until(pilot, lambda: "1 job queued again" in shown(app))
        await pilot.press("z")
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 4") == "failed")
        assert value(store, "SELECT state FROM plan_items WHERE id = 1") == "open"
        assert value(store, "SELECT state FROM videos WHERE id = 5") == "failed"


async def test_three_hundred_are_retried_with_one_key_and_one_answer(make_app: MakeApp, store: Store) -> None:
    reopen(store)
    many_failures(store.db, 300)
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        # As long as it is it begins folded.
        await until(pilot, lambda: plan.total == 3)
        await pilot.press("j", "R")
        await until(pilot, lambda: "Retry 300 items of “server error”?" in shown(app))
        assert "all 302 shown" in shown(app)
        await pilot.press("right", "enter")
        queued = "SELECT count(*) FROM jobs WHERE state = 'queued' AND id >= 100"
        await until(pilot, lambda: value(store, queued) == 300)
        assert value(store, "SELECT state FROM jobs WHERE id = 4") == "failed"


async def test_dismiss_asks_and_z_brings_it_back(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await pilot.press("j", "D")
        await until(pilot, lambda: "Dismiss “The Surprising Secret of Synchronization”" in shown(app))
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(store, "SELECT state FROM plan_items WHERE id = 1") == "dismissed")
        await until(pilot, lambda: plan.total == 2)
        await pilot.press("h")
        await until(pilot, lambda: "history" in shown(app) and "– dismissed" in shown(app))
        await until(pilot, lambda: "r retry   w wait" not in shown(app))
        await pilot.press("D")
        await until(pilot, lambda: "no item of the plan here" in shown(app))
        await pilot.press("h", "z")
        await until(pilot, lambda: value(store, "SELECT state FROM plan_items WHERE id = 1") == "open")
        await until(pilot, lambda: plan.total == 4)
        await pilot.press("z")
        await until(pilot, lambda: "nothing to undo" in shown(app))


async def test_w_shows_the_time_it_understood_before_it_waits(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "w")
        await opened(pilot, PromptScreen)
        await pilot.press(*"2x", "enter")
        await until(pilot, lambda: "a time such as 2h" in shown(app))
        await pilot.press("backspace", "h")
        await until(pilot, lambda: "2026-11-21 16:14, in 2 h" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: value(store, "SELECT due_at FROM jobs WHERE id = 4") == NOW + 7200)
        assert value(store, "SELECT state FROM plan_items WHERE id = 1") == "scheduled"


async def test_cookies_are_checked_and_then_given_to_the_channel(
    make_app: MakeApp, store: Store, places: Places, tmp_path: Path
) -> None:
    url = "https://www.youtube.com/@channel3"
    places.config_file.write_text(places.config_file.read_text() + f'\n[[channels]]\nurl = "{url}"\n')
    (tmp_path / "cookies.txt").write_text(COOKIES)
    reopen(store)
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "c")
        await opened(pilot, CookiesScreen)
        app.screen.query_one(Input).value = str(tmp_path / "nothing.txt")
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be read as a cookie file" in shown(app))
        app.screen.query_one(Input).value = str(tmp_path / "cookies.txt")
        await pilot.press("enter")
        await until(pilot, lambda: "1 cookie, the last one ends 2030" in shown(app))
        await pilot.press("tab", "enter")
        await until(pilot, lambda: value(store, "SELECT strategy FROM jobs WHERE id = 4") == "with_cookies")
    stored = json.loads(str(value(store, "SELECT options FROM jobs WHERE id = 4")))["cookies"]
    assert Path(stored).read_text() == COOKIES
    assert stored in places.config_file.read_text()


async def test_b_probes_the_site_and_the_banner_goes(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: "youtube cools down; probe at 14:55, in 41 min" in shown(app))
        assert "b probes now" in shown(app)
        await pilot.press("b")
        await until(pilot, lambda: value(store, "SELECT until FROM sites") == NOW)
        await until(pilot, lambda: "its next job is the probe" in shown(app))
        assert engine.woken
        with elsewhere(store) as db:
            db.execute("UPDATE sites SET state = 'ok', until = NULL")
        await until(pilot, lambda: "cools down" not in main(app)._banner._words)
        assert not main(app)._banner.display


async def test_marked_items_become_a_named_plan_that_is_shown(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        plan = await show(app, pilot, "4")
        await pilot.press("j", "space", "S")
        await until(pilot, lambda: "Save 1 item as" in shown(app))
        await pilot.press(*"later on", "enter")
        await until(pilot, lambda: value(store, "SELECT count(*) FROM plan_members") == 1)
        await until(pilot, lambda: not plan.selection)
        await pilot.press("number_sign")
        await until(pilot, lambda: "later on  1 item, 1 unresolved" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: plan.total == 2)
        await pilot.press("escape")
        await until(pilot, lambda: plan.total == 4)


@pytest.mark.parametrize("name", ["plan.json", "plan.txt"])
async def test_what_is_shown_is_exported(make_app: MakeApp, store: Store, tmp_path: Path, name: str) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("E")
        await opened(pilot, PromptScreen)
        app.screen.query_one(Input).value = str(tmp_path / "nowhere" / name)
        await until(pilot, lambda: "there is no folder" in shown(app))
        app.screen.query_one(Input).value = str(tmp_path / name)
        await pilot.press("enter")
        await until(pilot, lambda: (tmp_path / name).exists() and "2 items written" in shown(app))
    text = (tmp_path / name).read_text()
    assert len(json.loads(text)["items"]) == 2 if name.endswith("json") else text.count("https://y/w") == 2


async def test_y_sends_a_report_to_the_clipboard_and_shows_it(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, environ={"TMUX": "/tmp/tmux", "COLORTERM": "truecolor"})
    async with running(app) as pilot:
        await show(app, pilot, "4")
        written: list[str] = []
        assert app._driver is not None
        app._driver.write = lambda data: written.append(data)  # type: ignore[method-assign]
        await pilot.press("j", "y")
        await opened(pilot, TextScreen)
        await until(pilot, lambda: "evidence: HTTP 403 from www.youtube.com" in shown(app))
        assert any(text.startswith("\x1bPtmux;\x1b\x1b]52;c;") for text in written)


async def test_the_confirmation_has_the_safe_answer_first(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("R")
        await opened(pilot, AskScreen)
        assert isinstance(app.focused, Button)
        assert app.focused.id == "safe"


async def test_what_vanished_while_a_question_was_open_is_not_called_done(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "D")
        await until(pilot, lambda: "Dismiss “" in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE plan_items SET state = 'resolved', resolved_at = ? WHERE id = 1", [NOW])
        await pilot.press("right", "enter")
        await until(pilot, lambda: "nothing was dismissed: it is off the plan already" in shown(app))
        await until(pilot, lambda: rows(app).total == 2)
        await pilot.press("G", "w")
        await until(pilot, lambda: "Let 1 item wait until" in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE jobs SET state = 'done' WHERE id = 6")
        await pilot.press(*"2h", "enter")
        await until(pilot, lambda: "nothing was put off: it runs or has ended meanwhile" in shown(app))
