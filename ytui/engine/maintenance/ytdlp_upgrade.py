"""Upgrade of yt-dlp in ytui's own environment; where that fails, the one that was there goes on."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import metadata, util
from pathlib import Path
from sysconfig import get_path

from ytui.core.sanitize import plain_text
from ytui.ytdlp.job_log import redact

PACKAGE = "yt-dlp"
EXTRAS = "default,deno,curl-cffi"
OLD_DAYS = 60
"""Sites change: a yt-dlp older than this fails in ways that look like anything else."""
INSTALL_SECONDS = 600.0
_CHECK_SECONDS = 60.0
_CHECK = "import yt_dlp.version, yt_dlp; print(yt_dlp.version.__version__)"
_LIST_PLUGINS = """
import json
from importlib.metadata import distributions
def is_plugin(found):
    return any(file.parts[:1] == ("yt_dlp_plugins",) for file in found.files or ())
those = (found for found in distributions() if is_plugin(found) and not found.read_text("direct_url.json"))
print(json.dumps({found.metadata["Name"]: found.version for found in those}))
"""
_LINE = 300


class UpgradeError(Exception):
    """Why there is no newer yt-dlp now, in one sentence."""


def age_in_days(today: date) -> int | None:
    """How old the installed yt-dlp is, by its version; None where that is no date."""
    try:
        numbers = [int(part) for part in metadata.version(PACKAGE).split(".")[:3]]
        return (today - date(*numbers)).days
    except (metadata.PackageNotFoundError, TypeError, ValueError):
        return None


def installer(python: str = sys.executable) -> list[str]:
    """The command that installs packages for ``python``, without their names; or :class:`UpgradeError`."""
    if sys.prefix == sys.base_prefix and _is_the_systems():
        raise UpgradeError(
            "this Python belongs to the system: upgrade yt-dlp with its package manager, "
            "or install ytui in an environment of its own"
        )
    if util.find_spec("pip") is not None:
        return [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    uv = shutil.which("uv")
    if uv is None:
        raise UpgradeError("there is neither pip nor uv here: upgrade yt-dlp as you installed ytui")
    return [uv, "pip", "install", "--python", python]


def _is_the_systems() -> bool:
    return (Path(get_path("stdlib")) / "EXTERNALLY-MANAGED").exists()


@dataclass(frozen=True)
class UpgradeResult:
    """What an upgrade did to yt-dlp, and to the plug-ins that pip has installed beside it."""

    before: str
    after: str
    plugins: tuple[tuple[str, str, str], ...] = ()
    """Name, version before and version after of those that are newer now."""
    plugin_problem: str = ""
    """Why the plug-ins stay as they were."""


def upgrade(install: Sequence[str], python: str = sys.executable) -> UpgradeResult:
    """Install the newest yt-dlp, and its plug-ins that came from an index. Blocks, perhaps for minutes.

    Call it while no job runs and no fork server stands: both hold the old modules. Raises
    :class:`UpgradeError`; the version that was there is then there still, and works. Plug-ins come after
    it, by themselves: one that is in the index no more keeps nobody from a newer yt-dlp.
    """
    before = _works(python)
    try:
        _run([*install, "--upgrade", f"{PACKAGE}[{EXTRAS}]"], INSTALL_SECONDS)
        after = _works(python)
    except UpgradeError as problem:
        _put_back(install, python, before, problem)
        raise
    plugins = _plugins(python)
    try:
        if plugins:
            _run([*install, "--upgrade", *plugins], INSTALL_SECONDS)
    except UpgradeError as problem:
        return UpgradeResult(before, after, plugin_problem=str(problem))
    newer = _plugins(python)
    changed = ((name, old, newer.get(name, old)) for name, old in plugins.items())
    return UpgradeResult(before, after, tuple(one for one in changed if one[1] != one[2]))


def _plugins(python: str) -> dict[str, str]:
    """The versions of yt-dlp's plug-ins in the environment, without those from a folder or a repository."""
    try:
        found: dict[str, str] = json.loads(_run([python, "-c", _LIST_PLUGINS], _CHECK_SECONDS))
    except (UpgradeError, ValueError):
        return {}
    return found


def _put_back(install: Sequence[str], python: str, before: str, problem: UpgradeError) -> None:
    try:
        _works(python)
    except UpgradeError:
        try:
            _run([*install, f"{PACKAGE}=={before}"], INSTALL_SECONDS)
            _works(python)
        except UpgradeError as worse:
            sentence = f"{problem}; and {before} could not be put back: {worse}"
            raise UpgradeError(sentence) from problem


def _works(python: str) -> str:
    """The version of the yt-dlp that a new process would have."""
    return _run([python, "-c", _CHECK], _CHECK_SECONDS).strip().splitlines()[-1]


def _run(command: Sequence[str], seconds: float) -> str:
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=seconds,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UpgradeError(f"{Path(command[0]).name} did not end within {seconds:.0f} s") from error
    except OSError as error:
        raise UpgradeError(f"{command[0]}: {error.strerror or error}") from error
    if done.returncode:
        lines = redact(plain_text(done.stderr.decode(errors="replace"))).strip().splitlines()
        told = next((line for line in reversed(lines) if "error" in line.lower()), lines[-1] if lines else "")
        raise UpgradeError(f"{Path(command[0]).name} ended with {done.returncode}: {told.strip()[:_LINE]}")
    return done.stdout.decode(errors="replace")
