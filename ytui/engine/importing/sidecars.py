"""The files of one folder put together: each media file with what was written beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

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
