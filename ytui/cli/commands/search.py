"""``ytui search``: full text over titles, descriptions and transcripts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.completers import complete_channels
from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, say
from ytui.cli.session import session
from ytui.core.formatting import format_length, group_digits, plural
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.store.search.full_text import Hit, SearchResult
    from ytui.store.search.query_parser import SearchQuery

_INDENT = "  "


# Not -h: -hello is a word that must not occur.
@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--channel", shell_complete=complete_channels, help="Only videos of this channel (its name or address)."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many hits.")
@json_option
@click.pass_obj
def search(
    start: GlobalOptions, words: tuple[str, ...], channel: str | None, limit: int, as_json: bool
) -> None:
    """Find videos by their titles, descriptions and transcripts, the best first.

    All WORDS must occur, in whatever order, or words that begin so; '"two words"' stand side by side and are
    whole, -word must not occur, channel:name is a part of the channel's name.
    """
    from ytui.cli.commands.lists import channel_id
    from ytui.store.search.full_text import search as search_store

    query = _understood(" ".join(words))
    with session(start, quiet=as_json) as opened:
        found = search_store(opened.db, query, channel_id=channel_id(opened.db, channel), limit=limit)
    if as_json:
        hits = [hit_object(hit) for hit in found.hits]
        emit({"hits": hits, "matches": found.matches, "more": found.more})
    else:
        _print(found)


def hit_object(hit: Hit) -> dict[str, Any]:
    """A hit as scripts see it."""
    return {
        "id": hit.id or None,
        "url": hit.url,
        "title": hit.title,
        "channel": hit.channel,
        "where": hit.where,
        "snippet": hit.snippet,
        "time": hit.time,
    }


def _understood(text: str) -> SearchQuery:
    from ytui.store.search.query_parser import SearchSyntaxError, parse

    try:
        return parse(text)
    except SearchSyntaxError as mistake:
        raise CliError(str(mistake)) from mistake


def _print(found: SearchResult) -> None:
    for hit in found.hits:
        say(_marked(hit) if hit.where == "title" else clean(hit.title))
        say(_INDENT + "  ".join(clean(part) for part in (hit.channel, hit.url) if part))
        if hit.where != "title":
            say(f"{_INDENT}{_place(hit)}  {_marked(hit)}")
        say()
    say(_count(found))


def _place(hit: Hit) -> str:
    return format_length(hit.time) if hit.time is not None else f"{hit.where}:"


def _marked(hit: Hit) -> str:
    """The text with what was looked for standing out: bold on a terminal, else in brackets."""
    bold = sys.stdout.isatty()
    parts = []
    for text, is_mark in hit.pieces:
        harmless = clean(text)
        marked = click.style(harmless, bold=True, underline=True) if bold else f"[{harmless}]"
        parts.append(marked if is_mark else harmless)
    return "".join(parts)


def _count(found: SearchResult) -> str:
    if not found.matches:
        return "nothing found"
    if found.more:
        return (
            f"{len(found.hits)} shown of more than {group_digits(found.matches)} videos: more words "
            "find fewer"
        )
    rest = found.matches - len(found.hits)
    return plural(found.matches, "video") + (f", {len(found.hits)} of them shown: --limit" if rest else "")
