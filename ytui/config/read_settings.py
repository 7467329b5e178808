"""Schema of the configuration: tables and keys, what each must be, and how they make the ``Settings``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from ytui.config.channel import channel_readers, conflict
from ytui.config.codec import reader
from ytui.config.files import Source, read_sources
from ytui.config.problems import ConfigError, Problem, UnexpectedValue, dotted, nearest, shown
from ytui.config.toml_text import KeyPath, TomlLayout, layout
from ytui.config.value_readers import Reader, write_duration
from ytui.core.declarations import Declaration, Key, Table, declarations
from ytui.core.settings import FILTER_NAME, FILTER_NAME_WORDS, INHERITED, Channel, Settings
from ytui.core.settings.columns import Columns
from ytui.core.settings.tables import (
    DEFAULT_TEMPLATE,
    Library,
    Limits,
    Retry,
    RetryOperation,
    Screen,
    SiteLimits,
)
from ytui.core.settings.tables import Layout as LibraryLayout
from ytui.core.urls import normalise_url


@dataclass(frozen=True)
class Named:
    """A table whose keys are names that the user chooses."""

    entry: Entry


Entry = Reader | Named | Mapping[str, Any]
DEFAULTS = "defaults"
"""The table that channels inherit from."""


class Report:
    """The problems of one file, with their lines."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    @cached_property
    def layout(self) -> TomlLayout:
        """Followed only once something is wrong: a good file needs no lines."""
        return layout(self.source.text.removeprefix("\ufeff"))

    def say(self, path: KeyPath, sentence: str) -> None:
        """Note a problem of the key at ``path``; the sentence goes on after the key's name."""
        line = self.layout.line_of(path)
        self.problems.append(Problem(self.source.path, line, f"{dotted(path)} {sentence}"))

    def wrong(self, path: KeyPath, value: object, why: UnexpectedValue) -> None:
        """Note a value that does not fit."""
        found = shown(value) if why.found is None else why.found
        self.say(path, f"must be {why.expected}" + (f", not {found}" if found else ""))

    def unknown(self, path: KeyPath, value: object, known: Iterable[str]) -> None:
        """Note a key that there is not."""
        if path[:2] == ("limits", "sites") and isinstance(value, Mapping):
            site = dotted(path[2:])
            self.say(path, f'is not a known key: a site\'s dots go in quotes: [limits.sites."{site}"]')
            return
        meant = dotted((*path[:-1], nearest(str(path[-1]), known)))
        self.say(path, f"is not a known key: did you mean {meant}?")


def settings_from(sources: Sequence[Source]) -> Settings:
    """The settings that the files make together; ``ConfigError`` with every problem found."""
    reports = [Report(source) for source in sources]
    main = reports[0]
    values = _table(main.source.data, (), tables(main.source.path.parent), main)
    for report in reports[1:]:
        _table(report.source.data, (), {"channels": _anything}, report)
    defaults = _defaults(values.pop(DEFAULTS, {}), main)
    channels = _channels(reports, defaults)
    settings = _settings(values, defaults, channels, main)
    problems = [
        problem
        for report in reports
        for problem in sorted(report.problems, key=lambda problem: problem.line or 0)
    ]
    if problems:
        raise ConfigError(problems)
    return settings


def _anything(value: object) -> object:
    return value


def tables(folder: Path) -> Mapping[str, Entry]:
    """The tables of the main file with the reader of each key; relative paths start at ``folder``."""
    inherited = {name: reader(key, folder) for name, key in INHERITED.items()}
    return {**_entries(Settings, folder), DEFAULTS: inherited, "channels": _anything}


def _entries(table: type, folder: Path) -> Mapping[str, Entry]:
    return {name: _entry(declared, folder) for name, declared in declarations(table).items()}


