"""What every test leaves as it found it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command sends the log of the whole process to a file; the next test is to hear its own again."""
    log = logging.getLogger("ytui")
    before = list(log.handlers), log.propagate, logging.raiseExceptions
    yield
    log.handlers, log.propagate, logging.raiseExceptions = before
