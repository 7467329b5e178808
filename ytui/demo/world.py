"""World of the sample site: channels, tabs, videos, broadcasts, the player. Nothing is served here.

Its shape is the one that yt-dlp-ejs looks for in a real player: a function over ``_yt_player`` that makes an
address object, one of whose methods turns ``n``. The same is done here in Python, so that the site knows.

The clip's HLS segments become available one after the other between start and end.
"""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ytui.demo.faults import DOWNLOADED, FAST, SKIPPED, Misbehaviour, Pace, misbehaviours

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

_CODE = """var _yt_player={};(function(g){var window=this;
var letters="%(letters)s",key=%(key)s;
var turn=function(n){
return n.split("").reverse().map(function(c,i){
return letters[(letters.indexOf(c)+key[i%%key.length]+i)%%64]}).join("")};
g.Address=function(a){this.address=a;this.fields={}};
g.Address.prototype.set=function(k,v){this.fields[k]=v};
g.Address.prototype.get=function(k){return k in this.fields?this.fields[k]:null};
g.Address.prototype.clone=function(){return this};
g.Address.prototype.apply=function(){var n=this.get("n");n&&this.set("n",turn(n))};
g.make=function(a,b,c){a=new g.Address(a);a.set("alr","yes");c&&a.set(b,encodeURIComponent(c));return a};
})(_yt_player);
"""


class Player:
    """One version of the player; everything follows from its number."""

    def __init__(self, number: int) -> None:
        digest = hashlib.sha256(f"player {number}".encode()).digest()
        self.id = digest.hex()[:8]
        self._key = [byte % 64 for byte in digest[8:20]]

    @property
    def code(self) -> str:
        """The player's JavaScript."""
        return _CODE % {"letters": _ALPHABET, "key": self._key}

    def solve(self, challenge: str) -> str:
        """What the code makes of a challenge, which consists of letters, digits, ``-`` and ``_``."""
        return "".join(
            _ALPHABET[(_ALPHABET.index(letter) + self._key[place % len(self._key)] + place) % 64]
            for place, letter in enumerate(reversed(challenge))
        )


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
    rewinds: bool = False
    """It has its beginning in its playlist alone, which yt-dlp leaves to ffmpeg (as Twitch's)."""

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


DAY = 86_400


class Delivery(StrEnum):
    """How a video's media are offered."""

    SPLIT = "split"
    """Separate video in three qualities and audio, to be merged, besides one progressive file."""
    PROGRESSIVE = "progressive"
    """One file with picture and sound."""
    HLS = "hls"
    """A master playlist with two variants."""


@dataclass(frozen=True, slots=True)
class Video:
    """One video. ``duration`` in seconds and ``timestamp`` in epoch seconds are what the site claims;
    the media behind it last eight seconds. ``members_badge``: marked as members-only in listings."""

    id: str
    title: str
    duration: int
    timestamp: int
    tab: str = "videos"
    delivery: Delivery = Delivery.PROGRESSIVE
    clip: str = "blocks"
    description: str = ""
    cues: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    views: int = 0
    members_badge: bool = False
    misbehaviour: Misbehaviour | None = None
    challenge: bool = False
    """Its media addresses carry a challenge for the site's player."""
    broadcast: Broadcast | None = None


