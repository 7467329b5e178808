"""Programs that are not on every machine.

A test that cannot do without one is marked ``@pytest.mark.needs("ffprobe", …)``: it is skipped where one of
them is missing, and ``-m needs`` runs such tests alone.
"""

from __future__ import annotations

import shutil

import pytest

from ytui.media import ffmpeg


def find(name: str) -> str | None:
    """Where a program is, also among those that only root has on PATH."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin")


def any_ffmpeg() -> str:
    """The system's ffmpeg, else the one that came with ytui: there is always one."""
    found = shutil.which("ffmpeg") or ffmpeg.bundled()
    assert found is not None, "imageio-ffmpeg is not installed"
    return found


def skip_without_programs(item: pytest.Item) -> None:
    """Skip a test of which a program is missing."""
    needed = {name for marker in item.iter_markers("needs") for name in marker.args}
    missing = sorted(name for name in needed if find(name) is None)
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
