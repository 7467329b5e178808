"""The folder of an unfinished download: what may be continued."""

from __future__ import annotations

import stat
import time
from pathlib import Path
from typing import Any

import pytest

from ytui.ytdlp.download.resume import PartialDownload, PartialMismatch
from ytui.ytdlp.job_log import JobLog

URL = "http://127.0.0.1/v"


def begun(folder: Path, *formats: dict[str, Any], url: str = URL) -> PartialDownload:
    made = PartialDownload(folder, JobLog(-1))
    made.begin(url, list(formats), 720)
    return made


def fmt(name: str, size: int | None = None, url: str = "http://host/x") -> dict[str, Any]:
    return {"format_id": name, "filesize": size, "url": url}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        (fmt("a", 10), fmt("a", 10), True),
        (fmt("a", 10), fmt("a", 10, "http://other/x?expire=9"), True),
        (fmt("a", None), fmt("a", 10), True),
        (fmt("a", 10), fmt("a", 11), False),
        (fmt("a", 10), fmt("b", 10), False),
        (fmt("a", 10, "http://h/x?lmt=1"), fmt("a", 10, "http://g/x?lmt=2"), False),
    ],
)
def test_format_and_size_decide(tmp_path: Path, before: Any, after: Any, kept: bool) -> None:
    begun(tmp_path, before)
    (tmp_path / "media.mp4.part").write_text("part")
    begun(tmp_path, after)

    assert (tmp_path / "media.mp4.part").exists() is kept


def test_a_part_of_unknown_origin_is_not_continued(tmp_path: Path) -> None:
    (tmp_path / "media.mp4.part").write_text("part")
    begun(tmp_path, fmt("a"))

    assert not (tmp_path / "media.mp4.part").exists()


def test_the_total_on_the_wire_decides_too(tmp_path: Path) -> None:
    made = begun(tmp_path, fmt("a"))
    part = str(tmp_path / "media.mp4")
    made.check_total(part, "u", 100)
    Path(part + ".part").write_text("part")
    again = begun(tmp_path, fmt("a"))
    again.check_total(part, "u", 100)
    again.check_total(part, "u", None)

    with pytest.raises(PartialMismatch):
        again.check_total(part, "u", 101)


def test_the_stored_info_has_an_age_an_address_and_no_readers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(tmp_path, fmt("a"))
    made.store_info(URL, {"id": "v"})
    now = time.time()

    assert stat.S_IMODE((tmp_path / "info.json").stat().st_mode) == 0o600
    assert made.stored_info(URL) == {"id": "v"}
    assert made.stored_info(URL + "2") is None
    monkeypatch.setattr(time, "time", lambda: now + 5 * 3600 + 1)
    assert made.stored_info(URL) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": 1}', '{"formats": []}', "\x00"])
def test_a_torn_record_is_no_record(tmp_path: Path, content: str) -> None:
    for name in ("resume.json", "info.json", "finish.json"):
        (tmp_path / name).write_text(content)
    made = begun(tmp_path, fmt("a"))

    assert made.stored_info(URL) is None
    assert made.recorded_limit == 720


def test_the_folder_of_partials_is_made_again_but_never_a_library(tmp_path: Path) -> None:
    mark = tmp_path / ".ytui"
    with pytest.raises(FileNotFoundError):
        PartialDownload(mark / "partial" / "video-1", JobLog(-1))
    assert not mark.exists()
    mark.mkdir()
    PartialDownload(mark / "partial" / "video-1", JobLog(-1))
    assert (mark / "partial" / "video-1").is_dir()
