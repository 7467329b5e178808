"""One ``[[channels]]`` entry: from TOML values to a ``Channel``, and back for the form that edits it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ytui.config.problems import Unexpected, shown
from ytui.config.values import (
    Reader,
    day,
    flag,
    listed,
    one_of,
    path_below,
    seconds,
    text,
    write_duration,
)
from ytui.core.filling import UNCUTTABLE, Embed, Segment, SponsorBlock
from ytui.core.refused_options import instead_of
from ytui.core.settings import (
    CHANNEL_TABS,
    Backlog,
    BacklogKind,
    Channel,
    CookieUse,
    Extra,
    Keep,
    KeepKind,
    Members,
    Quality,
    RecordLive,
    title_pattern,
)
from ytui.core.urls import normalise_url, url_problem

# Asking more often than this can only cost budget: a feed lags behind by far more.
SHORTEST_EVERY = 60.0

_COUNTED = re.compile(r"\s*(newest|last)\s+([1-9]\d{0,8})\s*|\s*([1-9]\d{0,4})\s*(days?)\s*")


def arguments(value: object) -> tuple[str, ...]:
    """Options of the yt-dlp command, without those that are refused.

    A wrong value is described, never shown: options may hold passwords.
    """
    expected = "a list of strings, each one option or one value"
    if not isinstance(value, list):
        raise Unexpected(expected, "something else")
    if not all(isinstance(entry, str) and "\0" not in entry for entry in value):
        raise Unexpected(expected, "a list with something else in it")
    for entry in value:
        option = entry.partition("=")[0]
        if instead := instead_of([option]):
            raise Unexpected(f"without {option}: {instead}", "")
    return tuple(value)


def channel_readers(folder: Path) -> dict[str, Reader]:
    """The keys of a channel in their usual order; relative paths start at ``folder``."""
    path = path_below(folder)
    return {
        "name": text,
        "url": _address,
        "tabs": listed(one_of(*CHANNEL_TABS), empty=False),
        "download": flag,
        "backlog": _backlog,
        "quality": one_of(*Quality),
        "fallback": flag,
        "recheck": _recheck,
        "extras": lambda value: frozenset(_extras(value)),
        "subtitle_langs": listed(text, empty=False),
        "embed": lambda value: frozenset(_embed(value)),
        "sponsorblock": one_of(*SponsorBlock),
        "sponsorblock_categories": listed(one_of(*Segment), empty=True),
        "members": one_of(*Members),
        "after": day,
        "before": day,
        "min_duration": seconds(),
        "max_duration": seconds(),
        "title": _pattern,
        "not_title": _pattern,
        "live": flag,
        "record_live": one_of(*RecordLive),
        "every": _every,
        "keep": _keep,
        "cookies": lambda value: None if value == "" else path(value),
        "use_cookies": one_of(*CookieUse),
        "args": arguments,
    }


_extras = listed(one_of(*Extra), empty=True)
_embed = listed(one_of(*Embed), empty=True)
_every_seconds = seconds(SHORTEST_EVERY)


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise Unexpected("a web address such as https://www.youtube.com/@name")
    problem = url_problem(value.strip())
    if problem:
        raise Unexpected("a web address such as https://www.youtube.com/@name", f"{shown(value)} ({problem})")
    return normalise_url(value)


def _backlog(value: object) -> Backlog:
    if value in ("all", "none"):
        return Backlog(BacklogKind(str(value)))
    match = _COUNTED.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] != "newest":
        raise Unexpected('"all", "none" or, say, "newest 30"')
    return Backlog(BacklogKind.NEWEST, int(match[2]))


def _keep(value: object) -> Keep:
    if value == "all":
        return Keep()
    match = _COUNTED.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] == "newest":
        raise Unexpected('"all", "last 50" or "90 days", with a number of at least 1')
    return Keep(KeepKind.LAST, int(match[2])) if match[1] else Keep(KeepKind.DAYS, int(match[3]))


def _every(value: object) -> float | None:
    try:
        return None if value == "auto" else _every_seconds(value)
    except Unexpected as wrong:
        raise Unexpected('"auto" or ' + wrong.expected) from wrong


def _recheck(value: object) -> float | None:
    try:
        return None if value == "off" else _every_seconds(value)
    except Unexpected as wrong:
        raise Unexpected('"off" or ' + wrong.expected) from wrong


def _pattern(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise Unexpected("a regular expression")
    try:
        title_pattern(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise Unexpected("a regular expression", f"{shown(value)} ({error})") from error
    return value


def channel_values(channel: Channel) -> dict[str, object]:
    """The TOML values that make this channel: ``url``, and what differs from the defaults."""
    plain = Channel(channel.url)
    values: dict[str, object] = {}
    for name in channel_readers(Path()):
        value = getattr(channel, name)
        if name == "url" or value != getattr(plain, name):
            values[name] = _written(name, value)
    return values


def _written(name: str, value: object) -> object:
    if isinstance(value, Backlog):
        return f"newest {value.count}" if value.kind is BacklogKind.NEWEST else value.kind.value
    if isinstance(value, Keep):
        texts = {
            KeepKind.ALL: "all",
            KeepKind.LAST: f"last {value.count}",
            KeepKind.DAYS: f"{value.count} days",
        }
        return texts[value.kind]
    if name == "recheck" and value is None:
        return "off"
    if isinstance(value, float):
        return write_duration(value)
    if isinstance(value, tuple):
        return [str(entry) for entry in value]
    if isinstance(value, frozenset):
        words = Embed if name == "embed" else Extra
        return [word.value for word in words if word in value]
    return value if isinstance(value, bool | date) else str(value)


def conflict(channel: Channel) -> tuple[str, str] | None:
    """A key whose value contradicts another one, and the sentence's end that says so; None if all agree."""
    if channel.after and channel.before and channel.after > channel.before:
        return "before", f"not be earlier than after ({channel.after})"
    low, high = channel.min_duration, channel.max_duration
    if low is not None and high is not None and low > high:
        return "max_duration", f"not be shorter than min_duration ({write_duration(low)})"
    if channel.sponsorblock is SponsorBlock.CUT:
        return _conflict_with_cutting(channel)
    return None


