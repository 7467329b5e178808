"""Details stand beside every list where there is room, and follow the cursor without holding it up."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.support.terminals.app_screen import rows, running, settled, show, shown, until
from tests.support.terminals.stand_in_engine import NOW, StandInEngine, insert
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SnapCompare, at_rest
from ytui import config
from ytui.core.settings import Settings
from ytui.core.settings.tables import Library
from ytui.core.settings.tables import Screen as ScreenSettings
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.details.row_details import RowDetails
from ytui.tui.details.sections import RowDetail
from ytui.tui.lists.rows import ListSource

WIDE, NARROW = (120, 40), (119, 40)


def beside(app: YtuiApp) -> str:
    """What stands to the right of the list; nothing where there is no pane."""
    lines = shown(app).splitlines()
    title = next((line for line in lines if "─ Details ─" in line), "")
    return "\n".join(line[title.index("─ Details ─") :] for line in lines) if title else ""


def _joined(text: str) -> str:
    """The text without blanks, wherever its lines are broken."""
    return "".join(text.split())


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("2",), ("Spring — Blender Open Movie", "watch?v=vid00001", "priority")),
        (("2", "j"), ("Blender Studio/Sintel.mp4", "88 MB", "137+140 1080p")),
        (("3", "j", "j", "j", "j", "j"), ("needs you", "Set cookies of an account", "E-41AA")),
        (("4",), ("members only: 1 item",)),
        (("4", "j"), ("Only members of the channel", "E-7F3K", "c cookies")),
        (("5",), ("downloaded Sintel, 88 MB", "number       7")),
        (("7",), ("retention", "Blender Studio/Sintel.jpg", "until        2026-11-28 14:14")),
        (("1", "j", "j", "enter", "G"), ("Charge", "state        new")),
    ],
    ids=["video", "file", "job", "group", "item", "line", "trash", "channel"],
)
async def test_beside_every_list(
    make_app: MakeApp, store: Store, keys: tuple[str, ...], words: tuple[str, ...]
) -> None:
    insert(store.db, "trash", video_id=2, state="there", reason="retention", path="Sintel.mp4", at=NOW,
           files='["Blender Studio/Sintel.mp4", "Blender Studio/Sintel.jpg"]')  # fmt: skip
    app = make_app(store)
    async with running(app, WIDE) as pilot:
        for key in keys:
            await pilot.press(key)
            await until(pilot, lambda: rows(app).loaded)
        await until(pilot, lambda: all(_joined(each) in _joined(beside(app)) for each in words))
        await pilot.resize_terminal(*NARROW)
        await until(pilot, lambda: not beside(app))


async def test_beside_the_channels_where_there_is_room_for_the_workers_too(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app, (160, 40)) as pilot:
        await pilot.press("j", "j")
        await until(pilot, lambda: "88 MB in 1 video" in beside(app))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: not beside(app))


async def test_one_read_at_a_time_and_the_last_row_is_what_is_shown(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, reads, read = threading.Event(), [], RowDetails.read

    def slow(self: RowDetails, source: ListSource, key: int) -> RowDetail | None:
        reads.append(key)
        go_on.wait(20)
        return read(self, source, key)

    app = make_app(store)
    async with running(app, WIDE) as pilot:
        await show(app, pilot, "2")
        await settled(pilot)
        monkeypatch.setattr(RowDetails, "read", slow)
        try:
            await pilot.press("j")
            await until(pilot, lambda: reads == [2])
            await pilot.press(*"jjjj")
            assert rows(app).cursor == 5
            assert reads == [2]
        finally:
            go_on.set()
        await until(pilot, lambda: "behind the scenes" in beside(app))
        assert reads == [2, 6]


async def test_nothing_is_read_where_nothing_stands(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[object] = []
    monkeypatch.setattr(RowDetails, "read", lambda *given: reads.append(given))
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("j")
        await settled(pilot)
    assert not reads


async def test_the_menu_and_the_configuration_take_it_away(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app, WIDE) as pilot:
        await show(app, pilot, "2")
        await until(pilot, lambda: "vid00001" in beside(app))
        await pilot.press("full_stop", "i")
        await until(pilot, lambda: not beside(app) and "no details beside the lists, kept in" in shown(app))
        assert not config.load(places.config_file).settings.screen.details
        await pilot.press("full_stop", "i")
        await until(pilot, lambda: "vid00001" in beside(app))
        engine.settings = Settings(screen=ScreenSettings(details=False))
        await until(pilot, lambda: not beside(app))


async def test_a_read_that_failed_is_told_and_the_next_one_comes(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(store)
    async with running(app, WIDE) as pilot:
        await show(app, pilot, "2")
        await settled(pilot)
        with monkeypatch.context() as broken:

            def fail(*given: object) -> None:
                raise OSError("the disk [/b] is gone")

            broken.setattr(RowDetails, "read", fail)
            await pilot.press("j")
            await until(pilot, lambda: "the disk [/b] is gone" in shown(app))
        await pilot.press("j")
        await until(pilot, lambda: "vid00003" in beside(app))


def test_picture_of_the_channels(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    engine.settings = Settings(library=Library(path=Path("/srv/videos")))
    assert snap_compare(app, terminal_size=(160, 45), run_before=at_rest("j", "j"))
