"""Videos that need a PO token: how many are asked of the provider, for all jobs together."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

from tests.benchmarks.drive import command, make_home
from tests.benchmarks.measure import cost
from tests.benchmarks.table import Row
from tests.benchmarks.worlds import StandIn, target
from tests.support.servers.token_provider import HAS_PLUGIN, MWEB, Provider

VIDEOS = 20
LATENCY = 1.5
"""Seconds that the provider takes for a token."""


def tokens() -> Iterator[Row]:
    """Download 20 videos that need a token on five workers; needs the stand-in and a plug-in for tokens."""
    what = f"{VIDEOS} videos, {LATENCY} s a token: tokens asked"
    if not os.environ.get("FAKEYT") or not HAS_PLUGIN:
        yield Row(what, "1", "not measured", "needs FAKEYT and bgutil-ytdlp-pot-provider")
        return
    with target(1, VIDEOS) as site, tempfile.TemporaryDirectory(prefix="ytui-bench-") as folder:
        assert isinstance(site, StandIn)
        _want_tokens(site)
        ours, seconds = _ours(site, Path(folder) / "ours")
        theirs, their_seconds = _theirs(site, Path(folder) / "theirs")
    yield Row(what, "1", str(ours), f"xargs -P5 yt-dlp: {theirs}", ours == 1)
    yield Row(f"{VIDEOS} videos, the same: time", "", f"{seconds:.1f} s", f"{their_seconds:.1f} s")


def _want_tokens(site: StandIn) -> None:
    settings = {"pot": "gvs", "identity": True, "sabr_clients": ["WEB", "WEB_REMIX"]}
    address = f"{str(site.ready['admin']).rstrip('/')}/config"
    urlopen(Request(address, json.dumps(settings).encode(), method="POST")).close()


def _ours(site: StandIn, folder: Path) -> tuple[int, float]:
    folder.mkdir()
    provider = Provider(folder, latency=LATENCY)
    try:
        home = folder / "home"
        make_home(home, site.roots, [*site.args, *MWEB, *provider.args], download=True, height=site.height)
        cost(command(home, "fetch", site.extractors))
        spent = cost(command(home, "download", site.extractors))
        done = json.loads(spent.output)["jobs"]["download"]
        if done != {"done": VIDEOS}:
            raise RuntimeError(f"not every download arrived: {done}")
        return int(provider.counters()["asked"]), spent.wall
    finally:
        provider.stop()


def _theirs(site: StandIn, folder: Path) -> tuple[int, float]:
    """A yt-dlp a video, as many at once."""
    folder.mkdir()
    provider = Provider(folder, latency=LATENCY)
    try:
        options = [*MWEB, *provider.args, "-o", str(folder / "%(id)s.%(ext)s")]
        spent = cost(["xargs", "-P5", "-n1", *site.ytdlp, *options], stdin="\n".join(site.videos()))
        return int(provider.counters()["asked"]), spent.wall
    finally:
        provider.stop()
