"""Command ``ytui upgrade``: a newer yt-dlp and newer plug-ins in ytui's own environment, as ``!`` does."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from ytui.cli.errors import EXIT_FAILED, EXIT_LIBRARY_IN_USE, EXIT_OK, CliError
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.session import Session, holder_words, session

if TYPE_CHECKING:
    from ytui.core.settings.tables import Release
    from ytui.engine.maintenance.ytdlp_upgrade import UpgradeLook, UpgradeResult
    from ytui.store.rows import Level


@click.command()
@click.option("--check", is_flag=True, help="Only say which versions there are, and change nothing.")
@json_option
@click.pass_context
def upgrade(ctx: click.Context, check: bool, as_json: bool) -> None:
    """Install the newest yt-dlp, and its plug-ins that came from a package index.

    `release` under [ytdlp] says whether nightly versions count. Where it fails, what was there goes on.
    """
    from ytui.engine.maintenance.ytdlp_upgrade import UpgradeError, installer

    act = _check if check else _upgrade
    with session(ctx.obj, quiet=as_json) as opened:
        try:
            code = act(opened, installer(), opened.settings.ytdlp.release, as_json)
        except UpgradeError as problem:
            raise CliError(f"yt-dlp stays as it is: {problem}", EXIT_FAILED) from problem
    ctx.exit(code)


def _check(opened: Session, install: list[str], release: Release, as_json: bool) -> int:
    from ytui.engine.maintenance.known_versions import note_versions
    from ytui.engine.maintenance.ytdlp_upgrade import look

    if not as_json:
        note("ytui: asking the package index…")
    found = look(install, release)
    note_versions(opened.db, found.packages, release, time.time())
    if as_json:
        emit(_look_object(found, install, release))
    else:
        table(
            ("PACKAGE", "INSTALLED", "NEWEST"),
            ((each.name, each.installed, each.newest) for each in found.packages),
        )
        say(f"{release} versions, by {_installer_name(install)} in {sys.prefix}")
        say("`ytui upgrade` installs them" if found.newer else "nothing is newer")
    if found.plugin_problem:
        note(f"ytui: nothing is known of newer plug-ins: {found.plugin_problem}")
    return EXIT_FAILED if found.plugin_problem else EXIT_OK


def _look_object(found: UpgradeLook, install: list[str], release: Release) -> dict[str, object]:
    return {
        "release": release,
        "installer": _installer_name(install),
        "environment": sys.prefix,
        "packages": [
            {"name": each.name, "installed": each.installed, "newest": each.newest} for each in found.packages
        ],
        "newer": found.newer,
        "problem": found.plugin_problem,
    }


def _upgrade(opened: Session, install: list[str], release: Release, as_json: bool) -> int:
    from ytui.engine.maintenance import ytdlp_upgrade
    from ytui.engine.maintenance.known_versions import note_upgraded
    from ytui.engine.ownership.lock import LibraryInUse, LibraryLock
    from ytui.store import journal

    try:
        # Jobs hold the modules that are replaced: none may run, and none may start.
        library_lock = LibraryLock.acquire(opened.places)
    except LibraryInUse as error:
        raise CliError(
            f"{holder_words(opened.holder)} uses the yt-dlp that is here: press ! there, or end it first",
            EXIT_LIBRARY_IN_USE,
        ) from error
    try:
        library_lock.announce(opened.store, "upgrade")
        if not as_json:
            note("ytui: asking the package index, and installing what is newer…")
        done = ytdlp_upgrade.upgrade(install, release)
        note_upgraded(opened.db, done, release, time.time())
        words = ytdlp_upgrade.upgraded_words(done)
        level: Level = "error" if done.plugin_problem else "info"
        journal.write(opened.db, at=time.time(), level=level, type="runtime", message=words)
    finally:
        library_lock.release(opened.store)
    if as_json:
        emit(_result_object(done, release))
    else:
        say(words)
    return EXIT_FAILED if done.plugin_problem else EXIT_OK


def _result_object(done: UpgradeResult, release: Release) -> dict[str, object]:
    changes = [("yt-dlp", done.before, done.after), *done.plugins]
    return {
        "release": release,
        "packages": [{"name": name, "before": before, "after": after} for name, before, after in changes],
        "problem": done.plugin_problem,
    }


def _installer_name(install: list[str]) -> str:
    return "pip" if install[1:3] == ["-m", "pip"] else "uv"
