"""Key queue: keys typed faster than the screen follows wait for what the one before them opens.

A filter, a form or a question takes a moment to be there. Without this, what a person types on would act on
the list behind it: ``/`` and a word in one go, as a slow line delivers them, would cancel and download.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

LOST_SECONDS = 3.0
"""Seconds that a key waits for the echo of the one before it, which may have gone down with its widget."""


class KeyHandled(Message):
    """Follows a key through the same queues, and so arrives when all has been done that it does."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class KeyQueue:
    """Keeps keys and pasted text until the key before them is done."""

    def __init__(self, app: YtuiApp, finding: Callable[[], bool]) -> None:
        """``finding`` tells whether a thread looks for what a question is about."""
        self._app = app
        self._finding = finding
        self._kept: deque[events.Event] = deque()
        self._number = 0
        self._under_way = self._echoed = False
        self._screen: Screen[object] | None = None

    def keep(self, event: events.Event) -> bool:
        """Keep an event for later if it has to wait; whether it has."""
        if not self._under_way and not self._finding():
            return False
        self._kept.append(event)
        if len(self._kept) == 1:
            self._watch()
        return True

    def sent(self, target: MessagePump, screen: Screen[object]) -> None:
        """A key was handed to ``target`` while ``screen`` was shown."""
        self._begin(screen)
        target.post_message(KeyHandled(self._number))
        if self._kept:
            self._watch()

    def done(self, number: int) -> None:
        """What the key does was done; the focus that it asked for is set before the next message."""
        if number == self._number and not self._echoed:
            self._echoed = True
            self._app.call_later(self._settle, number)

    async def found(self) -> None:
        """Nothing is looked for any more, and the question was put."""
        if not self._under_way:
            # No key has begun it, but the palette.
            self._begin(self._screen)
            self._echoed = True
        if self._echoed:
            await self._settle(self._number)

    def _watch(self) -> None:
        """See to it that what is kept comes through whatever becomes of the echo."""
        self._app.set_timer(LOST_SECONDS, partial(self._overdue, self._number))

    async def _overdue(self, number: int) -> None:
        if number != self._number or not self._kept:
            return
        if self._finding():
            self._watch()
        else:
            await self._let_through()

    def _begin(self, screen: Screen[object] | None) -> None:
        self._number += 1
        self._under_way, self._echoed, self._screen = True, False, screen

    async def _settle(self, number: int) -> None:
        """Let the next key through, unless something is still being opened."""
        if not self._under_way or number != self._number or self._finding() or not self._app.screen_stack:
            return
        if self._app.screen is not self._screen:
            self._screen = self._app.screen
            self._screen.call_after_refresh(self._app.call_later, self._settle, number)
            return
        await self._let_through()

    async def _let_through(self) -> None:
        self._under_way = False
        while self._kept and not self._under_way:
            await self._app.on_event(self._kept.popleft())
