"""Application context: what everything that answers a key is given, made once by the app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.actions.command_runner import CommandRunner
from ytui.tui.text import Glyphs

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp


@dataclass(frozen=True)
class AppContext:
    """The app, the library it shows, and the threads that work for it."""

    app: YtuiApp
    store: Store
    places: Places
    glyphs: Glyphs
    runner: CommandRunner
    clock: Callable[[], float]
