"""Copying: ``Y`` offers what there is of the rows, and sends what is chosen where ``y`` sends its own."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from tests.support.terminals.app_screen import opened, running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.core.remote_lines import SshAddress
from ytui.core.settings import Settings
from ytui.core.settings.tables import Library
from ytui.store.database import Store
from ytui.tui.actions.copying import Copyable, copyables
from ytui.tui.app import YtuiApp
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.dialogs import TextScreen

LIBRARY, HERE = Path("/media/library"), SshAddress("nas", "me")
FILE = "/media/library/Blender Studio/Sintel.mp4"
ENVIRON = {"COLORTERM": "truecolor", "SSH_CONNECTION": "203.0.113.9 50000 192.0.2.7 22", "LOGNAME": "me"}


def found(store: Store, kind: RowKind, *keys: int) -> dict[str, str]:
    return {each.letter: each.text for each in _found(store, kind, keys)}


def _found(store: Store, kind: RowKind, keys: tuple[int, ...]) -> list[Copyable]:
    return copyables(store.db, Target(kind, keys), LIBRARY, HERE)


def downloaded(store: Store) -> int:
    number = store.db.value("SELECT id FROM videos WHERE state = 'downloaded'")
    assert isinstance(number, int)
    return number


def test_of_a_video_with_a_file(store: Store) -> None:
    number = downloaded(store)
    assert found(store, RowKind.VIDEO, number) == {
        "a": f"https://www.youtube.com/watch?v=vid{number:05}",
        "t": store.db.value("SELECT title FROM videos WHERE id = ?", (number,)),
        "p": FILE,
        "s": r"scp 'me@nas:/media/library/Blender\ Studio/Sintel.mp4' .",
        "m": f"mpv 'sftp://me@nas{FILE}'",
        "c": r"ssh me@nas 'cat /media/library/Blender\ Studio/Sintel.mp4' | mpv -",
    }


def test_of_a_video_without_a_file_there_is_no_path(store: Store) -> None:
    number = store.db.value("SELECT id FROM videos WHERE path IS NULL")
    assert isinstance(number, int)
    assert not {"p", "s", "m", "c"} & found(store, RowKind.VIDEO, number).keys()


def test_of_a_plan_item_the_report_and_of_a_job_too(store: Store) -> None:
    number, job = store.db.one("SELECT id, job_id FROM plan_items WHERE video_id IS NOT NULL")
    report = found(store, RowKind.PLAN, number)["r"]
    assert "evidence: " in report
    assert found(store, RowKind.JOB, job)["r"] == report


def test_of_a_channel_its_folder(store: Store) -> None:
    number = store.db.value("SELECT channel_id FROM videos WHERE state = 'downloaded'")
    assert isinstance(number, int)
    copied = found(store, RowKind.CHANNEL, number)
    assert copied["p"] == "/media/library/Blender Studio"
    assert copied["s"] == r"scp -r 'me@nas:/media/library/Blender\ Studio' ."
    assert copied.keys() == {"a", "t", "p", "s"}


def test_of_a_fetch_its_channel(store: Store) -> None:
    job, url = store.db.one(
        "SELECT j.id, c.url FROM jobs j JOIN channels c ON c.id = j.channel_id WHERE j.kind = 'fetch'"
    )
    assert found(store, RowKind.JOB, job)["a"] == url


def test_of_several_a_line_each(store: Store) -> None:
    copied = _found(store, RowKind.VIDEO, (1, 2, 3))
    assert [each.what for each in copied][:2] == ["addresses", "titles"]
    assert len(copied[0].text.splitlines()) == 3


def test_a_path_that_a_terminal_would_obey_is_not_offered(store: Store) -> None:
    store.db.execute(
        "UPDATE videos SET path = 'a\x1b]0;b\x07/c' || char(10) || 'rm.mp4' WHERE path IS NOT NULL"
    )
    assert not {"p", "s", "m", "c"} & found(store, RowKind.VIDEO, downloaded(store)).keys()


def clipboard(app: YtuiApp) -> list[str]:
    written: list[str] = []
    assert app._driver is not None
    app._driver.write = lambda data: written.append(data)  # type: ignore[method-assign]
    return written


def on_clipboard(written: list[str]) -> list[str]:
    codes = [match[1] for text in written for match in re.finditer(r"\x1b\]52;c;([^\x07]*)\x07", text)]
    return [base64.b64decode(code).decode() for code in codes]


async def test_a_letter_copies_and_shows_it(make_app: MakeApp, store: Store) -> None:
    app = make_app(store, environ=ENVIRON)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        written = clipboard(app)
        await pilot.press("Y", "a")
        await opened(pilot, TextScreen)
        await until(pilot, lambda: "https://www.youtube.com/watch?v=" in shown(app))
        assert on_clipboard(written)[0].startswith("https://www.youtube.com/watch?v=")
        await pilot.press("escape", "Y", "escape")
        await until(pilot, lambda: app.screen is app.main)
        assert len(on_clipboard(written)) == 1


async def test_of_a_heading_it_says_what_else_to_do(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "4")
        await pilot.press("Y")
        await until(pilot, lambda: "this is a group" in shown(app))


@pytest.mark.parametrize("size", SIZES)
def test_picture(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    store: Store,
    engine: StandInEngine,
    size: tuple[int, int],
) -> None:
    app = make_app(store, environ=ENVIRON)
    engine.settings = Settings(library=Library(path=LIBRARY))
    run = at_rest("2", "j", "Y", words="scp, to fetch it")
    assert snap_compare(app, terminal_size=size, run_before=run)
