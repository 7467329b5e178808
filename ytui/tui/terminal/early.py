"""While the application opens: a line that drops, or SIGTERM, is kept; the collector of garbage waits."""

from __future__ import annotations

import gc
import signal

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
