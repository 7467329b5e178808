"""Run as a program: starts a job that starts a child, says so, and waits to be killed."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

from ytui.core.models import Tab
from ytui.core.tasks import Common, ListingTask
from ytui.ytdlp.job_main import run


def main() -> None:
    """Fork a job without a server, so that it inherits the descriptors that the test watches."""
    told = os.dup(1)
    os.environ["TOLD"] = str(told)
    context = multiprocessing.get_context("fork")
    _, theirs = context.Pipe()
    common = Common(
        job=1, log=Path(sys.argv[1]), extractor_modules=("tests.support.extractors.starts_a_child",)
    )
    job = context.Process(target=run, args=(ListingTask(common, "http://127.0.0.1:9/", Tab.LIST), theirs))
    job.start()
    os.close(int(os.environ["HELD"]))
    os.close(told)
    job.join()


if __name__ == "__main__":
    main()
