"""A line that drops, or SIGTERM, while the application still opens: kept until it can be acted on."""

from __future__ import annotations

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
