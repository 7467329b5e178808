"""Checks of ``ytui doctor``: programs, ffmpeg, JavaScript runtimes, plug-ins and cookie files."""

from __future__ import annotations

import shlex
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ytui.cli.errors import CliError
from ytui.core.formatting import format_time, plural
from ytui.core.js_runtimes import RUNTIMES_OPTION, why_none
from ytui.core.settings import Settings
from ytui.engine.maintenance.ytdlp_upgrade import OLD_DAYS, age_in_days
from ytui.ytdlp import ffmpeg

if TYPE_CHECKING:
    from ytui.core.settings import Settings
    from ytui.paths import Places
    from ytui.ytdlp.guest_jar import GuestGeneration
    from ytui.ytdlp.plugin_report import PluginReport

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


_NAMED_BY_OPTION = "named by --ffmpeg-location"
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
    media = _program_check("ffmpeg", found.ffmpeg, found.whose)
    if found.ffprobe or not media.ok:
        return [media, _program_check("ffprobe", found.ffprobe, found.whose)]
    return [media, Check("ffprobe", True, "not there, and not needed: ffmpeg tells what is in a file")]


def _found(args: Sequence[str]) -> _Programs:
    given = _given_location(args)
    if given is not None:
        return _beside(given, _NAMED_BY_OPTION)
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
    from ytui.ytdlp.options import ffmpeg_location

    named = ffmpeg_location(args)
    return Path(named) if named else None


def _beside(place: Path, whose: str) -> _Programs:
    """``place`` is the program, or a folder with both."""
    program, folder = (place / "ffmpeg", place) if place.is_dir() else (place, place.parent)
    probe = folder / "ffprobe"
    return _Programs(whose, *(str(path) if path.is_file() else None for path in (program, probe)))


def _program_check(name: str, program: str | None, whose: str) -> Check:
    mend = _CORRECT if whose == _NAMED_BY_OPTION else _INSTALL
    if program is None:
        return Check(name, False, f"not found ({whose})" if whose else "not found", mend)
    words = first_line(program, "-version").split()
    if words[1:2] != ["version"]:
        return Check(
            name,
            False,
            f"{program} ({whose}) does not start",
            mend if whose == _NAMED_BY_OPTION else f"reinstall it: {mend}",
        )
    return Check(name, True, f"{words[2]}, {whose}: {program}")


RUNTIME_CHECK = "javascript"


def javascript_checks(settings: Settings | None) -> list[Check]:
    """One for the options that all jobs have, and one for each channel that enables others."""
    if settings is None:
        return [_runtime_check(RUNTIME_CHECK, ())]
    checks = [_runtime_check(RUNTIME_CHECK, settings.ytdlp.args)]
    for channel in settings.channels:
        if any(RUNTIMES_OPTION in word for word in channel.args):
            checks.append(
                _runtime_check(
                    f"{RUNTIME_CHECK} of {channel.name or channel.url}", (*settings.ytdlp.args, *channel.args)
                )
            )
    return checks


def _runtime_check(name: str, args: Sequence[str]) -> Check:
    from ytui.ytdlp.js_runtime_check import check_runtimes

    runtimes = check_runtimes(args)
    usable = [f"{runtime.name} {runtime.version}".strip() for runtime in runtimes if runtime.usable]
    if usable:
        return Check(name, True, usable[0])
    reason, remedy = why_none(runtimes)
    return Check(name, False, reason, remedy)


PLUGIN_CHECK, PROVIDER = "plug-in", "token provider"
_ANSWERS_WITHIN = 2.0
"""Seconds."""


def plugin_checks(settings: Settings) -> list[Check]:
    """One for each plug-in that yt-dlp loads or was to load, and for each token provider."""
    from ytui.ytdlp.plugin_report import providers_asked, providers_misnamed, survey

    common = settings.ytdlp.args
    many_args = list(dict.fromkeys([common, *((*common, *channel.args) for channel in settings.channels)]))
    reports = survey(many_args)
    checks = [_plugin(report) for report in reports] or [Check(PLUGIN_CHECK, True, "none")]
    checks += map(_misnamed, providers_misnamed(many_args))
    return [*checks, *map(_provider, providers_asked(many_args))]


def _plugin(report: PluginReport) -> Check:
    name = f"{report.name} {report.version}".strip()
    if report.problem:
        mend = "upgrade or remove it" if report.folder else "mend [ytdlp] args, or remove it"
        return Check(PLUGIN_CHECK, False, f"{name}: {report.problem}", mend)
    if report.off:
        return Check(PLUGIN_CHECK, True, f"{name}: installed, switched off by {report.off}")
    return Check(PLUGIN_CHECK, True, f"{name}: {'; '.join(report.gives)}; from {report.folder}")


def _misnamed(value: str) -> Check:
    # It may be an address with a password whose scheme alone is missing.
    shown = value.rpartition("@")[2]
    mend = "write it as http://HOST:PORT, the usual one is http://127.0.0.1:4416"
    return Check(PROVIDER, False, f"base_url={shown} is no address", mend)


