"""What every test leaves as it found it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest

from tests.programs import skip_without_programs

# Beside whatever else a machine has to do, a job that gives way to all of it hardly gets a turn.
os.environ["YTUI_NICENESS"] = "0"


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command sends the log of the whole process to a file; the next test is to hear its own again."""
    log = logging.getLogger("ytui")
    before = list(log.handlers), log.propagate, logging.raiseExceptions
    yield
    log.handlers, log.propagate, logging.raiseExceptions = before


def pytest_runtest_setup(item: pytest.Item) -> None:
    skip_without_programs(item)
