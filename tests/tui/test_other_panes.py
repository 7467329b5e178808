"""What a key acts on and what it says: on the dashboard's other panes, with nothing there, on what runs."""

from __future__ import annotations

import pytest

from tests.support.terminals.app_screen import main, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW, insert
from tests.tui.conftest import MakeApp
from ytui.core.settings import Settings
from ytui.store.database import Store
from ytui.tui.actions.inspect import why_sentence
from ytui.tui.actions.palette import action_results
from ytui.tui.app import YtuiApp
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.dialogs import AskScreen


def last_line(app: YtuiApp) -> str:
    return shown(app).splitlines()[-1]


def told(app: YtuiApp) -> list[str]:
    return [notice.message for notice in app._notifications]


WORKERS, LOG = 1, 2
"""How often ``tab`` is pressed from the channels on."""


@pytest.mark.parametrize("tabs", [WORKERS, LOG])
@pytest.mark.parametrize("key", ["p", "delete", "e", "u"])
async def test_keys_of_channels_say_that_no_channel_is_there(
    make_app: MakeApp, store: Store, tabs: int, key: str
) -> None:
    app = make_app(store)
    before = value(store, "SELECT group_concat(paused) FROM channels")
    async with running(app) as pilot:
        await until(pilot, lambda: main(app).pane.rows.loaded)
        await pilot.press(*["tab"] * tabs, key)
        await until(pilot, lambda: "no channel here" in shown(app))
        assert not isinstance(app.screen, AskScreen)
    assert value(store, "SELECT group_concat(paused) FROM channels") == before


@pytest.mark.parametrize("key", ["space", "a", "slash", "O", "r", "d"])
async def test_keys_of_rows_do_nothing_to_the_channels_from_the_workers(
    make_app: MakeApp, store: Store, key: str
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("tab", key)
        await until(
            pilot, lambda: "nothing here: this key is for rows of the channels and the log" in told(app)
        )
        pane = main(app).pane
        assert not pane.rows.selection
        assert not pane.filtered


async def test_the_footer_the_help_and_the_palette_show_what_acts_in_the_pane_with_the_keyboard(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: "u fetch" in last_line(app))
        await pilot.press("tab")
        await until(pilot, lambda: "u fetch" not in last_line(app))
        words = last_line(app)
        assert "x cancel" in words
        assert not [word for word in ("d download", "r retry", "space mark", "e edit") if word in words]
        await pilot.press("question_mark")
        await until(pilot, lambda: "Keys that work here (dashboard, workers)" in shown(app))
        assert "Fetch these channels" not in shown(app)
        await pilot.press("escape", "tab")
        await until(pilot, lambda: "space mark" in last_line(app))
        assert "u fetch" not in last_line(app)
        found = {result.name: result.state.text for result in action_results(app.context)}
        assert found["Edit the channel, or all that are marked"] == "e in dashboard"
        await pilot.press("tab")
        await until(pilot, lambda: "u fetch" in last_line(app))


async def test_the_footer_follows_when_the_keyboard_is_taken_from_a_pane(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("tab")
        await until(pilot, lambda: "u fetch" not in last_line(app))
        app.screen.set_focus(None)
        await until(pilot, lambda: "u fetch" in last_line(app))


async def test_d_downloads_the_video_that_a_line_of_the_log_speaks_of(
    make_app: MakeApp, store: Store
) -> None:
    insert(store.db, "journal", id=6, at=NOW, level="info", type="runtime", message="found", video_id=3)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("tab", "tab")
        await until(pilot, lambda: main(app).pane.rows.key == 6)
        await pilot.press("d")
        await until(pilot, lambda: "1 download queued" in shown(app))
    assert value(store, "SELECT video_id FROM jobs ORDER BY id DESC LIMIT 1") == 3


async def test_keys_with_nothing_under_them_say_so(make_app: MakeApp, empty_store: Store) -> None:
    app = make_app(empty_store)
    async with running(app) as pilot:
        for key, words in (("enter", "nothing here"), ("i", "nothing here"), ("y", "nothing here to copy")):
            app.clear_notifications()
            await pilot.press(key)
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
        await pilot.press("5", "n")
        await until(pilot, lambda: "nothing is searched for" in shown(app))


async def test_what_is_under_way_already_is_not_said_to_be_queued(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL")
    insert(store.db, "jobs", id=50, kind="download", state="cancelled", channel_id=2, video_id=7,
           site="youtube", url="u", title="an older one", priority=2, created_at=NOW)  # fmt: skip
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await until(pilot, lambda: videos.key == 1)
        await pilot.press("d")
        await until(pilot, lambda: "1 download running already" in shown(app))
        jobs = await show(app, pilot, "3")
        jobs.go_to(50)
        await until(pilot, lambda: jobs.cursor_row and jobs.cursor_row.key == 50)
        await pilot.press("r")
        await until(pilot, lambda: "1 job left alone: another one is at it already" in shown(app))


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (1, "fetched 2026-11-21 12:14; due 2026-11-22 14:14, u fetches it now"),
        (2, "running: in slot 2"),
        (3, "no answer; due 2026-11-22 14:14, u fetches it now"),
        (4, "never fetched; due 2026-11-21 14:13, u fetches it now"),
        (5, "paused: p lets it go on"),
    ],
)
def test_why_a_channel_is_not_fetched(store: Store, channel: int, words: str) -> None:
    assert why_sentence(store.db, Settings(), Target(RowKind.CHANNEL, (channel,)), NOW).startswith(words)
