"""The application: it shows the engine's board four times a second and does what keys ask for."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar

from textual._context import active_app
from textual.app import App
from textual.binding import Binding
from textual.command import CommandPalette
from textual.dom import DOMNode
from textual.driver import Driver
from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from ytui.core.settings import Settings
from ytui.engine.away import Away
from ytui.engine.board import BoardSnapshot, QueueView, SlotState
from ytui.engine.tenancy import Tenancy
from ytui.paths import Places
from ytui.store.database import Store, data_version
from ytui.tui import keys
from ytui.tui.asking import Asked, Asking
from ytui.tui.clipboard import osc52
from ytui.tui.closer import Closer, LogFound
from ytui.tui.command_runner import CommandRunner, Resolved, Told
from ytui.tui.commands import COMMANDS
from ytui.tui.copying import Copied
from ytui.tui.deeds import screen_deeds
from ytui.tui.driver import TerminalDriver
from ytui.tui.engine_host import EngineFactory, EngineHost, EngineLike, EngineStarted, SlotWanted
from ytui.tui.keys import BY_NAME, MOVES, View
from ytui.tui.lifecycle import Lifecycle
from ytui.tui.palette import ActionProvider
from ytui.tui.screens.ask import AskScreen
from ytui.tui.screens.away import AwayScreen
from ytui.tui.screens.details import DetailsScreen
from ytui.tui.screens.help import HelpScreen
from ytui.tui.screens.main import MainScreen
from ytui.tui.screens.text import TextScreen
from ytui.tui.summary import Summary, read_summary, title
from ytui.tui.text import ASCII, clean, count, glyphs_for
from ytui.tui.theme import OWN_VARIABLES, THEMES, choose_theme
from ytui.tui.theme_palette import ThemeProvider, keep_theme
from ytui.tui.tools import missing_tools

LOG = logging.getLogger(__name__)
SLOT_THREADS, OTHER_THREADS = 16, 8
FRAMES, FRAMES_OVER_SSH = 4.0, 2.0
"""Looks at the board a second."""
LAGGING = 0.4
"""How full the terminal's queue may be before looks are left out: frames are dropped, never keys."""
AGAIN_SECONDS = 10.0
"""``U`` within this time after another fetches all channels, due or not."""


class SummaryRead(Message):
    """The header's figures were read; None where that failed."""

    def __init__(self, summary: Summary | None) -> None:
        super().__init__()
        self.summary = summary


