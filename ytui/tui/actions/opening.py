"""Opening: the file of a row in a program of this machine, which goes on by itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Thread

from ytui.core.settings import Settings
from ytui.core.settings.tables import PATH_PLACE, URL_PLACE
from ytui.tui.actions.copying import Thing, things_of
from ytui.tui.actions.plan_actions import nothing_here
from ytui.tui.context import AppContext
from ytui.tui.lists.rows import Target
from ytui.tui.notifications import NotifyingApp

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
PLAYER = ("mpv", "--no-terminal", "--force-window", PATH_PLACE)
NO_PLAYER = (
    "there is no mpv with a display here: Y copies a line that plays it over SSH, "
    "open_command under [screen] names another program"
)
SOON = 10.0
"""Seconds within which a program that fails is told: later it is one that somebody used."""
_TAIL = 2_000
_PLACES = re.compile("|".join(map(re.escape, (PATH_PLACE, URL_PLACE))))


def command_here(command: Sequence[str] | None, environ: Mapping[str, str]) -> Sequence[str] | None:
    """Return the command that opens a file: the configured one, else mpv where it has a display; or None."""
    if command:
        return command
    shown = any(environ.get(name) for name in DISPLAYS)
    return PLAYER if shown and shutil.which(PLAYER[0], path=environ.get("PATH")) else None


def words_for(command: Sequence[str], thing: Thing) -> list[str] | str:
    """Return the words to start, or why there is nothing to open."""
    if any(PATH_PLACE in word for word in command):
        if thing.path is None:
            return "there is no file of it here: d downloads it"
        if not thing.path.exists():
            return f"{thing.path} is not there: is its disk mounted?"
    given = {PATH_PLACE: str(thing.path), URL_PLACE: thing.url}
    # In one go: a file may be called {url}.
    return [_PLACES.sub(lambda place: given[place[0]], word) for word in command]


def open_here(context: AppContext) -> None:
    """Open the file of the row under the cursor, or the folder of the channel."""
    target = context.navigator.target(single=True)
    if target is not None and not target.keys:
        context.app.tell(nothing_here(target, "nothing here to open"))
    elif target is not None:
        context.app.in_thread(partial(_open, context, target, context.host.settings))


def _open(context: AppContext, target: Target, settings: Settings) -> None:
    """Find out in a thread what is to be started, and start it, or say why not."""
    command = command_here(settings.screen.open_command, context.environ)
    if command is None:
        context.app.tell(NO_PLAYER, wrong=True)
        return
    things = things_of(context.store.db, target, settings.library.path)
    words = words_for(command, things[0]) if things else "there is no video here to open"
    if isinstance(words, str):
        context.app.tell(words, wrong=True)
    else:
        # A thread of its own: it waits as long as the program is used, and those of the pool are few.
        Thread(target=_run, args=(words, context.app), name="opened", daemon=True).start()


def _run(words: Sequence[str], app: NotifyingApp) -> None:
    """Run a program, without a shell; that it could not be started, or failed soon, is told."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                # It outlives a ytui that ends meanwhile, and no key of the terminal reaches it.
                start_new_session=True,
            )
        except OSError as error:
            app.tell(f"{words[0]} could not be started: {error.strerror or error}", wrong=True)
            return
        app.tell(f"opened with {Path(words[0]).name}")
        begun = time.monotonic()
        code = process.wait()
        if code and time.monotonic() - begun < SOON:
            errors.seek(0)
            lines = errors.read()[-_TAIL:].decode(errors="replace").split("\n")
            last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
            app.tell(f"{words[0]} ended with {code}: {last}", wrong=True)
