"""A video's page: each part is read on its own, from the store and from hostile files beside the video."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from tests.support.terminals.app_screen import elsewhere, running, show, shown, until
from tests.support.terminals.stand_in_engine import HOSTILE, NOW, StandInEngine
from tests.tui.conftest import MakeApp
from ytui.core.models import LowerCause
from ytui.core.protocol import Offer
from ytui.core.settings import Settings
from ytui.core.settings.tables import Library
from ytui.paths import Places
from ytui.store import offers, videos
from ytui.store.database import Store
from ytui.store.rows import Video
from ytui.tui.details.sections import Fact, Part
from ytui.tui.details.side_files import SideFiles, paragraphs
from ytui.tui.details.video_page import VideoPage
from ytui.tui.lists.rows import Tone
from ytui.tui.screens.details_screen import PartRead, part_section

SINTEL = 2
VTT = """WEBVTT
Kind: captions

00:00:01.000 --> 00:00:03.000 align:start
<c>What</c> brings you
00:00:03.000 --> 00:00:05.000
<c>What</c> brings you
to the land of the gatekeepers?

00:01:10.000 --> 00:01:12.000
I'm searching\x1b[31m for someone.
"""
INFO = {
    "view_count": 7_654_321, "like_count": 4321, "comment_count": "many", "description": "from the metadata",
    "formats": [
        {"format_id": "137", "ext": "mp4", "resolution": "1920x1080", "filesize": 80_000_000},
        {"format_id": HOSTILE, "ext": None, "filesize": "huge"},
        "nonsense",
    ],
}  # fmt: skip


@pytest.fixture
def library(store: Store, places: Places) -> Path:
    root = places.config_file.parent / "library"
    folder = root / "Blender Studio"
    folder.mkdir(parents=True)
    names = ["Sintel.mp4", "Sintel.info.json", "Sintel.description", "Sintel.en.vtt", "Sintel.jpg"]
    (folder / names[0]).write_bytes(b"x" * 2048)
    (folder / names[1]).write_text(json.dumps(INFO))
    (folder / names[2]).write_text(f"A film.\n{HOSTILE}\n")
    (folder / names[3]).write_text(VTT)
    files = [f"Blender Studio/{name}" for name in names]
    store.db.execute("UPDATE videos SET files = ? WHERE id = ?", (json.dumps(files), SINTEL))
    return root


def video(store: Store) -> Video:
    found = videos.by_id(store.db, SINTEL)
    assert found is not None
    return found


def page(store: Store, places: Places, root: Path) -> dict[str, Part]:
    made = VideoPage(store, SINTEL, places.job_logs_dir, SideFiles(root))
    return {part.title: part for part in made.parts()}


def facts(part: Part) -> dict[str, str]:
    return {fact.label: fact.text for fact in part.read()}


# --- the parts


def test_figures_and_formats_come_from_the_metadata(store: Store, places: Places, library: Path) -> None:
    parts = page(store, places, library)
    known = facts(parts["Statistics"])
    assert (known["views"], known["likes"], known["comments"]) == ("7 654 321", "4 321", "")
    formats = parts["Formats"].read()
    assert formats[0] == Fact("137", "mp4  1920x1080  80 MB  this one", Tone.GOOD)
    assert len(formats) == 2
    assert "\x1b" not in formats[1].label


def test_files_say_their_size_or_that_they_are_missing(store: Store, places: Places, library: Path) -> None:
    found = page(store, places, library)["Files"].read()
    assert found[0] == Fact("2.0 KB", "Blender Studio/Sintel.mp4")
    assert found[4] == Fact("missing", "Blender Studio/Sintel.jpg", Tone.BAD)
    assert found[5] == Fact("format", "137+140 1080p")


def test_files_say_what_was_offered_beside_them(store: Store, places: Places, library: Path) -> None:
    offer = Offer(1080, 360, LowerCause.TOKEN_PROVIDER)
    offers.record(store.db, SINTEL, offer, cause=offer.cause, setup="", now=NOW)
    found = page(store, places, library)["Files"].read()
    assert found[-1] == Fact("offered", "1080p, lower than that for no PO token", Tone.WARN)


def test_description_and_transcript_are_plain_text(store: Store, places: Places, library: Path) -> None:
    parts = page(store, places, library)
    lines = [fact.text for fact in parts["Description"].read()]
    assert lines[0] == "A film."
    assert lines[1].startswith("[/b] [MV] Song red evil")
    words = facts(parts["Transcript"])
    assert words == {
        "0:01": "What brings you to the land of the gatekeepers?",
        "1:10": "I'm searching for someone.",
    }


def test_subtitles_of_other_kinds() -> None:
    assert paragraphs(
        "1\n00:00:01,500 --> 00:00:02,000\nHello\n\n2\n01:00:00,000 --> 01:00:01,000\nagain"
    ) == [
        (1.0, "Hello"),
        (3600.0, "again"),
    ]
    assert paragraphs("WEBVTT\n\n00:05.000 --> 00:06.000\nshort\n") == [(5.0, "short")]
    assert paragraphs("no subtitles at all") == []


def test_the_metadata_serves_where_no_description_was_kept(store: Store, library: Path) -> None:
    found = video(store)
    files = tuple(name for name in found.files if not name.endswith(".description"))
    store.db.execute("UPDATE videos SET files = ? WHERE id = ?", (json.dumps(files), SINTEL))
    assert SideFiles(library).description(video(store)) == "from the metadata"


def test_a_file_is_read_again_only_when_it_changed(
    store: Store, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read_text = Path.read_text

    def counted(path: Path, encoding: str | None = None, errors: str | None = None) -> str:
        reads.append(path)
        return read_text(path, encoding, errors)

    monkeypatch.setattr(Path, "read_text", counted)
    files = SideFiles(library)
    for _ in range(3):
        files.metadata(video(store))
    assert len(reads) == 1
    path = library / "Blender Studio" / "Sintel.info.json"
    path.write_text('{"view_count": 1}')
    assert files.metadata(video(store)) == {"view_count": 1}


def test_nothing_is_read_outside_the_library_and_nothing_without_end(
    store: Store, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.description"
    secret.write_text("secret")
    (library / "way.description").symlink_to(secret)
    for name in (str(secret), "../secret.description", "way.description"):
        store.db.execute("UPDATE videos SET files = ? WHERE id = ?", (json.dumps([name]), SINTEL))
        with pytest.raises(ValueError, match="not in the library"):
            SideFiles(library).description(video(store))
    monkeypatch.setattr("ytui.tui.details.side_files.LARGEST_TEXT", 10)
    store.db.execute(
        "UPDATE videos SET files = ? WHERE id = ?", (json.dumps(["Blender Studio/Sintel.en.vtt"]), SINTEL)
    )
    with pytest.raises(ValueError, match="too large"):
        SideFiles(library).transcript(video(store))


def test_states_of_a_part() -> None:
    part = Part("Transcript", lambda: (), "none was kept")
    assert part_section(part, None).facts[0].text == "loading…"
    assert part_section(part, PartRead()).facts[0].text == "none was kept"
    assert (
        part_section(part, PartRead(failed="no\x1b[31m permission")).facts[0].text == "failed: no permission"
    )
    assert part_section(Part("Plan", lambda: ()), PartRead()).facts == ()


# --- the screen


async def test_one_part_that_fails_or_waits_holds_up_no_other(
    make_app: MakeApp, store: Store, engine: StandInEngine, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (library / "Blender Studio" / "Sintel.info.json").write_text("{ broken")
    go_on = threading.Event()

    def slow(files: SideFiles, found: Video) -> list[tuple[float, str]]:
        go_on.wait(10)
        return [(0.0, "at last")]

    monkeypatch.setattr(SideFiles, "transcript", slow)
    app = make_app(store)
    engine.settings = Settings(library=Library(path=library))
    async with running(app, (120, 60)) as pilot:
        try:
            await until(pilot, lambda: app.host.engine is not None)
            await show(app, pilot, "2")
            await pilot.press("j", "enter")
            for words in ("A film.", "failed: ", "2.0 KB", "loading…", "not tried yet"):
                await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
            assert "at last" not in shown(app)
        finally:
            go_on.set()
        await until(pilot, lambda: "at last" in shown(app))
        with elsewhere(store) as db:
            db.execute(
                "UPDATE videos SET state = 'failed', files = '[]', path = NULL WHERE id = ?", (SINTEL,)
            )
        await until(pilot, lambda: "none: not downloaded" in shown(app))


async def test_a_video_that_is_only_listed_says_what_it_has_not(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (100, 50)) as pilot:
        await show(app, pilot, "2")
        await pilot.press("j", "j", "enter")
        for words in (
            "vid00003",
            "not tried yet",
            "none: not downloaded",
            "none: no metadata",
            "none was kept",
        ):
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
