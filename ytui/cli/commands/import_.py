"""``ytui import``: channels, archives and files from elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.errors import EXIT_FAILED, EXIT_OK, CliError
from ytui.cli.output import emit, json_option, note, say
from ytui.cli.session import session
from ytui.core.formatting import plural
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.cli.session import Session
    from ytui.engine.importing.importer import ImportResult
    from ytui.engine.importing.model import ImportContents, Skipped

_NAMED = 20
"""Skipped entries named for eyes; ``--json`` names all."""
_STDIN = "standard input"


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(allow_dash=True), metavar="FILE|DIR|-...")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@json_option
@click.pass_context
def import_(ctx: click.Context, /, files: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Take in what you have: OPML, Takeout's subscriptions.csv, a list of addresses, yt-dlp's archive.txt or
    yt-dlp.conf, channels in TOML, a folder of downloads. Content tells which; - reads standard input.
    """
    start: GlobalOptions = ctx.obj
    with session(start, quiet=as_json) as opened:
        progress = _Progress(quiet=as_json)
        try:
            found = [_read(name, progress) for name in dict.fromkeys(files)]
            taken = _take(opened, found, dry_run, progress)
        finally:
            # The bar hides the cursor; whatever happens, it comes back.
            progress.end()
        if as_json:
            emit(_object(opened, taken, dry_run))
        else:
            _show(opened, taken, dry_run)
    ctx.exit(EXIT_FAILED if any(each.found.skipped for each in taken) else EXIT_OK)


class _Progress:
    """A bar on standard error where that is a terminal, and nothing elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._shown = not quiet and sys.stderr.isatty()
        self._name = ""
        self._bar: Any = None
        self._at = 0

    def update(self, name: str, done: int, total: int) -> None:
        if not self._shown or not total:
            return
        if name != self._name or self._bar is None or self._bar.length != total:
            self.end()
            self._name, self._at = name, 0
            self._bar = click.progressbar(length=total, label=_short(name), file=sys.stderr)
        self._bar.update(done - self._at)
        self._at = done

    def end(self) -> None:
        if self._bar is not None:
            self._bar.render_finish()
        self._bar = None


def _read(name: str, progress: _Progress) -> ImportContents:
    from ytui.engine.importing.detect import LARGEST, read_bytes, read_path
    from ytui.engine.importing.model import UnknownFormat

    try:
        if name == "-":
            stream = getattr(sys.stdin, "buffer", None)
            data = sys.stdin.read().encode() if stream is None else stream.read(LARGEST + 1)
            return read_bytes(_STDIN, data)
        return read_path(Path(name), lambda done, total: progress.update(name, done, total))
    except UnknownFormat as error:
        raise CliError(str(error)) from error
    except OSError as error:
        raise CliError(f"{name} cannot be read ({error.strerror}): nothing was imported") from error


def _take(
    opened: Session, found: Sequence[ImportContents], dry_run: bool, progress: _Progress
) -> list[ImportResult]:
    from ytui.cli.commands.channels import sync
    from ytui.config import ConfigError
    from ytui.engine.importing.importer import LibraryMissing, run_import

    if not dry_run:
        sync(opened)
    try:
        return run_import(
            opened.db,
            opened.places,
            opened.settings,
            found,
            time.time(),
            dry_run=dry_run,
            progress=progress.update,
        )
    except (ConfigError, LibraryMissing) as error:
        raise CliError(f"{error}: nothing was imported") from error
    except OSError as error:
        sentence = f"{opened.places.config_file} cannot be written ({error.strerror}): nothing was imported"
        raise CliError(sentence) from error


def _object(opened: Session, taken: Sequence[ImportResult], dry_run: bool) -> dict[str, Any]:
    from ytui.store.bulk import Fate

    def videos(fate: Fate) -> int:
        return sum(each.arrivals.fates[fate] for each in taken)

    return {
        "added": sum(each.added for each in taken),
        "known": sum(each.known for each in taken),
        "skipped": [_skipped(skipped) for each in taken for skipped in each.found.skipped],
        "dry_run": dry_run,
        "channels": [
            {"name": values.get("name"), "url": values["url"], "backlog": values["backlog"]}
            for each in taken
            for values in each.channels
        ],
        "archived": videos(Fate.ARCHIVED),
        "downloaded": videos(Fate.DOWNLOADED),
        "options": sum(len(each.options) for each in taken),
        "unsubscribed": [{"name": name, "url": url} for url, name in _strangers(opened, taken).items()],
        "files": [
            {
                "file": each.found.name,
                "kind": each.found.kind.name.lower(),
                "added": each.added,
                "known": each.known,
                "skipped": len(each.found.skipped),
            }
            for each in taken
        ],
    }


def _skipped(skipped: Skipped) -> dict[str, Any]:
    return {"file": skipped.file, "line": skipped.line, "reason": skipped.reason}


def _strangers(opened: Session, taken: Sequence[ImportResult]) -> dict[str, str]:
    """Channels of imported files that are not subscribed to: the name by the address."""
    from ytui.engine.importing.channel_import import unknown_channels

    return unknown_channels(opened.db, (video for each in taken for video in each.found.videos))


def _show(opened: Session, taken: Sequence[ImportResult], dry_run: bool) -> None:
    for each in taken:
        parts = [*_gains(each, dry_run), f"{each.known} known already"]
        if each.found.skipped:
            parts.append(f"{len(each.found.skipped)} skipped")
        say(f"{_short(each.found.name)} ({each.found.kind}): {', '.join(parts)}")
    _show_skipped([skipped for each in taken for skipped in each.found.skipped])
    if any(each.channels for each in taken):
        from ytui.engine.commands.channel_commands import backlog_of_new

        backlog = backlog_of_new(opened.settings)
        say(f"backlog is {backlog!r} unless the file says otherwise; `ytui run` or `ytui` does the rest")
    outside = sum(each.arrivals.outside for each in taken)
    if outside:
        root = _short(str(opened.settings.library.path))
        say(f"{plural(outside, 'file')} outside the library {root}: known, without a path in it")
        say("move such files into it and import it again to have them there")
    strangers = len(_strangers(opened, taken))
    if strangers:
        say(f"{plural(strangers, 'channel')} of these files not subscribed to: --json names them")
    if dry_run:
        say("nothing was changed")


def _gains(each: ImportResult, dry_run: bool) -> list[str]:
    """What the file brings, in words; one phrase a kind of gain, and always one."""
    from ytui.store.bulk import Fate

    would = "would be " if dry_run else ""
    fates = each.arrivals.fates
    gains = (
        (len(each.channels), "channel", "added"),
        (fates[Fate.DOWNLOADED], "file", "taken in as downloaded"),
        (fates[Fate.ARCHIVED], "video", "archived (known, never downloaded again)"),
        (len(each.options), "option", "added to [ytdlp] args"),
    )
    said = [f"{plural(number, what)} {would}{done}" for number, what, done in gains if number]
    return said or ["nothing new"]


def _show_skipped(skipped: Sequence[Skipped]) -> None:
    for each in skipped[:_NAMED]:
        line = "" if each.line is None else f" line {each.line}"
        note(clean(f"{each.file}{line}: {each.reason}"))
    if len(skipped) > _NAMED:
        note(f"and {len(skipped) - _NAMED} more: --json lists them all")


def _short(name: str) -> str:
    return clean(name)
