"""Commands ``ytui add``, ``channels`` and ``remove``: what is subscribed to."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.completers import complete_channels
from ytui.cli.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, CliError
from ytui.cli.output import emit, json_option, note, say, table
from ytui.cli.session import confirmed, holder_object, holder_words, session
from ytui.core.formatting import format_time, iso_time, plural
from ytui.core.models import JobState

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.cli.session import Session
    from ytui.engine.commands.channel_commands import AddResult
    from ytui.store.database import Database
    from ytui.store.rows import Channel as ChannelRow


@click.command()
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option("--name", help="A label, for a single address.")
@click.option("--quality", help="An upper bound: best, 2160p to 360p, audio.")
@click.option("--backlog", help="What of the first listing is downloaded: all, none, 'newest 30'.")
@click.option("--wait", is_flag=True, help="Beside a running ytui: stay until the first fetch has ended.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what it would bring, and change nothing.")
@json_option
@click.pass_context
def add(
    ctx: click.Context,
    /,
    urls: tuple[str, ...],
    name: str | None,
    as_json: bool,
    wait: bool,
    dry: bool,
    **keys: str,
) -> None:
    """Add channels or lists; - reads one address a line."""
    from ytui.config import ConfigError
    from ytui.engine.commands.channel_commands import add_channels

    given = list(lines_of(urls))
    if name and len(given) != 1:
        raise CliError("--name labels one address: give one, or leave the name out")
    values = [_values(url, {**keys, "name": name}) for url in given]
    start: GlobalOptions = ctx.obj
    if dry:
        from ytui.cli.commands.add_dry_run import dry_run

        ctx.exit(dry_run(start, values, as_json))
    with session(start, quiet=as_json) as opened:
        try:
            result = add_channels(opened.db, opened.places, values, time.time())
        except ConfigError as error:
            raise CliError(str(error)) from error
        except OSError as error:
            raise CliError(f"{opened.places.config_file} cannot be written ({error.strerror})") from error
        well = not wait or _wait(opened, result.jobs)
        _show_added(opened, result, as_json)
    ctx.exit(EXIT_USAGE if result.refused else EXIT_OK if well else EXIT_FAILED)


def _wait(session: Session, jobs: Sequence[int]) -> bool:
    """Stay until the first fetches have ended; whether all went well."""
    from ytui.cli.submit import wait_for

    if not session.in_use:
        note("ytui: nobody runs the queue, so there is nothing to wait for: `ytui fetch` fetches them")
        return True
    return all(state is JobState.DONE for state in wait_for(session, jobs))


@click.command()
@json_option
@click.pass_obj
def channels(start: GlobalOptions, as_json: bool) -> None:
    """List the channels and how they stand."""
    from ytui.store import channels as store

    with session(start, quiet=as_json) as opened:
        sync(opened)
        rows = store.all_channels(opened.db, also_listed=True)
    if as_json:
        emit({"channels": [_channel(row) for row in rows]})
        return
    table(
        ("NAME", "STATE", "VIDEOS", "NEW", "DOWNLOADED", "FAILED", "LAST FETCHED", "ADDRESS"),
        (
            (
                row.name,
                "paused" if row.paused else row.active or row.state,
                row.videos,
                row.new,
                row.downloaded,
                row.failed,
                format_time(row.last_fetched),
                row.url,
            )
            for row in rows
        ),
        right=(2, 3, 4, 5),
    )


@click.command()
@click.argument("names", nargs=-1, metavar="NAME...", shell_complete=complete_channels)
@click.option("--missing", is_flag=True, help="Those that were taken out of the configuration by hand.")
@click.option("--yes", is_flag=True, help="With --missing: nobody is asked.")
@json_option
@click.pass_obj
def remove(start: GlobalOptions, names: tuple[str, ...], missing: bool, yes: bool, as_json: bool) -> None:
    """Stop fetching channels (by name or address); videos, files and history stay.

    Many that were taken out of config.toml at once are paused, and --missing lets them go: on a terminal you
    are asked.
    """
    from ytui.config import ConfigError
    from ytui.engine.commands.channel_commands import remove_channels

    if bool(names) == missing:
        raise CliError("give the names of the channels, or --missing for those that config.toml has no more")
    if yes and not missing:
        raise CliError("--yes is for --missing: channels that are named are not asked about")
    with session(start, quiet=as_json) as opened:
        sync(opened)
        if missing:
            _let_missing_go(opened, yes=yes, as_json=as_json)
            return
        try:
            removed = remove_channels(opened.db, opened.places, names, time.time())
        except LookupError as error:
            raise CliError(str(error.args[0])) from error
        except ConfigError as error:
            raise CliError(str(error)) from error
    if as_json:
        emit({"removed": removed})
        return
    for name in removed:
        say(f"{name}: not fetched any more; its videos and files stay")


def _let_missing_go(session: Session, *, yes: bool, as_json: bool) -> None:
    from ytui.engine.channels.removal import asked_about, names_of
    from ytui.engine.commands.channel_commands import let_go

    rows = asked_about(session.db)
    if rows:
        question = (
            f"Let {plural(len(rows), 'channel')} go ({names_of(rows)})? Files, videos and history stay."
        )
        if not confirmed(question, yes=yes, quiet=as_json):
            return
    gone = let_go(session.db, session.settings, [row.id for row in rows], time.time()).rows
    if as_json:
        emit({"removed": [row.name for row in gone]})
    else:
        say(f"{plural(len(gone), 'channel')} not fetched any more; written in again they come back")


def sync(session: Session) -> None:
    """Take channels that were written into the configuration by hand; a running ytui does that by itself."""
    from ytui.engine.channels.removal import decide
    from ytui.engine.commands.channel_commands import sync_channels

    db, now = session.db, time.time()
    if not session.in_use:
        sync_channels(
            db,
            session.settings,
            now,
            goes=lambda missing: missing if decide(db, session.loaded, missing, now) is None else (),
            by_hand=True,
        )


def channels_named(db: Database, names: Sequence[str]) -> list[ChannelRow]:
    """The subscribed channels of these names or addresses; ``CliError`` for the first that there is not."""
    from ytui.engine.commands.channel_commands import channel_named

    try:
        return [channel_named(db, text) for text in names]
    except LookupError as error:
        raise CliError(str(error.args[0])) from error


def lines_of(arguments: Sequence[str]) -> Iterator[str]:
    """The arguments; a ``-`` among them stands for the lines of standard input, ``#`` begins a remark."""
    for argument in arguments:
        if argument != "-":
            yield argument
            continue
        for line in sys.stdin:
            text = line.strip()
            if text and not text.startswith("#"):
                yield text