def _provider(url: str) -> Check:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        # A connection, not a question: what a provider answers is its plug-in's affair.
        socket.create_connection((parts.hostname or "", port), timeout=_ANSWERS_WITHIN).close()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        return Check(PROVIDER, False, f"{_shown(url)} does not answer ({why})", "start it")
    return Check(PROVIDER, True, f"{_shown(url)} answers")


def _shown(url: str) -> str:
    """The address without a password."""
    scheme, _, rest = url.partition("//")
    return f"{scheme}//{rest.rpartition('@')[2]}"


COOKIE_CHECK = "cookies"
_DAY, _HOUR = 86400, 3600
_MOST_NAMED = 3
"""So many channels of one file are named; of the others it is said how many they are."""


def cookie_checks(places: Places, settings: Settings, now: float) -> list[Check]:
    """A check of every cookie file that a channel names or that was given in the application."""
    users = _users(places, settings)
    if not users:
        return [
            Check(
                COOKIE_CHECK, True, "none given; they are needed only for what a site shows to accounts alone"
            )
        ]
    dead = _called_dead(places, list(users))
    return [_cookie_check(path, names, path in dead, now) for path, names in users.items()]


def _users(places: Places, settings: Settings) -> dict[Path, list[str]]:
    """The names of the channels that use each file; none for one that was given to single items."""
    from ytui.engine.cookie_files import cookie_files_of

    users: dict[Path, list[str]] = {}
    for channel in settings.channels:
        if channel.cookies is not None:
            users.setdefault(channel.cookies, []).append(channel.name or channel.url)
    for path in cookie_files_of(places):
        users.setdefault(path, [])
    return users


def _called_dead(places: Places, paths: Sequence[Path]) -> set[Path]:
    """The files whose present content a site called invalid."""
    from ytui.cli.session import open_store
    from ytui.engine.jobs.cookie_jars import has_dead_login

    if not places.database.exists():
        return set()
    try:
        store = open_store(places)
    except CliError:
        # The database has a check of its own, which says so.
        return set()
    try:
        return {path for path in paths if has_dead_login(store.db, path)}
    finally:
        store.close_all()


def _cookie_check(path: Path, names: Sequence[str], dead: bool, now: float) -> Check:
    from ytui.engine.cookie_files import cookie_health

    health = cookie_health(path, now)
    label = f"{path} ({_listed(names) if names else 'given to single items'})"
    if health.problem:
        return Check(COOKIE_CHECK, False, f"{label} {health.problem}", _export_again(names))
    words = [f"{age_words(health.age)} old"]
    if health.ends is not None:
        words.append(f"their login {'ended' if health.expired else 'ends'} {format_time(health.ends)}")
    if dead:
        words.append("a site calls them invalid")
    if health.open_to_others:
        words.append("others on this machine may read them")
    mends = [
        *([_export_again(names)] if dead or health.expired else []),
        *([f"chmod 600 {shlex.quote(str(path))}"] if health.open_to_others else []),
    ]
    return Check(COOKIE_CHECK, not mends, f"{label}: {', '.join(words)}", "; ".join(mends))


def _export_again(names: Sequence[str]) -> str:
    mend = "export them again from a private window and give them with c in the application"
    return f"{mend}, or set cookies of channel {names[0]}" if names else mend


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def age_words(seconds: float) -> str:
    """How old something is, in its greatest unit."""
    unit, word = (_DAY, "day") if seconds >= _DAY else (_HOUR, "hour") if seconds >= _HOUR else (60, "minute")
    return plural(int(seconds // unit), word)


GUEST_CHECK = "guest"


def guest_checks(places: Places, now: float) -> list[Check]:
    """A check of each guest that is kept."""
    from ytui.ytdlp.guest_jar import kept_guests

    try:
        guests = kept_guests(places.guests_dir, now)
    except OSError as error:
        mend = f"let this user alone read and write {places.guests_dir}"
        return [Check(GUEST_CHECK, False, f"the guests cannot be read ({error.strerror})", mend)]
    if not guests:
        return [
            Check(
                GUEST_CHECK,
                True,
                "none is kept; the first job without a login makes one where guests are kept",
            )
        ]
    return [_guest_check(guest, now) for guest in guests]


def _guest_check(guest: GuestGeneration | None, now: float) -> Check:
    if guest is None:
        return Check(
            GUEST_CHECK, True, "one that is too old, or whose file is damaged: the next job makes another"
        )
    words = [f"{age_words(now - guest.made_at)} old", plural(len(guest.cookies), "cookie")]
    if guest.strikes:
        words.append(f"refused {plural(guest.strikes, 'time')} in a row")
    return Check(GUEST_CHECK, True, f"{guest.about or 'made by an older ytui'}: {', '.join(words)}")
