"""Columns of the lists that a person can choose, as the configuration names them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ytui.core.declarations import Key, ValueType, setting


class ChannelColumn(StrEnum):
    """A column of the list of channels beside their names."""

    STATE = "state"
    NEW = "new"
    FAILED = "failed"
    KEPT = "kept"
    FETCHED = "fetched"
    NEXT = "next"
    SIZE = "size"
    QUALITY = "quality"
    KEEP = "keep"
    FOLDER = "folder"


class VideoColumn(StrEnum):
    """A column of the lists of videos beside their titles."""

    STATE = "state"
    LENGTH = "length"
    CHANNEL = "channel"
    PUBLISHED = "published"
    SIZE = "size"
    QUALITY = "quality"
    KEEP = "keep"
    FOLDER = "folder"


class JobColumn(StrEnum):
    """A column of the list of jobs beside their titles."""

    STATE = "state"
    PLACE = "place"
    KIND = "kind"
    PROGRESS = "progress"
    CHANNEL = "channel"
    TRY = "try"
    WHEN = "when"


@dataclass(frozen=True)
class Columns:
    """Which columns the lists show; None leaves it to them, by the room there is."""

    channels: tuple[ChannelColumn, ...] | None = setting(
        None,
        Key(
            ValueType.ONE_OF,
            words=tuple(ChannelColumn),
            many=True,
            unset="auto",
            comment='or ["state", "new", "size", "quality"]',
            help="the columns of the list of channels beside their names",
        ),
    )
    videos: tuple[VideoColumn, ...] | None = setting(
        None,
        Key(
            ValueType.ONE_OF,
            words=tuple(VideoColumn),
            many=True,
            unset="auto",
            help="the columns of the lists of videos beside their titles",
        ),
    )
    jobs: tuple[JobColumn, ...] | None = setting(
        None,
        Key(
            ValueType.ONE_OF,
            words=tuple(JobColumn),
            many=True,
            unset="auto",
            help="the columns of the list of jobs beside their titles",
        ),
    )
