"""Taking back what a key wrote into the configuration: its text as it was, with its comments, if possible."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ytui import config
from ytui.config import ConfigError
from ytui.engine.channels.subscriptions import put_config_back
from ytui.paths import Places
from ytui.store.database import Database
from ytui.tui.actions.undo import Undo

Result = TypeVar("Result")


def config_change(
    places: Places,
    now: float,
    change: Callable[[], Result],
    back: Callable[[Database, Result, bool], str],
) -> tuple[Result, Undo]:
    """Run ``change``, which writes the configuration, so that it can be taken back.

    ``back`` says what was taken back; its last argument is false where a file was changed since, so that the
    text could not be put back: it then does what it can. Raises what ``change`` raises.
    """
    before = config.texts(places.config_file)
    result = change()
    after = config.texts(places.config_file)

    def act(db: Database) -> str:
        try:
            as_it_was = put_config_back(db, places, before, after, now)
            return back(db, result, as_it_was)
        except (ConfigError, OSError, LookupError) as error:
            return f"not taken back: {error}"

    return result, Undo(act)
