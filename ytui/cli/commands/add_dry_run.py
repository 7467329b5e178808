"""``ytui add --dry-run``: what channels would bring, told without a row, a file or a library.

The configuration and the store are read where they are there; what a look at a site needs of its own lies in
a folder that is gone afterwards. A site in cooldown is not asked.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ytui.cli.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, CliError
from ytui.cli.output import emit, note, say
from ytui.core.formatting import format_length, format_time, group_digits, iso_time
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.core.sites import site_of

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.core.models import Tab
    from ytui.core.settings import Channel, Settings
    from ytui.engine.channels.forecast import Forecast
    from ytui.engine.channels.preview import Preview
    from ytui.paths import Places
    from ytui.store.database import Database

NEWEST = 3
"""Titles shown of each tab."""


@dataclass(frozen=True)
class _Context:
    """What there is to judge by."""

    settings: Settings
    db: Database
    places: Places
    """Where a look writes its log; gone afterwards."""


@dataclass
class _ChannelPreview:
    """What became of the addresses."""

    channels: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code."""
        return EXIT_USAGE if self.refused else EXIT_FAILED if self.failed else EXIT_OK


def dry_run(start: GlobalOptions, values: Sequence[Mapping[str, object]], as_json: bool) -> int:
    """Tell what adding ``values`` (keys of ``[[channels]]``) would bring; the exit code."""
    found = _ChannelPreview()
    with _here(start) as here:
        for value in values:
            _look(here, value, found, quiet=as_json)
    for url, reason in found.refused:
        note(f"ytui: {reason or url}")
    for url, _, reason in found.failed:
        note(f"ytui: {url}: {reason}")
    if as_json:
        emit(
            {
                "dry_run": True,
                "channels": found.channels,
                "known": found.known,
                "refused": [{"url": url, "reason": reason} for url, reason in found.refused],
                "failed": [{"url": url, "class": name, "reason": why} for url, name, why in found.failed],
            }
        )
    elif found.channels:
        say("nothing was changed: the same without --dry-run adds this")
    return found.code


@contextmanager
def _here(start: GlobalOptions) -> Iterator[_Context]:
    from ytui.cli.session import check_arguments, load_config, log_to_file
    from ytui.engine.jobs.fork_server import start_server

    real = start.places
    settings = Settings()
    if real.config_file.exists():
        loaded = load_config(real, ask=False)
        check_arguments(loaded)
        settings = loaded.settings
    with tempfile.TemporaryDirectory(prefix="ytui-") as folder:
        places = replace(real, data_dir=Path(folder), cache_dir=Path(folder) / "cache")
        places.ensure_directories()
        log_to_file(places)
        store = _store(real, places)
        start_server(settings.ytdlp.args)
        try:
            yield _Context(settings, store.db, places)
        finally:
            store.close_all()


def _store(real: Places, own: Places) -> Any:
    """The store as it is; an empty one where there is none, or one that only a start may bring up to date."""
    from ytui.store.database import Store, StoreError, StoreTooNew

    if real.database.exists():
        try:
            return Store.open(real.database, migrate=False)
        except StoreTooNew as error:
            raise CliError(str(error)) from error
        except StoreError as error:
            note(f"ytui: the forecast knows nothing of this library: {error}")
    return Store.open(own.database)


