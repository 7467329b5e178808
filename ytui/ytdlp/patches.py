"""Patches of yt-dlp: every private name of it that ytui leans on, each with what leaning on it brings.

Gains are medians of 10 to 12 pairs of one run, in CPU time of the job's process: yt-dlp 2026.10.26, Python
3.11, OpenSSL 3.0. Where a name of a speed-up is gone from another yt-dlp, its work is done as yt-dlp does
it; where any other is gone, ``AttributeError`` says which. What yt-dlp documents for extractors and
providers, as ``_real_extract`` is, counts as public.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from typing import Any

import yt_dlp
from yt_dlp.downloader.fragment import FragmentFD
from yt_dlp.postprocessor import FFmpegPostProcessor, ffmpeg

_CONTEXTS: dict[tuple[object, ...], Any] = {}
_CONTEXT_SETTINGS = ("verify", "prefer_system_certs", "legacy_ssl_support")
_TAB = "YoutubeTab"


class PatchedYoutubeDL(yt_dlp.YoutubeDL):  # type: ignore[misc]
    """A ``YoutubeDL`` whose private methods and attributes are reached by public names."""

    _ies: dict[str, Any]

    @property
    def extractors(self) -> dict[str, Any]:
        """The extractors by key, in the order in which they are asked; replaced as a whole, changed at will.

        Needed: the order decides who takes an address, and yt-dlp only appends.
        """
        return self._ies

    @extractors.setter
    def extractors(self, extractors: dict[str, Any]) -> None:
        self._ies = extractors

    def write_subtitles(self, info_dict: dict[str, Any], filename: str) -> Any:
        """Fetch the subtitles that go into the file. Needed: their failure must not cost the video."""
        return super()._write_subtitles(info_dict, filename)

    def _write_subtitles(self, info_dict: dict[str, Any], filename: str) -> Any:
        return self.write_subtitles(info_dict, filename)

    def _forceprint(self, key: str, info_dict: dict[str, Any] | None) -> None:
        """Print nothing, as the options that print are refused. Gain: 14 ms a call, two or more a download.

        yt-dlp lays out tables of all formats, thumbnails and captions first, whether or not any is printed.
        """

    def impersonation_target(self, wish: Any) -> Any:
        """The browser to pass for that a caption's dict asks for. Needed: there is no public way to it."""
        return self._parse_impersonate_targets(wish)[0]


@cache
def shared_extractors() -> dict[str, Any]:
    """Every extractor by its key, in order, made once in the fork server. Gain: 65 ms a job."""
    return dict(yt_dlp.YoutubeDL({"quiet": True}, auto_init="no_verbose_header")._ies)


def real_extractor(stand_in: Any) -> Any:
    """The extractor's class behind yt-dlp's lazy stand-in, which is not asked: it would remember it.

    Gain: the class compiles its own pattern, 13 ms for YouTube's videos and 6 for its tabs or playlists.
    """
    module = importlib.import_module(getattr(stand_in, "_module", stand_in.__module__))
    return getattr(module, stand_in.__name__)


def is_for_lists(extractor: Any) -> bool:
    """Whether an extractor answers with lists alone. Needed: else a list's lists are taken for videos."""
    return bool(extractor._RETURN_TYPE == "playlist")


def share_contexts(director: Any) -> None:
    """Let request handlers take TLS contexts that were made before with the same settings. Gain: 27 ms a job.

    What the fork server has made is memory alone and safe to fork. One with a client certificate makes its
    own.
    """
    for handler in director.handlers.values():
        if hasattr(handler, "_make_sslcontext") and not getattr(handler, "_client_cert", None):
            handler._make_sslcontext = _sharing(handler)


def make_contexts(ydl: Any) -> None:
    """Make the contexts that the request handlers of ``ydl`` will ask for; see :func:`share_contexts`."""
    for handler in ydl._request_director.handlers.values():
        if hasattr(handler, "_make_sslcontext"):
            handler._make_sslcontext(legacy_ssl_support=None)


def _sharing(handler: Any) -> Any:
    make = handler._make_sslcontext
    settings = tuple(getattr(handler, name, None) for name in _CONTEXT_SETTINGS)

    def shared(*given: Any, **named: Any) -> Any:
        key = (getattr(type(handler), "_make_sslcontext", None), settings, given, *sorted(named.items()))
        if key not in _CONTEXTS:
            _CONTEXTS[key] = make(*given, **named)
        return _CONTEXTS[key]

    return shared


