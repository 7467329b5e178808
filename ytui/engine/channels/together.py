"""A change of the configuration that the store has to follow: both are changed, or neither is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ytui import config
from ytui.config import ConfigError
from ytui.paths import Places
from ytui.store.database import Database, transaction

Result = TypeVar("Result")


def change_together(
    db: Database, places: Places, write: Callable[[], object], follow: Callable[[], Result]
) -> Result:
    """Run ``write``, which changes the configuration, and then ``follow``, which changes the store.

    Raises what they raise: nothing is written where the store cannot be, and where it cannot follow, the
    configuration is put back. Only where that fails too does the error carry a note that says what stands.
    """
    with transaction(db):
        # Whoever keeps the store locked is met here, before anything is written.
        pass
    before = after = config.texts(places.config_file)
    try:
        try:
            write()
        finally:
            after = config.texts(places.config_file)
        with transaction(db):
            return follow()
    except BaseException as error:
        try:
            put_back = config.put_back(places.config_file, before, after) is not None
        except (ConfigError, OSError):
            put_back = False
        if not put_back:
            error.add_note(f"{places.config_file} has the change already, and ytui takes it up when it can")
        raise
