"""Programs that are not on every machine.

A test that cannot do without one is marked ``@pytest.mark.needs("ffprobe", …)``: it is skipped where one of
them is missing, and ``-m needs`` runs such tests alone.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ytui.ytdlp import ffmpeg


def find(name: str) -> str | None:
    """Where a program is, also among those that only root has on PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def any_ffmpeg() -> str:
    """The system's ffmpeg, else the one that came with ytui: there is always one."""
    found = shutil.which("ffmpeg") or ffmpeg.bundled()
    assert found is not None, "imageio-ffmpeg is not installed"
    return found


def deadly_ffmpeg(folder: Path, when: str) -> Path:
    """A new folder with an ffmpeg that kills its job and itself where its arguments fit a shell pattern."""
    folder.mkdir()
    script = folder / "ffmpeg"
    script.write_text(f'#!/bin/sh\ncase "$*" in {when}) kill -9 $PPID $$ ;; esac\nexec {any_ffmpeg()} "$@"\n')
    script.chmod(0o700)
    return folder


def skip_without_programs(item: pytest.Item) -> None:
    """Skip a test of which a program is missing."""
    needed = {name for marker in item.iter_markers("needs") for name in marker.args}
    missing = sorted(name for name in needed if find(name) is None)
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
