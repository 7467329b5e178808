"""The layout for media servers: names, NFO and thumbnails, made by real jobs and read back."""

from __future__ import annotations

import base64
import dataclasses
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.programs import any_ffmpeg
from tests.ytdlp.conftest import run_job
from ytui.core.settings.tables import Layout
from ytui.core.tasks import DownloadTask
from ytui.demo.site import Site
from ytui.demo.world import Channel, Video, World, make_id
from ytui.ytdlp.download.layout import Episode, episode_of, stem_for
from ytui.ytdlp.download.nfo import write_episode, write_show
from ytui.ytdlp.download.resume import PartialDownload
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

Make = Callable[..., DownloadTask]

NOON = 1_715_515_200
"""2024-05-12 at noon, UTC."""
HOSTILE = 'S01E02 <b>&amp;" \x1b[31m\ud800\u202e ../../etc: *?|\\ ' + "ä" * 200


def video(title: str, timestamp: int = NOON) -> Video:
    return Video(make_id(title.encode("utf-8", "replace").decode()), title, 8, timestamp, description=title)


@pytest.fixture
def stem(library: Path, download: Make) -> Callable[..., Path]:
    """Where a video with these values goes."""
    log = JobLog(-1)

    def find(**info: Any) -> Path:
        task = download("https://example.org/v", layout=Layout.MEDIA_SERVER, channel_name="One: Channel?")
        values = {"id": "abcdefghijk", "title": "A title", "upload_date": "20240512"} | info
        with (
            GatedYoutubeDL({"logger": log, "quiet": True}, RequestGate(log)) as ydl,
            stem_for(task, ydl, values, "mp4") as found,
        ):
            return found

    return find


def test_a_channel_is_a_show(download: Make, library: Path) -> None:
    videos = [video("First"), video("Second", NOON + 60), video("Third", NOON + 400 * 86_400)]
    world = World([Channel("one", "One", tabs={"videos": videos})], now=time.time())
    extras = frozenset({"metadata", "thumbnail", "subtitles", "nfo"})
    with Site(world) as site:
        tasks = [
            download(site.video_url(each.id), extras=extras, layout=Layout.MEDIA_SERVER, channel_name="One")
            for each in videos
        ]
        with ThreadPoolExecutor() as pool:
            done = [ended.downloaded for ended in pool.map(run_job, tasks)]

    assert [each.extra_failures for each in done] == [()] * 3
    names = sorted(str(path.relative_to(library)) for path in library.rglob("*.mp4"))
    assert [Path(name).parent.name for name in names] == ["Season 2024", "Season 2024", "Season 2025"]
    assert [name.split(" - ")[1] for name in names] == ["S2024E051201", "S2024E051202", "S2025E061601"]
    beside = {name.removeprefix(str(Path(done[0].path).with_suffix(""))) for name in done[0].files}
    assert beside == {".mp4", ".info.json", "-thumb.jpg", ".nfo", ".en.vtt"}
    assert (library / "One/tvshow.nfo").is_file()
    nfo = ElementTree.parse((library / done[1].path).with_suffix(".nfo")).getroot()
    place = episode_of(Path(done[1].path).stem)
    assert place
    assert {each.tag: each.text for each in nfo} | {"plot": "", "trailer": "", "thumb": ""} == {
        "title": "Second",
        "showtitle": "One",
        "season": "2024",
        "episode": str(place.number),
        "plot": "",
        "aired": "2024-05-12",
        "runtime": "0",
        "uniqueid": videos[1].id,
        "trailer": "",
        "studio": "YtuiDemo",
        "tag": "videos",
        "thumb": "",
    }
    assert nfo.find("uniqueid").attrib == {"type": "ytuidemo", "default": "true"}  # type: ignore[union-attr]


def test_a_lost_nfo_comes_later_with_the_place_of_its_video(download: Make, library: Path) -> None:
    one = video("One video")
    with Site(World([Channel("one", "One", tabs={"videos": [one]})], now=time.time())) as site:
        task = download(site.video_url(one.id), layout=Layout.MEDIA_SERVER)
        path = run_job(task).downloaded.path
        lost = dataclasses.replace(task, extras=frozenset({"nfo"}), metadata_only=True, beside=path)
        done = run_job(lost).downloaded

    assert done.files == (str(Path(path).with_suffix(".nfo")),)
    assert ElementTree.parse(library / done.path).findtext("episode") == "51201"


