"""``python -m tests.benchmarks [NAME…]``: what ytui is held to, each figure beside its baseline."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Iterator

from tests.benchmarks import (
    cancelling,
    challenges,
    crowd,
    first_frame,
    growth,
    idle,
    keys_painted,
    kills,
    large,
    line_bytes,
    line_handovers,
    line_hangups,
    line_tmux,
    lists,
    memory,
    searching,
    solver_kills,
    starting,
    tokens,
)
from tests.benchmarks.table import Row, lines

BENCHMARKS: dict[str, Callable[[], Iterator[Row]]] = {
    "start": starting.start,
    "refresh": crowd.refresh,
    "downloads": crowd.downloads,
    "large": large.large,
    "challenges": challenges.challenges,
    "solving": challenges.solving,
    "cancel": cancelling.cancel,
    "kills": kills.kills,
    "tokens": tokens.tokens,
    "solver-kills": solver_kills.solver_kills,
    "memory": memory.memory,
    "growth": growth.growth,
    "hangups": line_hangups.hangups,
    "handovers": line_handovers.handovers,
    "bytes": line_bytes.bytes_sent,
    "tmux-hangups": line_tmux.tmux_hangups,
    "tmux-handovers": line_tmux.tmux_handovers,
    "tmux-bytes": line_tmux.tmux_bytes,
    "keys": keys_painted.keys,
    "details-keys": keys_painted.details_keys,
    "solving-keys": keys_painted.solving_keys,
    "frame": first_frame.frame,
    "lists": lists.lists,
    "idle": idle.idle,
    "search": searching.searches,
}


def main() -> int:
    """Run what is named, or everything; 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; all if none is given")
    parser.add_argument("--list", action="store_true", help="say which there are")
    given = parser.parse_args()
    if given.list:
        for name, benchmark in BENCHMARKS.items():
            print(f"{name:<15} {(benchmark.__doc__ or '').strip().splitlines()[0]}")
        return 0
    unknown = set(given.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}; --list says which there are")
    rows: list[Row] = []
    for name in given.names or BENCHMARKS:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows += BENCHMARKS[name]()
    site = "a stand-in for YouTube" if os.environ.get("FAKEYT") else "the sample site"
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, listings and downloads from {site}\n")
    print("\n".join(lines(rows)))
    return int(any(row.ok is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
