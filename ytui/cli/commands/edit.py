"""Command ``ytui edit``: keys of channels in the configuration, checked as the file is, its comments kept."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.channels import channels_named, sync
from ytui.cli.commands.retention import change_object, without_confirmed
from ytui.cli.completers import complete_edit, complete_tags
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, note, say
from ytui.cli.session import Session, holder_object, session
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.core.settings import Channel
    from ytui.engine.maintenance.keep_changes import KeepChange
    from ytui.store.rows import Channel as ChannelRow

_ASSIGNMENT = re.compile(r"[a-z_]+=.*", re.DOTALL)
_PATTERN = re.compile(r"[*?\[]")
_OF_ONE = ("url", "name")
"""Keys whose value is one channel's alone."""


@dataclass(frozen=True)
class _Edited:
    """A channel with the settings it had and those it is to have."""

    row: ChannelRow
    old: Channel
    new: Channel


@click.command()
@click.argument(
    "words", nargs=-1, required=True, metavar="CHANNEL... KEY=VALUE...", shell_complete=complete_edit
)
@click.option(
    "--tag", "tags", multiple=True, shell_complete=complete_tags, help="All channels with this tag."
)
@click.option("--yes", is_flag=True, help="Let a changed `keep` take files; nobody is asked.")
@json_option
@click.pass_context
def edit(ctx: click.Context, words: tuple[str, ...], tags: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Set keys of channels (names, addresses, patterns such as 'Blend*', or a tag's) in the configuration.

    KEY= without a value: what is inherited holds again. A list takes commas: extras=metadata,nfo.
    `ytui help config` says what each key takes.
    """
    from ytui.config import load
    from ytui.config import typed_values as typed

    names, assignments = _parted(words, bool(tags))
    with session(ctx.obj, quiet=as_json) as opened:
        sync(opened)
        try:
            values = typed.typed_values(assignments)
            rows = {row.id: row for row in (*_tagged(opened, tags), *_channels(opened, names))}
            found = [_edited(opened, row, values) for row in rows.values()]
        except typed.WrongValue as mistake:
            raise CliError(str(mistake)) from mistake
        _check_together(found, values)
        changes = _keep_changes(opened, found)
        _save(opened, found, values)
        waiting = []
        if changes:
            # What was saved just now decides.
            settings = load(opened.places.config_file).settings
            waiting = without_confirmed(opened, settings, changes, yes=yes, quiet=as_json)
        holder = opened.holder
    if as_json:
        emit(
            {
                "channels": [
                    {"name": each.row.name, "url": each.new.url, "changed": _changed(each, values)}
                    for each in found
                ],
                "unconfirmed": [change_object(change) for change in waiting],
                "holder": holder_object(holder),
            }
        )
        return
    for each in found:
        say(clean(f"{each.row.name}: {_words(_changed(each, values))}"))
    for change in waiting:
        note(f"{change.sentence}; the rule before stands until `ytui retention --yes` lets them go")


def _parted(words: Sequence[str], tagged: bool) -> tuple[Sequence[str], Sequence[str]]:
    """The channels and the assignments; without a tag the first word is a channel whatever it looks like."""
    places = range(0 if tagged else 1, len(words))
    first = next((at for at in places if _ASSIGNMENT.fullmatch(words[at])), len(words))
    names, assignments = words[:first], words[first:]
    if not assignments:
        raise CliError("say what to set, as quality=720p; `ytui help config` lists the keys")
    stray = next((word for word in assignments if not _ASSIGNMENT.fullmatch(word)), None)
    if stray is not None:
        raise CliError(f"'{stray}' is no key=value: name the channels first, then what to set")
    return names, assignments


def _tagged(opened: Session, tags: Sequence[str]) -> list[ChannelRow]:
    """The channels that have any of these tags, in whatever case; ``CliError`` for one that none has."""
    from ytui.core.suggestions import did_you_mean
    from ytui.store import channels, names

    found: dict[int, ChannelRow] = {}
    for tag in tags:
        wanted = tag.casefold()
        having = [
            row for row in channels.subscribed(opened.db) if wanted in (each.casefold() for each in row.tags)
        ]
        if not having:
            hint = did_you_mean(
                tag, names.all_tags(opened.db.connection), "`ytui help channels` tells of tags"
            )
            raise CliError(f"no channel has the tag '{tag}': {hint}")
        found.update((row.id, row) for row in having)
    return list(found.values())


def _channels(opened: Session, names: Sequence[str]) -> list[ChannelRow]:
    """Each channel that is meant, once."""
    from ytui.store import channels

    rows: dict[int, ChannelRow] = {}
    for text in names:
        known = channels.by_name(opened.db, text)
        if known is None and _PATTERN.search(text) and "://" not in text:
            wanted = text.casefold()
            fitting = [
                row for row in channels.subscribed(opened.db) if fnmatchcase(row.name.casefold(), wanted)
            ]
            if not fitting:
                raise CliError(f"no channel's name is like '{text}': `ytui channels` lists them")
        else:
            fitting = channels_named(opened.db, [text])
        rows.update((row.id, row) for row in fitting)
    return list(rows.values())


def _edited(opened: Session, row: ChannelRow, values: Mapping[str, object]) -> _Edited:
    from ytui.config.typed_values import changed_channel

    old = opened.settings.by_url.get(row.url)
    if old is None:
        raise CliError(f"{row.name} is not in the configuration under its address: change it by hand")
    return _Edited(row, old, changed_channel(old, values, opened.settings.inherited))


def _check_together(found: Sequence[_Edited], values: Mapping[str, object]) -> None:
    own = [key for key in _OF_ONE if values.get(key) is not None]
    if own and len(found) > 1:
        raise CliError(f"{own[0]} is one channel's own: name one channel")


def _keep_changes(opened: Session, found: Sequence[_Edited]) -> list[KeepChange]:
    """What rules that are changed here would take."""
    from ytui.engine.maintenance.keep_changes import change_of

    now = time.time()
    asked = (
        change_of(opened.db, opened.settings, each.row, now, wanted=each.new)
        for each in found
        if each.new.keep != each.old.keep
    )
    return [change for change in asked if change is not None]


def _save(opened: Session, found: Sequence[_Edited], values: Mapping[str, object]) -> None:
    from ytui.config import ConfigError
    from ytui.engine.commands.channel_commands import update_channels

    changes = {each.old.url: values for each in found if each.new != each.old}
    if not changes:
        return
    try:
        update_channels(opened.db, opened.places, changes, time.time())
    except (ConfigError, LookupError) as error:
        raise CliError(str(error.args[0])) from error
    except OSError as error:
        raise CliError(f"{opened.places.config_file} cannot be written ({error.strerror})") from error


def _changed(each: _Edited, values: Mapping[str, object]) -> dict[str, Any]:
    """The keys that are other than before, as the file writes them; null for a default."""
    from ytui.config import channel_values

    was, is_now = channel_values(each.old), channel_values(each.new)
    return {key: _plain(is_now.get(key)) for key in values if was.get(key) != is_now.get(key)}


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float | str | list) else str(value)


def _words(changed: Mapping[str, Any]) -> str:
    if not changed:
        return "as it was"
    return ", ".join(
        f"{key} {'inherited' if value is None else _shown(value)}" for key, value in changed.items()
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
