"""One ``[[channels]]`` entry: from TOML values to a ``Channel``, and back for the form that edits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ytui.config.codec import reader, written
from ytui.config.problems import UnexpectedValue, shown
from ytui.config.value_readers import Reader, write_duration
from ytui.core.declarations import keys_of
from ytui.core.embed_options import UNCUTTABLE, SponsorBlock
from ytui.core.settings import Channel, Extra

NOTHING_INHERITED = Channel("")


def channel_readers(folder: Path) -> dict[str, Reader]:
    """The keys of a channel in their usual order; relative paths start at ``folder``."""
    return {name: reader(key, folder) for name, key in keys_of(Channel).items()}


def channel_values(channel: Channel) -> dict[str, object]:
    """The TOML values of a channel's own table: ``url``, and what it does not inherit."""
    values: dict[str, object] = {}
    for name, key in keys_of(Channel).items():
        value = getattr(channel, name)
        own = value != key.default if channel.written is None else name in channel.written
        if name == "url" or own:
            values[name] = written(key, value)
    return values


def whole_values(channel: Channel) -> dict[str, object]:
    """The TOML values that make this channel where nothing is inherited."""
    return channel_values(replace(channel, written=None))


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
    url: str,
    values: Mapping[str, object],
    old: Channel | None = None,
    inherited: Channel = NOTHING_INHERITED,
) -> tuple[Channel | None, dict[str, str]]:
    """The channel that the values make, or None and what is wrong by key, in sentences.

    What has no value, or None, is inherited. A file of cookies must be there, save the one
    that ``old`` has already.
    """
    readers = channel_readers(Path())
    meant: dict[str, object] = {}
    wrong: dict[str, str] = {}
    for key, value in {"url": url.strip(), **values}.items():
        if value is None:
            continue
        try:
            meant[key] = readers[key](value)
        except UnexpectedValue as why:
            found = shown(value) if why.found is None else why.found
            wrong[key] = f"must be {why.expected}" + (f", not {found}" if found else "")
    cookies = values.get("cookies")
    problem = _cookies_problem(cookies)
    if problem and (old is None or str(cookies) != str(old.cookies)):
        wrong["cookies"] = problem
    if wrong:
        return None, wrong
    channel = replace(inherited, **meant, written=frozenset(meant))  # type: ignore[arg-type]
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
