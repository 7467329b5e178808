"""A folder of existing downloads: each media file recognised by what is beside it, or by its name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ytui.engine.importing.addresses import tidy_name
from ytui.engine.importing.found import Found, FoundVideo, Kind
from ytui.engine.importing.info_json import ID, video_of
from ytui.engine.importing.safe_xml import elements
from ytui.engine.importing.sidecars import Media, media_in

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""

_IN_NAME = re.compile(r"\[([^\[\]\s]{3,100})\](?:[ ._-]{0,3}|\.[\w-]{1,12})$")
_YOUTUBE_ID = re.compile(r"[\w-]{10}[AEIMQUYcgkosw048]", re.ASCII)
"""Eleven characters for 64 bits leave sixteen for the last one; few words in brackets end in one of them."""
_LARGEST = 64_000_000
"""Bytes of a file beside a video that is read at all."""
_OTHER_CATALOGUES = frozenset({"imdb", "tmdb", "tvdb", "themoviedb", "thetvdb", "tvmaze", "trakt", "anidb"})


def read_folder(name: str, folder: Path, progress: Progress = lambda done, total: None) -> Found:
    """The videos below ``folder``, links to other folders not followed; ``OSError`` if it is unreadable."""
    found = Found(name, Kind.FOLDER)
    everything = [
        (Path(place), media) for place, names in _folders(folder, found) for media in media_in(names)
    ]
    for number, (place, media) in enumerate(everything):
        progress(number, len(everything))
        _take(place, media, found)
    progress(len(everything), len(everything))
    return found


def _folders(folder: Path, found: Found) -> Iterator[tuple[str, list[str]]]:
    # The first look is made here, so that a folder that cannot be read at all is an error, not an empty one.
    os.scandir(folder).close()

    def unreadable(error: OSError) -> None:
        found.skip(None, f"a folder that cannot be read ({error.strerror})", str(error.filename))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        # Hidden folders are nobody's library: .ytui with its partial files, a trash, a synchroniser's copies.
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield place, [name for name in names if not name.startswith(".")]


def _take(place: Path, media: Media, found: Found) -> None:
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
    found, _ = elements(data)
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
