"""``ytui doctor``: what is missing on this machine and how to get it."""

from __future__ import annotations

import locale
import os
import shlex
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ytui.cli.commands.doctor_checks import (
    Check,
    cookie_checks,
    guest_checks,
    impersonation,
    javascript_checks,
    media_programs,
    plugin_checks,
    ytdlp,
)
from ytui.cli.errors import EXIT_FAILED, EXIT_OK, CliError
from ytui.cli.output import emit, json_option, say
from ytui.core.formatting import format_size, format_time
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.paths import nearest_existing

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.core.settings import Settings
    from ytui.paths import Places

_PIECE = 65536
"""Bytes that a folder must have room for to be worth writing into."""
_FILES_LOOKED_AT = 20
_NARROW, _SHORT = 40, 15
"""The smallest terminal that the application fits into."""


@click.command()
@click.option("--check", is_flag=True, help="End with 1 when something is missing.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, check: bool, as_json: bool) -> None:
    """Look over this machine; changes nothing."""
    start: GlobalOptions = ctx.obj
    checks = examine(start.places)
    if as_json:
        emit({"checks": [asdict(found) for found in checks]})
    else:
        width = max(len(found.name) for found in checks)
        for found in checks:
            say(f"{'ok' if found.ok else 'MISSING':<8} {found.name:<{width}}  {clean(found.verdict)}")
            if not found.ok:
                say(f"{'':<8} {'':<{width}}  -> {clean(found.mend)}")
    ctx.exit(EXIT_FAILED if check and not all(found.ok for found in checks) else EXIT_OK)


def examine(places: Places) -> list[Check]:
    """Everything looked at, in the order in which it is told."""
    configuration, settings = _configuration(places)
    return [
        ytdlp(date.today()),
        *javascript_checks(settings),
        *media_programs(settings.ytdlp.args if settings else ()),
        impersonation(),
        configuration,
        _data_dir(places),
        _database(places),
        _upgrade(places),
        *([_UNTOLD] if settings is None else _of_settings(places, settings)),
        _locale(),
        _terminal(),
    ]


_UNTOLD = Check("library", False, "nobody can tell which one is meant", "mend the configuration first")


def _of_settings(places: Places, settings: Settings) -> list[Check]:
    return [
        _library(places, settings),
        *cookie_checks(places, settings, time.time()),
        *guest_checks(places, time.time()),
        *plugin_checks(settings),
    ]


def _configuration(places: Places) -> tuple[Check, Settings | None]:
    """How it is, and what it says; None for one that cannot be used."""
    from ytui.cli.session import check_arguments
    from ytui.config import ConfigError, load

    path = places.config_file
    mend = f"edit {path}, or move it away and start ytui for a new one"
    try:
        loaded = load(path)
        check_arguments(loaded)
    except FileNotFoundError:
        return Check("configuration", True, f"{path} will be written on the first start"), Settings()
    except (ConfigError, OSError, CliError) as error:
        return Check("configuration", False, str(error), mend), None
    return Check("configuration", True, str(path)), loaded.settings


def _data_dir(places: Places) -> Check:
    from ytui.store.database import network_file_system

    folder = nearest_existing(places.data_dir)
    kind = network_file_system(folder / places.database.name)
    if kind:
        return Check(
            "data folder",
            False,
            f"{folder} is on {kind}: locks do not hold there",
            "choose a local --data-dir",
        )
    problem = _write_problem(folder)
    if problem:
        return Check(
            "data folder", False, problem, "make room, mend its permissions, or choose another --data-dir"
        )
    return Check("data folder", True, str(places.data_dir))


def _database(places: Places) -> Check:
    from ytui.cli.session import open_store
    from ytui.store.database import quick_check

    path = places.database
    if not path.exists():
        return Check("database", True, f"{path} will be made on the first start")
    try:
        store = open_store(places)
        try:
            said = quick_check(store.db)
        finally:
            store.close_all()
    except CliError as mistake:
        return Check("database", False, mistake.message, "do what it says")
    if said != "ok":
        return Check(
            "database", False, f"{path} is damaged: {said}", f"end ytui and restore a copy of {path}"
        )
    return Check("database", True, str(path))


def _upgrade(places: Places) -> Check:
    """Which yt-dlp and plug-ins an upgrade would bring, as the index said when it was last asked."""
    from ytui.cli.session import open_store
    from ytui.engine.maintenance.known_versions import known_versions

    known = None
    if places.database.exists():
        try:
            store = open_store(places)
        except CliError:
            # The database has a check of its own, which says so.
            return Check("upgrade", True, "not known: the database cannot be read")
        try:
            known = known_versions(store.db)
        finally:
            store.close_all()
    if known is None:
        return Check("upgrade", True, "`ytui upgrade --check` asks for newer versions")
    words = "; ".join(package.words for package in known.packages)
    return Check("upgrade", True, f"{words} ({known.release} versions, {format_time(known.at)})")


def _library(places: Places, settings: Settings) -> Check:
    root = settings.library.path
    mend = _lost(places, root)
    if mend:
        return Check("library", False, f"library not mounted: {root}", mend)
    folder = nearest_existing(root)
    problem = _write_problem(folder)
    if problem:
        return Check(
            "library",
            False,
            problem,
            "make room, mend its permissions, or name another folder in config.toml",
        )
    usage = shutil.disk_usage(folder)
    reserve = settings.library.reserve_bytes(usage.total)
    verdict = f"{root}, {format_size(usage.free)} free"
    if usage.free <= reserve:
        mend = "make room, or lower [library] reserve"
        return Check("library", False, f"{verdict}: all of it is reserve ({format_size(reserve)})", mend)
    return Check("library", True, verdict)


def _lost(places: Places, root: Path) -> str:
    """What to do where the known files lie in another folder than the one that is there; else nothing."""
    from ytui.cli.session import open_store
    from ytui.store import key_values, library_marker, pending_deletes, videos

    if not places.database.exists():
        return ""
    try:
        store = open_store(places)
    except CliError:
        # The database has a check of its own, which says so.
        return ""
    try:
        mark, known = library_marker.library_mark(root), key_values.get(store.db, key_values.LIBRARY_ID)
        if (mark is not None and mark == known) or not videos.known_paths_exist(store.db):
            return ""
        some = pending_deletes.with_file(store.db, 0, _FILES_LOOKED_AT)
        if mark is None and known and any((root / (video.path or "")).is_file() for video in some):
            # Only its mark was deleted, perhaps with all that is hidden.
            folder = shlex.quote(str(root / library_marker.FOLDER))
            write = f"mkdir -p {folder} && echo {known} > {folder}/library.id"
            return f"its files are there, its mark is not: {write}"
        return "mount it, or name the right folder in config.toml"
    finally:
        store.close_all()


def _locale() -> Check:
    encoding = locale.getencoding()
    if encoding.lower().replace("-", "") == "utf8":
        return Check("locale", True, encoding)
    return Check("locale", False, f"{encoding}: titles show with ? for some letters", "export LC_ALL=C.UTF-8")


def _terminal() -> Check:
    if not sys.stdout.isatty():
        return Check("terminal", True, "none here; the application needs one, the commands do not")
    name = os.environ.get("TERM", "")
    columns, lines = shutil.get_terminal_size()
    verdict = f"{name or 'TERM is not set'}, {columns} x {lines}"
    if name in ("", "dumb"):
        return Check("terminal", False, verdict, "export TERM=xterm-256color")
    if columns < _NARROW or lines < _SHORT:
        return Check("terminal", False, verdict, f"make it at least {_NARROW} x {_SHORT}")
    return Check("terminal", True, verdict)


def _write_problem(folder: Path) -> str:
    """Why no file can be made in a folder; empty if one can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            # A full disk takes a name all the same.
            file.write(bytes(_PIECE))
            file.flush()
            return ""
    except OSError as error:
        return f"{folder} cannot be written ({error.strerror})"
