"""Takeover of the library for the application: from nobody, from a run, or from another screen."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from ytui.cli.errors import EXIT_LIBRARY_IN_USE, CliError
from ytui.cli.output import note
from ytui.cli.session import Session, holder_words

if TYPE_CHECKING:
    from ytui.engine.ownership.lock import LibraryLock
    from ytui.store.rows import Holder

ANNOUNCED = 1.0
"""Seconds that a process which has just taken the library is given to say who it is."""
_LOOK = 0.05


def take_library(session: Session) -> LibraryLock:
    """Take the library, over if need be; ``CliError`` with exit code 3 where it stays with its holder.

    Whatever runs without a screen hands over unasked; another application is left alone unless the person
    at this terminal wants it.
    """
    from ytui.engine.ownership.lock import LibraryInUse, LibraryLock

    try:
        return LibraryLock.acquire(session.places)
    except LibraryInUse:
        holder = _who(session)
    who = holder_words(holder)
    if holder is not None and holder.kind != "app":
        note(f"{who} runs the queue; taking over…")
    else:
        note(f"The library is in use by {who}.")
        if not click.confirm("Take it over?", default=False, err=True):
            raise CliError("the library stays where it is; the commands work beside it", EXIT_LIBRARY_IN_USE)
    return _over(session, who)


def _over(session: Session, who: str) -> LibraryLock:
    from ytui.engine.ownership.lock import LibraryInUse
    from ytui.engine.ownership.ownership import PATIENCE, take_over

    try:
        return take_over(session.places, session.store)
    except LibraryInUse as held:
        sentence = f"{who} did not let the library go within {PATIENCE:.0f} s: end it there, or kill it"
        raise CliError(f"{sentence}; nothing is lost either way", EXIT_LIBRARY_IN_USE) from held


def _who(session: Session) -> Holder | None:
    """Who has it; waited for where it has not said so yet."""
    from ytui.engine.ownership.lock import holder_of, is_locked

    deadline = time.monotonic() + ANNOUNCED
    while (holder := holder_of(session.places, session.store)) is None:
        if not is_locked(session.places) or time.monotonic() >= deadline:
            return None
        time.sleep(_LOOK)
    return holder