def _conflict_with_cutting(channel: Channel) -> tuple[str, str] | None:
    places = UNCUTTABLE.intersection(channel.sponsorblock_categories)
    if places:
        return "sponsorblock_categories", f"not name {min(places)}, which can be marked and not cut"
    if Extra.SUBTITLES in channel.extras:
        why = 'whose times would be wrong beside a cut file: embed = ["subtitles"] cuts them along'
        return "extras", f"not name subtitles, {why}"
    return None


def channel_of(
    url: str, values: Mapping[str, object], old: Channel | None = None
) -> tuple[Channel | None, dict[str, str]]:
    """The channel that the values make, or None and what is wrong by key, in sentences.

    A file of cookies must be there, save the one that ``old`` has already.
    """
    readers = channel_readers(Path())
    meant: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for key, value in {"url": url.strip(), **values}.items():
        if value is None:
            continue
        try:
            meant[key] = readers[key](value)
        except Unexpected as why:
            found = shown(value) if why.found is None else why.found
            wrong[key] = f"must be {why.expected}" + (f", not {found}" if found else "")
    cookies = values.get("cookies")
    problem = _cookies_problem(cookies)
    if problem and (old is None or str(cookies) != str(old.cookies)):
        wrong["cookies"] = problem
    if wrong:
        return None, wrong
    channel = Channel(**meant)  # type: ignore[arg-type]
    contradiction = conflict(channel)
    if contradiction is not None:
        return None, {contradiction[0]: f"must {contradiction[1]}"}
    return channel, {}


def _cookies_problem(value: object) -> str:
    """Why a typed path is no file of cookies; empty if it is one, or none is wanted."""
    if not isinstance(value, str) or not value:
        return ""
    try:
        path = Path(value).expanduser()
        if not path.is_absolute():
            return "must be a whole path, beginning with / or ~"
        return "" if path.is_file() else f"must be a file that is there, and {shown(value)} is none"
    except (OSError, RuntimeError, ValueError):
        # A "~name" without a home, or a name that no file can have.
        return f"must be a file that is there, and {shown(value)} is none"
