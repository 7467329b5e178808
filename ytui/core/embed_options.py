"""Embedding options: what of a video, and of SponsorBlock's segments, is written into its own file."""

from __future__ import annotations

from enum import StrEnum


class Embed(StrEnum):
    """What is written into the video's file."""

    METADATA = "metadata"
    CHAPTERS = "chapters"
    THUMBNAIL = "thumbnail"
    SUBTITLES = "subtitles"


class SponsorBlock(StrEnum):
    """What becomes of the segments that SponsorBlock's users have reported."""

    OFF = "off"
    MARK = "mark"
    CUT = "cut"


class Segment(StrEnum):
    """A kind of segment that SponsorBlock knows."""

    SPONSOR = "sponsor"
    INTRO = "intro"
    OUTRO = "outro"
    SELFPROMO = "selfpromo"
    PREVIEW = "preview"
    FILLER = "filler"
    INTERACTION = "interaction"
    MUSIC_OFFTOPIC = "music_offtopic"
    HOOK = "hook"
    POI_HIGHLIGHT = "poi_highlight"
    CHAPTER = "chapter"


UNCUTTABLE = frozenset({Segment.POI_HIGHLIGHT, Segment.CHAPTER})
"""Kinds that name a place in the video: they can be marked and not cut."""

EMBEDDING = "embedding"
"""The extra that writes ``embed`` into the file."""
SPONSORBLOCK = "sponsorblock"
"""The extra that marks or cuts segments in the file."""
IN_THE_FILE = frozenset({EMBEDDING, SPONSORBLOCK})
"""Extras that have no file of their own."""
