"""The person's yt-dlp options, and what a task's parameters are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from yt_dlp import YoutubeDL
from yt_dlp.utils import ExtractorError

from ytui.core.tasks import DownloadTask, ListingTask
from ytui.ytdlp import options
from ytui.ytdlp.download.formats import format_params, next_lower, short_side
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.options import check_args, params_for

Make = Callable[..., Any]


@pytest.mark.parametrize(
    ("args", "option", "instead"),
    [
        (["-o", "%(id)s"], "-o", "library.template"),
        (["--output=x"], "--output", "library.template"),
        (["-P", "/tmp"], "-P", "library.path"),
        (["--paths", "/tmp"], "--paths", "library.path"),
        (["--download-archive", "a"], "--download-archive", "library"),
        (["-s"], "-s", "metadata-only"),
        (["--simulate"], "--simulate", "metadata-only"),
        (["--no-simulate"], "--no-simulate", "metadata-only"),
        (["--cookies", "c"], "--cookies", "cookies"),
        (["-i"], "-i", "plan"),
        (["--ignore-errors"], "--ignore-errors", "plan"),
        (["--config-locations", "c"], "--config-locations", "config.toml"),
        (["--write-subs"], "--write-subs", "extras"),
    ],
)
def test_options_that_are_ytuis_own_are_refused_by_name(args: list[str], option: str, instead: str) -> None:
    (problem,) = check_args(args)

    assert problem.startswith(f"{option} cannot be set here")
    assert instead in problem


@pytest.mark.parametrize(
    ("args", "part"),
    [
        (["--no-such-option"], "no such option"),
        (["--retries", "many"], "retry count"),
        (["-f", "bv*+"], "format"),
        (["https://example.org/"], "addresses do not belong here"),
        (["--username", "me"], "--password"),
        (["--help"], "--help"),
        (["--version"], "--version"),
    ],
)
def test_mistakes_are_one_sentence(args: list[str], part: str, capfd: pytest.CaptureFixture[str]) -> None:
    (problem,) = check_args(args)

    assert part.lower() in problem.lower()
    assert "\n" not in problem
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--proxy", "http://127.0.0.1:3128", "--no-check-certificates"],
        ["--cookies-from-browser", "firefox"],
        ["-S", "vcodec:h264", "--embed-chapters"],
        ["-t", "sleep"],
    ],
)
def test_everything_else_is_the_persons(args: list[str]) -> None:
    assert check_args(args) == []


def with_args(task: Any, *args: str) -> Any:
    return dataclasses.replace(task, common=dataclasses.replace(task.common, args=args))


def test_only_what_differs_from_no_options_is_taken(download: Make) -> None:
    plain = params_for(with_args(download("u")), JobLog(-1))
    given = params_for(
        with_args(download("u"), "--proxy", "http://p:1", "--no-check-certificates"), JobLog(-1)
    )
    changed = {key for key in given if given[key] != plain.get(key)} - {"logger"}

    assert changed == {"proxy", "nocheckcertificate"}
    assert (given["retries"], given["extractor_retries"], given["fragment_retries"]) == (0, 1, 3)
    assert given["ignoreerrors"] is False
    assert given["noplaylist"] is True


def test_parameters_are_fresh_each_time(listing: Make) -> None:
    task: ListingTask = with_args(listing("u"), "--extractor-args", "youtube:lang=de")
    first = params_for(task, JobLog(-1))
    first["extractor_args"]["youtube"]["lang"].append("spoiled")
    second = params_for(task, JobLog(-1))

    assert second["extractor_args"]["youtube"]["lang"] == ["de"]
    assert second["extractor_args"]["youtubetab"]["approximate_date"]


@pytest.mark.parametrize(("args", "parsed"), [(["--limit-rate", "7M"], 1), (["--username", "me"], 0)])
def test_only_right_options_are_parsed_beforehand(args: list[str], parsed: int) -> None:
    """With a user name alone yt-dlp would ask for the password, on a terminal that is not the job's."""
    before = options._difference_once.cache_info().misses
    options.parse_beforehand(args)

    assert options._difference_once.cache_info().misses == before + parsed


def test_the_tighter_bandwidth_holds(download: Make) -> None:
    task: DownloadTask = with_args(download("u"), "--limit-rate", "1M")
    tight = dataclasses.replace(task, common=dataclasses.replace(task.common, bandwidth=1000))

    assert params_for(task, JobLog(-1))["ratelimit"] == 1024 * 1024
    assert params_for(tight, JobLog(-1))["ratelimit"] == 1000


def selected(quality: str, sizes: list[tuple[int, int]], limit: int | None = None) -> str:
    """The size that yt-dlp chooses of video streams with these widths and heights."""
    formats = [
        {
            "format_id": f"{width}x{height}",
            "url": "http://127.0.0.1:9/",
            "ext": "mp4",
            "vcodec": "avc1",
            "acodec": "none",
            "width": width,
            "height": height,
        }
        for width, height in sizes
    ]
    sound = {
        "format_id": "a",
        "url": "http://127.0.0.1:9/",
        "ext": "m4a",
        "vcodec": "none",
        "acodec": "mp4a.40.2",
    }
    ydl = YoutubeDL({"quiet": True, **format_params(quality, limit)}, auto_init=False)
    info = {"id": "v", "title": "t", "extractor": "x", "extractor_key": "X", "formats": [*formats, sound]}
    return str(ydl.process_ie_result(info, download=False)["format_id"])


WIDE = [(640, 360), (1280, 720), (1920, 1080), (3840, 2160)]


@pytest.mark.parametrize(
    ("quality", "sizes", "expected"),
    [
        ("best", WIDE, "3840x2160+a"),
        ("1080p", WIDE, "1920x1080+a"),
        ("900p", WIDE, "1280x720+a"),
        ("1080p", [(360, 640), (1080, 1920), (1440, 2560)], "1080x1920+a"),  # upright
        ("720p", [(360, 640), (720, 1280), (1080, 1920)], "720x1280+a"),
        ("480p", [(480, 480), (1080, 1080)], "480x480+a"),  # square
        ("audio", WIDE, "a"),
    ],
)
def test_the_best_at_or_below_is_chosen(quality: str, sizes: list[tuple[int, int]], expected: str) -> None:
    assert selected(quality, sizes) == expected


@pytest.mark.parametrize(
    ("quality", "sizes"), [("240p", WIDE), ("240p", [(360, 640)]), ("480p", [(1080, 1080)])]
)
def test_nothing_above_the_bound_is_chosen(quality: str, sizes: list[tuple[int, int]]) -> None:
    with pytest.raises(ExtractorError, match="Requested format is not available"):
        selected(quality, sizes)


def test_a_format_of_unknown_size_may_be_chosen() -> None:
    ydl = YoutubeDL({"quiet": True, **format_params("360p")}, auto_init=False)
    unknown = {"format_id": "x", "url": "http://127.0.0.1:9/v.mp4", "ext": "mp4"}
    info = {"id": "v", "title": "t", "extractor": "x", "extractor_key": "X", "formats": [unknown]}
    assert ydl.process_ie_result(info, download=False)["format_id"] == "x"


def test_the_next_lower_step() -> None:
    assert next_lower("1080p", None) == 720
    assert next_lower("1080p", 480) == 360
    assert next_lower("best", 1440) == 1080
    assert next_lower("144p", 144) == 144
    assert selected(
        "1080p", WIDE, limit=next_lower("1080p", short_side({"width": 1080, "height": 1920}))
    ) == ("1280x720+a")
