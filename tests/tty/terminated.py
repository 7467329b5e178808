"""The application, which is sent SIGTERM while ``ctrl+z`` hands its queue over."""

from __future__ import annotations

import os
import signal
import sys


def main() -> int:
    from ytui.cli.main import run
    from ytui.engine.holder.tenancy import Tenancy

    give_away = Tenancy.give_away

    def terminated(self: Tenancy, *, successor: bool, ended: bool = True) -> int | None:
        if self.held:
            os.kill(os.getpid(), signal.SIGTERM)
        return give_away(self, successor=successor, ended=ended)

    Tenancy.give_away = terminated  # type: ignore[method-assign]
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
