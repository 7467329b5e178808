"""What every test leaves as it found it."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.support.processes.programs import skip_without_programs

# Where this is set, every one of the many processes that are started here would compile ytui anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# Beside whatever else a machine has to do, a job that gives way to all of it hardly gets a turn.
os.environ["YTUI_NICENESS"] = "0"
# How long one example takes says only what else the machine has to do.
hypothesis.settings.register_profile(
    "ytui", max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "30")), deadline=None
)
hypothesis.settings.load_profile("ytui")


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """A command sends the log of the whole process to a file; the next test is to hear its own again."""
    log = logging.getLogger("ytui")
    before = list(log.handlers), log.propagate, logging.raiseExceptions
    yield
    log.handlers, log.propagate, logging.raiseExceptions = before


def pytest_collection(session: pytest.Session) -> None:
    """In a fresh clone no test is compiled yet: each worker begins with a part of them, for all."""
    worker: dict[str, Any] | None = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    tests = sorted(Path(__file__).parent.rglob("test_*.py"))
    for path in tests[int(worker["workerid"].removeprefix("gw")) :: worker["workercount"]]:
        import_module(".".join(path.relative_to(Path(__file__).parents[1]).with_suffix("").parts))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look at it again.

    What a test leaves is small beside that: it is looked for less often, too.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_runtest_setup(item: pytest.Item) -> None:
    skip_without_programs(item)
