"""Upgrade of yt-dlp in ytui's own environment; where that fails, the one that was there goes on."""

from __future__ import annotations

import json
import re
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
from ytui.core.settings.tables import Release
from ytui.ytdlp.job_log import redact

PACKAGE = "yt-dlp"
EXTRAS = "default,deno,curl-cffi"
OLD_DAYS = 60
"""Sites change: a yt-dlp older than this fails in ways that look like anything else."""
INSTALL_SECONDS = 600.0
_CHECK_SECONDS = 60.0
_LOOK = ("--upgrade", "--dry-run", "--no-deps")
_PIPS_LOOK = ("--quiet", "--retries", "1", "--timeout", "10", "--report", "-")
"""A look whose answer is JSON, and that gives up soon: somebody waits for it."""
_OF_A_DAY = re.compile(r"\.?dev\d*$")
"""The end of a nightly version's name in the index; yt-dlp itself leaves it out."""
_UVS_LINE = re.compile(r"^ \+ (\S+?)==(\S+)", re.MULTILINE)
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
class PackageVersions:
    """A package as it is in the environment, and the version that an upgrade would bring."""

    name: str
    installed: str
    newest: str
    """The same as what is installed where there is no newer one."""

    @property
    def words(self) -> str:
        """What would become of it."""
        if self.newest == self.installed:
            return f"{self.name} {self.installed} is the newest there is"
        return f"{self.name} {self.installed} would become {self.newest}"


@dataclass(frozen=True)
class UpgradeLook:
    """What an upgrade would do: yt-dlp first, then its plug-ins."""

    packages: tuple[PackageVersions, ...]
    plugin_problem: str = ""
    """Why nothing is known of newer plug-ins."""

    @property
    def newer(self) -> bool:
        """Whether it would do anything."""
        return any(package.newest != package.installed for package in self.packages)


@dataclass(frozen=True)
class UpgradeResult:
    """What an upgrade did to yt-dlp, and to the plug-ins that pip has installed beside it."""

    before: str
    after: str
    plugins: tuple[tuple[str, str, str], ...] = ()
    """Name, version before and version after of those that are newer now."""
    plugin_problem: str = ""
    """Why the plug-ins stay as they were."""


def look(install: Sequence[str], release: Release, python: str = sys.executable) -> UpgradeLook:
    """Ask the index what an upgrade would bring, and change nothing. Blocks; raises :class:`UpgradeError`."""
    installed = _works(python)
    newest = _newest(install, _wanted(install, release)).get(_spelled(PACKAGE), "")
    packages = [PackageVersions(PACKAGE, *_same_if_equal(installed, newest))]
    plugins = _plugins(python)
    try:
        found = _newest(install, list(plugins)) if plugins else {}
    except UpgradeError as problem:
        packages += [PackageVersions(name, version, version) for name, version in plugins.items()]
        return UpgradeLook(tuple(packages), str(problem))
    packages += [
        PackageVersions(name, version, found.get(_spelled(name), version))
        for name, version in plugins.items()
    ]
    return UpgradeLook(tuple(packages))


def _newest(install: Sequence[str], requirements: Sequence[str]) -> dict[str, str]:
    """The versions that would be installed, by name; what is the newest already is not among them."""
    if _is_uv(install):
        return dict(_UVS_LINE.findall(_run([*install, *_LOOK, *requirements], _CHECK_SECONDS, errors=True)))
    told = _run([*install, *_LOOK, *_PIPS_LOOK, *requirements], _CHECK_SECONDS)
    try:
        found = [entry["metadata"] for entry in json.loads(told)["install"]]
        return {_spelled(each["name"]): str(each["version"]) for each in found}
    except (ValueError, KeyError, TypeError) as error:
        raise UpgradeError("pip's answer cannot be read: upgrade pip, then try again") from error


def _same_if_equal(installed: str, newest: str) -> tuple[str, str]:
    """yt-dlp writes its own version with zeros, the index without."""
    return installed, installed if not newest or _numbers(newest) == _numbers(installed) else newest


def _numbers(version: str) -> list[str]:
    return [part.lstrip("0") for part in _OF_A_DAY.sub("", version).split(".")]


def _spelled(name: str) -> str:
    """A package's name as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_uv(install: Sequence[str]) -> bool:
    return Path(install[0]).name == "uv"


def _wanted(install: Sequence[str], release: Release) -> list[str]:
    """The words for the installer that ask for yt-dlp."""
    package = f"{PACKAGE}[{EXTRAS}]"
    if release is Release.STABLE:
        return [package]
    # A bound that is no release lets in what is none, of this package and of no other. uv does not mind it.
    return ["--pre", package] if _is_uv(install) else [f"{package}>=0.dev0"]


def upgrade(
    install: Sequence[str], release: Release = Release.STABLE, python: str = sys.executable
) -> UpgradeResult:
    """Install the newest yt-dlp, and its plug-ins that came from an index. Blocks, perhaps for minutes.

    Call it while no job runs and no fork server stands: both hold the old modules. Raises
    :class:`UpgradeError`; the version that was there is then there still, and works. Plug-ins come after
    it, by themselves: one that is in the index no more keeps nobody from a newer yt-dlp.
    """
    before = _works(python)
    try:
        _run([*install, "--upgrade", *_wanted(install, release)], INSTALL_SECONDS)
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


def _run(command: Sequence[str], seconds: float, *, errors: bool = False) -> str:
    """What a command prints; with ``errors`` what it prints there, which is where uv answers."""
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
    return (done.stderr if errors else done.stdout).decode(errors="replace")


def upgraded_words(done: UpgradeResult) -> str:
    """What an upgrade did, in one line."""
    changed = [f"{name} {before} is now {after}" for name, before, after in done.plugins]
    if done.before != done.after:
        changed.insert(0, f"yt-dlp {done.before} is now {done.after}")
    if done.plugin_problem:
        changed.append(f"its plug-ins stay as they were: {done.plugin_problem}")
    if not changed:
        return f"yt-dlp {done.after} is the newest there is"
    return "; ".join([*changed, "what failed for a tool is tried again"])
