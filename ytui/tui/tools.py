"""Programs that downloads need and that are not on this machine, each with the command that installs it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from ytui.media import ffmpeg

JS_RUNTIMES = ("deno", "node", "bun", "qjs")
INSTALLERS = {
    "apt-get": "sudo apt install ffmpeg",
    "dnf": "sudo dnf install ffmpeg-free",
    "pacman": "sudo pacman -S ffmpeg",
    "apk": "sudo apk add ffmpeg",
    "brew": "brew install ffmpeg",
}


def find(name: str) -> str | None:
    """Return where a program is, also beside this Python, where pip puts what it installs."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def missing_tools(
    which: Callable[[str], str | None] = find, has_bundled_ffmpeg: Callable[[], bool] = ffmpeg.is_bundled
) -> list[str]:
    """Return a sentence for each program that is missing; no program is started to find out."""
    missing = []
    if not (which("ffmpeg") or has_bundled_ffmpeg()):
        command = next((words for name, words in INSTALLERS.items() if which(name)), "your package manager")
        missing.append(f"ffmpeg is missing: video and audio cannot be merged. Install it: {command}")
    if not any(which(name) for name in JS_RUNTIMES):
        missing.append(
            "no JavaScript runtime: YouTube's formats need one. Install it: pip install -U 'yt-dlp[deno]'"
        )
    return missing