def test_two_videos_of_a_day_that_arrive_at_once_have_two_numbers(
    stem: Callable[..., Path], download: Make, library: Path
) -> None:
    task = download("https://example.org/v", layout=Layout.MEDIA_SERVER, channel_name="One: Channel?")
    info = {"id": "first", "title": "First", "upload_date": "20240512"}
    other: list[Path] = []
    arrived = threading.Event()

    def arrive() -> None:
        other.append(stem(id="second"))
        arrived.set()

    log = JobLog(-1)
    thread = threading.Thread(target=arrive)
    params = {"logger": log, "quiet": True, "ffmpeg_location": any_ffmpeg()}
    with GatedYoutubeDL(params, RequestGate(log)) as ydl:
        with stem_for(task, ydl, info, "mp4") as found:
            thread.start()
            assert not arrived.wait(0.2)
            (library / f"{found}.mp4").touch()
        thread.join()

    assert episode_of(other[0].name) == Episode(2024, 51202)


def test_hostile_titles_make_safe_names(stem: Callable[..., Path], library: Path) -> None:
    found = stem(title=HOSTILE, id="../" * 30, channel="..")

    assert found.parts[:2] == ("One： Channel？", "Season 2024")
    assert len(f"{found.name}-thumb.jpg".encode()) <= 255
    assert episode_of(found.name) == Episode(2024, 51201)
    assert not set('<>:"/\\|?*\x1b\u202e') & set(found.name)
    assert "S01,E02" in found.name
    assert (library / found.parent).resolve().is_relative_to(library)


def test_what_has_no_date_is_a_special(stem: Callable[..., Path], library: Path) -> None:
    first = stem(upload_date=None)
    assert (first.parent.name, episode_of(first.name)) == ("Season 00", Episode(0, 1))
    (library / first.parent / f"{first.name}.mp4").touch()

    assert episode_of(stem(upload_date="no date", id="another").name) == Episode(0, 2)
    assert stem(upload_date=None) == first


def test_a_premiere_has_the_day_of_its_release(stem: Callable[..., Path]) -> None:
    assert episode_of(stem(upload_date=None, release_date="20231231").name) == Episode(2023, 123101)


def test_the_hundredth_video_of_a_day_has_a_number_too(stem: Callable[..., Path], library: Path) -> None:
    folder = library / stem().parent
    (folder / "One - S2024E051299 - x [x].mp4").touch()

    assert episode_of(stem().name) == Episode(2024, 512100)


def test_an_nfo_is_well_formed_whatever_a_site_says(tmp_path: Path) -> None:
    info = {
        "id": "a<b",
        "title": HOSTILE,
        "description": "one\ntwo & \x00three",
        "extractor_key": 'You"tube',
        "tags": ["a", "<b>"],
        "thumbnail": "file:///etc/passwd",
        "duration": 125,
        "upload_date": "99",
    }
    write_episode(tmp_path / "e.nfo", info, None, "Show & tell")
    write_show(tmp_path / "s.nfo", info, HOSTILE)
    episode = ElementTree.parse(tmp_path / "e.nfo").getroot()

    assert episode.findtext("plot") == "one\ntwo & three"
    assert episode.findtext("runtime") == "2"
    assert episode.find("aired") is None
    (known_as,) = episode.iter("uniqueid")
    assert (known_as.text, known_as.attrib) == ("a<b", {"type": 'you"tube', "default": "true"})
    assert ElementTree.parse(tmp_path / "s.nfo").getroot().tag == "tvshow"


def test_a_thumbnail_becomes_a_jpeg(download: Make, library: Path, tmp_path: Path) -> None:
    from ytui.ytdlp.download.extras import _as_jpeg

    log = JobLog(-1)
    picture = PartialDownload(tmp_path / "partial", log).folder / "media.jpg"
    picture.write_bytes(base64.b64decode(WEBP))
    params = {"logger": log, "quiet": True, "ffmpeg_location": any_ffmpeg()}
    with GatedYoutubeDL(params, RequestGate(log)) as ydl:
        made = _as_jpeg(ydl, picture)

    assert made == picture
    assert made.read_bytes().startswith(b"\xff\xd8\xff")
    assert [path.name for path in picture.parent.iterdir()] == ["media.jpg"]


WEBP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
"""The smallest picture in that format, under the name that sites give it."""
