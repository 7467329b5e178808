"""The application with an engine that never comes to its end: only the last resort ends this process."""

from __future__ import annotations

import sys
import threading


def main() -> int:
    from ytui.cli.main import run
    from ytui.engine.engine import Engine

    def stop(self: Engine, *, graceful: bool, timeout: float | None = None) -> bool:
        return threading.Event().wait()

    Engine.stop = stop  # type: ignore[method-assign]
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
