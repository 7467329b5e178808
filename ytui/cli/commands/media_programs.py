"""Which ffmpeg and ffprobe the jobs will use, told by ``ytui doctor``."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ytui.cli.commands.programs import Check, first_line
from ytui.media import ffmpeg

_NAMED = "named by --ffmpeg-location"
_CORRECT = "correct --ffmpeg-location in `args`, or take it out: one came with ytui"
_INSTALL = "pip install -U imageio-ffmpeg, or install the system's: apt install ffmpeg"


@dataclass(frozen=True)
class _Programs:
    """Where both are, as yt-dlp will look for them; ``whose`` says how they came."""

    whose: str
    ffmpeg: str | None
    ffprobe: str | None


def media_programs(args: Sequence[str]) -> list[Check]:
    """Whether ffmpeg and ffprobe are there and start, for jobs with these options of the yt-dlp command."""
    found = _found(args)
    media = _check("ffmpeg", found.ffmpeg, found.whose)
    if found.ffprobe or not media.ok:
        return [media, _check("ffprobe", found.ffprobe, found.whose)]
    return [media, Check("ffprobe", True, "not there, and not needed: ffmpeg tells what is in a file")]


def _found(args: Sequence[str]) -> _Programs:
    given = _given_location(args)
    if given is not None:
        return _beside(given, _NAMED)
    system = shutil.which("ffmpeg")
    if system:
        return _Programs("the system's", system, shutil.which("ffprobe"))
    bundled = ffmpeg.bundled()
    if bundled:
        return _beside(Path(bundled), "came with ytui")
    return _Programs("", None, None)


def _given_location(args: Sequence[str]) -> Path | None:
    if not args:
        return None
    from ytui.media.options import ffmpeg_location

    named = ffmpeg_location(args)
    return Path(named) if named else None


def _beside(place: Path, whose: str) -> _Programs:
    """``place`` is the program, or a folder with both."""
    program, folder = (place / "ffmpeg", place) if place.is_dir() else (place, place.parent)
    probe = folder / "ffprobe"
    return _Programs(whose, *(str(path) if path.is_file() else None for path in (program, probe)))


def _check(name: str, program: str | None, whose: str) -> Check:
    mend = _CORRECT if whose == _NAMED else _INSTALL
    if program is None:
        return Check(name, False, f"not found ({whose})" if whose else "not found", mend)
    words = first_line(program, "-version").split()
    if words[1:2] != ["version"]:
        return Check(
            name,
            False,
            f"{program} ({whose}) does not start",
            mend if whose == _NAMED else f"reinstall it: {mend}",
        )
    return Check(name, True, f"{words[2]}, {whose}: {program}")
