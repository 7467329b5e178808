"""Hostile text, small terminals, poor terminals."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.support.terminals.app_screen import running, show, shown, until
from tests.support.terminals.stand_in_engine import HOSTILE, StandInEngine
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui.theme import THEMES, choose_theme


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (40, 15), (2, 1)])
async def test_no_size_and_no_text_brings_it_down(
    make_app: MakeApp, store: Store, engine: StandInEngine, size: tuple[int, int]
) -> None:
    engine.live_status.update(1, title=HOSTILE, channel=HOSTILE, detail=HOSTILE)
    engine.live_status.update(4, waiting_for=HOSTILE)
    engine.problem = HOSTILE
    app = make_app(store, notices=(HOSTILE,))
    async with app.run_test(size=size, notifications=True) as pilot:
        for view in "12345":
            await pilot.press(view, "G", "enter")
            assert "\x1b" not in shown(app)
            assert "\u202e" not in shown(app)
            await pilot.press("escape")
        await pilot.press("question_mark", "escape", "X", "escape", "o", "escape", "colon", "escape")
        await pilot.resize_terminal(100, 30)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert app.is_running


async def test_below_40_by_15_one_line_says_so(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with app.run_test(size=(39, 20)) as pilot:
        words = "too small: ytui needs 40×15, this is 39×20"
        await until(pilot, lambda: words in " ".join(shown(app).split()))
        await pilot.resize_terminal(40, 15)
        await until(pilot, lambda: "too small" not in shown(app) and "Channels" in shown(app))


async def test_ascii_where_the_locale_is_not_utf_8(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    store.db.execute("UPDATE channels SET name = 'plain ' || id")
    store.db.execute("DELETE FROM journal WHERE id IN (3, 4)")
    engine.live_status.update(1, title="plain")
    app = make_app(store, encoding="ISO-8859-1")
    async with running(app) as pilot:
        await until(pilot, lambda: "72 %" in shown(app) and "downloaded Sintel" in shown(app))
        unknown = {character for character in shown(app) if not character.isascii()}
    assert unknown == set()


async def test_ansi_theme_where_colorterm_is_not_set(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, environ={})
    async with running(app):
        assert app.current_theme.ansi


def test_our_own_theme_where_the_terminal_promises_all_colours() -> None:
    known = {name: theme for name, (theme, _) in THEMES.items()}
    assert choose_theme(None, known, {"COLORTERM": "truecolor"}) == "ytui"


async def test_a_filter_that_is_half_typed_outlives_a_terminal_that_is_too_small(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        videos = await show(app, pilot, "2")
        await pilot.press("j", "space", "slash", *"cha")
        await pilot.resize_terminal(20, 5)
        await until(pilot, lambda: "too small" in shown(app) and app.focused is None)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"rge", "enter")
        await until(pilot, lambda: videos.total == 1 and "filter “charge”" in shown(app))
        assert videos.selection == {2}
        await pilot.press("escape")
        await until(pilot, lambda: videos.key == 3)
