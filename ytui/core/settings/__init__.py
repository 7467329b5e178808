"""Settings as frozen values: durations in seconds, sizes in bytes, paths expanded.

The text of ``config.toml`` is read elsewhere; here is what it means. Two settings compare equal exactly when
nothing changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from ytui.core.declarations import FormField, Key, NamedTable, ValueType, declare, keys_of, setting
from ytui.core.embed_options import Embed, Segment, SponsorBlock
from ytui.core.models import Tab
from ytui.core.settings.choices import (
    Backlog,
    BacklogKind,
    CookieUse,
    Extra,
    Keep,
    KeepKind,
    Members,
    Quality,
    RecordLive,
)
from ytui.core.settings.tables import (
    Details,
    Library,
    Limits,
    Notify,
    Retry,
    Screen,
    Ssh,
    Workers,
    Ytdlp,
)

__all__ = [
    "Backlog",
    "BacklogKind",
    "Channel",
    "CookieUse",
    "Extra",
    "Keep",
    "KeepKind",
    "Members",
    "Quality",
    "RecordLive",
    "Settings",
]

# Asking more often than this can only cost budget: a feed lags behind by far more.
SHORTEST_EVERY = 60.0
CHANNEL_TABS = (Tab.VIDEOS, Tab.SHORTS, Tab.STREAMS)


@lru_cache(maxsize=4096)
def title_pattern(text: str) -> re.Pattern[str]:
    """The compiled form of a ``title`` or ``not_title``; case does not matter. ``re.error`` if it is none."""
    return re.compile(text, re.IGNORECASE)


@dataclass(frozen=True)
class Channel:
    """One channel or list: ``url`` is normalised; dates are inclusive; durations and ``every`` in seconds.

    ``every`` None means that the pace follows the channel's news, ``recheck`` None that no video is looked at
    again; ``live`` whether streams and their recordings are wanted; ``title`` and ``not_title`` are searched
    for in a title. ``written`` names the keys that its own table has, the others are inherited; None:
    whatever differs from the usual.
    """

    written: frozenset[str] | None = field(default=None, kw_only=True, repr=False)

    name: str | None = field(
        default=None,
        kw_only=True,
        metadata=declare(
            Key(
                ValueType.TEXT,
                comment="default: the channel's own name",
                example="Blender Studio",
                form=FormField(1, "name", "the channel's own"),
                own=True,
            )
        ),
    )
    url: str = field(
        metadata=declare(
            Key(
                ValueType.ADDRESS,
                help="the address of a channel, a playlist or another list",
                example="https://www.youtube.com/@BlenderOfficial",
                own=True,
            )
        )
    )
    tags: tuple[str, ...] = setting(
        (),
        Key(
            ValueType.TAGS,
            comment="for filters (tag:music) and groups; the first one is its group",
            help="words that filters (`tag:music`) and the groups of the list of channels go by",
            example=("music",),
            form=FormField(19, "tags", "none, or music, talks"),
            own=True,
        ),
    )
    tabs: tuple[Tab, ...] = setting(
        CHANNEL_TABS,
        Key(
            ValueType.ONE_OF,
            words=CHANNEL_TABS,
            many=True,
            empty=False,
            help="which of the channel's lists are looked at",
            form=FormField(3, "tabs"),
        ),
    )
    download: bool = setting(
        True,
        Key(ValueType.FLAG, comment="false: list only", form=FormField(4, "download", no="no: list only")),
    )
    backlog: Backlog = setting(
        Backlog(),
        Key(
            ValueType.BACKLOG,
            comment='or "newest 30", "none": what of the first listing is queued',
            help="what of the first listing is queued",
            form=FormField(5, "backlog", "all, or newest 30, none"),
        ),
    )
    quality: Quality = setting(
        Quality.P1080,
        Key(
            ValueType.ONE_OF,
            words=tuple(Quality),
            comment="never exceeded: best, 2160p, 1440p, 1080p, 720p, 480p, 360p, audio",
            help="an upper bound, never exceeded",
            form=FormField(2, "quality up to"),
        ),
    )
    fallback: bool = setting(
        True,
        Key(
            ValueType.FLAG,
            comment="if that format is refused or not to be had, the next lower",
            help="where that format is not to be had, or refused twice, take the next lower",
        ),
    )
    recheck: float | None = setting(
        86_400.0,
        Key(
            ValueType.DURATION,
            low=SHORTEST_EVERY,
            unset="off",
            comment='or "off": a young one below the others of its channel is looked at again',
            help="a young video below the others of its channel is looked at again after this time",
        ),
    )
    extras: frozenset[Extra] = setting(
        frozenset({Extra.METADATA, Extra.THUMBNAIL}),
        Key(
            ValueType.ONE_OF,
            words=tuple(Extra),
            many=True,
            comment="also subtitles, description, nfo",
            help="files beside the video",
            form=FormField(7, "extras"),
        ),
    )
    subtitle_langs: tuple[str, ...] = setting(
        ("en",),
        Key(
            ValueType.TEXT,
            many=True,
            empty=False,
            help="which subtitles, each a language or a pattern such as `en.*`",
        ),
    )
    embed: frozenset[Embed] = setting(
        frozenset(),
        Key(
            ValueType.ONE_OF,
            words=tuple(Embed),
            many=True,
            comment="into the file itself: metadata, chapters, thumbnail, subtitles",
            help="what is written into the file itself",
        ),
    )
    sponsorblock: SponsorBlock = setting(
        SponsorBlock.OFF,
        Key(
            ValueType.ONE_OF,
            words=tuple(SponsorBlock),
            comment='or "mark", "cut": segments that users of sponsor.ajay.app reported',
            help="what becomes of segments that users of sponsor.ajay.app reported",
        ),
    )
    sponsorblock_categories: tuple[Segment, ...] = setting(
        (),
        Key(
            ValueType.ONE_OF,
            words=tuple(Segment),
            many=True,
            comment='or ["sponsor", "selfpromo"]; none: those that yt-dlp takes by itself',
            help="which kinds of segments; none: those that yt-dlp takes by itself",
        ),
    )
    members: Members = setting(
        Members.SKIP,
        Key(
            ValueType.ONE_OF,
            words=tuple(Members),
            comment='or "try"',
            help="what becomes of videos for members only",
            form=FormField(8, "members only", beside="tags"),
        ),
    )
    after: date | None = setting(
        None,
        Key(
            ValueType.DATE,
            comment="no default; also before, min_duration, max_duration, title, not_title",
            help="videos of this day or later",
            example=date(2024, 1, 1),
            form=FormField(9, "after", "any, or 2024-01-01", beside="before"),
        ),
    )
    before: date | None = setting(
        None,
        Key(
            ValueType.DATE,
            help="videos of this day or earlier",
            form=FormField(10, "before", "any, or 2024-12-31"),
        ),
    )
    min_duration: float | None = setting(
        None,
        Key(
            ValueType.DURATION,
            help="videos at least so long",
            form=FormField(11, "at least", "any, or 90 s", beside="max_duration"),
        ),
    )
    max_duration: float | None = setting(
        None,
        Key(ValueType.DURATION, help="videos at most so long", form=FormField(12, "at most", "any, or 2 h")),
    )
    title: str | None = setting(
        None,
        Key(
            ValueType.PATTERN,
            help="videos in whose title it is found, whatever the case",
            form=FormField(13, "title has", "any, or a pattern", beside="not_title"),
        ),
    )
    not_title: str | None = setting(
        None,
        Key(
            ValueType.PATTERN,
            help="videos in whose title it is not found",
            form=FormField(14, "title has not", "none, or a pattern"),
        ),
    )
    live: bool = setting(
        True,
        Key(
            ValueType.FLAG,
            comment="false: no streams, no recordings of them",
            form=FormField(16, "live streams"),
        ),
    )
    record_live: RecordLive = setting(
        RecordLive.NO,
        Key(
            ValueType.ONE_OF,
            words=tuple(RecordLive),
            comment='or "from_now", "from_start": record while it is live',
            help="whether a broadcast is recorded while it is live",
            form=FormField(17, "record live"),
        ),
    )
    every: float | None = setting(
        None,
        Key(
            ValueType.DURATION,
            low=SHORTEST_EVERY,
            unset="auto",
            comment='or "6 h"',
            help="how often the channel is looked at; auto: as its news come",
            form=FormField(15, "fetch every", "auto, or 6 h", beside="live"),
        ),
    )
    keep: Keep = setting(
        Keep(),
        Key(
            ValueType.KEEP,
            comment='or "last 50", "90 days"',
            help="which files stay in the library",
            form=FormField(6, "keep", "all, or last 50, 90 days"),
        ),
    )
    cookies: Path | None = setting(
        None,
        Key(
            ValueType.PATH,
            unset="",
            comment="a file",
            help="a file of cookies as browsers' extensions export it",
            form=FormField(18, "cookies", "none, or the path of a file"),
        ),
    )
    use_cookies: CookieUse = setting(
        CookieUse.WHEN_NEEDED,
        Key(
            ValueType.ONE_OF,
            words=tuple(CookieUse),
            comment='or "always"',
            help="when these cookies go along",
        ),
    )
    args: tuple[str, ...] = setting(
        (),
        Key(ValueType.OPTIONS, help="options of the yt-dlp command for this channel, after those of ytdlp"),
    )

    def accepts_title(self, title: str) -> bool:
        """Whether a video of this title passes ``title`` and ``not_title``."""
        if self.title is not None and not title_pattern(self.title).search(title):
            return False
        return self.not_title is None or not title_pattern(self.not_title).search(title)


INHERITED = {name: key for name, key in keys_of(Channel).items() if not key.own}
"""The keys that ``[defaults]`` may have."""
OWN = {name: key for name, key in keys_of(Channel).items() if key.own}
"""Those that only a channel may have."""
OF_A_FILE = (
    "quality",
    "fallback",
    "recheck",
    "extras",
    "subtitle_langs",
    "embed",
    "sponsorblock",
    "sponsorblock_categories",
    "cookies",
    "use_cookies",
    "args",
)
"""Those of them that hold for a video of no channel, too: how it is fetched, and not whether it is wanted."""
FILTER_NAME, FILTER_NAME_WORDS = re.compile(r"[A-Za-z0-9_-]{1,40}"), "letters, digits, - and _"
"""What a filter can be called, so that ``@name`` can be typed."""


@dataclass(frozen=True)
class Settings:
    """Everything the user may set; ``defaults`` are the values of ``[defaults]``, which channels inherit."""

    library: Library = field(default_factory=Library)
    workers: Workers = field(default_factory=Workers)
    retry: Retry = field(default_factory=Retry)
    limits: Limits = field(default_factory=Limits)
    details: Details = field(default_factory=Details)
    ssh: Ssh = field(default_factory=Ssh)
    notify: Notify = field(default_factory=Notify)
    ytdlp: Ytdlp = field(default_factory=Ytdlp)
    screen: Screen = field(default_factory=Screen)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    filters: Mapping[str, str] = field(
        default_factory=dict,
        metadata=declare(
            NamedTable(Key(ValueType.TEXT, help='a filter that `@NAME` stands for in a list: `big = ">1GB"`'))
        ),
    )
    channels: tuple[Channel, ...] = ()

    @cached_property
    def inherited(self) -> Channel:
        """What every channel inherits, as a channel without an address."""
        return Channel("", **self.defaults, written=frozenset(self.defaults))

    @cached_property
    def unlisted(self) -> Channel:
        """What holds for videos of no channel, as a channel without an address."""
        return Channel("", **{key: value for key, value in self.defaults.items() if key in OF_A_FILE})

    @cached_property
    def by_url(self) -> Mapping[str, Channel]:
        """The channels by their normalised address."""
        return {channel.url: channel for channel in self.channels}
