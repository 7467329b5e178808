"""What ``ytui doctor`` says of cookie files: one check each, and never a word of what is in them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ytui.cli.commands.programs import Check
from ytui.cli.mistakes import Mistake

if TYPE_CHECKING:
    from ytui.core.settings import Settings
    from ytui.paths import Places

NAME = "cookies"
_DAY, _HOUR = 86400, 3600
_NAMED = 3
"""So many channels of one file are named; of the others it is said how many they are."""


def cookie_checks(places: Places, settings: Settings, now: float) -> list[Check]:
    """A check of every cookie file that a channel names or that was given in the application."""
    users = _users(places, settings)
    if not users:
        return [Check(NAME, True, "none given; they are needed only for what a site shows to accounts alone")]
    dead = _called_dead(places, list(users))
    return [_check(path, names, path in dead, now) for path, names in users.items()]


def _users(places: Places, settings: Settings) -> dict[Path, list[str]]:
    """The names of the channels that use each file; none for one that was given to single items."""
    from ytui.engine.cookie_health import given_files

    users: dict[Path, list[str]] = {}
    for channel in settings.channels:
        if channel.cookies is not None:
            users.setdefault(channel.cookies, []).append(channel.name or channel.url)
    for path in given_files(places):
        users.setdefault(path, [])
    return users


def _called_dead(places: Places, paths: Sequence[Path]) -> set[Path]:
    """The files whose present content a site called invalid."""
    from ytui.cli.session import open_store
    from ytui.engine.jobs.cookies import is_dead

    if not places.database.exists():
        return set()
    try:
        store = open_store(places)
    except Mistake:
        # The database has a check of its own, which says so.
        return set()
    try:
        return {path for path in paths if is_dead(store.db, path)}
    finally:
        store.close_all()


def _check(path: Path, names: Sequence[str], dead: bool, now: float) -> Check:
    from ytui.core.moments import moment
    from ytui.engine.cookie_health import look_at

    health = look_at(path, now)
    label = f"{path} ({_listed(names) if names else 'given to single items'})"
    if health.problem:
        return Check(NAME, False, f"{label} {health.problem}", _export_again(names))
    words = [f"{age_words(health.age)} old"]
    if health.ends is not None:
        words.append(f"their login {'ended' if health.expired else 'ends'} {moment(health.ends)}")
    if dead:
        words.append("a site calls them invalid")
    if health.open_to_others:
        words.append("others on this machine may read them")
    mends = [
        *([_export_again(names)] if dead or health.expired else []),
        *([f"chmod 600 {shlex.quote(str(path))}"] if health.open_to_others else []),
    ]
    return Check(NAME, not mends, f"{label}: {', '.join(words)}", "; ".join(mends))


def _export_again(names: Sequence[str]) -> str:
    mend = "export them again from a private window and give them with c in the application"
    return f"{mend}, or set cookies of channel {names[0]}" if names else mend


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def age_words(seconds: float) -> str:
    """How old something is, in its greatest unit."""
    from ytui.core.amounts import count

    unit, word = (_DAY, "day") if seconds >= _DAY else (_HOUR, "hour") if seconds >= _HOUR else (60, "minute")
    return count(int(seconds // unit), word)
