"""The sample site as a process of its own: ``python -m tests.benchmarks.far_site CHANNELS VIDEOS [WORD]``.

With the word ``challenges`` all its media ask one. Prints the channels' addresses as one line of JSON and
serves until its standard input ends. It is niced like the jobs: in life the site is on another machine, and
takes nothing of this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ytui.demo.site import Site
from ytui.demo.world import World

NICENESS = 10


@contextmanager
def far_site(channels: int, videos: int, *, challenges: bool = False) -> Iterator[list[str]]:
    """A running site; the addresses of its channels."""
    words = [sys.executable, "-m", "tests.benchmarks.far_site", str(channels), str(videos)]
    words += ["challenges"] if challenges else []
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())
        finally:
            server.stdin.close()


def main() -> None:
    """Serve."""
    os.nice(NICENESS)
    channels, videos = map(int, sys.argv[1:3])
    world = World.tiny(time.time(), channels=channels, videos=videos, challenge="challenges" in sys.argv[3:])
    with Site(world) as site:
        sys.stdout.write(json.dumps([url for _, url in site.channel_urls()]) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