def _entry(declared: Declaration, folder: Path) -> Entry:
    if isinstance(declared, Key):
        return reader(declared, folder)
    if isinstance(declared, Table):
        return _entries(type(declared.default), folder)
    below = declared.entry
    entry = reader(below, folder) if isinstance(below, Key) else _entries(below, folder)
    return dict.fromkeys(declared.names, entry) if declared.names else Named(entry)


def _table(table: object, path: KeyPath, entries: Mapping[str, Entry], report: Report) -> dict[str, Any]:
    """The values of a table whose keys are known; what is wrong is reported and left out."""
    if not isinstance(table, Mapping):
        report.say(path, f"must be a table, not {shown(table)}")
        return {}
    values: dict[str, Any] = {}
    for key, value in table.items():
        entry = entries.get(key)
        if entry is None:
            report.unknown((*path, key), value, entries)
        elif callable(entry):
            # The commonest case stands here and not in _value: a thousand channels come this way.
            try:
                values[key] = entry(value)
            except UnexpectedValue as wrong:
                report.wrong((*path, key), value, wrong)
        else:
            values[key] = _value(value, (*path, key), entry, report)
    return values


def _value(value: object, path: KeyPath, entry: Entry, report: Report) -> Any:
    if isinstance(entry, Mapping):
        return _table(value, path, entry, report)
    if isinstance(entry, Named):
        names = value if isinstance(value, Mapping) else {}
        return _table(value, path, dict.fromkeys(names, entry.entry), report)
    return entry(value)


def _defaults(values: Mapping[str, Any], report: Report) -> Mapping[str, Any]:
    """What channels inherit; nothing where its values contradict each other, which is reported once."""
    wrong = conflict(Channel("", **values))
    if wrong:
        report.say((DEFAULTS, wrong[0]), f"must {wrong[1]}")
    return {} if wrong else values


def _settings(
    values: Mapping[str, Any], defaults: Mapping[str, Any], channels: tuple[Channel, ...], report: Report
) -> Settings:
    special = {
        "library": _library,
        "retry": _retry,
        "limits": _limits,
        "screen": _screen,
        "filters": _filters,
    }
    made: dict[str, Any] = {}
    for name, declared in declarations(Settings).items():
        given = values.get(name, {})
        make = special.get(name)
        made[name] = make(given, report) if make else replace(cast(Any, declared.default), **given)
    return Settings(**made, defaults=defaults, channels=channels)


def _library(values: Mapping[str, Any], report: Report) -> Library:
    library = Library(**values)
    # The file of the first start names the default template: that is no wish against a layout.
    if library.layout is LibraryLayout.MEDIA_SERVER and library.template != DEFAULT_TEMPLATE:
        sentence = f'names the files itself: remove layout = "{library.layout}" or this template'
        report.say(("library", "template"), f"must not stand beside a layout that {sentence}")
    return library


def _screen(values: Mapping[str, Any], _: Report) -> Screen:
    return Screen(**{**values, "columns": Columns(**values.get("columns", {}))})


def _filters(values: Mapping[str, Any], report: Report) -> Mapping[str, str]:
    for name in values:
        if FILTER_NAME.fullmatch(name) is None:
            report.say(("filters", name), f"must have a name of {FILTER_NAME_WORDS}")
    return dict(values)


def _retry(values: Mapping[str, Any], report: Report) -> Retry:
    usual = Retry()
    operations = {
        name: _operation(getattr(usual, name), values.get(name, {}), ("retry", name), report)
        for name in ("network", "processing", "server")
    }
    classes = {
        name: _operation(RetryOperation(), written, ("retry", "classes", name), report)
        for name, written in values.get("classes", {}).items()
    }
    return Retry(values.get("max_retries", usual.max_retries), **operations, classes=classes)


def _operation(usual: RetryOperation, written: Any, path: KeyPath, report: Report) -> RetryOperation:
    operation = replace(usual, **written)
    if operation.cap >= operation.base:
        return operation
    if "cap" in written:
        report.say((*path, "cap"), f"must not be shorter than base ({write_duration(operation.base)})")
    return replace(operation, cap=operation.base)


