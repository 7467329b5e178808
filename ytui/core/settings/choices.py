"""What a channel's keys choose from: enums, and the values that have a number in them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Members(StrEnum):
    """What to do with members-only videos seen in a listing."""

    SKIP = "skip"
    TRY = "try"


class CookieUse(StrEnum):
    """When a channel's cookies go along."""

    WHEN_NEEDED = "when_needed"
    ALWAYS = "always"


class Extra(StrEnum):
    """A file kept beside the video."""

    METADATA = "metadata"
    THUMBNAIL = "thumbnail"
    SUBTITLES = "subtitles"
    DESCRIPTION = "description"
    NFO = "nfo"


class Quality(StrEnum):
    """An upper bound: the best format at or below it is a success."""

    BEST = "best"
    P2160 = "2160p"
    P1440 = "1440p"
    P1080 = "1080p"
    P720 = "720p"
    P480 = "480p"
    P360 = "360p"
    AUDIO = "audio"

    @property
    def height(self) -> int | None:
        """The greatest height in pixels; None for ``best`` (no bound) and ``audio`` (no picture)."""
        return int(self.value[:-1]) if self.value.endswith("p") else None


class BacklogKind(StrEnum):
    """How much of a first listing is queued."""

    ALL = "all"
    NEWEST = "newest"
    NONE = "none"


class KeepKind(StrEnum):
    """What retention keeps."""

    ALL = "all"
    LAST = "last"
    DAYS = "days"


@dataclass(frozen=True)
class Backlog:
    """What of the first listing is queued; ``count`` matters with ``newest`` only."""

    kind: BacklogKind = BacklogKind.ALL
    count: int = 0


@dataclass(frozen=True)
class Keep:
    """What retention keeps; ``count`` is a number of videos with ``last``, of days with ``days``."""

    kind: KeepKind = KeepKind.ALL
    count: int = 0


class RecordLive(StrEnum):
    """Whether a broadcast is recorded while it runs: not at all, from now on, or from its start."""

    NO = "no"
    FROM_NOW = "from_now"
    FROM_START = "from_start"
