"""The files behind the sample's videos, and the formats they are offered as."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

from ytui.demo.world import Delivery

MEDIA = Path(__file__).parent / "media"
"""Clips in several qualities, and an upright one for shorts; ``tests/demo/make_clips.py`` has made them."""
LANDSCAPE = ("blocks", "fractal", "waves")
UPRIGHT = "upright"
CONTENT_TYPES = {
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".ts": "video/mp2t",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".jpg": "image/jpeg",
}
H264, AAC = "avc1.640028", "mp4a.40.2"
VARIANTS = (360, 720)
PROGRESSIVE = "480p.mp4"
"""The file of a clip that has picture and sound."""


@cache
def names(clip: str) -> frozenset[str]:
    """The files of a clip, as paths relative to its folder."""
    folder = MEDIA / clip
    return frozenset(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*") if path.is_file())


@cache
def content(clip: str, name: str) -> bytes:
    """A file's bytes; raises ``FileNotFoundError`` for a name that the clip does not have."""
    if name not in names(clip):
        raise FileNotFoundError(f"{clip}/{name}")
    return (MEDIA / clip / name).read_bytes()


@cache
def noise(size: int) -> bytes:
    """Bytes without meaning, always the same for a size: whole, but no program reads them."""
    return random.Random(size).randbytes(size)


def formats(clip: str, delivery: Delivery, *, progressive: bool = True) -> list[dict[str, Any]]:
    """The formats of a delivery, with ``file`` in place of an address; HLS has only its playlist.

    ``progressive=False`` leaves separate streams only.
    """
    if delivery is Delivery.HLS:
        return []
    offered = []
    if progressive:
        size = (480, 854) if clip == UPRIGHT else (854, 480)
        offered.append(_format(clip, PROGRESSIVE, "sd", size, H264, AAC))
    if delivery is Delivery.SPLIT:
        offered.append(_format(clip, "audio.m4a", "audio", None, "none", AAC))
        for height in (360, 720, 1080):
            size = (height * 16 // 9, height)
            offered.append(_format(clip, f"{height}p.mp4", f"v{height}", size, H264, "none"))
    return offered


def variant_sizes(clip: str) -> dict[str, int]:
    """Bytes of each HLS variant by its height: playlists do not say it, and a client wants to know."""
    return {
        str(height): sum(
            len(content(clip, name)) for name in names(clip) if name.startswith(f"hls/{height}p-")
        )
        for height in VARIANTS
    }


def _format(
    clip: str, name: str, format_id: str, size: tuple[int, int] | None, vcodec: str, acodec: str
) -> dict[str, Any]:
    form: dict[str, Any] = {
        "format_id": format_id,
        "file": name,
        "ext": name.rpartition(".")[2],
        "vcodec": vcodec,
        "acodec": acodec,
        "filesize": len(content(clip, name)),
    }
    if size is not None:
        form |= {"width": size[0], "height": size[1], "fps": 15}
    return form
