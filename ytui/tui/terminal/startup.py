"""Start-up of the terminal: can it show the application, and what waits while it opens."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Mapping


def unsupported(environ: Mapping[str, str]) -> str:
    """Why this terminal cannot show the application, in one sentence; empty if it can."""
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return (
            f"this terminal says it is {term or 'none'}, which cannot show a full-screen application; "
            "set TERM (for example xterm-256color), or use the commands: ytui run, ytui status"
        )
    if sys.platform == "win32":
        return "the application needs a terminal of a Unix system; use the commands: ytui run, ytui status"
    return ""


_caught: list[int] = []


def keep_signals() -> None:
    """From now on, until the driver is there, a signal that would end the process is only noted.

    The library is taken already: without its successor the queue would stand still.
    """
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda number, _: _caught.append(number))


def kept_signals() -> list[int]:
    """Return what came meanwhile, once."""
    caught = _caught.copy()
    _caught.clear()
    return caught


def pause_collector() -> None:
    """Leave garbage alone until everything is loaded: next to nothing of what is made until then goes."""
    gc.disable()


def resume_collector() -> None:
    """Look for garbage again, but never in what was loaded: that stays to the end."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
