"""The entry point. Every forked job imports this module again, so nothing heavy may stand at its top."""

from __future__ import annotations

import sys


def main() -> int:
    """Run ytui with the arguments of the process; returns its exit code."""
    from ytui.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
