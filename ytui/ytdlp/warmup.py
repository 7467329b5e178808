"""Warm-up of the fork server: loaded once, so that a forked job starts at full speed.

Importing this module imports yt-dlp with its request handlers and compiles every extractor's URL pattern.
Nothing here opens a connection, starts a thread or keeps a file open, so all of it is safe to fork.
"""

from __future__ import annotations

import gc
import importlib
import json
import os

from yt_dlp.postprocessor import FFmpegPostProcessor

from ytui.ytdlp import WARM_ARGS, ffmpeg, job_main, listing, options
from ytui.ytdlp.download import video_download
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.parent_watch import is_orphan
from ytui.ytdlp.patches import (
    forget_version,
    look_for_ffmpeg_in,
    make_contexts,
    real_extractor,
    shared_extractors,
)
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

__all__ = ["job_main", "listing", "video_download"]

_FIRST_NEEDED = (
    "yt_dlp.extractor.youtube",
    "yt_dlp.extractor.generic",
    "yt_dlp.extractor.common",
    "yt_dlp.downloader.http",
    "yt_dlp.downloader.hls",
    "yt_dlp.downloader.dash",
    "yt_dlp.postprocessor.ffmpeg",
    "yt_dlp.networking._requests",
    "yt_dlp.networking._curlcffi",
    "yt_dlp.networking._websockets",
    "encodings.idna",
)

_MOST_USED = ("Youtube", "YoutubeTab", "YoutubePlaylist")

WARM_PATTERNS = "YTUI_WARM_PATTERNS"
"""Names, in the environment, whether the patterns are compiled beforehand: "0" leaves them to the jobs."""
_NO_ADDRESS = "https://nothing.invalid/"


def _import_what_is_there() -> None:
    for name in _FIRST_NEEDED:
        try:
            importlib.import_module(name)
        except ImportError:
            # The optional request handlers are missing on some machines; yt-dlp goes without them too.
            continue


def _compile_patterns() -> None:
    extractors = shared_extractors()
    if os.environ.get(WARM_PATTERNS) == "0":
        return
    for extractor in extractors.values():
        extractor.suitable(_NO_ADDRESS)
    for key in _MOST_USED:
        # Not asked of yt-dlp's stand-in, which would remember the class: a job's plug-in may replace it.
        real_extractor(extractors[key]).suitable(_NO_ADDRESS)


def _read_certificates() -> None:
    log = JobLog(descriptor=-1)
    for unchecked in (False, True):
        ydl = GatedYoutubeDL({"logger": log, "nocheckcertificate": unchecked}, RequestGate(log))
        make_contexts(ydl)
        ydl.close()


def _find_ffmpeg() -> None:
    """Ask ffmpeg and ffprobe for their versions once; what is missing now is looked for again by each job."""
    look_for_ffmpeg_in(ffmpeg.fallback())
    tools = FFmpegPostProcessor()
    found = {"ffmpeg": tools.available, "ffprobe": tools.probe_available}
    for program, is_there in found.items():
        if not is_there:
            forget_version(tools, program)
    # Finding the one that came along starts it; the jobs, which look with it, have that from here.
    ffmpeg.bundled()


def _parse_options() -> None:
    options.parse_beforehand(json.loads(os.environ.pop(WARM_ARGS, "[]")))


for step in (_import_what_is_there, _compile_patterns, _read_certificates, _find_ffmpeg, _parse_options):
    if is_orphan():
        # Whoever would ask for jobs was killed meanwhile; on a busy machine the rest may take many seconds.
        os._exit(0)
    step()
gc.collect()
gc.freeze()
