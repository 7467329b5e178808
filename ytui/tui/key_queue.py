"""Key queue: keys typed faster than the screen follows wait for what the one before them opens.

A filter, a form or a question takes a moment to be there. Without this, what a person types on would act on
the list behind it: ``/`` and a word in one go, as a slow line delivers them, would cancel and download.
"""

from __future__ import annotations

from collections import deque
from functools import partial

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen

LOST_SECONDS = 3.0
"""Seconds that a key waits for the echo of the one before it, which may have gone down with its widget."""


class KeyQueue:
    """Keeps keys and pasted text until the key before them is done."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._finding = 0
        """How many threads look for what a question is about: it may be put any moment."""
        self._kept: deque[events.Event] = deque()
        self._number = 0
        self._under_way = self._echoed = False
        self._screen: Screen[object] | None = None

    def keep(self, event: events.Event) -> bool:
        """Keep an event for later if it has to wait; whether it has."""
        if not self._under_way and not self._finding:
            return False
        self._kept.append(event)
        if len(self._kept) == 1:
            self._watch()
        return True

    def sent(self, target: MessagePump, screen: Screen[object]) -> None:
        """A key was handed to ``target`` while ``screen`` was shown."""
        self._begin(screen)
        target.call_later(self._follow, target, self._number)
        if self._kept:
            self._watch()

    def hold(self) -> None:
        """A thread begins to look for what a question is about."""
        self._finding += 1

    def release(self) -> None:
        """It is known, and the question was put."""
        self._app.call_later(self._found)

    def _follow(self, pump: MessagePump, number: int) -> None:
        """Follow a key through the queues that it bubbles through: at their end all was done that it does."""
        if (parent := pump._parent) is None:
            self._done(number)
        else:
            parent.call_later(self._follow, parent, number)

    def _done(self, number: int) -> None:
        """What the key does was done; the focus that it asked for is set before the next message."""
        if number == self._number and not self._echoed:
            self._echoed = True
            self._app.call_later(self._settle, number)

    async def _found(self) -> None:
        self._finding -= 1
        if self._finding:
            return
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
        if self._finding:
            self._watch()
        else:
            await self._let_through()

    def _begin(self, screen: Screen[object] | None) -> None:
        self._number += 1
        self._under_way, self._echoed, self._screen = True, False, screen

    async def _settle(self, number: int) -> None:
        """Let the next key through, unless something is still being opened."""
        if not self._under_way or number != self._number or self._finding or not self._app.screen_stack:
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
