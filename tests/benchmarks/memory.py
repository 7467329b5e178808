"""What the process that holds the engine weighs: yt-dlp is never loaded there."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.drive import command, make_home, places_of
from tests.benchmarks.fill import fill
from tests.benchmarks.measure import mib
from tests.benchmarks.table import Row
from ytui.demo.site import Site
from ytui.demo.world import World

CHANNELS, VIDEOS = 1000, 1_000_000
FETCHED = 200
GOAL = 90 * 1024

_THREADS = """
import json, yt_dlp
from tests.benchmarks.drive import memory
ydl = yt_dlp.YoutubeDL({"quiet": True})
for extractor in ydl._ies.values():
    extractor.suitable("https://nothing.invalid/")
print(json.dumps(memory()))
"""


def memory() -> Iterator[Row]:
    """Memory of the main process with the engine, after 200 listings and beside a million videos."""
    loaded = json.loads(
        subprocess.run([sys.executable, "-c", _THREADS], capture_output=True, text=True, check=True).stdout
    )
    baseline = f"a process with yt-dlp warm in it: {mib(loaded['rss'])}, {mib(loaded['pss'])}"
    with Site(World.tiny(time.time(), channels=FETCHED, videos=3)) as site:
        roots = [url for _, url in site.channel_urls()]
        few = _after_listings(roots[:5], 0)
        many = _after_listings(roots, 0)
        million = _after_listings(roots, VIDEOS)
    yield _row(f"memory (RSS, PSS) after {FETCHED} listings, empty store", many, baseline)
    yield _row(f"the same beside {VIDEOS:,} videos", million, baseline)
    growth = many["rss"] - few["rss"]
    yield Row(f"growth from 5 to {FETCHED} listings", "", f"{growth} KB", "")


def _row(what: str, found: dict[str, int], baseline: str) -> Row:
    return Row(what, "≤ 90 MB", f"{mib(found['rss'])}, {mib(found['pss'])}", baseline, found["rss"] <= GOAL)


def _after_listings(roots: list[str], videos: int) -> dict[str, int]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if videos:
            fill(places_of(home).data_dir, CHANNELS, videos)
        make_home(home, roots, [])
        if videos:
            _let_go(home)
        done = subprocess.run(
            command(home, "fetch", ("ytui.demo.extractor",)), capture_output=True, text=True, check=True
        )
    found: dict[str, int] = json.loads(done.stdout)
    return found


def _let_go(home: Path) -> None:
    """A filled library is paused, and its folder is another one; nothing of it may run or be held here."""
    from ytui.store import key_values, library_marker
    from ytui.store.database import Store

    store = Store.open(places_of(home).database)
    key_values.put(store.db, "paused", None)
    key_values.put(store.db, key_values.LIBRARY_ID, library_marker.create_library(home / "library"))
    store.close_all()
