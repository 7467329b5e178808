"""Columns are chosen by a key and in the configuration; lists are filtered and sorted by what they show."""

from __future__ import annotations

import time

import pytest

from tests.support.terminals.app_screen import main, opened, running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from ytui import config
from ytui.core.settings import Settings
from ytui.core.settings.columns import ChannelColumn, Columns, JobColumn, VideoColumn
from ytui.core.settings.tables import Screen
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.lists import columns
from ytui.tui.lists.rows import LEAST_NAME, ListSource, column_widths
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.text import UNICODE


def _keys(source: ListSource, store: Store, typed: str) -> set[int]:
    return set(source.filtered(typed).keys(store.db))


@pytest.mark.parametrize(
    ("make", "names"),
    [(columns.channels, ChannelColumn), (columns.videos, VideoColumn), (columns.jobs, JobColumn)],
)
def test_the_configuration_names_every_column(make: object, names: object) -> None:
    source = make(UNICODE)  # type: ignore[operator]
    assert {column.name for column in source.columns if not column.flex} == set(names)  # type: ignore[call-overload]


def test_videos_by_size_quality_keep_and_folder(store: Store) -> None:
    store.db.execute("UPDATE videos SET keep = 1 WHERE id = 3")
    source = columns.videos(UNICODE)
    assert _keys(source, store, ">50MB") == _keys(source, store, "quality:1080p") == {2}
    assert _keys(source, store, "<50MB") == _keys(source, store, "<1GB -folder:blender") == set()
    assert _keys(source, store, "folder:blend") == {2}
    assert _keys(source, store, "folder:sintel") == set()
    assert _keys(source, store, "keep:yes") == {3}
    assert source.filtered(">50").query.wanted.problem.endswith(">50min, h or s, >50MB or GB")


def test_channels_by_size_quality_keep_and_times(store: Store) -> None:
    now = time.time()
    store.db.execute("UPDATE channels SET quality = '720p', keep_kind = 'last', keep_count = 5 WHERE id = 2")
    store.db.execute("UPDATE channels SET last_fetched = ?, next_fetch = ?", (now - 7200, now + 7200))
    store.db.execute("UPDATE channels SET last_fetched = NULL, next_fetch = ? WHERE id = 4", (now - 5,))
    source = columns.channels(UNICODE)
    assert _keys(source, store, ">50MB") == _keys(source, store, "folder:blender") == {1}
    assert _keys(source, store, "quality:720") == _keys(source, store, 'keep:"last 5"') == {2}
    assert _keys(source, store, "fetched:<1h") == set()
    assert _keys(source, store, "fetched:>1h") == {1, 2, 3, 5, 6}
    assert _keys(source, store, "due:<1h") == {4}
    assert _keys(source, store, "due:>90min due:<1d") == {1, 2, 3, 5, 6}
    assert source.filtered("due:soon").query.wanted.problem == (
        "due: takes due:<6h or due:>2d (min, h, d, w), not “soon”"
    )
    # What is not typed to its end asks for nothing.
    assert _keys(source, store, "due:") == _keys(source, store, "due:<6") == {1, 2, 3, 4, 5, 6}
    by_size = next(n for n, column in enumerate(source.columns) if column.name == "size")
    assert source.sorted_by(by_size, True).page(store.db, 0, 1)[0].key == 1


def test_chosen_columns_leave_the_name_its_room() -> None:
    source = columns.channels(UNICODE).showing(["size", "quality", "folder"])
    for width in range(20, 121):
        widths = column_widths(source.columns, width)
        name = next(cells for column, cells in zip(source.columns, widths, strict=True) if column.flex)
        assert name >= min(width, LEAST_NAME)
    assert source.chosen == ["size", "quality", "folder"]
    # What was chosen goes before what is there anyway.
    some = columns.channels(UNICODE).showing(["state", "new", "failed", "size"])
    seen = zip(some.columns, column_widths(some.columns, 36), strict=True)
    assert [column.name for column, cells in seen if cells] == ["state", "", "size"]
    assert [column.name for column, cells in zip(source.columns, widths, strict=True) if cells] == [
        "", "size", "quality", "folder",
    ]  # fmt: skip


async def test_a_key_chooses_them_and_the_configuration_keeps_them(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    places.config_file.write_text("# mine\n" + places.config_file.read_text())
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await show(app, pilot, "2")
        assert "quality" not in shown(app)
        await pilot.press("full_stop", "c")
        await opened(pilot, ChooseScreen)
        # The last but two: quality, keep, folder.
        await pilot.press("up", "up", "up", "up", "enter")
        await until(pilot, lambda: "[x] quality" in shown(app))
        await until(pilot, lambda: config.load(places.config_file).settings.screen.columns.videos is not None)
        await pilot.press("escape")
        await until(pilot, lambda: "1080p" in shown(app))
    assert places.config_file.read_text().startswith("# mine\n")
    kept = config.load(places.config_file).settings.screen.columns
    assert kept == Columns(videos=tuple(name for name in VideoColumn if name not in ("keep", "folder")))


async def test_an_edit_of_the_file_is_seen(make_app: MakeApp, store: Store, engine: StandInEngine) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        engine.settings = Settings(screen=Screen(columns=Columns(channels=(ChannelColumn.SIZE,))))
        app.refresh_status()
        await until(pilot, lambda: "88 MB" in shown(app))
        assert main(app).pane.source.chosen == ["size"]


def test_a_wrong_column_is_a_sentence(places: Places) -> None:
    with places.config_file.open("a") as file:
        file.write('[screen.columns]\nvideos = ["colour"]\n')
    with pytest.raises(config.ConfigError) as wrong:
        config.load(places.config_file)
    assert 'screen.columns.videos must be "auto" or a list of which each is one of state, length' in str(
        wrong.value
    )