@dataclass(slots=True)
class Channel:
    """One channel; a tab that is missing from ``tabs`` does not exist, each lists its newest video first."""

    handle: str
    name: str
    description: str = ""
    followers: int = 0
    tabs: dict[str, list[Video]] = field(default_factory=dict)
    first_handle: str = ""
    """The handle that it began with, once it has another one."""

    @property
    def id(self) -> str:
        """The channel's permanent id."""
        return "UC" + make_id(f"channel {self.first_handle or self.handle}", 22)

    @property
    def shown_tabs(self) -> list[str]:
        """The tabs that its page shows: a list of uploads is found by its own address alone."""
        return [tab for tab in self.tabs if tab != "uploads"]

    def videos(self) -> Iterator[Video]:
        """Every video of every tab."""
        for listing in self.tabs.values():
            yield from listing


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a tab; ``following`` is the number of the next page, or None on the last."""

    videos: tuple[Video, ...]
    following: int | None


class World:
    """All channels of a site, found by handle and by video id, extended by ``publish``. Thread-safe."""

    def __init__(
        self,
        channels: list[Channel],
        *,
        now: float,
        page_size: int = 4,
        pace: Pace = FAST,
        listing_faults: dict[str, Misbehaviour] | None = None,
    ) -> None:
        self.now = now
        self.page_size = page_size
        self.pace = pace
        self.channels = channels
        self.players = [Player(1)]
        """Every version of the player there has been; pages name the last one."""
        self._listing_faults = listing_faults or {}
        self._lock = threading.Lock()
        self._videos = {video.id: (channel, video) for channel in channels for video in channel.videos()}

    @classmethod
    def tiny(
        cls,
        now: float,
        *,
        channels: int = 1,
        videos: int = 3,
        shorts: int = 0,
        page_size: int = 30,
        delivery: Delivery = Delivery.PROGRESSIVE,
        challenge: bool = False,
    ) -> World:
        """A small world without any fault: channels ``tiny1`` …, each with so many videos and shorts.

        ``challenge``: the media of all of them carry a JavaScript challenge.
        """
        made = []
        for number in range(1, channels + 1):
            channel = Channel(f"tiny{number}", f"Tiny Channel {number}", "A channel for tests.", 100)
            channel.tabs["videos"] = _newest_first(channel, "videos", range(videos), now, DAY, delivery)
            if shorts:
                channel.tabs["shorts"] = _newest_first(channel, "shorts", range(shorts), now, DAY, delivery)
            for tab, listing in channel.tabs.items():
                channel.tabs[tab] = [replace(video, challenge=challenge) for video in listing]
            made.append(channel)
        return cls(made, now=now, page_size=page_size)

    def channel(self, name: str) -> Channel | None:
        """The channel of that handle, in any case, or of that id."""
        wanted = name.casefold()
        return next(
            (each for each in self.channels if each.handle.casefold() == wanted or each.id == name), None
        )

    def rename(self, handle: str, to: str) -> None:
        """Give a channel another handle; ``LookupError`` for an unknown one."""
        channel = self.channel(handle)
        if channel is None:
            raise LookupError(f"no channel {handle!r}")
        channel.first_handle = channel.first_handle or channel.handle
        channel.handle = to

    def video(self, video_id: str) -> Video | None:
        """The video of that id."""
        found = self._videos.get(video_id)
        return found[1] if found else None

    def channel_of(self, video_id: str) -> Channel:
        """The channel that published a video; raises ``KeyError`` for an unknown id."""
        return self._videos[video_id][0]

    def videos(self) -> list[Video]:
        """Every video of the world."""
        with self._lock:
            return [video for _, video in self._videos.values()]

    def find(self, misbehaviour: str) -> Video:
        """The first video with the fault of that name; raises ``LookupError`` if there is none."""
        for video in self.videos():
            if video.misbehaviour is not None and video.misbehaviour.name == misbehaviour:
                return video
        raise LookupError(f"no video misbehaves as {misbehaviour!r}")

    def page(self, handle: str, tab: str, number: int) -> Page | None:
        """Page ``number`` (from 1) of a tab, or None where the channel has no such tab."""
        channel = self.channel(handle)
        if channel is None or tab not in channel.tabs:
            return None
        with self._lock:
            listing = list(channel.tabs[tab])
        end = number * self.page_size
        return Page(tuple(listing[end - self.page_size : end]), number + 1 if end < len(listing) else None)

    def publish(
        self, handle: str, count: int, tab: str = "videos", *, now: float | None = None
    ) -> list[Video]:
        """Adds ``count`` new videos at the top of a tab, newest first, and returns them in that order.

        Raises ``LookupError`` for an unknown channel.
        """
        channel = self.channel(handle)
        if channel is None:
            raise LookupError(f"no channel {handle!r}")
        with self._lock:
            listing = channel.tabs.setdefault(tab, [])
            indexes = range(len(listing), len(listing) + count)
            when = self.now if now is None else now
            made = _newest_first(channel, tab, indexes, when, 1, Delivery.PROGRESSIVE)
            listing[:0] = made
            self._videos.update({video.id: (channel, video) for video in made})
        return made

    def rotate_player(self) -> None:
        """Publishes the next version of the player; what the older ones turn stays valid."""
        self.players.append(Player(len(self.players) + 1))

    def announce(self, handle: str, broadcast: Broadcast) -> Video:
        """Adds a live stream, or a premiere, at the top of its tab. Raises ``LookupError`` as ``publish``."""
        tab = "videos" if broadcast.premiere else "streams"
        (plain,) = self.publish(handle, 1, tab, now=broadcast.starts_at)
        title = "A premiere" if broadcast.premiere else "A live stream"
        made = replace(plain, title=title, duration=8, broadcast=broadcast)
        channel = self._videos[plain.id][0]
        with self._lock:
            channel.tabs[tab][channel.tabs[tab].index(plain)] = made
            self._videos[made.id] = (channel, made)
        return made

    def faults(self) -> dict[str, Misbehaviour]:
        """What misbehaves from the start, by video id or ``handle/tab``."""
        faults = {video.id: video.misbehaviour for video in self.videos() if video.misbehaviour is not None}
        return faults | self._listing_faults

    def misbehaviours(self) -> dict[str, Misbehaviour]:
        """Every fault that can be given to a video, by name, at this world's pace."""
        return misbehaviours(self.pace)

    def expected(self, video_id: str) -> str:
        """What becomes of a video with default settings: ``downloaded``, ``skipped``, or a failure's class.

        Raises ``KeyError`` for an unknown id.
        """
        _, video = self._videos[video_id]
        if video.members_badge:
            return SKIPPED
        return video.misbehaviour.outcome if video.misbehaviour is not None else DOWNLOADED

    def expectations(self) -> dict[str, str]:
        """``expected`` of every video, by id."""
        return {video.id: self.expected(video.id) for video in self.videos()}


def make_id(seed: str, length: int = 11) -> str:
    """An id of letters, digits, ``-`` and ``_``, always the same for the same seed."""
    return base64.urlsafe_b64encode(hashlib.sha256(seed.encode()).digest()).decode()[:length]


def _newest_first(
    channel: Channel, tab: str, indexes: range, now: float, apart: int, delivery: Delivery
) -> list[Video]:
    """Plain videos, ``apart`` seconds from each other, the last index youngest and first in the list."""
    return [
        _plain_video(channel, tab, index, int(now) - apart * age, delivery)
        for age, index in enumerate(reversed(indexes), 1)
    ]


def _plain_video(channel: Channel, tab: str, index: int, timestamp: int, delivery: Delivery) -> Video:
    short = tab == "shorts"
    title = f"{'Short' if short else 'Upload'} {index + 1}"
    return Video(
        id=make_id(f"{channel.handle} {tab} {index}"),
        title=title,
        duration=20 + index if short else 240 + 10 * index,
        timestamp=timestamp,
        tab=tab,
        delivery=Delivery.PROGRESSIVE if short else delivery,
        clip="upright" if short else "blocks",
        description=f"{title} of {channel.name}.",
        cues=("Nothing much happens here.", "And then it ends."),
        views=100 + index,
    )
