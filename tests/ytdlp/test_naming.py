"""Names from outside, and where they may lead."""

from __future__ import annotations

import tempfile
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ytui.ytdlp.download.layout import UnsafePath, folder_in, free_stem, relative_stem, safe_component
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

YDL = GatedYoutubeDL({"quiet": True}, RequestGate(JobLog(-1)))
HOSTILE = st.text(st.characters(), max_size=400) | st.sampled_from(
    [
        "..",
        ".",
        "",
        "/",
        "../../etc/passwd",
        ".ytui",
        "~",
        "$HOME",
        "%(id)s",
        "CON",
        "a.",
        " . . ",
        "\x1b[2J",
        "-rf",
    ]
)


@given(HOSTILE)
def test_a_component_is_always_a_plain_visible_name(name: str) -> None:
    safe = safe_component(name)

    assert safe
    assert "/" not in safe
    assert not safe.startswith(".")
    assert not safe.endswith((".", " "))
    assert len(safe.encode()) <= 225
    assert not any(unicodedata.category(character) == "Cc" for character in safe)


@given(
    HOSTILE,
    HOSTILE,
    st.sampled_from(["%(title)s.%(ext)s", "%(channel)s/%(title)s [%(id)s].%(ext)s", "../%(title)s"]),
)
def test_a_stem_stays_inside_and_fits_the_file_system(title: str, channel: str, template: str) -> None:
    info = {"id": "abc", "title": title, "channel": channel}
    stem = relative_stem(YDL, info, template, None, "mp4")

    assert not stem.is_absolute()
    assert ".." not in stem.parts
    assert not any(part.startswith(".") for part in stem.parts)
    # The longest that is hung on it.
    assert len(f"{stem.name} (2).mp4".encode()) <= 255
    with tempfile.TemporaryDirectory() as folder:
        made = folder_in(Path(folder), stem.parent)
        (made / f"{stem.name}.mp4").write_bytes(b"")
        assert (made / f"{stem.name}.mp4").resolve().is_relative_to(Path(folder).resolve())


def test_a_channels_videos_share_the_folder_of_its_name() -> None:
    info = {"id": "abc", "title": "Some: title?", "channel": "Renamed since"}

    assert relative_stem(YDL, info, "%(channel)s/%(title)s.%(ext)s", "Mine", "mp4").parts[0] == "Mine"


def test_a_template_that_cannot_be_filled_in_says_so() -> None:
    with pytest.raises(ValueError, match="output template"):
        relative_stem(YDL, {"id": "a", "title": "t"}, "%(title)d%(", None, "mp4")


def test_a_link_out_of_the_library_is_refused(tmp_path: Path) -> None:
    library, outside = tmp_path / "library", tmp_path / "outside"
    library.mkdir()
    outside.mkdir()
    (library / "channel").symlink_to(outside)
    (library / "within").mkdir()
    (library / "alias").symlink_to(library / "within")

    with pytest.raises(UnsafePath):
        folder_in(library, Path("channel"))
    with pytest.raises(UnsafePath):
        folder_in(library, Path("channel/deeper"))
    assert folder_in(library, Path("alias/deeper")).is_dir()


def test_the_first_free_name(tmp_path: Path) -> None:
    (tmp_path / "v.mp4").touch()
    (tmp_path / "v (2).info.json").touch()
    (tmp_path / "v (3).mp4").symlink_to("nowhere")

    assert free_stem(tmp_path, "w", [".mp4"]) == "w"
    assert free_stem(tmp_path, "v", [".mp4", ".info.json"]) == "v (4)"
