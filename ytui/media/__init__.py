"""What runs in job processes: the only code (with the demo extractor) that imports yt_dlp."""

WARM_ARGS = "YTUI_WARM_ARGS"
"""Names, in the environment of a fork server that starts, the options of yt-dlp (a JSON list) that it parses
once for its jobs. The server takes them out of its environment before a job inherits them."""

NICENESS = 10
"""Of job processes, so that the screen goes first."""
