"""Application context: what everything that answers a key is given, made once by the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from textual.app import App

from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.command_runner import CommandRunner
from ytui.tui.engine_host import EngineHost
from ytui.tui.lifecycle import Lifecycle, QuitPrompt
from ytui.tui.navigator import Navigator
from ytui.tui.notifications import NotifyingApp
from ytui.tui.refresh import Refresher
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.text import Glyphs


@dataclass(frozen=True)
class AppContext:
    """The screen, the library it shows, the engine, and the threads that work for it."""

    app: NotifyingApp
    main: MainScreen
    navigator: Navigator
    store: Store
    places: Places
    glyphs: Glyphs
    remapped: Mapping[str, str]
    """``screen.keys`` of the configuration."""
    environ: Mapping[str, str]
    clock: Callable[[], float]
    runner: CommandRunner
    host: EngineHost
    refresher: Refresher
    lifecycle: Lifecycle
    quit_prompt: QuitPrompt


class _HasContext(Protocol):
    context: AppContext


def context_of(app: App[Any]) -> AppContext:
    """Return the context, for what Textual makes by itself, which is handed nothing but its application."""
    return cast("_HasContext", app).context
