"""Keys typed faster than the screen follows: each waits for what the one before it opens.

A filter, a form or a question takes a moment to be there. Without this, what a person types on would act on
the list behind it: ``/`` and a word in one go, as a slow line delivers them, would cancel and download.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp

LOST = 0.5
"""Seconds after which a key's echo does not come any more: it went down with the widget that had the key."""


class KeyDone(Message):
    """Follows a key through the same queues, and so arrives when all has been done that it does."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class TypedAhead:
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
        if self._under_way or self._finding():
            self._kept.append(event)
            return True
        return False

    def sent(self, target: MessagePump, screen: Screen[object]) -> None:
        """A key was handed to ``target`` while ``screen`` was shown."""
        self._begin(screen)
        number = self._number
        if target.post_message(KeyDone(number)):
            self._app.set_timer(LOST, lambda: self.done(number))
        else:
            self.done(number)

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
        self._under_way = False
        while self._kept and not self._under_way:
            await self._app.on_event(self._kept.popleft())
