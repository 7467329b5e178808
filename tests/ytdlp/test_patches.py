"""The private names of yt-dlp: all of them stand in one file, and this yt-dlp has each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yt_dlp
from yt_dlp.downloader.fragment import FragmentFD
from yt_dlp.extractor.youtube import YoutubeIE, YoutubeTabIE, _video
from yt_dlp.extractor.youtube.jsc._builtin.deno import DenoJCP
from yt_dlp.networking import RequestHandler
from yt_dlp.postprocessor import FFmpegEmbedSubtitlePP, FFmpegPostProcessor, ffmpeg

from ytui.ytdlp import patches, withheld


def opened() -> Any:
    return yt_dlp.YoutubeDL({"quiet": True})


def youtube() -> Any:
    found = opened().get_info_extractor("Youtube")
    found.initialize()
    return found


NAMES: dict[str, Callable[[], Any]] = {
    "_ies": opened,
    "_request_director": opened,
    "_forceprint": opened,
    "_write_subtitles": opened,
    "_parse_impersonate_targets": opened,
    "_module": lambda: opened()._ies["Youtube"],
    "_RETURN_TYPE": lambda: opened()._ies["YoutubeTab"],
    "_make_sslcontext": lambda: RequestHandler,
    "_client_cert": lambda: next(iter(opened()._request_director.handlers.values())),
    "_extract_continuation": lambda: YoutubeTabIE,
    "_extract_player_responses": lambda: YoutubeIE,
    "_report_pot_format_skipped": lambda: YoutubeIE,
    "_configuration_arg": lambda: YoutubeIE,
    "_jsc_director": youtube,
    "_downloader": youtube,
    "_lib_script": lambda: DenoJCP,
    "_core_script": lambda: DenoJCP,
    "_get_player": lambda: DenoJCP,
    "_append_fragment": lambda: FragmentFD,
    "_prepare_frag_download": lambda: FragmentFD,
    "_ffmpeg_location": lambda: FFmpegPostProcessor,
    "_get_exe_version_output": lambda: ffmpeg,
    "_version_cache": lambda: FFmpegPostProcessor,
    "_paths": FFmpegPostProcessor,
    "_get_real_video_duration": lambda: FFmpegEmbedSubtitlePP,
    "_duration_mismatch": lambda: FFmpegEmbedSubtitlePP,
}
"""Each private name that the code leans on, and what has it."""


@pytest.mark.parametrize("name", NAMES)
def test_this_yt_dlp_has_the_name(name: str) -> None:
    owner = NAMES[name]()
    assert hasattr(owner, name), f"{owner} of yt-dlp {yt_dlp.version.__version__} has no {name}"


def test_the_key_of_a_formats_client_is_yt_dlps() -> None:
    assert withheld.CLIENT == _video.STREAMING_DATA_CLIENT_NAME


OTHERS = {"_exit", "_short_opts", "_long_opts"}
"""Private names of Python's own modules."""


def nodes_of(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def read_from_others(path: Path) -> Iterator[str]:
    """Private names that a file reads from what it did not make."""
    nodes = nodes_of(path)
    own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    own |= {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_own(node)}
    read = (node.attr for node in nodes if isinstance(node, ast.Attribute))
    for name in read:
        if name.startswith("_") and not name.startswith("__") and name not in own:
            yield name


def _is_own(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")


def named(path: Path) -> Iterator[str]:
    """Every word of a file's code."""
    for node in nodes_of(path):
        yield from (getattr(node, "attr", ""), getattr(node, "name", ""), str(getattr(node, "value", "")))


def test_private_names_stand_in_one_file() -> None:
    file = Path(patches.__file__)
    assert set(NAMES) <= set(named(file))
    assert set(read_from_others(file)) <= set(NAMES)
    others = [path for path in file.parent.rglob("*.py") if path != file]
    assert {name for path in others for name in read_from_others(path)} <= OTHERS
