"""Live streams and premieres of the sample site: one pass of a clip, of which the clock shows more and more.

The clip's HLS segments become available one after the other between start and end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SEGMENT_SECONDS = (4.0, 2.0, 2.0)
"""Seconds of each HLS segment of every clip."""
LIVE_HEIGHT = 720
MASTER, PLAYLIST = "hls/live-master.m3u8", "hls/live.m3u8"


class Phase(StrEnum):
    """Where a broadcast stands, in yt-dlp's words."""

    SOON = "is_upcoming"
    LIVE = "is_live"
    OVER = "was_live"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """When a video is live, in epoch seconds."""

    starts_at: float
    ends_at: float
    premiere: bool = False
    """A finished video that is shown at a fixed hour: its length is known while it is live."""
    kept: int = len(SEGMENT_SECONDS)
    """How many segments the site offers afterwards: fewer than all of them is a recording that was cut."""
    afterwards: str = ""
    """The clip that it is offered as afterwards, if another: one that was muted."""
    stands_still: tuple[float, float] = (0.0, 0.0)
    """From when to when, in epoch seconds, it seems to whoever counts segments that no more will come."""

    def phase(self, now: float) -> Phase:
        """Where it stands at ``now``."""
        if now < self.starts_at:
            return Phase.SOON
        return Phase.LIVE if now < self.ends_at else Phase.OVER

    def goes_on(self, now: float) -> bool:
        """Whether the count of segments says that more will come."""
        begin, end = self.stands_still
        return self.phase(now) is Phase.LIVE and not begin <= now < end

    def segments(self, now: float) -> int:
        """How many segments there are at ``now``; all of them when it is over."""
        whole = sum(SEGMENT_SECONDS)
        passed = (now - self.starts_at) / (self.ends_at - self.starts_at) * whole
        return sum(passed >= sum(SEGMENT_SECONDS[:number]) for number in range(1, len(SEGMENT_SECONDS) + 1))

    def playlist(self, now: float) -> str:
        """The media playlist at ``now``: it ends with what is kept once the broadcast is over."""
        over = self.phase(now) is Phase.OVER
        shown = self.kept if over else self.segments(now)
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:4", "#EXT-X-MEDIA-SEQUENCE:0"]
        if not over:
            lines.append("#EXT-X-START:TIME-OFFSET=0")
        for number, seconds in enumerate(SEGMENT_SECONDS[:shown]):
            lines += [f"#EXTINF:{seconds:.6f},", f"{LIVE_HEIGHT}p-{number}.ts"]
        return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if over else [])]) + "\n"


def master() -> str:
    """The master playlist of every broadcast."""
    return f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=210000,RESOLUTION=1280x{LIVE_HEIGHT}\n{PLAYLIST[4:]}\n"
