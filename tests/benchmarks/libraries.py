"""Filled libraries, each made once a run and taken away at its end; ``FILLED=DIR`` keeps them."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.drive import make_home
from tests.benchmarks.drive import places_of as home_of
from tests.benchmarks.fill import fill, places_of
from tests.benchmarks.opened import STOP
from ytui.paths import Places


@functools.cache
def filled(videos: int) -> Places:
    """A paused library with so many videos, in channels of a thousand; 0: a new one without anything."""
    folder = _folder() / str(videos)
    if not videos:
        if not folder.exists():
            make_home(folder, [], [])
            with home_of(folder).config_file.open("a") as file:
                file.write(STOP)
        return home_of(folder)
    places = places_of(folder)
    if not places.database.exists():
        print(f"… filling a library with {videos:,} videos", file=sys.stderr, flush=True)
        fill(folder, max(10, videos // 1000), videos)
        text = places.config_file.read_text()
        places.config_file.write_text(text.replace('on_disconnect = "continue"', 'on_disconnect = "stop"'))
        # Not mounted: else half a million files are looked for, and none of them is there.
        shutil.rmtree(folder / "library")
    return places


@functools.cache
def _folder() -> Path:
    kept = os.environ.get("FILLED")
    if kept:
        return Path(kept)
    folder = Path(tempfile.mkdtemp(prefix="ytui-filled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
