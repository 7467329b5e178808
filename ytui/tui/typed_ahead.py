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
        self._under_way = False
        self._screen: Screen[object] | None = None

    def keep(self, event: events.Event) -> bool:
        """Keep an event for later if it has to wait; whether it has."""
        if self._under_way or self._finding():
            self._kept.append(event)
            return True
        return False

    def sent(self, target: MessagePump, screen: Screen[object]) -> None:
        """A key was handed to ``target`` while ``screen`` was shown."""
        self._number += 1
        self._under_way, self._screen = True, screen
        number = self._number
        if target.post_message(KeyDone(number)):
            self._app.set_timer(LOST, lambda: self.done(number))
        else:
            self.done(number)

    def done(self, number: int) -> None:
        """What the key does was done; the focus that it asked for is set before the next message."""
        if self._under_way and number == self._number:
            self._app.call_later(self.settle)

    async def settle(self) -> None:
        """Let the next key through, unless something is still being opened."""
        if self._finding() or not self._app.screen_stack:
            return
        if self._app.screen is not self._screen:
            self._screen = self._app.screen
            self._screen.call_after_refresh(self._app.call_later, self.settle)
            return
        self._under_way = False
        while self._kept and not self._under_way:
            await self._app.on_event(self._kept.popleft())