def _values(url: str, keys: Mapping[str, str | None]) -> dict[str, object]:
    return {"url": url, **{key: value for key, value in keys.items() if value is not None}}


def _show_added(session: Session, result: AddResult, as_json: bool) -> None:
    from ytui.engine.commands.channel_commands import backlog_of_new

    in_use, holder = session.in_use, session.holder
    for url, reason in result.refused:
        note(f"ytui: {reason or url}")
    if as_json:
        emit(
            {
                "added": [{"name": row.name, "url": row.url} for row in result.added],
                "known": result.known,
                "refused": [{"url": url, "reason": reason} for url, reason in result.refused],
                "jobs": result.jobs,
                "holder": holder_object(holder),
            }
        )
        return
    for row in result.added:
        say(f"added {row.name}  {row.url}")
    for url in result.known:
        name = result.known_as.get(url)
        say(f"known already: {url}{f', as {name}' if name else ''}")
    if result.added:
        who = f"{holder_words(holder)} fetches it" if in_use else "`ytui run` or `ytui` fetches and downloads"
        backlog = backlog_of_new(session.settings)
        say(f"{who}; backlog is {backlog!r} unless you said otherwise")


def _channel(row: Any) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": row.url,
        "videos": row.videos,
        "new": row.new,
        "downloaded": row.downloaded,
        "failed": row.failed,
        "state": row.state,
        "last_fetched": iso_time(row.last_fetched),
        "next_fetch": iso_time(row.next_fetch),
        "paused": row.paused,
        "error": row.error,
        "class": row.error_class,
        "bytes": row.bytes,
        "tags": list(row.tags),
    }
