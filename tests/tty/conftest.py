from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.processes.tty_home import Home, a_home

# Processes and their states are read from there.
collect_ignore_glob = [] if Path("/proc/self/stat").exists() else ["test_*.py"]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A few videos on a slow site, one more than there are workers."""
    with a_home(tmp_path) as made:
        yield made