class YtuiApp(App[None], inherit_bindings=False):
    """ytui on a terminal: what it shows is in the store or on the board, it keeps no state of its own."""

    CSS_PATH: ClassVar[list[str | PurePath]] = ["app.tcss", "screens/main.tcss"]
    TITLE = "ytui"
    ENABLE_COMMAND_PALETTE = False
    COMMANDS = {ActionProvider, ThemeProvider}
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
        tenancy: Tenancy | None = None,
        away: Away | None = None,
    ) -> None:
        """``fps``: looks at the board a second; ``notices``: told at first; ``encoding``: the terminal's.

        ``tenancy`` is the hold on the library, ``away`` what happened since the last screen was closed.
        """
        super().__init__(driver_class=TerminalDriver)
        for theme, _ in THEMES.values():
            self.register_theme(theme)
        self.theme = choose_theme(settings.screen.theme, self.available_themes, environ)
        self.remapped = settings.screen.keys
        self.set_keymap(dict(self.remapped))
        self._store = store
        self._first_settings = settings
        self._title = f"ytui {title_suffix}".strip()
        self._notices = list(notices)
        self._clock = clock
        self._glyphs = glyphs_for(encoding)
        self.set_class(self._glyphs is ASCII, "ascii")
        self._frames = (
            fps or settings.screen.fps or (FRAMES_OVER_SSH if environ.get("SSH_CONNECTION") else FRAMES)
        )
        self._host = EngineHost(self, engine_factory)
        self._life = Lifecycle(self, self._host, tenancy)
        self._away = away
        self._runner = CommandRunner(self, store, places, lambda: self.settings_in_force, clock)
        self.places = places
        self.mouse_on = True
        self._environ = environ
        self._main = self.main = MainScreen(store, self._glyphs, self.remapped, self._title)
        self._summary = Summary()
        self._snapshot = BoardSnapshot((), QueueView(), 0.0)
        self._version = -1
        self._reading_summary = False
        self._problem = ""
        self._fetch_due_at = -AGAIN_SECONDS
        self._config_file = places.config_file
        self._closer = Closer(self, store, places, self._glyphs, self._runner, clock)
        self._asking = Asking(self, store, places, self._runner, clock)
        self._deeds = self._make_deeds()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own names of colours, for themes that do not have them."""
        return dict(OWN_VARIABLES)

    # --- beginning and end

    def get_default_screen(self) -> Screen[None]:
        """The one main screen."""
        return self._main

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
        for notice in [*self._notices, *_key_notices(self.remapped)]:
            self._tell(notice, wrong=True)
        self.set_interval(1 / self._frames, self.look)
        self.call_after_refresh(self._host.start)
        self.call_after_refresh(self._tell_missing)
        if self._away is not None and self._away.anything:
            self._push(AwayScreen(self._away))

    async def on_unmount(self) -> None:
        """Whatever ended the app, no slot is left behind: its thread would keep the process alive."""
        await self._host.stop()

    def on_slot_wanted(self, message: SlotWanted) -> None:
        """Start a slot."""
        self._host.run_slot(message.number)

    def on_engine_started(self, message: EngineStarted) -> None:
        """Show what the engine made of the store."""
        self.look()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A thread that failed is told and logged; it never ends the app."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            LOG.error("%s failed", event.worker.name, exc_info=error)
            self._tell(f"{event.worker.name}: {error}", wrong=True)

    def on_row_list_load_failed(self, message: Message) -> None:
        """A list could not be read."""
        error = getattr(message, "error", None)
        LOG.error("a list could not be read", exc_info=error)
        self._tell(f"the list could not be read: {error}", wrong=True)

    def choose_theme(self, name: str) -> None:
        """Take a theme, and keep it in the configuration."""
        self.theme = name
        self._runner.tell(lambda: keep_theme(self._config_file, name))

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

    def look(self) -> None:
        """Take a snapshot and show what changed; read rows again only after somebody's commit."""
        if not self.screen_stack:
            # The screens are gone already while the timer of this look is not.
            return
        self._life.look()
        if isinstance(self._driver, TerminalDriver) and self._driver.backlog > LAGGING:
            return
        engine = self._host.engine
        if engine is not None:
            self._snapshot = engine.board.snapshot(self._clock())
            if engine.problem != self._problem:
                self._problem = engine.problem
                if self._problem:
                    self._tell(self._problem, wrong=True)
        self._main.show_board(self._summary, self._snapshot)
        self._show_title()
        self._main.tick(self._clock())
        # This thread's connection never writes, so that the number moves with every commit of any other.
        version = data_version(self._store.db)
        if version != self._version:
            self._version = version
            self._read_again()

    def _show_title(self) -> None:
        if self.settings_in_force.screen.title and isinstance(self._driver, TerminalDriver):
            self._driver.show_title(title(self._title, self._summary, self._snapshot.queue))

    def _read_again(self) -> None:
        if self.page is not None:
            self.page.refresh_rows()
        if not self._reading_summary:
            self._reading_summary = True
            self._runner.in_thread(self._read_summary)

    def _read_summary(self) -> None:
        summary = None
        try:
            summary = read_summary(self._store.db)
        finally:
            self.post_message(SummaryRead(summary))

    def on_summary_read(self, message: SummaryRead) -> None:
        """Show the header's new figures."""
        self._reading_summary = False
        if message.summary is not None:
            self._summary = message.summary
            self._main.show_board(self._summary, self._snapshot)

    # --- keys

    @property
    def queue(self) -> QueueView:
        """The queue as it was last looked at."""
        return self._snapshot.queue

    @property
    def page(self) -> MainScreen | DetailsScreen | None:
        """The screen that keys act on; None under a question or a form."""
        return self.screen if isinstance(self.screen, MainScreen | DetailsScreen) else None

    @property
    def view(self) -> View | None:
        """What is on the screen as far as keys are concerned."""
        return self.page.view if self.page else None

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

    def can_do(self, name: str) -> bool:
        """Whether an action of the key table is known here."""
        return name in COMMANDS or name in MOVES or name in self._deeds or name.startswith("show_")

    async def action_do(self, name: str) -> None:
        """Do an action of the key table."""
        if name in COMMANDS:
            self._command(name)
        elif name in MOVES:
            self._move(name)
        elif name.startswith("show_"):
            await self._main.show_view(View(name.removeprefix("show_")))
        else:
            done = self._deeds[name]()
            if done is not None:
                await done

    def _make_deeds(self) -> dict[str, Callable[[], Awaitable[None] | None]]:
        return {
            **screen_deeds(self, self._main, self._closer, self._asking, self._runner),
            "back": self._back,
            "fewer_workers": lambda: self._set_workers(-1),
            "more_workers": lambda: self._set_workers(1),
            "help": lambda: self._push(HelpScreen(self.view or View.DASHBOARD, self.remapped)),
            "palette": lambda: self._push(CommandPalette(id="--command-palette")),
            "suspend": self._life.suspend,
            "quit": self._quit,
            "quit_now": self._quit,
        }

    def _push(self, screen: Screen[Any], then: Callable[[Any], None] | None = None) -> None:
        self.push_screen(screen, then)

    def _move(self, name: str) -> None:
        if self.page is None:
            return
        mover = self.page.mover
        mover.move_by(MOVES[name](mover.page_rows()))

    async def _back(self) -> None:
        if self.page is not None:
            await self.page.back()

    def _command(self, name: str) -> None:
        if name == "fetch_due":
            now = self._clock()
            name = "fetch_all" if now - self._fetch_due_at < AGAIN_SECONDS else name
            self._fetch_due_at = now
        if self.page is not None:
            self._runner.run(name, self.page.target())

    def on_resolved(self, message: Resolved) -> None:
        """A command's ids are known."""
        self._runner.take(message)

    def on_log_found(self, message: LogFound) -> None:
        """Whose log is to be shown is known."""
        self._closer.show_log(message.job)

    def on_asked(self, message: Asked) -> None:
        """What a question is about is known."""
        message.put()

    def on_copied(self, message: Copied) -> None:
        """Send it to the terminal's clipboard, and show it for terminals that take none."""
        if self._driver is not None:
            self._driver.write(osc52(message.text, self._environ))
        self._push(TextScreen("Copied", message.text))

    def _tell_missing(self) -> None:
        for notice in missing_tools():
            self._tell(notice, wrong=True)

    def on_told(self, message: Told) -> None:
        """Tell, and after a change look at once."""
        self._tell(message.words, wrong=message.wrong)
        if message.acted:
            if self._main.pane.rows.marks:
                self._main.pane.rows.set_marks(set())
            if self._host.engine is not None:
                self._runner.in_thread(self._host.engine.wake)
            self.look()

    def _tell(self, words: str, *, wrong: bool = False) -> None:
        self.notify(clean(words), severity="error" if wrong else "information", markup=False)

    def _set_workers(self, change: int) -> None:
        engine = self._host.engine
        if engine is None:
            return

        def change_in_thread() -> Told:
            engine.set_workers(engine.workers + change)
            return Told(count(engine.workers, "worker"))

        self._runner.tell(change_in_thread)

    # --- leaving

    def _quit(self) -> None:
        self.look()
        running = sum(
            view.state in (SlotState.RUNNING, SlotState.CANCELLING) for view in self._snapshot.slots
        )
        if not running:
            self._life.stop_and_quit()
            return
        ways = [("stop", "stop and quit")]
        if self._life.can_leave_running:
            ways.append(("leave", "leave running"))
        question = (
            f"{count(running, 'job')} running. Quit?\n"
            "What is half downloaded is kept and goes on at the next start."
        )
        self._push(AskScreen(question, ways, "stay"), self._answered_quit)

    def _answered_quit(self, answer: str | None) -> None:
        if answer == "stop":
            self._tell("ending what runs…")
            self._life.stop_and_quit()
        elif answer == "leave":
            self._tell("handing the queue over…")
            self._life.leave_running()

    def _fatal_error(self) -> None:
        """The traceback goes to the log: the person gets a sentence, after the terminal is as it was."""
        LOG.critical("the application ended by a mistake", exc_info=self._exception)
        self._close_messages_no_wait()

    @property
    def driver(self) -> Driver | None:
        """The terminal."""
        return self._driver

    # What the terminal's driver says, by signal or by what it reads.

    def terminal_lost(self) -> None:
        """The line dropped."""
        self._life.terminal_lost()

    def end_quietly(self) -> None:
        """SIGTERM."""
        self._life.end_quietly()

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


def _key_notices(remapped: Mapping[str, str]) -> list[str]:
    """Return what is wrong with ``[screen.keys]``: names that are no action, keys given twice in one view."""
    notices = [f"screen.keys: there is no action {name!r}" for name in keys.unknown_actions(remapped)]
    return notices + [f"screen.keys: {words}" for words in keys.clashes(remapped)]
