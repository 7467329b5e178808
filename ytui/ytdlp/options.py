"""Options of yt-dlp: which of the person's are allowed, and what a task's parameters are."""

from __future__ import annotations

import contextlib
import copy
import io
import optparse
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yt_dlp
import yt_dlp.options

from ytui.core.embed_options import SPONSORBLOCK, Embed
from ytui.core.models import DetailsPart, Strategy, Tab
from ytui.core.refused_options import REFUSED
from ytui.core.tasks import Common, DetailsTask, DownloadTask, ListingTask
from ytui.ytdlp import ffmpeg, plugins
from ytui.ytdlp.download.embedding import arguments_for, ask_late
from ytui.ytdlp.download.formats import format_params
from ytui.ytdlp.job_log import JobLog

_OURS = {
    "retries": 0,
    "extractor_retries": 1,
    "fragment_retries": 3,
    "skip_unavailable_fragments": False,
    # Also for what an earlier job downloaded and was killed before it could mend.
    "fixup": "force",
}
"""Tries of ours come on top of yt-dlp's: few of them, and a missing fragment is a failure, not a gap."""

MOST_COMMENTS = 100
"""The newest so many are fetched, without the answers to them: a few requests."""

_PROGRESS_TEXT_INTERVAL = 1e9
"""Seconds between yt-dlp's own progress lines, which nobody reads and which cost time for every block."""


def check_args(args: Sequence[str], *, trusted: bool = False) -> list[str]:
    """What is wrong with options of the yt-dlp command, one sentence each; empty when all is well.

    ``trusted``: they are the person's own, and the plug-ins in the folders that they name may be loaded.
    """
    return check_words(args) or _rejected_by_constructor(list(args), trusted)


def check_words(args: Sequence[str]) -> list[str]:
    """The same as far as the words alone tell; nothing of yt-dlp is built and no plug-in is loaded."""
    args = list(args)
    parser = yt_dlp.options.create_parser()
    problems: list[str] = []
    for names, instead in REFUSED.items():
        for name in names:
            option = parser.get_option(name)
            if option is not None:
                option.process = _refusal(problems, instead)
    said = io.StringIO()
    try:
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            values, rest = parser.parse_args(list(args))
            problems += [f"{word!r} is not an option; addresses do not belong here" for word in rest]
            problems += _unanswered_questions(values)
            if not problems:
                yt_dlp.parse_options(args)
    except (SystemExit, ValueError, optparse.OptParseError) as error:
        problems.append(_complaint(said.getvalue(), error))
    return problems


def _refusal(problems: list[str], instead: str) -> Any:
    def process(option: str, value: object, values: object, parser: object) -> int:
        problems.append(f"{option} cannot be set here: {instead}")
        return 1

    return process


def _unanswered_questions(values: optparse.Values) -> list[str]:
    """A user name without a password would make yt-dlp ask for it on the terminal."""
    if values.username is not None and values.password is None:
        return ["--username needs --password beside it, or use --netrc"]
    if values.ap_username is not None and values.ap_password is None:
        return ["--ap-username needs --ap-password beside it, or use --netrc"]
    return []


def _complaint(said: str, error: BaseException) -> str:
    text = f"{said}\n{error}".rpartition("error:")[2]
    return " ".join(text.split()) or "yt-dlp does not accept these options"


def _rejected_by_constructor(args: list[str], trusted: bool) -> list[str]:
    """Mistakes that yt-dlp finds only when it builds its parts, such as a wrong format expression."""
    log = JobLog(descriptor=-1)
    folders = plugin_folders(args)
    for folder in folders:
        if folder != plugins.DEFAULT and not Path(folder).is_dir():
            return [f"--plugin-dirs {folder}: there is no such folder"]
    try:
        # Options may name a postprocessor of a plug-in.
        plugins.load(folders if trusted else [folder for folder in folders if folder == plugins.DEFAULT])
        yt_dlp.YoutubeDL({**_difference(tuple(args)), "quiet": True, "logger": log}, auto_init=False)
    except Exception as error:  # noqa: BLE001 - any parameter may raise its own kind; the text is the answer
        return [str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__]
    return []


@lru_cache(maxsize=1)
def default_params() -> dict[str, Any]:
    """What the yt-dlp command passes to ``YoutubeDL`` without any options; not to be changed."""
    params: dict[str, Any] = yt_dlp.parse_options([]).ydl_opts
    return params


@lru_cache(maxsize=64)
def _parsed_once(args: tuple[str, ...]) -> Any:
    return yt_dlp.parse_options(list(args))


def plugin_folders(args: Sequence[str]) -> list[str]:
    """The folders that the options name for plug-ins, which are none of ``YoutubeDL``'s parameters."""
    if not args:
        return [plugins.DEFAULT]
    folders: list[str] = _parsed_once(tuple(args)).options.plugin_dirs
    return folders


