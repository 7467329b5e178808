"""Any order of deletions, ways back and strangers' hands loses no file that nobody deleted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.support.rows.factories import get_video
from tests.support.rows.filed_videos import NOW, Filed, filed
from ytui.core.models import VideoState
from ytui.engine.maintenance import missing_files, trash
from ytui.store import trash as store
from ytui.store.trash import TrashReason, TrashState

VIDEOS = 1
_folder = Path(tempfile.mkdtemp(prefix="ytui-trash-"))
_number = st.integers(0, VIDEOS - 1)
_suffix = st.sampled_from((".mp4", ".info.json"))


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    shutil.rmtree(_folder)


class Trash(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.home: Filed = filed(Path(tempfile.mkdtemp(dir=_folder)), VIDEOS)
        self.alive = {f"Films/v{n}{suffix}" for n in range(VIDEOS) for suffix in (".mp4", ".info.json")}
        self.strangers: set[str] = set()
        """What files of others say, be they where a file of ours was."""
        self.put = 0
        self.at_rest = True

    def teardown(self) -> None:
        self.home.store.close_all()

    def entry(self, number: int) -> int | None:
        found = store.of_video(self.home.db, self.home.videos[number].id)
        return found[0].id if found else None

    @rule(number=_number, reason=st.sampled_from(TrashReason), at_once=st.booleans())
    def delete(self, number: int, reason: TrashReason, at_once: bool) -> None:
        found = [get_video(self.home.db, self.home.videos[number].id)]
        trash.take_out(self.home.db, self.home.library, found, reason, NOW)
        self.at_rest = False
        if at_once:
            self.settle()

    @rule(number=_number)
    def ask_back(self, number: int) -> None:
        entry = self.entry(number)
        if entry is not None:
            store.bring_back(self.home.db, entry)
            self.at_rest = False

    @rule(number=_number)
    def restore(self, number: int) -> None:
        entry = self.entry(number)
        if entry is not None:
            self.home.restore(entry)
            self.at_rest = True

    @rule()
    def settle(self) -> None:
        self.home.settle()
        self.at_rest = True

    @rule(number=_number)
    def purge(self, number: int) -> None:
        entry = self.entry(number)
        found = None if entry is None else store.by_id(self.home.db, entry)
        if found is not None and found.state is TrashState.THERE:
            inside = {name for name in self.alive if self.in_trash(name, found.id)}
            folder = self.home.library / f".ytui/trash/{found.id}-{NOW:.0f}"
            self.strangers -= {path.read_text() for path in folder.rglob("*") if path.is_file()}
            store.purge(self.home.db, [found.id])
            self.alive -= inside
            self.at_rest = False

    @rule(number=_number, suffix=_suffix)
    def somebody_deletes(self, number: int, suffix: str) -> None:
        path = self.home.library / f"Films/v{number}{suffix}"
        if self.is_mine(path, path.name):
            path.unlink()
            self.alive.discard(f"Films/{path.name}")

    @rule(number=_number, suffix=_suffix)
    def somebody_puts(self, number: int, suffix: str) -> None:
        path = self.home.library / f"Films/v{number}{suffix}"
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            self.put += 1
            path.write_text(f"of somebody {self.put}")
            self.strangers.add(path.read_text())

    @rule(number=_number, suffix=_suffix)
    def somebody_comes_in_between(self, number: int, suffix: str) -> None:
        self.ask_back(number)
        self.somebody_puts(number, suffix)
        self.settle()

    @rule(number=_number, suffix=_suffix)
    def somebody_takes_it_away(self, number: int, suffix: str) -> None:
        path = self.home.library / f"Films/v{number}{suffix}"
        if path.exists() and path.read_text() in self.strangers:
            self.strangers.discard(path.read_text())
            path.unlink()

    @rule()
    def look_for_missing(self) -> None:
        missing_files.look_for_missing(self.home.db, self.home.library, 0, NOW)

    def is_mine(self, path: Path, name: str) -> bool:
        return path.is_file() and path.read_text() == f"this is Films/{name}"

    def in_trash(self, name: str, entry: int) -> bool:
        return (self.home.library / f".ytui/trash/{entry}-{NOW:.0f}/{name}").exists()

    @invariant()
    def nothing_is_lost(self) -> None:
        for name in self.alive:
            places = [self.home.library / name, *(self.home.library / ".ytui").glob(f"trash/*/{name}")]
            mine = [path for path in places if self.is_mine(path, Path(name).name)]
            assert len(mine) == 1, (name, mine)
        files = [path for path in self.home.library.rglob("*") if path.is_file()]
        said = [text for path in files if (text := path.read_text()) in self.strangers]
        assert sorted(said) == sorted(self.strangers), "a stranger's file was written over"

    @invariant()
    def rows_and_files_agree(self) -> None:
        if not self.at_rest:
            return
        entries = {each.video_id: each for each in store.entries(self.home.db)}
        for video in self.home.videos:
            fresh = get_video(self.home.db, video.id)
            media = f"Films/{video.video_id}.mp4"
            if media in self.alive and fresh.state is VideoState.DOWNLOADED:
                assert self.is_mine(self.home.library / media, Path(media).name)
            elif media in self.alive and video.id in entries:
                assert self.in_trash(media, entries[video.id].id)


TestTrash = Trash.TestCase
TestTrash.settings = settings(stateful_step_count=30, max_examples=20, deadline=None)
