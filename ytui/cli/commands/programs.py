"""Which programs and packages that yt-dlp leans on are on this machine, and whether they are new enough."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ytui.engine.upkeep.upgrade import OLD_DAYS, age_in_days

RUNTIMES = {"deno": (2, 3), "node": (22,), "bun": (1, 2, 11), "qjs": (2023, 12, 9)}
"""The JavaScript runtimes yt-dlp knows, best first, and the oldest version of each that it takes."""

UPDATE = "pip install -U 'yt-dlp[default,deno,curl-cffi]'"


@dataclass(frozen=True)
class Check:
    """One thing looked at: ``verdict`` says how it is, ``mend`` what to do where it is not well."""

    name: str
    ok: bool
    verdict: str
    mend: str = ""


def ytdlp(today: date) -> Check:
    """Whether yt-dlp is there and young enough."""
    age = age_in_days(today)
    if age is None:
        return Check("yt-dlp", False, "not installed", UPDATE)
    verdict = f"{version('yt-dlp')}, {age} days old"
    return Check("yt-dlp", age <= OLD_DAYS, verdict, "" if age <= OLD_DAYS else UPDATE)


def javascript() -> Check:
    """Whether yt-dlp will find a JavaScript runtime, which YouTube needs."""
    old = []
    for name, oldest in RUNTIMES.items():
        program = _program(name)
        if program is None:
            continue
        found = _version_of(program)
        if found >= oldest:
            return Check("javascript", True, f"{name} {_dotted(found)}")
        old.append(f"{name} {_dotted(found)} is older than {_dotted(oldest)}")
    return Check("javascript", False, "; ".join(old) or "no JavaScript runtime found", "pip install -U deno")


def impersonation() -> Check:
    """Whether yt-dlp can pass for a browser, which some sites ask for."""
    try:
        return Check("curl-cffi", True, version("curl-cffi"))
    except PackageNotFoundError:
        return Check("curl-cffi", False, "not installed", UPDATE)


def _program(name: str) -> str | None:
    """The program as yt-dlp looks for it: beside its own scripts first, then in PATH."""
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        found = shutil.which(name, path=folder)
        if found:
            return found
    return shutil.which(name)


def _version_of(program: str) -> tuple[int, ...]:
    number = re.search(r"\d+(?:[.-]\d+)*", first_line(program, "--version"))
    return tuple(int(part) for part in re.split("[.-]", number[0])) if number else ()


def first_line(program: str, option: str) -> str:
    """Start a program with one option; the first line that it prints, empty if it does not start."""
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).partition("\n")[0]


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers)) or "of no known version"
