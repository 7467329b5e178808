"""Application: it shows the engine's live status four times a second and does what keys ask for."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual._context import active_app
from textual.binding import Binding
from textual.dom import DOMNode
from textual.filter import Monochrome
from textual.screen import Screen
from textual.widgets import Input

from ytui.core.settings import Settings
from ytui.engine.ownership.absence_summary import AbsenceSummary
from ytui.engine.ownership.ownership import LibraryOwnership
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui import keymap
from ytui.tui.command_runner import CommandRunner
from ytui.tui.context import AppContext
from ytui.tui.engine_host import EngineFactory, EngineHost
from ytui.tui.key_queue import KeyQueue
from ytui.tui.keys import BY_NAME
from ytui.tui.lifecycle import Lifecycle, QuitPrompt
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.navigator import Navigator
from ytui.tui.notifications import NotifyingApp
from ytui.tui.refresh import Refresher
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.terminal.startup import resume_collector
from ytui.tui.text import ASCII, glyphs_for
from ytui.tui.theme import OWN_VARIABLES, THEMES, AttributesAlone, choose_theme, has_few_colours

if TYPE_CHECKING:
    from ytui.tui.dispatch import Dispatcher

SLOT_THREADS, OTHER_THREADS = 24, 8
FRAMES, FRAMES_OVER_SSH = 4.0, 2.0
"""Looks at the board a second."""


class YtuiApp(NotifyingApp, inherit_bindings=False):
    """ytui on a terminal: what it shows is in the store or on the board, it keeps no state of its own."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/main.tcss"]
    TITLE = "ytui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Binding]] = keymap.bindings()  # type: ignore[assignment]

    def __init__(
        self,
        store: Store,
        engine_factory: EngineFactory,
        places: Places,
        settings: Settings,
        *,
        title_suffix: str = "",
        fps: float | None = None,
        notices: Sequence[str] = (),
        clock: Callable[[], float] = time.time,
        environ: Mapping[str, str] = os.environ,
        encoding: str = "utf-8",
        ownership: LibraryOwnership | None = None,
        away: AbsenceSummary | None = None,
    ) -> None:
        """``fps``: looks at the board a second; ``notices``: told at first; ``encoding``: the terminal's.

        ``ownership`` is the hold on the library, ``away`` what happened since the last screen was closed.
        """
        super().__init__(driver_class=TerminalDriver)
        # Textual would turn colours into greys, and would do so for a variable that is empty, too.
        self._filters = [found for found in self._filters if not isinstance(found, Monochrome)]
        self.no_color = bool(os.environ.get("NO_COLOR"))
        if self.no_color:
            self._filters.append(AttributesAlone())
        for theme, _ in THEMES.values():
            self.register_theme(theme)
        self.theme = choose_theme(
            settings.screen.theme, self.available_themes, environ, no_color=self.no_color
        )
        remapped = settings.screen.keys
        self.set_keymap(dict(remapped))
        for key, action in keymap.own_keys(remapped):
            self.bind(key, keymap.call(action))
        title = f"ytui {title_suffix}".strip()
        self._notices = list(notices)
        glyphs = glyphs_for(encoding, environ)
        self.set_class(glyphs is ASCII, "ascii")
        self.set_class(has_few_colours(environ), "few-colours")
        self._frames = (
            fps or settings.screen.fps or (FRAMES_OVER_SSH if environ.get("SSH_CONNECTION") else FRAMES)
        )
        self.host = EngineHost(self, engine_factory, settings, self.refresh_status)
        self.lifecycle = Lifecycle(self, self.host, ownership, clock)
        self._away = away
        self._key_queue = KeyQueue(self)
        self.main = MainScreen(
            store,
            glyphs,
            remapped,
            title,
            settings=self._settings,
            clock=clock,
            logs=places.job_logs_dir,
            can_undo=lambda: self.context.runner.can_undo,
        )
        self.navigator = Navigator(self, self.main)
        refresher = Refresher(self, self.main, self.navigator, store, self.host, clock, title, self._notices)
        self.context = AppContext(
            self,
            self.main,
            self.navigator,
            store,
            places,
            glyphs,
            remapped,
            environ,
            clock,
            CommandRunner(self, store, places, self._settings, clock, self._key_queue, self._changed),
            self.host,
            refresher,
            self.lifecycle,
            QuitPrompt(self, refresher, self.lifecycle),
        )
        self._skipped = False
        self._asked_of: tuple[int, ...] = ()

    def _settings(self) -> Settings:
        return self.host.settings

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """What keys do."""
        from ytui.tui.dispatch import Dispatcher

        return Dispatcher(self.context)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own names of colours, for themes that do not have them."""
        return dict(OWN_VARIABLES)

    # --- beginning and end

    def get_default_screen(self) -> Screen[None]:
        """The one main screen."""
        return self.main

    def on_load(self) -> None:
        """Our own pool, before any widget reads in a thread: slots block a thread each.

        A widget that posts from a thread must find its app there, also while it is being mounted.
        """
        pool = ThreadPoolExecutor(
            SLOT_THREADS + OTHER_THREADS,
            thread_name_prefix="ytui",
            initializer=partial(active_app.set, self),
        )
        asyncio.get_running_loop().set_default_executor(pool)

    def on_mount(self) -> None:
        """The clockwork, and after the first frame the engine."""
        for notice in [*self._notices, *keymap.problems(self.context.remapped)]:
            self.tell(notice, wrong=True)
        self.set_interval(1 / self._frames, self._refresh_now_and_then)
        self.call_after_refresh(self.host.start)
        self.call_after_refresh(self.tell_missing)
        self.call_after_refresh(self.in_thread, self._load_hands)
        if self._away is not None and self._away.anything:
            from ytui.tui.screens.absence_screen import AbsenceScreen

            self.push_screen(AbsenceScreen(self._away, self.context.glyphs, self.context.remapped))

    def _load_hands(self) -> None:
        """In a thread: the first key then finds everything loaded."""
        import_module("ytui.tui.dispatch")
        self.call_later(self._everything_is_loaded)

    def _everything_is_loaded(self) -> None:
        assert self.dispatcher
        resume_collector()

    async def on_unmount(self) -> None:
        """Whatever ended the app, no slot is left behind: its thread would keep the process alive."""
        self.context.lifecycle.stop_waiting()
        await self.host.stop()

    # --- looking

    def _refresh_now_and_then(self) -> None:
        """Every second time is enough while no job runs: an idle screen is to cost next to nothing."""
        self._skipped = not self.context.refresher.running and not self._skipped
        if not self._skipped:
            self.refresh_status()

    def refresh_status(self) -> None:
        """Take a snapshot and show what changed; read rows again only after somebody's commit."""
        if not self.screen_stack:
            # The screens are gone already while the timer of this look is not.
            return
        self.context.lifecycle.check()
        self.context.refresher.refresh()
        self.context.quit_prompt.check()
        self._ask_of_missing()

    def _ask_of_missing(self) -> None:
        """Put the question about channels that were taken out by hand, once, and not while one types."""
        missing = self.context.refresher.missing
        if missing == self._asked_of:
            return
        if missing:
            if self.navigator.page is not self.main or isinstance(self.focused, Input):
                return
            from ytui.tui.actions.missing_actions import ask

            self.context.runner.run(ask, Target(RowKind.CHANNEL, ()), quiet=True, holds=False)
        self._asked_of = missing

    def _changed(self) -> None:
        """After a command changed rows: what was marked is done, and the engine looks at them."""
        if self.main.pane.rows.selection:
            self.main.pane.rows.set_marks(set())
        if self.host.engine is not None:
            self.in_thread(self.host.engine.wake)
        self.refresh_status()

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """A key waits until the one before it is done: what that opens may be what it is meant for."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self._key_queue.keep(event):
            target, screen = self.focused or self.screen, self.screen
            await super().on_event(event)
            self._key_queue.sent(target, screen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key is live where the table says so; leaving is live everywhere."""
        if action != "do":
            return True
        wanted = BY_NAME[str(parameters[0])]
        if (view := self.navigator.view) is None:
            return wanted.priority and not isinstance(self.screen, AskScreen)
        return view in wanted.views

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Two actions on one key is told once, at the start; here there is nothing left to say."""

    async def action_do(self, name: str) -> None:
        """Do an action of the key table."""
        await self.dispatcher.do(name)
