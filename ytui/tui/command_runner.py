"""Command runner: ids are found in a thread, a question asked if need be, the rest done in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ytui.core.formatting import plural
from ytui.core.settings import Settings
from ytui.paths import Places
from ytui.store.database import Database, Store
from ytui.tui.key_queue import KeyQueue
from ytui.tui.keymap import keys_of, sign
from ytui.tui.keys import BY_NAME
from ytui.tui.lists.rows import Target
from ytui.tui.notifications import NotifyingApp
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.undo import Result, UndoStack

NO_CHANNEL = "no channel here: this key is for rows of the channels"
MANY = 50
"""So many rows are announced at once, before they are written."""
AGAIN_SECONDS = 10.0
"""A command within this time after the same one is told so."""

Ids = Sequence[int]
Effect = Callable[[Database], str | Result]
"""Does something and returns what to tell, with the way back if there is one."""


@dataclass(frozen=True)
class Command:
    """A command about to be done: to these ids, asking ``question`` first if it has one."""

    ids: Ids
    act: Effect
    question: str = ""
    nothing: str = "nothing to do here"
    """What to tell where there are no ids."""
    yes: str = ""
    """The word on the button that does it."""
    other: tuple[str, Effect] | None = None
    """Another answer to the question: its word, and what it does."""
    safe: str = "leave it"
    """The word on the button that changes nothing."""
    unless: Effect | None = None
    """What is done where the safe answer is given."""


@dataclass(frozen=True)
class CommandContext:
    """What commands need beside the ids."""

    db: Database
    settings: Settings
    now: float
    places: Places

    again: bool = False
    """The same key came a moment ago."""


Resolve = Callable[[CommandContext, Target], Command]
"""Finds what a key is about, with a worker thread's connection; it changes nothing yet."""
FoundT = TypeVar("FoundT")


class CommandRunner:
    """Runs one command after the other, in the order of the keys."""

    def __init__(
        self,
        app: NotifyingApp,
        store: Store,
        places: Places,
        settings: Callable[[], Settings],
        clock: Callable[[], float],
        key_queue: KeyQueue,
        changed: Callable[[], None],
    ) -> None:
        """``key_queue`` keeps keys until a question is put; ``changed`` is called after rows were changed."""
        self._app = app
        self._store = store
        self._places = places
        self._settings = settings
        self._clock = clock
        self._key_queue = key_queue
        self._changed = changed
        self._changes = UndoStack()
        self._begun: dict[Resolve, float] = {}

    @property
    def can_undo(self) -> bool:
        """Whether there is a change that :meth:`undo` takes back."""
        return bool(self._changes)

    def run(self, resolve: Resolve, target: Target, *, quiet: bool = False, holds: bool = True) -> None:
        """Begin a command; a ``quiet`` one tells nothing where there is nothing to do.

        One that no key began ``holds`` none back: what is typed meanwhile is not meant for its question.
        """
        now = self._clock()
        again = now - self._begun.get(resolve, -AGAIN_SECONDS) < AGAIN_SECONDS
        self._begun[resolve] = now
        if holds:
            self._key_queue.hold()
        self._begin(self._run(resolve, target, again, quiet, holds))

    async def _run(self, resolve: Resolve, target: Target, again: bool, quiet: bool, holds: bool) -> None:
        """Find the ids, ask if need be, do it, tell."""
        try:
            command = await asyncio.to_thread(lambda: resolve(self._around(again), target))
            if not command.ids:
                if not quiet:
                    self._app.tell(command.nothing)
                return
            answer = self._ask(command) if command.question else None
        finally:
            if holds:
                self._key_queue.release()
        chosen = await answer if answer is not None else "yes"
        if chosen == "yes":
            if command.yes and len(command.ids) >= MANY:
                self._app.tell(f"{command.yes}: at work on {plural(len(command.ids), 'row')}")
            await self._act(command.act)
        elif chosen == "other" and command.other is not None:
            await self._act(command.other[1])
        elif command.unless is not None:
            await self._act(command.unless)

    def _around(self, again: bool) -> CommandContext:
        return CommandContext(self._store.db, self._settings(), self._clock(), self._places, again)

    def _ask(self, command: Command) -> Awaitable[str | None]:
        answers = [("yes", command.yes)]
        if command.other is not None:
            answers.append(("other", command.other[0]))
        return self._app.push_screen(
            AskScreen(command.question, answers, command.safe), wait_for_dismiss=True
        )

    def do(self, deed: Effect) -> None:
        """Do something in a thread, tell it, and remember how it is taken back."""
        self._begin(self._act(deed))

    async def _act(self, deed: Effect) -> None:
        self.report(await asyncio.to_thread(lambda: self._done(deed)))

    def _done(self, deed: Effect) -> Result:
        """Do something in the calling thread; what was done, in words."""
        done = deed(self._store.db)
        return self.with_notices(done) if isinstance(done, Result) else Result(done)

    def with_notices(self, done: Result) -> Result:
        """Return what was done with what keeps from starting that it queued; not for the screen's thread."""
        if not done.queued:
            return done
        # The first frame needs none of what it takes to judge a job.
        from ytui.engine.queue.verdicts import notices

        settings = self._settings()
        goes_on = f"{sign(keys_of(BY_NAME['pause_queue'], settings.screen.keys)[0])} goes on"
        words = notices(self._store.db, settings, done.queued, self._clock(), goes_on=goes_on)
        return replace(done, words=f"{done.words}; {words}") if words else done

    def report(self, done: Result) -> None:
        """Tell what was done, and remember how it is taken back."""
        self._changes.push(done.undo)
        self._app.tell(done.words, wrong=done.wrong)
        if not done.wrong:
            self._changed()

    def undo(self) -> None:
        """Take the last change back."""
        change = self._changes.pop()
        if change is None:
            self._app.tell("nothing to undo")
        elif change.never:
            self._app.tell(change.never)
        else:
            self.do(lambda db: f"undone: {change.act(db)}")

    def tell(self, sentence: Callable[[Database], str | Result]) -> None:
        """Find something out in a thread and tell it."""
        self._begin(self._tell(sentence))

    async def _tell(self, sentence: Callable[[Database], str | Result]) -> None:
        said = await asyncio.to_thread(lambda: sentence(self._store.db))
        done = said if isinstance(said, Result) else Result(said)
        self._app.tell(done.words, wrong=done.wrong)

    def find(self, work: Callable[[Database], FoundT], then: Callable[[FoundT], object]) -> None:
        """Find out in a thread what a question is about, and put it: ``then``; keys wait that long."""
        self._key_queue.hold()
        self._begin(self._find(work, then))

    async def _find(self, work: Callable[[Database], FoundT], then: Callable[[FoundT], object]) -> None:
        try:
            then(await asyncio.to_thread(lambda: work(self._store.db)))
        finally:
            self._key_queue.release()

    def _begin(self, command: Coroutine[None, None, None]) -> None:
        self._app.run_worker(command, name="command", group="commands", exit_on_error=False)