def search_pages_once(ydl: Any) -> None:
    """Let YouTube's tab extractor look up once a page where the next one begins.

    Gain: 120 of the 169 ms that a listing of 30 takes, 1.2 of the 1.6 s of one of 250: yt-dlp searches the
    whole page after every entry that it yields.
    """
    if _TAB not in ydl._ies:
        return
    extractor = ydl.get_info_extractor(_TAB)
    if hasattr(extractor, "_extract_continuation"):
        extractor._extract_continuation = _keeping_the_last(extractor._extract_continuation)


def _keeping_the_last(search: Any) -> Any:
    page: object = None
    found: Any = None

    def once(renderer: Any) -> Any:
        nonlocal page, found
        # The page itself is kept, so that no other object can come to have its identity.
        if page is None or page is not renderer:
            found, page = search(renderer), renderer
        return found

    return once


def watch_player_answers(
    extractor: Any, answered: Callable[[Any], None], left_out: Callable[[str, str], None]
) -> bool:
    """Tell the answers of YouTube's players, and client and protocol of what is left out without a token.

    Needed: what a site offers beyond what yt-dlp takes is told nowhere else. False where this yt-dlp has
    other names; then nothing is told.
    """
    names = ("_extract_player_responses", "_report_pot_format_skipped", "_configuration_arg")
    if not all(hasattr(extractor, name) for name in names):
        return False
    ask, skip = extractor._extract_player_responses, extractor._report_pot_format_skipped

    def asked(*arguments: Any, **named: Any) -> Any:
        found = ask(*arguments, **named)
        answered(found[0])
        return found

    def skipped(video_id: str, client: str, protocol: str) -> Any:
        left_out(client, protocol)
        return skip(video_id, client, protocol)

    extractor._extract_player_responses = asked
    extractor._report_pot_format_skipped = skipped
    return True


def extractor_argument(extractor: Any, name: str) -> list[str]:
    """The values of an extractor argument (``--extractor-args``)."""
    values: list[str] = extractor._configuration_arg(name)
    return values


def challenge_provider(provider: Any, name: str) -> Any:
    """Another provider of JavaScript challenges beside ``provider``; None where there is none.

    Needed: yt-dlp's own knows the runtime, the options and the allowed scripts.
    """
    director = getattr(provider.ie, "_jsc_director", None)
    return director.providers.get(name) if director is not None else None


def solver_scripts(deno: Any) -> tuple[Any, Any]:
    """The library and the core of the solver that yt-dlp has chosen and checked. Needed: to run the same."""
    return deno._lib_script, deno._core_script


def ydl_of(extractor: Any) -> Any:
    """The ``YoutubeDL`` that an extractor works for. Needed: providers are given the extractor alone."""
    return extractor._downloader


def player_code(provider: Any, video_id: str | None, player_url: str) -> str:
    """A player's code, fetched as a challenge provider does. Needed: its errors are yt-dlp's."""
    code: str = provider._get_player(video_id, player_url)
    return code


append_fragment = FragmentFD._append_fragment
"""yt-dlp's own step that appends a fragment to the part file."""
prepare_fragments = FragmentFD._prepare_frag_download
"""yt-dlp's own step that opens the part file and finds out where to go on."""


def replace_fragment_steps(append: Any, prepare: Any) -> None:
    """Put steps of ours in the place of these two. Needed: a kill between append and record spoils a file."""
    FragmentFD._append_fragment = append
    FragmentFD._prepare_frag_download = prepare


def look_for_ffmpeg_in(location: str | None) -> None:
    """Say where ffmpeg is to those who ask without a ``YoutubeDL``; None: on PATH.

    Needed: yt-dlp asks this variable, not the parameter, whether ffmpeg can download.
    """
    FFmpegPostProcessor._ffmpeg_location.set(location)


def ask_versions_by(version_output: Any) -> None:
    """Have programs asked for their version by ours. Needed: yt-dlp takes one that is killed for missing."""
    ffmpeg._get_exe_version_output = version_output


def forget_version(tools: Any, program: str) -> None:
    """Have the version of a program asked again. Needed: what was missing once would be so for all jobs."""
    FFmpegPostProcessor._version_cache.pop(tools._paths.get(program), None)


def is_cut(postprocessor: Any, path: str, duration: float) -> bool:
    """Whether a file lasts otherwise than ``duration`` seconds, as yt-dlp judges it before it embeds."""
    real = postprocessor._get_real_video_duration(path, False)
    return bool(postprocessor._duration_mismatch(real, duration))
