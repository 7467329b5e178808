"""Application: it shows the engine's live status four times a second and does what keys ask for."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual._context import active_app
from textual.binding import Binding
from textual.command import Provider
from textual.dom import DOMNode
from textual.driver import Driver
from textual.screen import Screen

from ytui.core.settings import Settings
from ytui.engine.ownership.absence_summary import AbsenceSummary
from ytui.engine.ownership.ownership import LibraryOwnership
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui import keys
from ytui.tui.actions.command_runner import CommandResolved, CommandRunner, LookupsDone, Notice
from ytui.tui.context import AppContext
from ytui.tui.engine_host import EngineFactory, EngineHost, EngineLike, EngineStarted, SlotWanted
from ytui.tui.key_queue import KeyHandled, KeyQueue
from ytui.tui.keys import BY_NAME, Pane, View
from ytui.tui.lifecycle import Lifecycle, QuitPrompt
from ytui.tui.notifications import NotifyingApp
from ytui.tui.refresh import HeaderCountsRead, Refresher
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.terminal.driver import TerminalDriver
from ytui.tui.terminal.startup import resume_collector
from ytui.tui.text import ASCII, glyphs_for
from ytui.tui.theme import OWN_VARIABLES, THEMES, choose_theme

if TYPE_CHECKING:
    from ytui.tui.actions.inspect import CopyRequested, JobLogFound
    from ytui.tui.actions.prompts import PromptReady
    from ytui.tui.dispatch import Dispatcher
    from ytui.tui.screens.details_screen import DetailsScreen
    from ytui.tui.screens.job_log_screen import JobLogScreen
    from ytui.tui.screens.search_screen import SearchScreen

    Page = MainScreen | DetailsScreen | JobLogScreen | SearchScreen

SLOT_THREADS, OTHER_THREADS = 24, 8
FRAMES, FRAMES_OVER_SSH = 4.0, 2.0
"""Looks at the board a second."""


def _action_provider() -> type[Provider]:
    from ytui.tui.palette import ActionProvider

    return ActionProvider


class YtuiApp(NotifyingApp, inherit_bindings=False):
    """ytui on a terminal: what it shows is in the store or on the board, it keeps no state of its own."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/main.tcss"]
    TITLE = "ytui"
    ENABLE_COMMAND_PALETTE = False
    # By a function: the palette is loaded when it is asked for.
    COMMANDS = {_action_provider}
    BINDINGS: ClassVar[list[Binding]] = keys.bindings()  # type: ignore[assignment]

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
        for theme, _ in THEMES.values():
            self.register_theme(theme)
        self._environ = environ
        self.take_theme(settings.screen.theme)
        self.remapped = settings.screen.keys
        self.set_keymap(dict(self.remapped))
        self._first_settings = settings
        self._title = f"ytui {title_suffix}".strip()
        self._notices = list(notices)
        self._clock = clock
        self._glyphs = glyphs_for(encoding, environ)
        self.set_class(self._glyphs is ASCII, "ascii")
        self._frames = (
            fps or settings.screen.fps or (FRAMES_OVER_SSH if environ.get("SSH_CONNECTION") else FRAMES)
        )
        self._host = EngineHost(self, engine_factory)
        self._life = Lifecycle(self, self._host, ownership)
        self._away = away
        self._runner = CommandRunner(self, store, places, lambda: self.settings_in_force, clock)
        self._typed = KeyQueue(self, lambda: self._runner.finding)
        self.places = places
        self.mouse_on = True
        self.main = MainScreen(store, self._glyphs, self.remapped, self._title)
        self._app_context = AppContext(self, store, places, self._glyphs, self._runner, clock)
        self._refresher = Refresher(self._app_context, self._title, self._notices)
        self._quit_prompt = QuitPrompt(self, self._refresher, self._life)
        self._skipped = False

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """What keys do."""
        from ytui.tui.actions.upgrade_action import UpgradeAction
        from ytui.tui.dispatch import Dispatcher

        upgrading = UpgradeAction(self._app_context, self._refresher, self._host)
        upgrading.check_age()
        actions = {
            "suspend": self._life.suspend,
            "upgrade": upgrading.ask,
            "quit": self._quit_prompt.quit,
            "quit_now": self._quit_prompt.quit,
        }
        return Dispatcher(self._app_context, actions)

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
        for notice in [*self._notices, *keys.problems(self.remapped)]:
            self.tell(notice, wrong=True)
        self.set_interval(1 / self._frames, self._look_now_and_then)
        self.call_after_refresh(self._host.start)
        self.call_after_refresh(self.tell_missing)
        self.call_after_refresh(self._runner.in_thread, self._load_hands)
        if self._away is not None and self._away.anything:
            from ytui.tui.screens.absence_screen import AbsenceScreen

            plan_keys = keys.keys_of(BY_NAME["show_plan"], self.remapped)
            self.push_screen(AbsenceScreen(self._away, self._glyphs, plan_keys))

    def _load_hands(self) -> None:
        """In a thread: the first key then finds everything loaded."""
        import_module("ytui.tui.dispatch")
        self.call_later(self._everything_is_loaded)

    def _everything_is_loaded(self) -> None:
        assert self.dispatcher
        resume_collector()

    async def on_unmount(self) -> None:
        """Whatever ended the app, no slot is left behind: its thread would keep the process alive."""
        self._life.stop_waiting()
        await self._host.stop()

    def on_slot_wanted(self, message: SlotWanted) -> None:
        """Start a slot."""
        self._host.run_slot(message.number)

    def on_engine_started(self, message: EngineStarted) -> None:
        """Show what the engine made of the store."""
        self.refresh_status()

    def take_theme(self, name: str | None) -> None:
        """Take a theme by its name, as far as this terminal can show it."""
        self.theme = choose_theme(name, self.available_themes, self._environ, no_color=self.no_color)

    def choose_theme(self, name: str) -> None:
        """Take a theme, and keep it in the configuration."""
        from ytui.tui.palette import keep_theme

        self.take_theme(name)
        self._runner.tell(lambda: keep_theme(self.places.config_file, name))

    # --- looking

    @property
    def settings_in_force(self) -> Settings:
        """The engine's settings, which follow the file."""
        return self._host.engine.settings if self._host.engine else self._first_settings

    @property
    def engine(self) -> EngineLike | None:
        """The engine; None until it is started."""
        return self._host.engine

    def now(self) -> float:
        """Unix time, as this app takes it."""
        return self._clock()

    def _look_now_and_then(self) -> None:
        """Every second time is enough while no job runs: an idle screen is to cost next to nothing."""
        self._skipped = not self._refresher.running and not self._skipped
        if not self._skipped:
            self.refresh_status()

    def refresh_status(self) -> None:
        """Take a snapshot and show what changed; read rows again only after somebody's commit."""
        if not self.screen_stack:
            # The screens are gone already while the timer of this look is not.
            return
        self._life.check()
        self._refresher.refresh()
        self._quit_prompt.check()

    def on_header_counts_read(self, message: HeaderCountsRead) -> None:
        """Show the header's new figures."""
        self._refresher.take(message)

    # --- keys

    async def on_event(self, event: events.Event) -> None:
        """A key waits until the one before it is done: what that opens may be what it is meant for."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif not self._typed.keep(event):
            target, screen = self.focused or self.screen, self.screen
            await super().on_event(event)
            self._typed.sent(target, screen)

    def on_key_handled(self, message: KeyHandled) -> None:
        """All that a key does was done."""
        self._typed.done(message.number)

    async def on_lookups_done(self, message: LookupsDone) -> None:
        """What questions are about was found, and they are put."""
        await self._typed.found()

    @property
    def page(self) -> Page | None:
        """The screen that keys act on; None under a question or a form."""
        return cast("Page", self.screen) if isinstance(getattr(self.screen, "view", None), View) else None

    @property
    def view(self) -> View | None:
        """What is on the screen as far as keys are concerned."""
        return self.page.view if self.page else None

    @property
    def dashboard_pane(self) -> Pane | None:
        """The pane of the dashboard that has the keyboard; None on any other page."""
        return self.main.dashboard_pane if self.page is self.main else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key is live where the table says so; leaving is live everywhere."""
        if action != "do":
            return True
        wanted = BY_NAME[str(parameters[0])]
        if self.view is None:
            return wanted.priority and not isinstance(self.screen, AskScreen)
        return self.view in wanted.views

    def handle_bindings_clash(self, clashed_bindings: set[Binding], node: DOMNode) -> None:
        """Two actions on one key is told once, at the start; here there is nothing left to say."""

    async def action_do(self, name: str) -> None:
        """Do an action of the key table."""
        await self.dispatcher.do(name)

    async def show_view(self, view: View) -> None:
        """Go to a view of the main screen, from wherever keys act."""
        while self.page is not None and self.page is not self.main:
            await self.pop_screen()
        await self.main.show_view(view)

    def on_command_resolved(self, message: CommandResolved) -> None:
        """A command's ids are known."""
        self._runner.take(message)

    def on_job_log_found(self, message: JobLogFound) -> None:
        """Whose log is to be shown is known."""
        self.dispatcher.show_log(message.job)

    def on_prompt_ready(self, message: PromptReady) -> None:
        """What a question is about is known."""
        message.put()

    def on_copy_requested(self, message: CopyRequested) -> None:
        """Send it to the terminal's clipboard, and show it for terminals that take none."""
        from ytui.tui.screens.dialogs import TextScreen
        from ytui.tui.terminal.driver import osc52

        if self._driver is not None:
            self._driver.write(osc52(message.text, self._environ))
        self.push_screen(TextScreen("Copied", message.text))

    def on_notice(self, message: Notice) -> None:
        """Tell, and after a change look at once."""
        self.tell(message.words, wrong=message.wrong)
        if message.acted:
            if self.main.pane.rows.selection:
                self.main.pane.rows.set_marks(set())
            if self._host.engine is not None:
                self._runner.in_thread(self._host.engine.wake)
            self.refresh_status()

    # --- leaving

    @property
    def driver(self) -> Driver | None:
        """The terminal."""
        return self._driver

    # What the terminal's driver says, by signal or by what it reads.

    def terminal_lost(self) -> None:
        """The line dropped."""
        self._life.terminal_lost()

    def end_quietly(self, number: signal.Signals) -> None:
        """SIGTERM, or SIGINT from outside."""
        self._life.end_quietly(number)

    def suspend_queue(self) -> None:
        """SIGTSTP, or ``ctrl+z``."""
        self._life.suspend()

    def resume_queue(self) -> None:
        """SIGCONT on a terminal that is ours."""
        self._life.resume()

    def sleep_on(self) -> None:
        """SIGCONT while the terminal is another's (``bg``)."""
        self._life.sleep_on()

    def paint_again(self) -> None:
        """The terminal missed something."""
        self.refresh(layout=True)

    def last_words(self, *, lost: bool) -> None:
        """The process ends right after this; ``lost``: because the line dropped."""
        self._life.last_words(lost=lost)
