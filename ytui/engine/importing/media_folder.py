"""Media folder: existing downloads, each recognised by its ``.info.json`` or its name."""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ytui.core.channel_address import CHANNEL_ID
from ytui.core.urls import normalise_url
from ytui.engine.importing.channel_addresses import of_channel_id, tidy_name
from ytui.engine.importing.channel_lists import xml_elements
from ytui.engine.importing.model import FoundVideo, ImportContents, ImportFormat
from ytui.ytdlp.flat_entries import published_at

_KEY = re.compile(r"[\w:.+-]{1,100}", re.ASCII)
ID = re.compile(r"\S{1,300}")
"""What a site's own id of a video may be."""
_EARLIEST, _LATEST = 0.0, 4e9
"""Unix times that are believed: 1970 to 2096."""


def video_of(data: bytes) -> FoundVideo | None:
    """The video of an info file; None where it is no such file, or a list's."""
    try:
        info = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(info, dict) or info.get("_type", "video") != "video":
        return None
    key = info.get("extractor_key") or info.get("ie_key") or info.get("extractor")
    video_id = info.get("id")
    if not isinstance(key, str) or not isinstance(video_id, str):
        return None
    if not _KEY.fullmatch(key) or not ID.fullmatch(video_id) or not video_id.isprintable():
        return None
    return FoundVideo(
        site=key.lower(),
        video_id=video_id,
        url=_address(info.get("webpage_url")) or "",
        title=tidy_name(_text(info, "title")),
        channel_id=_channel_id(info),
        channel_urls=_channel_urls(info),
        channel_name=tidy_name(_text(info, "channel") or _text(info, "uploader")),
        duration=_number(info.get("duration"), 0, 1e8),
        published_at=_published(info),
        height=_whole(info.get("height")),
        downloaded_at=_number(info.get("epoch"), _EARLIEST, _LATEST),
    )


def _channel_id(info: Mapping[str, Any]) -> str | None:
    channel_id = _text(info, "channel_id")
    return channel_id if CHANNEL_ID.fullmatch(channel_id) else None


def _channel_urls(info: Mapping[str, Any]) -> tuple[str, ...]:
    channel_id = _channel_id(info)
    lasting = [of_channel_id(channel_id)] if channel_id else []
    given = [_address(info.get(key)) for key in ("channel_url", "uploader_url")]
    return tuple(dict.fromkeys([*lasting, *(url for url in given if url)]))


def _published(info: Mapping[str, Any]) -> float | None:
    try:
        return _number(published_at(info), -2e9, _LATEST)
    except (ValueError, OverflowError):
        return None


