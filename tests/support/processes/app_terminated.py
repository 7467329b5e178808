"""The application, which is sent SIGTERM just after ``ctrl+z`` has handed its queue over."""

from __future__ import annotations

import os
import signal
import sys
import threading


def main() -> int:
    from ytui.cli.main import run
    from ytui.engine.ownership.ownership import LibraryOwnership
    from ytui.tui.lifecycle import Lifecycle

    give_away, end_quietly = LibraryOwnership.give_away, Lifecycle.end_quietly
    ending = threading.Event()

    def terminated(self: LibraryOwnership, *, successor: bool, **more: bool) -> int | None:
        ours = self.held
        given = give_away(self, successor=successor, **more)
        if ours:
            os.kill(os.getpid(), signal.SIGTERM)
            ending.wait()
        return given

    def end(self: Lifecycle, number: signal.Signals) -> None:
        end_quietly(self, number)
        ending.set()

    LibraryOwnership.give_away = terminated  # type: ignore[method-assign]
    Lifecycle.end_quietly = end  # type: ignore[method-assign]
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
