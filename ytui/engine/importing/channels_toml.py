"""Channels as TOML, as ``ytui export channels --format toml`` and a configuration have them."""

from __future__ import annotations

from pathlib import Path

from ytui.config.files import Source, Stamp, parse
from ytui.config.lines import layout
from ytui.config.problems import ConfigError
from ytui.config.schema import settings_from
from ytui.engine.importing.addresses import channel_address
from ytui.engine.importing.found import Found, FoundChannel, Kind, UnknownKind


def looks_like_channels(text: str) -> bool:
    """Whether this is meant as TOML with channels in it, right or wrong."""
    return any(line.strip() == "[[channels]]" for line in text.split("\n"))


def read_channels(name: str, text: str) -> Found:
    """The channels with all their keys; other tables of the file are nobody's business here.

    Raises ``UnknownKind`` with the line where it is no TOML.
    """
    found = Found(name, Kind.TOML)
    try:
        tables = parse(Path(name), text).get("channels", [])
    except ConfigError as error:
        raise UnknownKind(str(error)) from error
    lines = layout(text)
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        try:
            _check(table)
            found.channels.append(FoundChannel({**table, "url": channel_address(table["url"])}))
        except (ConfigError, ValueError) as error:
            reason = error.problems[0].sentence if isinstance(error, ConfigError) else str(error)
            found.skip(lines.line_of(("channels", index)), reason)
    return found


def _check(table: object) -> None:
    # The folder only matters for relative paths; a file from elsewhere means paths of elsewhere anyway.
    source = Source(Stamp(Path("/channels.toml"), 0, 0, 0), "", {"channels": [table]})
    args = settings_from([source]).channels[0].args
    if args:
        from ytui.media.options import check_args

        for problem in check_args(args):
            raise ValueError(f"channels.args: {problem}")
