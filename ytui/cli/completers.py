"""Completion of names that the library knows: channels, references, jobs, videos, plans.

They are read from the database file alone, read-only: a key in a shell starts nothing, writes nothing and
waits for nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ytui.cli.errors import CliError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ytui.core.declarations import Key
    from ytui.store.names import Find

_LONGEST_TITLE = 60
_JOB = "job:"


def complete_channels(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Names of channels."""
    from ytui.store import names

    return _items(ctx, begun, [names.channels])


def complete_references(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """References of the plan's items, and named plans."""
    from ytui.store import names

    return _items(ctx, begun, [names.items, names.plans])


def complete_jobs(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Numbers of jobs that have not ended."""
    from ytui.store import names

    return _items(ctx, begun, [names.active_jobs])


def complete_videos(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Ids of videos."""
    from ytui.store import names

    return _items(ctx, begun, [names.videos])


def complete_trash(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Ids of videos that are in the trash."""
    from ytui.store import names

    return _items(ctx, begun, [names.trashed])


def complete_tags(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Tags of channels."""
    from ytui.store import names

    return _items(ctx, begun, [names.tags])


def complete_plans(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Named plans."""
    from ytui.store import names

    return _items(ctx, begun, [names.plans])


def complete_work(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Whatever jobs can be told by: references, numbers, channels, and ids once they are begun."""
    from ytui.store import names

    if begun.startswith(_JOB):
        return _items(ctx, begun.removeprefix(_JOB), [names.active_jobs], before=_JOB)
    return _items(ctx, begun, [names.items, names.channels, *([names.videos] if begun else [])])


def complete_why(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Ids of videos, and jobs by ``job:``."""
    from ytui.store import names

    if begun.startswith(_JOB):
        return _items(ctx, begun.removeprefix(_JOB), [names.active_jobs], before=_JOB)
    return _items(ctx, begun, [names.items, names.videos])


def complete_edit(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem[str]]:
    """Channels, then keys of the configuration, then what a key can be."""
    from click.shell_completion import CompletionItem

    from ytui.core.declarations import keys_of
    from ytui.core.settings import Channel

    given: Sequence[str] = ctx.params.get("words") or ()
    keys = keys_of(Channel)
    name, is_value, text = begun.partition("=")
    tagged = bool(ctx.params.get("tags"))
    if (given or tagged) and is_value and name in keys:
        return _offered_values(ctx, name, keys[name], text)
    # What is set stands behind the channels.
    named = any("=" in word for word in given[not tagged :])
    found = [] if named else complete_channels(ctx, param, begun)
    if given or tagged:
        found += [
            CompletionItem(f"{key}=", help=declared.help or declared.comment or None)
            for key, declared in keys.items()
            if key.startswith(begun)
        ]
    return found


def _offered_values(ctx: click.Context, name: str, key: Key, text: str) -> list[CompletionItem[str]]:
    """What a key can be and begins so; of a list the entry that is being typed."""
    from click.shell_completion import CompletionItem

    from ytui.core.declarations import ValueType
    from ytui.store import names

    many = key.many or key.type is ValueType.TAGS
    before, comma, begun = text.rpartition(",") if many else ("", "", text)
    start = f"{name}={before}{comma}"
    if key.type is ValueType.TAGS:
        return _items(ctx, begun, [names.tags], before=start)
    words = ["true", "false"] if key.type is ValueType.FLAG else [word.value for word in key.words]
    return [CompletionItem(start + word) for word in words if word.startswith(begun)]


def _items(
    ctx: click.Context, begun: str, finds: Sequence[Find], before: str = ""
) -> list[CompletionItem[str]]:
    from click.shell_completion import CompletionItem

    from ytui.core.sanitize import clean
    from ytui.store.names import read_only

    database = _database(ctx)
    found = [] if database is None else read_only(database, begun, finds)
    # A name with control characters can be typed by nobody, and would be the shell's to interpret.
    return [
        CompletionItem(before + name, help=clean(about)[:_LONGEST_TITLE] or None)
        for name, about in found
        if clean(name) == name
    ]


def _database(ctx: click.Context) -> Path | None:
    """The database that the command line means; nothing where it names no place."""
    from ytui.cli.params import GlobalOptions

    given = ctx.find_root().params
    try:
        return GlobalOptions(given.get("config"), given.get("data_dir")).places.database
    except CliError:
        return None
