"""Jump: a few letters to anything, with its state, and keys that act on it there."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input

from tests.support.terminals.app_screen import elsewhere, main, opened, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.core.settings import Channel, Settings
from ytui.store.database import Database, Store
from ytui.store.lists import jump_queries
from ytui.tui.app import YtuiApp
from ytui.tui.keys import View
from ytui.tui.lists.jump_results import JumpFinder, JumpKind, JumpResult
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.details_screen import DetailsScreen
from ytui.tui.screens.help_screen import PageScreen
from ytui.tui.screens.jump_screen import JumpScreen
from ytui.tui.text import UNICODE
from ytui.tui.widgets.form_controls import control_id
from ytui.tui.widgets.jump_list import JumpList


def _found(store: Store, text: str, *fixed: JumpResult) -> list[tuple[JumpKind, str]]:
    finder = JumpFinder(fixed, UNICODE, lambda: NOW)
    return [(result.kind, result.name) for result in finder.find(store.db, text)]


def _line(app: YtuiApp, words: str) -> str:
    return next((line for line in shown(app).splitlines() if words in line), "")


def test_what_a_few_letters_find(store: Store) -> None:
    assert _found(store, "tmp")[0] == (JumpKind.CHANNEL, "Two Minute Papers")
    assert _found(store, "blend")[:2] == [
        (JumpKind.CHANNEL, "Blender Studio"),
        (JumpKind.VIDEO, "Spring — Blender Open Movie"),
    ]
    assert _found(store, "題名") == [
        (JumpKind.VIDEO, "日本語のとても長い題名がここに書いてあります、そしてまだ続く")
    ]
    assert len(_found(store, "題")) == 1
    # A video that has an item of the plan is that, also by its reference; one by its id.
    item = [(JumpKind.PLAN, "The Surprising Secret of Synchronization")]
    assert _found(store, "surpris secret") == item
    assert _found(store, "e-7f") == item
    assert _found(store, "vid00002") == [(JumpKind.VIDEO, "Sintel")]
    assert _found(store, "xylophones") == []
    assert _found(store, '"unfinished -') == []
    assert _found(store, "'; DROP TABLE videos; --") == []


def test_what_is_nearest_is_first(store: Store) -> None:
    action = JumpResult(JumpKind.ACTION, "Cancel", also="cancel")
    sintel = JumpResult(JumpKind.ACTION, "So interesting lines")
    assert _found(store, "sintel", sintel) == [(JumpKind.VIDEO, "Sintel"), (JumpKind.ACTION, sintel.name)]
    assert _found(store, "abort", action) == [(JumpKind.ACTION, "Cancel")]


async def test_a_video_is_found_with_its_state_and_keys_act_on_it_there(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("ctrl+p")
        await opened(pilot, JumpScreen)
        assert "tab keys act on it" in shown(app)
        await pilot.press(*"charge")
        await until(pilot, lambda: "+ new" in _line(app, "Charge"))
        # While something is typed a letter is a letter.
        await pilot.press("d")
        await until(pilot, lambda: "nothing has that" in shown(app))
        await pilot.press("backspace", "tab")
        await until(pilot, lambda: "d download" in shown(app))
        await until(pilot, lambda: "Charge" in shown(app))
        await pilot.press("d")
        await until(pilot, lambda: "queued" in _line(app, "video"))
        assert value(store, "SELECT count(*) FROM jobs WHERE video_id = 3 AND state = 'queued'") == 1
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DetailsScreen) and "vid00003" in shown(app))
        await pilot.press("escape")
        await opened(pilot, JumpScreen)
        assert app.screen.query_one(Input).value == "charge"
        await pilot.press("escape", "escape")
        await until(pilot, lambda: app.navigator.view is View.DASHBOARD)


async def test_keys_act_on_nothing_until_there_is_what_was_typed(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, real = threading.Event(), jump_queries.video_numbers

    def slow(db: Database, text: str, limit: int) -> list[int]:
        if text == "charge":
            go.wait(30)
        return real(db, text, limit)

    monkeypatch.setattr(jump_queries, "video_numbers", slow)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"sintel")
        await until(pilot, lambda: "downloaded" in _line(app, "Sintel"))
        await pilot.press("ctrl+u", *"charge", "tab")
        await until(pilot, lambda: "looking…" in shown(app))
        await pilot.press("x")
        await until(pilot, lambda: "nothing here to cancel" in shown(app))
        go.set()
        await until(pilot, lambda: "+ new" in _line(app, "Charge"))


async def test_a_failure_is_retried_and_its_address_copied_there(make_app: MakeApp, store: Store) -> None:
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL")
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"E-7F3K")
        await until(pilot, lambda: "needs you" in _line(app, "Surprising"))
        await pilot.press("tab", "y")
        await until(pilot, lambda: "Copied" in shown(app) and "E-7F3K" in shown(app))
        await pilot.press("escape")
        await opened(pilot, JumpScreen)
        await pilot.press("r")
        await until(pilot, lambda: value(store, "SELECT state FROM jobs WHERE id = 4") == "queued")


async def test_keys_for_a_channel_say_so_elsewhere(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"sintel", "tab")
        await until(pilot, lambda: "Sintel" in shown(app))
        await pilot.press("e")
        await until(pilot, lambda: "this key edits a channel, and here is none" in shown(app))
        assert isinstance(app.screen, JumpScreen)


async def test_enter_waits_for_what_is_found(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"statistics", "enter")
        await until(pilot, lambda: app.navigator.view is View.STATISTICS)


async def test_the_same_key_closes_it_and_it_opens_from_every_page(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("enter")
        await opened(pilot, DetailsScreen)
        await pilot.press("ctrl+p")
        await opened(pilot, JumpScreen)
        await pilot.press("ctrl+p")
        await opened(pilot, DetailsScreen)


async def test_a_setting_shows_what_the_manual_says(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"bandwidth")
        await until(pilot, lambda: '"off"' in _line(app, "limits.bandwidth"))
        await pilot.press("enter")
        await opened(pilot, PageScreen)
        await until(pilot, lambda: "bandwidth =" in shown(app))


async def test_a_setting_of_the_channel_under_the_cursor_opens_its_form_there(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    engine.settings = Settings(channels=(Channel("https://www.youtube.com/@channel2", name="3Blue1Brown"),))
    async with running(app) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        assert main(app).pane.rows.key == 2
        await pilot.press("colon", *"defaults.quality", "enter")
        await opened(pilot, ChannelFormScreen)
        await until(pilot, lambda: app.focused is not None and app.focused.id == control_id("quality"))


async def test_what_is_written_elsewhere_is_seen(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"sintel")
        await until(pilot, lambda: "downloaded" in _line(app, "Sintel"))
        with elsewhere(store) as db:
            db.execute("UPDATE videos SET state = 'removed' WHERE id = 2")
        await until(pilot, lambda: "removed" in _line(app, "Sintel"))


async def test_the_next_letter_ends_a_search_that_takes_long(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, real = threading.Event(), jump_queries.video_numbers

    def endless(db: Database, text: str, limit: int) -> list[int]:
        if text == "sint":
            return real(db, text, limit)
        begun.set()
        db.all("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n")
        raise AssertionError("nothing ended it")

    monkeypatch.setattr(jump_queries, "video_numbers", endless)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"sin")
        await until(pilot, begun.is_set)
        await pilot.press("t")
        await until(pilot, lambda: "Sintel" in shown(app))
        assert "did not work" not in shown(app)


async def test_hostile_names_are_text(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("colon", *"[MV] song")
        await until(pilot, lambda: "[/b] [MV] Song" in shown(app))
        assert "\x1b[31m" not in shown(app)
        assert app.screen.query_one(JumpList).result is not None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "words"),
    [((), "leave"), (("tab",), "tab type")],
    ids=["found", "keys"],
)
def test_picture(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    store: Store,
    keys: tuple[str, ...],
    words: str,
    size: tuple[int, int],
) -> None:
    # What has few actions among it: a picture of all of them would change with each new one.
    run = at_rest("4", "colon", *"blend", *keys, words=words)
    assert snap_compare(make_app(store), terminal_size=size, run_before=run)
