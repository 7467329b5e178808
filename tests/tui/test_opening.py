"""Opening a file: which program, what it is handed, and what is said when it fails."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.terminals.app_screen import running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from ytui.core.settings import Settings
from ytui.core.settings.tables import Library, Screen
from ytui.store.database import Store
from ytui.tui.actions.copying import Thing
from ytui.tui.actions.opening import PLAYER, command_here, words_for
from ytui.tui.app import YtuiApp

THING = Thing("https://y/1", "One", Path("/media/{url}/One.mp4"))


def program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_configured_program_goes_before_mpv_which_needs_a_display(tmp_path: Path) -> None:
    program(tmp_path, "mpv", "exit 0")
    with_mpv = {"PATH": str(tmp_path)}
    assert command_here(("vlc", "{path}"), {}) == ("vlc", "{path}")
    assert command_here(None, with_mpv) is None
    assert command_here(None, {**with_mpv, "WAYLAND_DISPLAY": "wayland-0"}) == PLAYER
    assert command_here(None, {"PATH": "/nowhere", "DISPLAY": ":0"}) is None


def test_words_are_replaced_once_and_stay_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "exists", lambda path: True)
    assert words_for(("a", "--open={path}", "{url}"), THING) == [
        "a",
        "--open=/media/{url}/One.mp4",
        "https://y/1",
    ]


def test_what_has_no_file_is_not_opened(tmp_path: Path) -> None:
    assert words_for(("a", "{path}"), Thing("https://y/1", "One")) == (
        "there is no file of it here: d downloads it"
    )
    assert "is its disk mounted?" in words_for(("a", "{path}"), Thing("", "One", tmp_path / "gone.mp4"))
    assert words_for(("a", "{url}"), Thing("https://y/1", "One")) == ["a", "https://y/1"]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "my library; touch $HOME"
    (folder / "Blender Studio").mkdir(parents=True)
    (folder / "Blender Studio" / "Sintel.mp4").touch()
    return folder


@asynccontextmanager
async def on_sintel(
    app: YtuiApp, engine: StandInEngine, library: Path, command: tuple[str, ...] | None
) -> AsyncIterator[Pilot[None]]:
    async with running(app) as pilot:
        await show(app, pilot, "2")
        engine.settings = Settings(library=Library(path=library), screen=Screen(open_command=command))
        await pilot.press("j", "full_stop", "v")
        yield pilot


async def test_it_goes_on_by_itself_and_is_handed_one_word(
    make_app: MakeApp, store: Store, engine: StandInEngine, library: Path, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    player = program(tmp_path, "player", f'ps -o sid= -p $$ > "{seen}.part"; printf %s "$2" >> "{seen}.part"'
                     f'; mv "{seen}.part" "{seen}"')  # fmt: skip
    app = make_app(store)
    async with on_sintel(app, engine, library, (str(player), "--play", "{path}")) as pilot:
        await until(pilot, lambda: "opened with player" in shown(app))
        await until(pilot, seen.exists)
    session, path = seen.read_text().split("\n")
    assert path == str(library / "Blender Studio" / "Sintel.mp4")
    assert int(session) != os.getsid(0)


async def test_a_program_that_fails_says_why(
    make_app: MakeApp, store: Store, engine: StandInEngine, library: Path, tmp_path: Path
) -> None:
    player = program(tmp_path, "player", "echo first >&2; printf 'no \\033[31mdisplay\\n' >&2; exit 3")
    app = make_app(store)
    async with on_sintel(app, engine, library, (str(player), "{path}")) as pilot:
        await until(pilot, lambda: "ended with 3: no display" in " ".join(shown(app).split()))


async def test_a_program_that_is_not_there_says_so(
    make_app: MakeApp, store: Store, engine: StandInEngine, library: Path
) -> None:
    app = make_app(store)
    async with on_sintel(app, engine, library, ("no-such-player", "{path}")) as pilot:
        await until(pilot, lambda: "no-such-player could not be started" in shown(app))


async def test_without_a_player_it_says_what_to_do(
    make_app: MakeApp, store: Store, engine: StandInEngine, library: Path
) -> None:
    app = make_app(store)
    async with on_sintel(app, engine, library, None) as pilot:
        await until(pilot, lambda: "no mpv with a display here" in shown(app))
