"""Adapter of yt-dlp: all that runs in job processes; alone (with the demo's extractor) it imports yt_dlp."""

import os

WARM_ARGS = "YTUI_WARM_ARGS"
"""Names, in the environment of a fork server that starts, the options of yt-dlp (a JSON list) that it parses
once for its jobs. The server takes them out of its environment before a job inherits them."""


def _niceness() -> int:
    try:
        return min(max(int(os.environ["YTUI_NICENESS"]), 0), 19)
    except (KeyError, ValueError):
        return 10


NICENESS = _niceness()
"""Of job processes, so that the screen goes first; ``YTUI_NICENESS`` may say another (0 to 19)."""
