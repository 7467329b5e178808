"""What a command costs, and waiting for a moment to come."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_NEVER = threading.Event()


@dataclass(frozen=True)
class Cost:
    """Seconds: until the command ended, and of CPU in all processes that came of it."""

    wall: float
    cpu: float
    code: int
    output: str


def cost(command: Sequence[str], *, stdin: str = "", check: bool = True) -> Cost:
    """Run a command to the end of its last descendant; raises ``RuntimeError`` if it fails and ``check``."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "cost.json"
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.reaper", str(result), *command],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if not result.exists():
            raise RuntimeError(done.stderr[-2000:])
        found = json.loads(result.read_text())
    if check and found["code"]:
        raise RuntimeError(
            f"{command[:6]} ended with {found['code']}: {(done.stderr or done.stdout)[-2000:]}"
        )
    return Cost(found["wall"], found["cpu"], found["code"], done.stdout)


def until(condition: Callable[[], object], seconds: float = 20.0, every: float = 0.001) -> float:
    """Seconds until a condition came true; ``TimeoutError`` if it did not."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > seconds:
            raise TimeoutError(f"it did not come about in {seconds:g} s")
        _NEVER.wait(every)
    return time.monotonic() - started


def mib(kibibytes: float) -> str:
    """Memory for a cell of the table."""
    return f"{kibibytes / 1024:.0f} MB"


def milliseconds(seconds: float) -> str:
    """A short time for a cell of the table."""
    return f"{seconds * 1000:.1f} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
