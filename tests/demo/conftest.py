"""What the demo's tests share: the sites, a clock that is set by hand, and yt-dlp as ytui sets it up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from yt_dlp import YoutubeDL

from tests.support.processes.programs import any_ffmpeg
from tests.support.servers.demo_site import demo_site, tiny_site
from ytui.demo import extractor
from ytui.ytdlp.ffmpeg_tools import stream_info

__all__ = ["demo_site", "tiny_site"]

MakeYdl = Callable[..., YoutubeDL]


class Clock:
    """Epoch seconds that stand still until they are advanced."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Silence:
    """yt-dlp's logger; keeps the warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def debug(self, message: str) -> None:
        """Not kept."""

    def error(self, message: str) -> None:
        """Not kept: errors are raised as well."""

    def warning(self, message: str) -> None:
        self.warnings.append(message)


@pytest.fixture
def make_ydl(tmp_path: Path) -> MakeYdl:
    """Makes a ``YoutubeDL`` with the demo's extractors that downloads to ``tmp_path`` and retries nothing."""

    def make(**params: Any) -> YoutubeDL:
        defaults = {
            "quiet": True,
            "noprogress": True,
            "color": "never",
            "logger": Silence(),
            "proxy": "",
            "retries": 0,
            "fragment_retries": 0,
            "extractor_retries": 0,
            "socket_timeout": 5,
            "cachedir": False,
            "ffmpeg_location": any_ffmpeg(),
            "outtmpl": str(tmp_path / "%(id)s.%(ext)s"),
        }
        ydl = YoutubeDL(defaults | params)
        extractor.register(ydl)
        return ydl

    return make


def stream_types(path: Path) -> list[str]:
    """The kinds of the streams in a media file, sorted."""
    return sorted(stream["codec_type"] for stream in stream_info(any_ffmpeg(), str(path))["streams"])