def _address(value: object) -> str | None:
    try:
        return normalise_url(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(info: Mapping[str, Any], key: str) -> str:
    value = info.get(key)
    return value if isinstance(value, str) else ""


def _number(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value) if least <= value <= most else None


def _whole(value: object) -> int | None:
    number = _number(value, 1, 100_000)
    return None if number is None else int(number)


_VIDEO = frozenset({"mp4", "mkv", "webm", "m4v", "mov", "avi", "flv", "ts", "3gp", "wmv", "mpg", "ogv"})
_AUDIO = frozenset({"m4a", "mp3", "opus", "ogg", "oga", "flac", "wav", "aac", "mka", "weba", "alac"})
_UNMERGED = re.compile(r"\.f(?:\d|hls|dash|http)[\w-]*$")
"""The end of a stem that yt-dlp gives to one format before it is merged with another."""
_BESIDE = re.compile(
    r"\.info\.json|\.nfo|\.description|\.annotations\.xml|\.live_chat\.json"
    r"|(?:\.[\w-]{1,30})?\.(?:vtt|srt|ass|ssa|ttml|lrc|srv[1-3]|json3)"
    r"|(?:[.-](?:thumb|poster))?\.(?:jpe?g|png|webp|avif)",
    re.IGNORECASE,
)
"""What may follow a media file's stem in the name of a file that belongs to it."""
_LONGEST_SUFFIX = 3
"""Parts between dots that a name may have behind the stem."""


@dataclass
class Media:
    """A media file's name and stem, and the names of the files that belong to it."""

    name: str
    stem: str
    beside: list[str] = field(default_factory=list)


def media_in(names: Iterable[str]) -> list[Media]:
    """The media files among the names of one folder, videos before sound of the same stem.

    A file belongs to the longest stem that fits, and only with an ending that yt-dlp or a media server
    writes: what belongs to a video may be removed with it.
    """
    found: list[Media] = []
    others: list[str] = []
    for name in names:
        stem, dot, ending = name.rpartition(".")
        is_media = dot and stem and ending.lower() in _VIDEO | _AUDIO
        if is_media and not _UNMERGED.search(stem) and not stem.endswith(".temp"):
            found.append(Media(name, stem))
        elif not is_media:
            others.append(name)
    found.sort(key=lambda media: (media.stem, media.name.rpartition(".")[2].lower() in _AUDIO, media.name))
    first = {media.stem: media for media in reversed(found)}
    for name in sorted(others):
        owner = next((first[stem] for stem in _stems(name) if stem in first), None)
        if owner is not None and _BESIDE.fullmatch(name[len(owner.stem) :]):
            owner.beside.append(name)
    return found


def _stems(name: str) -> Iterable[str]:
    """What could be the stem of a name, the longest first."""
    stem = name
    for _ in range(_LONGEST_SUFFIX):
        stem = stem.rpartition(".")[0]
        yield stem
        for ending in ("-thumb", "-poster"):
            if stem.endswith(ending):
                yield stem.removesuffix(ending)


Progress = Callable[[int, int], None]
"""Told how many of how many are done."""

_IN_NAME = re.compile(r"\[([^\[\]\s]{3,100})\](?:[ ._-]{0,3}|\.[\w-]{1,12})$")
_YOUTUBE_ID = re.compile(r"[\w-]{10}[AEIMQUYcgkosw048]", re.ASCII)
"""Eleven characters for 64 bits leave sixteen for the last one; few words in brackets end in one of them."""
_LARGEST = 64_000_000
"""Bytes of a file beside a video that is read at all."""
_OTHER_CATALOGUES = frozenset({"imdb", "tmdb", "tvdb", "themoviedb", "thetvdb", "tvmaze", "trakt", "anidb"})


def read_folder(name: str, folder: Path, progress: Progress = lambda done, total: None) -> ImportContents:
    """The videos below ``folder``, links to other folders not followed; ``OSError`` if it is unreadable."""
    found = ImportContents(name, ImportFormat.FOLDER)
    everything = [
        (Path(place), media) for place, names in _folders(folder, found) for media in media_in(names)
    ]
    for number, (place, media) in enumerate(everything):
        progress(number, len(everything))
        _take(place, media, found)
    progress(len(everything), len(everything))
    return found


def _folders(folder: Path, found: ImportContents) -> Iterator[tuple[str, list[str]]]:
    # The first look is made here, so that a folder that cannot be read at all is an error, not an empty one.
    os.scandir(folder).close()

    def unreadable(error: OSError) -> None:
        found.skip(None, f"a folder that cannot be read ({error.strerror})", str(error.filename))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        # Hidden folders are nobody's library: .ytui with its partial files, a trash, a synchroniser's copies.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield place, [name for name in names if not name.startswith(".")]


def _take(place: Path, media: Media, found: ImportContents) -> None:
    path = place / media.name
    try:
        status = path.stat()
        if not status.st_size:
            raise ValueError("an empty file")
        video = _recognised(place, media)
    except OSError as error:
        found.skip(None, f"cannot be read ({error.strerror})", str(path))
        return
    except ValueError as error:
        found.skip(None, str(error), str(path))
        return
    files = (path, *(place / name for name in media.beside))
    found.videos.append(
        replace(
            video,
            path=path,
            files=files,
            size=status.st_size,
            downloaded_at=video.downloaded_at or status.st_mtime,
        )
    )


def _recognised(place: Path, media: Media) -> FoundVideo:
    """What the file is; ``ValueError`` where nothing says it."""
    for name in media.beside:
        if name.lower().endswith(".info.json"):
            data = _read(place / name)
            video = video_of(data) if data else None
            if video is not None:
                return video
    named = _IN_NAME.search(media.stem)
    if named and _YOUTUBE_ID.fullmatch(named[1]):
        return FoundVideo("youtube", named[1], title=tidy_name(media.stem[: named.start()]))
    for name in media.beside:
        if name.lower().endswith(".nfo"):
            video = _of_nfo(_read(place / name))
            if video is not None:
                return video
    if named:
        return FoundVideo("", named[1], title=tidy_name(media.stem[: named.start()]))
    raise ValueError("no .info.json, no [id] in the name and no NFO with a uniqueid says which video this is")


def _of_nfo(data: bytes) -> FoundVideo | None:
    """The video that an NFO names; with an untyped id that is not YouTube's the site stays open."""
    found, _ = xml_elements(data)
    title = next((element.text for element in found if element.name == "title"), "")
    for element in found:
        video_id = element.text.strip()
        kind = element.attributes.get("type", "").strip().lower()
        if element.name != "uniqueid" or kind in _OTHER_CATALOGUES or not ID.fullmatch(video_id):
            continue
        if "youtube" in kind or (not kind and _YOUTUBE_ID.fullmatch(video_id)):
            kind = "youtube"
        return FoundVideo(kind, video_id, title=tidy_name(title))
    return None


def _read(path: Path) -> bytes:
    """The content of a small file beside a video; empty where it is too large to be one, or unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError:
        # What cannot be read says nothing; the name may.
        return b""
    return data if len(data) <= _LARGEST else b""
