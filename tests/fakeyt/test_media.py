"""What arrives is what the site serves, bit by bit: merged without loss, or the very file."""

from __future__ import annotations

import json
import ssl
import subprocess
from collections import Counter
from hashlib import sha256
from pathlib import Path
from urllib.request import HTTPSHandler, ProxyHandler, build_opener

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.programs import any_ffmpeg
from tests.support.servers.fakeyt_site import FakeSite, needs_site, video_of

pytestmark = needs_site

VIDEO_1080P, AUDIO, PROGRESSIVE = 137, 140, 18


def served(site: FakeSite, url: str, to: Path) -> Path:
    """Fetch a format on its own, past ytui."""
    context = ssl._create_unverified_context()
    opener = build_opener(ProxyHandler({"https": site.proxy}), HTTPSHandler(context=context))
    with opener.open(url, timeout=20) as answer:
        to.write_bytes(answer.read())
    return to


def stream_hashes(*files: Path) -> list[str]:
    """The kind and hash of every stream in these files, of its packets, whatever file they lie in."""
    inputs = [word for file in files for word in ("-i", f"file:{file}")]
    maps = [word for number in range(len(files)) for word in ("-map", str(number))]
    command = [any_ffmpeg(), "-v", "error", *inputs, *maps, "-c", "copy", "-f", "streamhash", "-"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def test_twelve_videos_at_1080p_arrive_merged_and_whole(
    make_home: MakeHome, site: FakeSite, tmp_path: Path
) -> None:
    home = make_home()
    wanted = site.ids("@chan02")[:12]
    with home.engine() as engine:
        home.download(engine, wanted)
        home.idle(engine)
    files = home.media()
    assert set(files) == set(wanted)

    sent: Counter[tuple[str | None, str]] = Counter()
    for row in site.log("media"):
        sent[video_of(row), row["query"]["itag"]] += row["bytes"]
    for video, file in files.items():
        info = json.loads(file.with_name(f"{file.stem}.info.json").read_text())
        addresses = {entry["format_id"]: entry["url"] for entry in info["formats"] if "url" in entry}
        parts = []
        for itag in (VIDEO_1080P, AUDIO):
            original, size = site.sha256(video, itag)
            assert sent[video, str(itag)] == size, "each byte was asked for once"
            parts.append(served(site, addresses[str(itag)], tmp_path / f"{itag}.mp4"))
            assert sha256(parts[-1].read_bytes()).hexdigest() == original
        assert stream_hashes(file) == stream_hashes(*parts)
    assert not list((home.library / ".ytui" / "partial").iterdir())


@pytest.mark.parametrize("itag", [PROGRESSIVE, AUDIO])
def test_one_format_arrives_as_the_very_file(make_home: MakeHome, site: FakeSite, itag: int) -> None:
    home = make_home(args=["--format", str(itag), "--fixup", "never"])
    wanted = site.ids("@chan01")[:3]
    with home.engine() as engine:
        home.download(engine, wanted)
        home.idle(engine)
    files = home.media()
    assert set(files) == set(wanted)
    for video, file in files.items():
        assert (sha256(file.read_bytes()).hexdigest(), file.stat().st_size) == site.sha256(video, itag)


@pytest.mark.parametrize("tab", ["videos", "shorts"])
def test_a_video_asked_for_by_its_address_is_the_one_that_its_channel_lists_later(
    make_home: MakeHome, site: FakeSite, tab: str
) -> None:
    home = make_home()
    wanted = site.ids("@chan06" if tab == "videos" else "@chan01", tab)[0]
    with home.engine() as engine:
        home.download(engine, [wanted])
        home.idle(engine)
    site.forget_traffic()
    home.channel("@chan06" if tab == "videos" else "@chan01", f'tabs = ["{tab}"]\nbacklog = "newest 1"')
    with home.engine() as engine:
        home.idle(engine)
    assert site.count("watch") == 0
    assert [video.video_id for video in home.videos() if video.state == "downloaded"] == [wanted]
