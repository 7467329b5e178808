"""Cookies for a whole site: asked again, written to its channels, and taken back with all that came of it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input

from tests.support.rows import factories
from tests.support.rows.failures import reopen
from tests.support.terminals.app_screen import opened, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from ytui.core.holds import HoldCause, HoldKey
from ytui.engine.cookie_files import HOW_TO
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.cookies_screen import CookiesScreen
from ytui.tui.screens.dialogs import AskScreen

COOKIES = "# Netscape HTTP Cookie File\n.youtube.com\tTRUE\t/\tTRUE\t1900000000\tSID\tsecret\n"


@pytest.fixture
def before(places: Places, store: Store) -> str:
    """The configuration with every channel of the store, and a comment that has to survive."""
    text = places.config_file.read_text() + "\n# mine\n"
    for row in store.db.all("SELECT url FROM channels WHERE subscribed = 1"):
        text += f'\n[[channels]]\nurl = "{row["url"]}"\n'
    places.config_file.write_text(text)
    return text


def stored(places: Places) -> list[Path]:
    return list(places.cookies_dir.glob("given-*.txt"))


def of_youtube(store: Store) -> int:
    sql = "SELECT count(*) FROM channels WHERE subscribed = 1 AND site = 'youtube'"
    return int(str(value(store, sql)))


async def give(app: YtuiApp, pilot: Pilot[None], tmp_path: Path, scope: str) -> None:
    (tmp_path / "cookies.txt").write_text(COOKIES)
    await show(app, pilot, "4")
    await pilot.press("j", "c")
    await opened(pilot, CookiesScreen)
    await until(pilot, lambda: HOW_TO[:30] in shown(app))
    app.screen.query_one(Input).value = str(tmp_path / "cookies.txt")
    await pilot.press("enter")
    await until(pilot, lambda: "1 cookie, the last one ends 2030" in shown(app))
    app.screen.query_one(f"#scope-{scope}", Button).focus()
    await pilot.press("enter")


async def test_a_site_is_asked_again_and_z_takes_all_of_it_back(
    make_app: MakeApp, store: Store, places: Places, tmp_path: Path, before: str
) -> None:
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL")
    many = of_youtube(store)
    assert many > 1
    app = make_app(store)
    async with running(app) as pilot:
        await give(app, pilot, tmp_path, "site")
        await opened(pilot, AskScreen)
        await until(pilot, lambda: f"That changes {many} channels" in shown(app))
        await pilot.press("enter")
        # The safe answer has the keyboard: nothing is written, and the choice is open again.
        await opened(pilot, CookiesScreen)
        assert places.config_file.read_text() == before
        # A button that was just pressed takes no other press for a fifth of a second.
        await until(pilot, lambda: not app.screen.query_one("#scope-site").has_class("-active"))
        await pilot.press("enter")
        await opened(pilot, AskScreen)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: value(store, "SELECT strategy FROM jobs WHERE id = 4") == "with_cookies")
        await until(pilot, lambda: f"{many} channels have these cookies now" in shown(app))
        [file] = stored(places)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert places.config_file.read_text().count(str(file)) == many
        await pilot.press("z")
        await until(pilot, lambda: "the cookies are deleted" in shown(app))
    assert places.config_file.read_text() == before
    assert value(store, "SELECT strategy || options FROM jobs WHERE id = 4") == "as_before{}"
    assert stored(places) == []


async def test_items_of_a_site_in_cooldown_are_left_alone(
    make_app: MakeApp, store: Store, places: Places, tmp_path: Path, before: str
) -> None:
    as_it_was = value(store, "SELECT state || strategy || options FROM jobs WHERE id = 4")
    store.db.execute("UPDATE sites SET until = ?", (NOW + 2460,))
    app = make_app(store)
    async with running(app) as pilot:
        await give(app, pilot, tmp_path, "items")
        await until(pilot, lambda: "youtube is cooling down until 2026-11-21 14:55" in shown(app))
        assert "queued again" not in shown(app)
    assert value(store, "SELECT state || strategy || options FROM jobs WHERE id = 4") == as_it_was
    assert stored(places) == []
    assert places.config_file.read_text() == before


async def test_what_was_checked_is_forgotten_with_the_line_it_stood_in(
    make_app: MakeApp, store: Store, places: Places, tmp_path: Path
) -> None:
    (tmp_path / "cookies.txt").write_text(COOKIES)
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "c")
        await opened(pilot, CookiesScreen)
        line = app.screen.query_one(Input)
        await pilot.press(*"nope", "enter")
        await until(pilot, lambda: "nope cannot be read" in shown(app))
        line.value = str(tmp_path / "cookies.txt")
        await until(pilot, lambda: "enter checks them" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "this item only" in shown(app))
        assert len(stored(places)) == 1
        line.focus()
        await pilot.press("x")
        await until(pilot, lambda: "enter checks them" in shown(app))
        assert "this item only" not in shown(app)
        assert stored(places) == []


async def test_those_that_wait_for_a_login_all_go_on_with_the_cookies_given_to_their_item(
    make_app: MakeApp, store: Store, tmp_path: Path
) -> None:
    reopen(store)
    rows = factories.add_videos(
        store.db, factories.add_channel(store.db, "Held"), *map(factories.entry, "xyz")
    )
    for row in rows:
        job = factories.run(store.db, factories.queue_job(store.db, row))
        factories.hits(store.db, job, HoldKey(HoldCause.LOGIN, "a /cookies.txt"))
    store.db.execute("UPDATE plan_items SET state = 'dismissed' WHERE hold_id IS NULL")
    waiting = "SELECT count(*) FROM jobs WHERE state = 'waiting' AND hold_id IS NOT NULL"
    app = make_app(store)
    async with running(app) as pilot:
        await give(app, pilot, tmp_path, "items")
        await until(pilot, lambda: "3 items queued again with these cookies" in shown(app))
        assert value(store, waiting) == 0
        await pilot.press("z")
        await until(pilot, lambda: value(store, waiting) == 3)
