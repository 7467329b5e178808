"""Keys that come in one go, as a slow line delivers them: none acts behind what the one before it opens."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.support.terminals.app_screen import rows, running, show, shown, until, value
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.key_queue import KeyQueue
from ytui.tui.lists.rows import Target

STATES = "SELECT group_concat(state) FROM (SELECT state FROM jobs ORDER BY id)"


def at_once(app: YtuiApp, *keys: str) -> None:
    """Hand keys over without giving the app a moment between them."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


def typed(app: YtuiApp) -> str | None:
    return app.focused.value if isinstance(app.focused, Input) else None


@pytest.mark.parametrize(
    ("view", "keys", "text"),
    [
        ("2", ("slash", "x", "d", "r"), "xdr"),
        ("1", ("s", "x", "d", "r"), "xdr"),
        ("1", ("question_mark", "x", "d", "r"), "xdr"),
        ("3", ("colon", "x", "d", "r"), "xdr"),
        ("1", ("o", "h", "t", "t", "p"), "http"),
        ("4", ("S", "x", "l", "r"), "xlr"),
        ("4", ("j", "w", "2", "h"), "2h"),
        ("1", ("2", "slash", "x", "r"), "xr"),
    ],
)
async def test_what_is_typed_on_goes_into_what_opens(
    make_app: MakeApp, store: Store, view: str, keys: tuple[str, ...], text: str
) -> None:
    app, before = make_app(store), value(store, STATES)
    async with running(app) as pilot:
        await show(app, pilot, view)
        at_once(app, *keys)
        await until(pilot, lambda: typed(app) == text)
        assert value(store, STATES) == before


async def test_a_question_is_answered_by_what_was_typed_after_its_key(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        at_once(app, "j", "D", "right", "enter")
        await until(pilot, lambda: "1 item dismissed" in shown(app))


async def test_pasted_text_waits_like_a_key(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        at_once(app, "o")
        app.post_message(events.Paste("https://example.org/a"))
        at_once(app, "b")
        await until(pilot, lambda: typed(app) == "https://example.org/ab")


async def test_keys_after_a_closed_prompt_act_on_the_list_again(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "3")
        at_once(app, "j", "j", "j", "w", "2", "escape", "k", "k")
        await until(pilot, lambda: rows(app).cursor == 1 and app.navigator.page is not None)


async def test_a_search_that_fails_lets_the_keys_go_on(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no such luck")

    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "3")
        monkeypatch.setattr(Target, "jobs", broken)
        at_once(app, "w", "j", "j")
        await until(pilot, lambda: "no such luck" in shown(app) and rows(app).cursor == 2)


async def test_an_echo_that_is_lost_holds_nothing_up(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ytui.tui.key_queue.LOST_SECONDS", 0.01)
    monkeypatch.setattr(KeyQueue, "_follow", lambda typed, pump, number: None)
    app = make_app(store)
    async with running(app) as pilot:
        at_once(app, "j", "j", "j")
        await until(pilot, lambda: rows(app).cursor == 3)
