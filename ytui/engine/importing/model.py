"""Model of an import: what was found in a file or folder, before anything of it is taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class ImportFormat(StrEnum):
    """What a file or folder is, as its content says; the words stand in reports."""

    OPML = "OPML"
    TAKEOUT = "Takeout"
    TOML = "channels in TOML"
    LIST = "list of addresses"
    ARCHIVE = "yt-dlp archive"
    OPTIONS = "yt-dlp options"
    FOLDER = "folder of downloads"


class UnknownFormat(ValueError):
    """Nothing of what was read is understood; the message is one sentence that says what would be."""


@dataclass(frozen=True)
class FoundChannel:
    """A channel or list: ``values`` are keys of ``[[channels]]``, among them a normalised ``url``."""

    values: Mapping[str, object]
    channel_id: str | None = None
    """The site's own id where the file names it beside an address."""

    @property
    def url(self) -> str:
        """The normalised address."""
        return str(self.values["url"])


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """A video that needs no download any more; its file is ``path``, if there is one.

    ``site`` is yt-dlp's extractor key in lower case, "" where a file's name gave an id and nothing more.
    """

    site: str
    video_id: str
    url: str = ""
    title: str = ""
    path: Path | None = None
    files: tuple[Path, ...] = ()
    """Every file that belongs to it, the media first."""
    size: int | None = None
    channel_id: str | None = None
    channel_urls: tuple[str, ...] = ()
    """Normalised addresses of its channel, the most lasting one first."""
    channel_name: str = ""
    duration: float | None = None
    published_at: float | None = None
    height: int | None = None
    downloaded_at: float | None = None


@dataclass(frozen=True)
class FoundOption:
    """One option of the yt-dlp command with its values."""

    words: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Skipped:
    """What could not be understood: ``line`` counts from 1 in ``file``, None where there are no lines."""

    file: str
    line: int | None
    reason: str


@dataclass
class ImportContents:
    """Everything in one file or folder."""

    name: str
    """As the person gave it."""
    kind: ImportFormat
    channels: list[FoundChannel] = field(default_factory=list)
    videos: list[FoundVideo] = field(default_factory=list)
    options: list[FoundOption] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def skip(self, line: int | None, reason: str, file: str | None = None) -> None:
        """Note what is left out and why."""
        self.skipped.append(Skipped(self.name if file is None else file, line, reason))
