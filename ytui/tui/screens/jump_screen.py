"""Jump: a few letters to any channel, video, item of the plan, action or setting, and keys that act there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input

from ytui.core.sanitize import clean
from ytui.store.database import Store
from ytui.tui.background import read_in_thread
from ytui.tui.keymap import call
from ytui.tui.keys import BY_NAME, View
from ytui.tui.lists.jump_results import ROW_KINDS, JumpFinder, JumpResult
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.lists.window import WindowReader
from ytui.tui.text import Glyphs
from ytui.tui.widgets.jump_list import JumpFooter, JumpList
from ytui.tui.widgets.list_pane import PaneTitle

PAUSE = 0.06
"""Seconds without a key before results are looked for."""
Run = Callable[[], Awaitable[object] | object]


class JumpScreen(Screen[Run | None], inherit_bindings=False):
    """Dismisses with what is to be done once it is gone; None if the person left."""

    CSS_PATH = "jump.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,shift+tab", "switch", "Keys act on the result", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]
    view = View.JUMP

    def __init__(self, finder: JumpFinder, store: Store, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._finder = finder
        self._reader = WindowReader(store)
        self._wanted = ""
        self._found: str | None = None
        self._choose = False
        """Whether enter was pressed before there were results for what is typed."""
        self._pause: Timer | None = None
        self._title_line = PaneTitle("Jump", glyphs)
        self._input = Input(
            placeholder="a channel, a video, a failure, an action, a setting", classes="filter"
        )
        self._input.cursor_blink = False
        self._list = JumpList(glyphs)
        self._footer = JumpFooter(remapped, self.action_switch)

    def compose(self) -> ComposeResult:
        """Title, line, results, footer."""
        self._title_line.light(True)
        yield self._title_line
        yield self._input
        yield self._list
        yield self._footer

    def on_mount(self) -> None:
        """Typing finds at once; before, what can be done is shown."""
        self._input.focus()
        self._look()

    # --- what the app asks of a page

    @property
    def mover(self) -> JumpList:
        """What the keys for moving move."""
        return self._list

    def refresh_rows(self) -> None:
        """Look again: what is shown has another state by now."""
        self._look()

    def target(self, *, single: bool = False) -> Target:
        """Return what is under the cursor; nothing where that is no row of the store."""
        result = self._list.result
        kind = ROW_KINDS.get(result.kind) if result is not None else None
        if result is None or kind is None:
            return Target(RowKind.CHANNEL, ())
        return Target(kind, (result.key,))

    async def back(self) -> None:
        """Back to the line, then to where it was opened."""
        if self._list.has_focus:
            self._input.focus()
        else:
            self._reader.interrupt()
            self.dismiss(None)

    # --- keys

    def action_switch(self) -> None:
        """Give the keyboard to the results, where letters are keys, or back to the line."""
        if self._found != self._input.value:
            self._list.wait()
        (self._input if self._list.has_focus else self._list).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what the keys do now."""
        self._footer.act(event.widget is self._list)

    async def action_choose(self) -> None:
        """Do the action, or open what is under the cursor."""
        result = self._list.result
        if result is not None and result.run is not None:
            self.dismiss(result.run)
        elif result is not None:
            await self.app.run_action(call(BY_NAME["open"]), self.app)

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter, while the line has the keyboard; what was typed last is looked for first."""
        event.stop()
        self._choose = self._found != event.value
        if not self._choose:
            await self.action_choose()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look once the typing pauses."""
        event.stop()
        self._choose = False
        if self._pause is not None:
            self._pause.stop()
        self._pause = self.set_timer(PAUSE, self._look)

    # --- looking, in a thread

    def _look(self) -> None:
        if self._input.value != self._wanted:
            self._reader.interrupt()
        self._wanted = self._input.value
        if self._reader.begin():
            read_in_thread(
                self, partial(self._find, self._wanted), partial(self._show, self._wanted), name="jump"
            )

    def _find(self, text: str) -> list[JumpResult] | Exception:
        try:
            return self._reader.run(lambda db: self._finder.find(db, text))
        except Exception as error:  # noqa: BLE001 - whatever it is, the screen must know that it has ended
            return error

    async def _show(self, text: str, found: list[JumpResult] | Exception | None) -> None:
        """Show what was found, if it is still what is looked for."""
        again = self._reader.end()
        if text != self._wanted or again:
            self._look()
        if text != self._wanted:
            return
        if isinstance(found, list):
            self._list.show(found, stay=self._found == text)
            self._found = text
            if self._choose:
                self._choose = False
                await self.action_choose()
        else:
            words = clean(f"the search did not work: {found}")
            self.app.notify(words, severity="error", markup=False)
