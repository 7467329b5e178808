"""``python -m tests.check``: every static check, then the tests; ``--static`` leaves the tests out.

All checks run, also after one has failed; the exit code is 1 if one did. What else is given is for pytest:
``python -m tests.check tests/core``.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent
STATIC = (
    ("ruff format", ("ruff", "format", "--check", "ytui", "tests")),
    ("ruff check", ("ruff", "check", "ytui", "tests")),
    ("mypy", ("mypy", "--strict", "ytui", "tests")),
    ("import contracts", ("lint-imports",)),
)


def main(arguments: Sequence[str]) -> int:
    """Run the checks; 0 if all are green."""
    checks = list(STATIC)
    if "--static" not in arguments:
        checks.append(("tests", ("pytest", *arguments)))
    failed = [name for name, command in checks if not _passes(name, command)]
    print(f"\nfailed: {', '.join(failed)}" if failed else "\nall green", flush=True)
    return 1 if failed else 0


def _passes(name: str, command: Sequence[str]) -> bool:
    print(f"\n== {name}", flush=True)
    program, *rest = command
    return subprocess.run([PROGRAMS / program, *rest], cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
