"""The journal of fragments, from file states written byte for byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ytui.ytdlp.download.resume import repair

FRAGMENTS = (b"a" * 10, b"b" * 20, b"c" * 30)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    return tmp_path / "m.part", tmp_path / "m.ytdl", tmp_path / "m.journal"


def state(files: tuple[Path, Path, Path], content: bytes, index: int | None, journal: str) -> None:
    part, record, lines = files
    part.write_bytes(content)
    record.write_text(
        "" if index is None else json.dumps({"downloader": {"current_fragment": {"index": index}}})
    )
    lines.write_text(journal)


def index_in(record: Path) -> int:
    index: int = json.loads(record.read_text())["downloader"]["current_fragment"]["index"]
    return index


@pytest.mark.parametrize(
    ("content", "index", "journal"),
    [
        (FRAGMENTS[0] + FRAGMENTS[1], 2, "of 3\n1 10\n2 30\n"),  # all at one
        (FRAGMENTS[0] + FRAGMENTS[1] + FRAGMENTS[2], 2, "of 3\n1 10\n2 30\n"),  # appended, nothing noted
        (FRAGMENTS[0] + FRAGMENTS[1] + b"cc", 2, "of 3\n1 10\n2 30\n"),  # half appended
        (FRAGMENTS[0] + FRAGMENTS[1] + FRAGMENTS[2], None, "of 3\n1 10\n2 30\n"),  # record torn
        (FRAGMENTS[0] + FRAGMENTS[1] + FRAGMENTS[2], 3, "of 3\n1 10\n2 30\n3 6"),  # journal's line torn
        (FRAGMENTS[0] + FRAGMENTS[1] + b"cc", 3, "of 3\n1 10\n2 30\n3 60\n"),  # bytes lost with the power
    ],
)
def test_part_record_and_journal_agree_again(
    files: tuple[Path, Path, Path], content: bytes, index: int | None, journal: str
) -> None:
    state(files, content, index, journal)
    repair(*files, 3)

    assert files[0].read_bytes() == FRAGMENTS[0] + FRAGMENTS[1]
    assert index_in(files[1]) == 2
    assert files[2].read_text() == "of 3\n1 10\n2 30\n"


@pytest.mark.parametrize("journal", ["", "of 4\n1 10\n", "1 10\n", "of 3\n", "of 3\n1 99\n"])
def test_what_cannot_be_vouched_for_starts_afresh(files: tuple[Path, Path, Path], journal: str) -> None:
    state(files, FRAGMENTS[0], 1, journal)
    repair(*files, 3)

    assert not any(path.exists() for path in files)


def test_nothing_begun_is_nothing_to_repair(files: tuple[Path, Path, Path]) -> None:
    repair(*files, 3)

    assert not any(path.exists() for path in files)
