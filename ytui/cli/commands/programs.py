"""Which programs and packages that yt-dlp leans on are on this machine, and whether they are new enough."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version

from ytui.engine.upkeep.upgrade import OLD_DAYS, age_in_days

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


def impersonation() -> Check:
    """Whether yt-dlp can pass for a browser, which some sites ask for."""
    try:
        return Check("curl-cffi", True, version("curl-cffi"))
    except PackageNotFoundError:
        return Check("curl-cffi", False, "not installed", UPDATE)


def first_line(program: str, option: str) -> str:
    """Start a program with one option; the first line that it prints, empty if it does not start."""
    try:
        done = subprocess.run([program, option], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).partition("\n")[0]
