"""Background reads: something is read in a thread of the pool, and shown in the application's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.message_pump import MessagePump

Answer = TypeVar("Answer")


def read_in_thread(
    shower: MessagePump,
    read: Callable[[], Answer],
    show: Callable[[Answer | None], object],
    *,
    name: str,
    group: str = "rows",
) -> None:
    """Run ``read`` in a thread, and then ``show`` as a message of the widget or screen, if it is there still.

    Of a ``read`` that failed the application tells the error, and ``show`` is given None.
    """

    def run() -> None:
        found = None
        try:
            found = read()
        finally:
            shower.call_later(show, found)

    shower.app.run_worker(run, name=name, group=group, thread=True, exit_on_error=False)
