"""The application with a mistake in it: it fails on the key ``?``."""

from __future__ import annotations

import sys


def main() -> int:
    from ytui.cli.main import run
    from ytui.tui.screens import help_screen

    def init(self: help_screen.HelpScreen, *arguments: object) -> None:
        raise RuntimeError("a mistake made for this test")

    help_screen.HelpScreen.__init__ = init  # type: ignore[method-assign,assignment]
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
