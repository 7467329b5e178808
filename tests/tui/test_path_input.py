"""Paths: tab completes them wherever one is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.terminals.app_screen import opened, running, show, shown, until
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.cookies_screen import CookiesScreen
from ytui.tui.screens.dialogs import PromptScreen
from ytui.tui.widgets.path_input import PathInput


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    for name in ("music", "movies", ".hidden"):
        (folder / name).mkdir(parents=True)
    (folder / "movies" / "the plan (1).json").touch()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def line(app: YtuiApp) -> Input:
    assert isinstance(app.focused, Input)
    return app.focused


def write(app: YtuiApp, text: str) -> None:
    line(app).value = text
    line(app).cursor_position = len(text)


async def test_tab_goes_on_as_far_as_there_is_one_way(make_app: MakeApp, store: Store, home: Path) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "E")
        await opened(pilot, PromptScreen)
        write(app, "~/m")
        await pilot.press("tab")
        await until(pilot, lambda: "movies/  music/" in shown(app))
        assert line(app).value == "~/m"
        await pilot.press("o", "tab")
        await until(pilot, lambda: line(app).value == "~/movies/")
        await pilot.press("tab")
        await until(pilot, lambda: line(app).value == "~/movies/the plan (1).json")
        await until(pilot, lambda: "replaces" in shown(app))


async def test_a_folder_that_cannot_be_written_is_not_offered(
    make_app: MakeApp, store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != "music")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "E")
        await opened(pilot, PromptScreen)
        write(app, "~/music/plan.json")
        await until(pilot, lambda: "cannot be written to: name another file" in " ".join(shown(app).split()))
        write(app, "~/musik/plan.json")
        await until(pilot, lambda: "make it first, or name another" in " ".join(shown(app).split()))
        await pilot.press("enter")
        assert isinstance(app.screen, PromptScreen)


async def test_tab_completes_the_path_of_cookies(make_app: MakeApp, store: Store, home: Path) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("j", "c")
        await opened(pilot, CookiesScreen)
        write(app, "~/mov")
        await pilot.press("tab")
        await until(pilot, lambda: line(app).value == "~/movies/")


async def test_in_the_form_an_empty_line_is_left(make_app: MakeApp, store: Store, home: Path) -> None:
    app = make_app(store)
    async with running(app, (100, 50)) as pilot:
        await pilot.press("o")
        await until(pilot, lambda: app.screen.query(PathInput))
        [cookies] = app.screen.query(PathInput)
        cookies.focus()
        await until(pilot, lambda: app.focused is cookies)
        write(app, "~/mu")
        await pilot.press("tab")
        await until(pilot, lambda: cookies.value == "~/music/")
        write(app, "")
        await pilot.press("tab")
        await until(pilot, lambda: app.focused is not cookies)


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]) -> None:
    run = at_rest("4", "j", "c", words="tab completes the path")
    assert snap_compare(make_app(store), terminal_size=size, run_before=run)
