"""Leaving with a key: at once where nothing runs, else after a question that counts along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ytui.core.amounts import count
from ytui.tui.actions.command_runner import Told
from ytui.tui.lifecycle import Lifecycle
from ytui.tui.looking import Looking
from ytui.tui.screens.ask import AskScreen

if TYPE_CHECKING:
    from ytui.tui.app import YtuiApp


class Quitting:
    """Asks before it ends what runs."""

    def __init__(self, app: YtuiApp, looking: Looking, life: Lifecycle) -> None:
        self._app = app
        self._looking = looking
        self._life = life
        self._open: AskScreen | None = None

    def quit(self) -> None:
        """Leave, or ask how; counted from a fresh look."""
        self._app.look()
        if not self._looking.running:
            self._life.stop_and_quit()
            return
        ways = [("stop", "stop and quit")]
        if self._life.can_leave_running:
            ways.append(("leave", "leave running"))
        self._open = AskScreen(_question(self._looking.running), ways, "stay")
        self._app.push_screen(self._open, self._answered)

    def look(self) -> None:
        """Let an open question say what runs by now."""
        if self._open is not None:
            self._open.ask(_question(self._looking.running))

    def _answered(self, answer: str | None) -> None:
        self._open = None
        if answer == "stop":
            self._app.post_message(Told("ending what runs…"))
            self._life.stop_and_quit()
        elif answer == "leave":
            self._app.post_message(Told("handing the queue over…"))
            self._life.leave_running()


def _question(running: int) -> str:
    if not running:
        return "Nothing runs any more. Quit?\nWhat is queued goes on at the next start."
    return (
        f"{count(running, 'job')} running. Quit?\n"
        "What is half downloaded is kept and goes on at the next start."
    )