@lru_cache(maxsize=64)
def _difference_once(args: tuple[str, ...]) -> dict[str, Any]:
    if not args:
        return {}
    defaults = default_params()
    given: dict[str, Any] = _parsed_once(args).ydl_opts
    return {key: value for key, value in given.items() if key not in defaults or defaults[key] != value}


def params_of(args: Sequence[str]) -> dict[str, Any]:
    """The parameters that right ``args`` change; not to be changed."""
    return _difference_once(tuple(args))


def ffmpeg_location(args: Sequence[str]) -> str | None:
    """Where ``args`` say that ffmpeg is; None where they do not, or are wrong."""
    if check_words(args):
        return None
    location: str | None = _difference_once(tuple(args)).get("ffmpeg_location")
    return location


def parse_beforehand(args: Sequence[str]) -> None:
    """Parse ``args`` once for all jobs that are forked from this process and have the same ones: 4 ms each.

    Wrong ones are left to the jobs, whose failure says so: yt-dlp might end this process, or wait for a
    password.
    """
    default_params()
    if not check_words(args):
        _difference_once(tuple(args))


def _difference(args: tuple[str, ...]) -> dict[str, Any]:
    """A fresh copy of the parameters that ``args`` change; ``YoutubeDL`` writes into what it is given."""
    return copy.deepcopy(_difference_once(args))


def params_for(
    task: ListingTask | DownloadTask | DetailsTask, log: JobLog, *, limit: int | None = None
) -> dict[str, Any]:
    """The parameters of the task's ``YoutubeDL``, fresh each time.

    ``limit`` is the short side in pixels that stands instead of the task's quality. Raises ``ValueError`` or
    ``SystemExit`` if the args are wrong.
    """
    args = task.common.args
    if isinstance(task, DownloadTask):
        # The person's own options come last: they have the last word.
        args = (*arguments_for(task), *args)
    params = _common_params(task.common, args, log)
    if isinstance(task, ListingTask):
        _for_listing(params, task)
    elif isinstance(task, DetailsTask):
        _for_details(params, task)
    else:
        _for_download(params, task, limit)
    return params


def _common_params(common: Common, args: tuple[str, ...], log: JobLog) -> dict[str, Any]:
    params = {**_OURS, "socket_timeout": common.socket_timeout, **_difference(args)}
    params |= {
        "ignoreerrors": False,
        "color": "never",
        "quiet": True,
        "noprogress": True,
        "progress_delta": _PROGRESS_TEXT_INTERVAL,
        "logger": log,
        "consoletitle": False,
        "simulate": False,
        "skip_download": False,
        "outtmpl": {},
        "paths": {},
        "download_archive": None,
        "overwrites": None,
        "wait_for_video": None,
    }
    if params.get("ffmpeg_location") is None and (found := ffmpeg.fallback()):
        params["ffmpeg_location"] = found
    if common.cookies is not None:
        params["cookiefile"] = str(common.cookies)
        params.pop("cookiesfrombrowser", None)
    return params


def _for_listing(params: dict[str, Any], task: ListingTask) -> None:
    arguments = params.setdefault("extractor_args", {})
    arguments.setdefault("youtubetab", {}).setdefault("approximate_date", [""])
    if task.tab is not Tab.LIST:
        params["noplaylist"] = False


def _for_details(params: dict[str, Any], task: DetailsTask) -> None:
    params["noplaylist"] = True
    # What may not be watched may still say what it is.
    params["ignore_no_formats_error"] = True
    # Extractors look for captions only where they are to be written.
    params["writesubtitles"] = params["writeautomaticsub"] = DetailsPart.TRANSCRIPT in task.parts
    params["getcomments"] = DetailsPart.COMMENTS in task.parts
    youtube = params.setdefault("extractor_args", {}).setdefault("youtube", {})
    most = str(MOST_COMMENTS)
    youtube |= {"max_comments": [most, most, "0", "0"], "comment_sort": ["new"]}


def _for_download(params: dict[str, Any], task: DownloadTask, limit: int | None) -> None:
    for key, value in format_params(task.quality, limit).items():
        params.setdefault(key, value)
    params["noplaylist"] = True
    # A premiere keeps its starting time in the info dict only if missing formats do not raise.
    params["ignore_no_formats_error"] = True
    if task.strategy is Strategy.LOWER_QUALITY and params.get("check_formats") is None:
        # Of what is on offer yt-dlp then takes the best that the site does not refuse.
        params["check_formats"] = "selected"
    rates = [rate for rate in (params.get("ratelimit"), task.common.bandwidth) if rate]
    if rates:
        params["ratelimit"] = min(rates)
    if SPONSORBLOCK in task.extras:
        ask_late(params.get("postprocessors") or [])
    if "subtitles" in task.extras or Embed.SUBTITLES in task.embed:
        params["subtitleslangs"] = list(task.subtitle_langs) or ["en"]
        params.setdefault("subtitlesformat", "vtt/best")
