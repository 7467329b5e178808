"""The site that ytui and yt-dlp are sent to: the sample site, or a stand-in for YouTube where there is one.

With ``FAKEYT`` (the path of a stand-in that is an HTTP proxy and takes ``--world`` and ``--ready-file``) both
sides use yt-dlp's YouTube extractors, as in real life; without it the sample site and its extractor, which
yt-dlp's command finds in a folder of plugins.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tests.benchmarks.measure import until
from ytui.demo.site import Site
from ytui.demo.world import World

_PLUGIN = """\
from ytui.demo import extractor


class YtuiDemoIE(extractor.YtuiDemoIE):
    pass


class YtuiDemoTabIE(extractor.YtuiDemoTabIE):
    pass
"""


class Target(Protocol):
    """A running site with so many channels."""

    name: str
    ytdlp: list[str]
    """What yt-dlp's command needs to use it, the command itself first."""
    args: list[str]
    """The options among those that ytui needs too."""
    extractors: tuple[str, ...]
    roots: list[str]
    """Addresses of the channels."""
    height: int
    """The lowest that each of its videos can be had in."""

    def videos(self) -> list[str]:
        """The addresses of every video."""

    def requests(self) -> int:
        """How many requests were answered so far, media included."""

    def players_fetched(self) -> int:
        """How often the code of a JavaScript player was."""

    def guests(self) -> int:
        """How many guests there were, as the site tells them apart."""

    def player_code(self) -> bytes:
        """The JavaScript player of today."""


@dataclass
class SampleSite:
    """The demo's site, with plain videos of one progressive file."""

    site: Site
    plugins: Path
    name: str = "sample site"
    height: int = 480
    args: list[str] = field(default_factory=list)
    extractors: tuple[str, ...] = ("ytui.demo.extractor",)

    def __post_init__(self) -> None:
        folder = self.plugins / "demo" / "yt_dlp_plugins" / "extractor"
        folder.mkdir(parents=True)
        (folder / "ytuidemo.py").write_text(_PLUGIN)
        self.ytdlp = [*YTDLP, "--plugin-dirs", str(self.plugins)]
        self.roots = [url for _, url in self.site.channel_urls()]

    def videos(self) -> list[str]:
        return [self.site.video_url(video.id) for video in self.site.world.videos()]

    def requests(self) -> int:
        return len(self.site.log)

    def players_fetched(self) -> int:
        return sum(request.path.startswith("/player/") for request in self.site.log)

    def guests(self) -> int:
        return 0

    def player_code(self) -> bytes:
        return self.site.world.players[-1].code.encode()


@dataclass
class StandIn:
    """A running stand-in for YouTube."""

    ready: dict[str, Any]
    name: str = "stand-in for YouTube"
    height: int = 360
    extractors: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.args = ["--proxy", str(self.ready["proxy"]), "--no-check-certificates"]
        self.ytdlp = [*YTDLP, *self.args]
        self.world = self._ask("world")
        self.roots = [f"https://www.youtube.com/{handle}" for handle in self.world]

    def videos(self) -> list[str]:
        return [
            f"https://www.youtube.com/watch?v={video['id']}"
            for channel in self.world.values()
            for video in channel["videos"]
        ]

    def requests(self) -> int:
        return int(self._ask("counters")["requests"].get("all", 0))

    def players_fetched(self) -> int:
        return sum(self._ask("counters")["js"].values())

    def guests(self) -> int:
        return len(self._ask("visitors"))

    def player_code(self) -> bytes:
        opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({"https": self.ready["proxy"]}),
            urllib.request.HTTPSHandler(context=ssl._create_unverified_context()),
        )
        path = f"s/player/{self._ask('player')['id']}/player_ias.vflset/en_US/base.js"
        with opener.open(f"https://www.youtube.com/{path}") as answer:
            code: bytes = answer.read()
        return code

    def ask_challenges(self) -> None:
        """Let the web clients' media ask challenges from now on, and tell guests apart."""
        self._ask("config", {"player": "n+sig", "identity": True})

    def _ask(self, what: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{str(self.ready['admin']).rstrip('/')}/{what}", data) as answer:
            return json.load(answer)


YTDLP = [sys.executable, "-m", "yt_dlp", "--ignore-config", "--no-update", "--quiet", "--no-warnings"]


@contextmanager
def target(channels: int, videos: int, *, challenges: bool = False) -> Iterator[Target]:
    """A site of so many channels with so many videos each, while it is needed."""
    program = os.environ.get("FAKEYT")
    with tempfile.TemporaryDirectory(prefix="ytui-bench-") as folder:
        if program:
            with _stand_in(Path(program), Path(folder), channels, videos) as running:
                if challenges:
                    running.ask_challenges()
                yield running
            return
        world = World.tiny(time.time(), channels=channels, videos=videos, challenge=challenges)
        with Site(world) as site:
            yield SampleSite(site, Path(folder) / "plugins")


@contextmanager
def _stand_in(program: Path, folder: Path, channels: int, videos: int) -> Iterator[StandIn]:
    ready = folder / "ready.json"
    world = f"seed=1,channels={channels},videos={videos},shorts=0,streams=0"
    media = Path(tempfile.gettempdir()) / "ytui-bench-media"
    command = [sys.executable, str(program), "--port", "0", "--world", world, "--ready-file", str(ready)]
    command += ["--state", str(folder / "state"), "--media", str(media), "--log", "-"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: ready.exists() and ready.read_text().strip().endswith("}"), 120, 0.05)
        yield StandIn(json.loads(ready.read_text()))
    finally:
        server.terminate()
        server.wait()