def _limits(values: Mapping[str, Any], report: Report) -> Limits:
    usual = Limits()
    sites = {
        name: _site(usual.for_site(name), name, written, report)
        for name, written in values.get("sites", {}).items()
    }
    return Limits(**{**values, "sites": {**usual.sites, **sites}})


def _site(usual: SiteLimits, name: str, written: Any, report: Report) -> SiteLimits:
    site = replace(usual, **written)
    if site.reserve < site.requests_per_day:
        return site
    if "reserve" in written:
        path = ("limits", "sites", name, "reserve")
        report.say(path, f"must be less than requests_per_day ({site.requests_per_day}), not {site.reserve}")
    return replace(site, reserve=site.requests_per_day // 10)


def _channels(reports: Sequence[Report], defaults: Mapping[str, Any]) -> tuple[Channel, ...]:
    channels: list[Channel] = []
    seen: dict[tuple[str, str], tuple[Report, KeyPath]] = {}
    for report in reports:
        tables = report.source.data.get("channels", [])
        if not isinstance(tables, list):
            report.say(("channels",), f"must be written as [[channels]], not as {shown(tables)}")
            continue
        readers = channel_readers(report.source.path.parent)
        for index, table in enumerate(tables):
            channel = _channel(table, ("channels", index), readers, defaults, report)
            if channel is not None:
                channels.append(channel)
                _check_unique(channel, ("channels", index), seen, report)
    return tuple(channels)


def _channel(
    table: object,
    path: KeyPath,
    readers: Mapping[str, Entry],
    defaults: Mapping[str, Any],
    report: Report,
) -> Channel | None:
    values = _table(table, path, readers, report)
    if "url" not in values:
        if isinstance(table, Mapping) and "url" not in table:
            report.say((*path, "url"), "is missing: it must be a web address")
        return None
    channel = Channel(**{**defaults, **values}, written=frozenset(values))
    wrong = conflict(channel)
    if wrong:
        report.say((*path, wrong[0]), f"must {wrong[1]}")
    return channel


def _check_unique(
    channel: Channel, path: KeyPath, seen: dict[tuple[str, str], tuple[Report, KeyPath]], report: Report
) -> None:
    marks = [("url", channel.url)]
    if channel.name is not None:
        marks.append(("name", channel.name.casefold()))
    for mark in marks:
        first = seen.setdefault(mark, (report, (*path, mark[0])))
        if first != (report, (*path, mark[0])):
            place = _place(first[0], first[1], report)
            said = shown(getattr(channel, mark[0]))
            report.say((*path, mark[0]), f"must be another one than in {place}: {said}")


def _place(other: Report, path: KeyPath, report: Report) -> str:
    line = other.layout.line_of(path)
    if other is report:
        return f"line {line}"
    return f"{Problem(other.source.path, line, '')}".removesuffix(": ")


def locate_refused_arguments(config: Path, url: str | None, why: str) -> ConfigError:
    """The error that says why the args of the channel with this address, or of all (None), cannot be used.

    A channel that has none of its own, or of no address, has those of ``[defaults]``.

    Raises ``ConfigError`` and ``OSError`` itself where the files changed and cannot be read any more.
    """
    sources = read_sources(config)
    found = ((Report(source), path) for source in sources if (path := _arguments_of(source, url)))
    elsewhere = ("ytdlp" if url is None else DEFAULTS, "args")
    report, path = next(found, (Report(sources[0]), elsewhere))
    report.say(path, f"must be options of the yt-dlp command: {why}")
    return ConfigError(report.problems)


def _arguments_of(source: Source, url: str | None) -> KeyPath | None:
    """Where they stand in a file, if they do."""
    if url is None:
        return ("ytdlp", "args") if "ytdlp" in source.data else None
    for index, channel in enumerate(source.data.get("channels", [])):
        if isinstance(channel, Mapping) and normalise_url(str(channel.get("url", ""))) == url:
            return ("channels", index, "args") if "args" in channel else None
    return None
