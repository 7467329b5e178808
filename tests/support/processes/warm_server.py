"""Run as a program: starts a fork server for the options in its argument and says what a job finds in it."""

from __future__ import annotations

import contextlib
import json
import optparse
import os
import sys
from typing import Any

from ytui.engine.jobs.fork_server import CONTEXT, start_server
from ytui.ytdlp import WARM_ARGS


def say(connection: Any, args: tuple[str, ...]) -> None:
    """The job: look, without changing what is looked at."""
    from ytui.ytdlp import options, patches

    before = options._difference_once.cache_info().misses
    with contextlib.suppress(optparse.OptParseError):
        options._difference_once(args)
    extractors = patches.shared_extractors()
    real = [extractors[key].real_class for key in ("Youtube", "YoutubeTab", "YoutubePlaylist")]
    connection.send(
        {
            "parsed": options._difference_once.cache_info().misses == before,
            "in environment": WARM_ARGS in os.environ,
            "patterns": all("_VALID_URL_RE" in vars(extractor) for extractor in real),
            "contexts": sorted(context.verify_mode for context in patches._CONTEXTS.values()),
        }
    )


def main() -> None:
    """Print what the job said, one JSON object."""
    args = tuple(json.loads(sys.argv[1]))
    start_server(args)
    ours, theirs = CONTEXT.Pipe()
    job = CONTEXT.Process(target=say, args=(theirs, args))
    job.start()
    theirs.close()
    sys.stdout.write(json.dumps(ours.recv()))
    job.join()


if __name__ == "__main__":
    main()
