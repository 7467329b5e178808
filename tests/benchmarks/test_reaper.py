"""All CPU of a command's tree is counted, that of processes nobody else waits for included."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks.measure import cost

BURN = "import time\nwhile time.process_time() < 0.3: pass"


@pytest.mark.skipif(sys.platform != "linux", reason="subreapers are Linux's")
def test_an_orphan_that_outlives_the_command_is_waited_for_and_counted() -> None:
    orphan = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {BURN!r}]); print('gone')"
    spent = cost([sys.executable, "-c", orphan])
    assert spent.output == "gone\n"
    assert spent.cpu >= 0.3


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        cost([sys.executable, "-c", "raise SystemExit(3)"])
    assert cost([sys.executable, "-c", "raise SystemExit(3)"], check=False).code == 3
