"""Command runner: ids are found in a thread, a question asked if need be, the rest done in a thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.app import App
from textual.message import Message

from ytui.core.formatting import plural
from ytui.core.settings import Settings
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.actions.targets import Command, CommandContext, Effect, Target
from ytui.tui.actions.undo import Result, UndoStack
from ytui.tui.screens.dialogs import AskScreen

MANY = 50
"""So many rows are announced at once, before they are written."""
AGAIN_SECONDS = 10.0
"""``U`` within this time after another fetches all channels, due or not."""


class CommandResolved(Message):
    """A key's ids are known."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


class Notice(Message):
    """Something to tell the person; ``acted`` when rows were changed."""

    def __init__(self, words: str, *, acted: bool = False, wrong: bool = False) -> None:
        super().__init__()
        self.words = words
        self.acted = acted
        self.wrong = wrong


class LookupsDone(Message):
    """No thread looks for what a question is about any more; what they found was posted before this."""


class CommandRunner:
    """Runs one command after the other, in the order of the keys."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        places: Places,
        settings: Callable[[], Settings],
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._store = store
        self._places = places
        self._changes = UndoStack()
        self._settings = settings
        self._clock = clock
        self._fetch_due_at = -AGAIN_SECONDS
        self._finds = 0

    @property
    def finding(self) -> bool:
        """Whether a thread looks for what a question is about: it may be put any moment."""
        return self._finds > 0

    def run(self, name: str, target: Target) -> None:
        """Begin a command of :data:`COMMANDS`; a :class:`CommandResolved` follows."""
        if name == "fetch_due":
            now = self._clock()
            name = "fetch_all" if now - self._fetch_due_at < AGAIN_SECONDS else name
            self._fetch_due_at = now
        self.find(partial(self._resolve, name, target))

    def take(self, resolved: CommandResolved) -> None:
        """Ask, or do it at once."""
        command = resolved.command
        if not command.ids:
            self._app.post_message(Notice(command.nothing))
        elif command.question:
            answers = [("yes", command.yes)]
            if command.other is not None:
                answers.append(("other", command.other[0]))
            self._app.push_screen(
                AskScreen(command.question, answers, "leave it"), partial(self._answered, command)
            )
        else:
            self._act_later(command)

    def do(self, deed: Effect) -> None:
        """Do something in a thread, tell it, and remember how it is taken back."""
        self.in_thread(partial(self._act, deed))

    def undo(self) -> None:
        """Take the last change back."""
        change = self._changes.pop()
        if change is None:
            self._app.post_message(Notice("nothing to undo"))
        elif change.never:
            self._app.post_message(Notice(change.never))
        else:
            self.do(lambda db: f"undone: {change.act(db)}")

    def tell(self, sentence: Callable[[], Notice]) -> None:
        """Find something out in a thread and tell it."""
        self.in_thread(lambda: self._app.post_message(sentence()))

    def find(self, work: Callable[[], object]) -> None:
        """Find out in a thread what a question is about; an :class:`LookupsDone` follows what it posts."""

        def look() -> None:
            try:
                work()
            finally:
                self._app.call_later(self._found)

        self._finds += 1
        self.in_thread(look)

    def _found(self) -> None:
        self._finds -= 1
        if not self._finds:
            self._app.post_message(LookupsDone())

    def in_thread(self, work: Callable[[], object]) -> None:
        """Run something in a thread of the app's pool; what it raises is told by the app."""
        self._app.run_worker(work, name="command", group="commands", thread=True, exit_on_error=False)

    def _resolve(self, name: str, target: Target) -> None:
        context = self.context()
        # Loaded by now, or it would hold up the first frame.
        from ytui.tui.actions.job_actions import COMMANDS

        self._app.post_message(CommandResolved(COMMANDS[name](context, target)))

    def context(self) -> CommandContext:
        """Return what commands need, with this thread's connection."""
        return CommandContext(self._store.db, self._settings(), self._clock(), self._places)

    def _answered(self, command: Command, answer: str | None) -> None:
        if answer == "yes":
            self._act_later(command)
        elif answer == "other" and command.other is not None:
            self.do(command.other[1])

    def _act_later(self, command: Command) -> None:
        if command.yes and len(command.ids) >= MANY:
            self._app.post_message(Notice(f"{command.yes}: {plural(len(command.ids), 'row')} on their way"))
        self.do(command.act)

    def _act(self, deed: Effect) -> None:
        answer = deed(self._store.db)
        self.told(answer if isinstance(answer, Result) else Result(answer))

    def told(self, done: Result) -> None:
        """Tell what was done, and remember how it is taken back."""
        self._changes.push(done.undo)
        self._app.post_message(Notice(done.words, acted=not done.wrong, wrong=done.wrong))