def _look(here: _Context, value: Mapping[str, object], found: _ChannelPreview, *, quiet: bool) -> None:
    from ytui.engine.channels.forecast import forecast_pages
    from ytui.engine.channels.preview import extractor_of, preview_tabs
    from ytui.engine.engine import extractors_from

    channel = _channel(value, here.settings, found)
    if channel is None:
        return
    if channel.url in here.settings.by_url:
        found.known.append(channel.url)
        if not quiet:
            say(f"known already: {channel.url}")
        return
    modules = extractors_from(os.environ)
    extractor = extractor_of(here.places, channel.url, modules)
    if not extractor:
        found.refused.append((channel.url, f"no extractor of yt-dlp takes {channel.url}"))
        return
    closed = _closed(here.db, site_of(channel.url))
    if closed:
        found.failed.append((channel.url, "rate_limited", closed))
        return
    seen = list(preview_tabs(here.places, here.settings, channel, modules=modules))
    failure = next((shown for _, shown in seen if shown.failure), None)
    if failure is not None:
        found.failed.append((channel.url, failure.failure, failure.problem))
        return
    pages = [(shown.entries, shown.more) for _, shown in seen if shown.entries]
    forecast = forecast_pages(here.db, here.settings, channel, pages, time.time())
    name = channel.name or next((shown.name for _, shown in seen if shown.name), "")
    answer = _answer(channel, name, extractor, seen, forecast)
    found.channels.append(answer)
    if not quiet:
        _say(answer, seen)


def _channel(value: Mapping[str, object], settings: Settings, found: _ChannelPreview) -> Channel | None:
    """The channel that these keys make; ``CliError`` for a key, as every address has the same ones."""
    from ytui.config.channel import channel_of
    from ytui.engine.commands.channel_commands import address_to_add, backlog_to_write

    try:
        url = address_to_add(str(value["url"]))
    except ValueError as error:
        found.refused.append((str(value["url"]), str(error)))
        return None
    written = {**backlog_to_write(settings), **value, "url": url}
    channel, wrong = channel_of(url, written, inherited=settings.inherited)
    if channel is None:
        key, sentence = next(iter(wrong.items()))
        raise CliError(f"--{key} {sentence}")
    return channel


def _closed(db: Database, site: str) -> str:
    """Why a site is not to be asked now, in a sentence; empty if it may be."""
    from ytui.engine.sites.site_states import closed_sites

    until = closed_sites(db, time.time()).get(site)
    return (
        "" if until is None else f"{site} is cooling down until {format_time(until)}, and is not asked before"
    )


def _answer(
    channel: Channel, name: str, extractor: str, seen: Sequence[tuple[Tab, Preview]], forecast: Forecast
) -> dict[str, Any]:
    from ytui.config import whole_values

    return {
        "url": channel.url,
        "name": name,
        "extractor": extractor,
        "backlog": str(whole_values(channel).get("backlog", "all")),
        "tabs": [
            {
                "tab": tab.value,
                "entries": len(shown.entries),
                "more": shown.more,
                "newest": [
                    {
                        "id": entry.video_id,
                        "title": entry.title,
                        "duration": entry.duration,
                        "published_at": iso_time(entry.published_at),
                    }
                    for entry in shown.entries[:NEWEST]
                ],
            }
            for tab, shown in seen
        ],
        "videos": forecast.videos,
        "at_least": forecast.at_least,
        "unknown_length": forecast.unknown,
        "bytes": forecast.bytes,
        "free_bytes": forecast.free_bytes,
        "requests": forecast.requests,
        "budget_s": round(forecast.budget_seconds),
        "done_at": iso_time(forecast.done_at),
        "forecast": forecast.words(),
    }


def _say(answer: Mapping[str, Any], seen: Sequence[tuple[Tab, Preview]]) -> None:
    say(f"{clean(answer['name']) or 'a list'}  {answer['url']}  by {clean(answer['extractor'])}")
    for tab, shown in seen:
        if not shown.entries:
            say(f"  {tab.value}: nothing")
            continue
        least = "at least " if shown.more else ""
        say(f"  {tab.value}: {least}{group_digits(len(shown.entries))} entries")
        for entry in shown.entries[:NEWEST]:
            facts = [format_time(entry.published_at)[:10], format_length(entry.duration)]
            words = "  ".join(word for word in facts if word)
            say(f"    {clean(entry.title) or entry.video_id}  {words}".rstrip())
    say(f"  backlog {answer['backlog']}: {answer['forecast']}")
