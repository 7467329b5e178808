"""The pages about one item as pictures: with attempts, with files beside a video, with a searched log."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from tests.tui.test_details import library as library  # the fixture
from tests.tui.test_job_log import write
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.core.settings import Settings
from ytui.core.settings.tables import Library
from ytui.paths import Places
from ytui.store.database import Store


@pytest.mark.parametrize(
    ("keys", "size"),
    [(("3", "slash", *"surpr", "enter", "enter", "ctrl+d"), SIZES[0]), (("4", "j", "enter"), SIZES[1])],
    ids=["job", "plan"],
)
def test_page_of_a_failure(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    store.db.execute("UPDATE attempts SET status = 403, host = 'www.youtube.com', bytes = 1200000")
    assert snap_compare(make_app(store), terminal_size=size, run_before=at_rest(*keys, words="E-43AA"))


@pytest.mark.parametrize("size", SIZES)
def test_page_of_a_video_with_its_files(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, engine: StandInEngine, library: Path,
    size: tuple[int, int],
) -> None:  # fmt: skip
    app = make_app(store)
    engine.settings = Settings(library=Library(path=library))
    keys = ("2", "j", "enter", "ctrl+d", "ctrl+d")
    assert snap_compare(app, terminal_size=size, run_before=at_rest(*keys, words="Formats"))


def test_searched_log(snap_compare: SnapCompare, make_app: MakeApp, store: Store, places: Places) -> None:
    write(places.job_logs_dir / "4.log", 0, 3000)
    keys = ("4", "j", "L", "slash", *"e 99", "enter", "N")
    assert snap_compare(
        make_app(store), terminal_size=SIZES[0], run_before=at_rest(*keys, words="line 997 of")
    )
