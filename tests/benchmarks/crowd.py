"""Many small pieces of work: 100 channels with nothing new, and 200 small downloads, on five workers."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.drive import command, make_home
from tests.benchmarks.measure import Cost, cost
from tests.benchmarks.table import Row, ratio
from tests.benchmarks.worlds import Target, target

CHANNELS, VIDEOS = 100, 40
DOWNLOADS = 200


@dataclass(frozen=True)
class _Spent:
    cost: Cost
    requests: int


def _spent(site: Target, words: Sequence[str], stdin: str = "") -> _Spent:
    before = site.requests()
    found = cost(words, stdin=stdin)
    return _Spent(found, site.requests() - before)


def _xargs(site: Target, options: Sequence[str], urls: Sequence[str]) -> _Spent:
    return _spent(site, ["xargs", "-P5", "-n1", *site.ytdlp, *options], "\n".join(urls))


def _one(site: Target, options: Sequence[str], urls: Sequence[str]) -> _Spent:
    return _spent(site, [*site.ytdlp, *options, *urls])


def refresh() -> Iterator[Row]:
    """Refresh 100 channels with nothing new."""
    with target(CHANNELS, VIDEOS) as site, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        make_home(home, site.roots, site.args, height=site.height)
        first = json.loads(cost(command(home, "fetch", site.extractors)).output)["jobs"]["fetch"]
        if first != {"done": first.get("done")}:
            raise RuntimeError(f"the first listing did not end well: {first}")
        ours = _spent(site, command(home, "fetch", site.extractors))
        options = ["--flat-playlist", "--playlist-end", "30"]
        tabs = [f"{root}/videos" for root in site.roots]
        crowd, single = _xargs(site, options, tabs), _one(site, options, tabs)
    name = f"refresh {CHANNELS} channels"
    yield ratio(f"{name}, time", 1 / 4, ours.cost.wall, crowd.cost.wall, "s", "xargs -P5 yt-dlp")
    yield ratio(f"{name}, CPU", 1 / 8, ours.cost.cpu, crowd.cost.cpu, "s", "xargs -P5 yt-dlp")
    yield ratio(f"{name}, CPU", 1 / 2, ours.cost.cpu, single.cost.cpu, "s", "one yt-dlp")
    yield Row(f"{name}, time", "", f"{ours.cost.wall:.2f} s", f"one yt-dlp: {single.cost.wall:.2f} s", None)
    yield Row(
        f"{name}, requests",
        "1 a tab",
        str(ours.requests),
        f"xargs {crowd.requests}, one yt-dlp {single.requests}",
        ours.requests == CHANNELS,
    )


def downloads() -> Iterator[Row]:
    """Download 200 small videos on five workers."""
    with target(DOWNLOADS // VIDEOS, VIDEOS) as site, tempfile.TemporaryDirectory() as folder:
        home, theirs = Path(folder) / "home", Path(folder) / "theirs"
        make_home(home, site.roots, site.args, download=True, height=site.height)
        cost(command(home, "fetch", site.extractors))
        ours = _spent(site, command(home, "download", site.extractors))
        done = json.loads(ours.cost.output)["jobs"]["download"]
        if done != {"done": DOWNLOADS}:
            raise RuntimeError(f"not every download arrived: {done}")
        urls = site.videos()
        crowd = _xargs(site, _download_options(site, theirs / "crowd"), urls)
        single = _one(site, _download_options(site, theirs / "single"), urls)
        for name in ("crowd", "single"):
            arrived = len(list((theirs / name).iterdir()))
            if arrived != DOWNLOADS:
                raise RuntimeError(f"yt-dlp ({name}) brought {arrived} files")
    name = f"{DOWNLOADS} small downloads"
    yield ratio(f"{name}, time", 1 / 2, ours.cost.wall, crowd.cost.wall, "s", "xargs -P5 yt-dlp")
    yield ratio(f"{name}, CPU", 1 / 2, ours.cost.cpu, crowd.cost.cpu, "s", "xargs -P5 yt-dlp")
    yield Row(f"{name}, time", "", f"{ours.cost.wall:.2f} s", f"one yt-dlp: {single.cost.wall:.2f} s")
    yield Row(f"{name}, CPU", "", f"{ours.cost.cpu:.2f} s", f"one yt-dlp: {single.cost.cpu:.2f} s")
    yield Row(
        f"{name}, requests",
        "",
        str(ours.requests),
        f"xargs {crowd.requests}, one yt-dlp {single.requests}",
    )


def _download_options(site: Target, folder: Path) -> list[str]:
    return ["-S", f"res:{site.height}", "-o", str(folder / "%(id)s.%(ext)s")]
