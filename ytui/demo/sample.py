"""The sample world of the demo: six channels with about sixty videos, and which of them misbehave."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from ytui.demo import clips
from ytui.demo.misbehaviour import FAST, WATCHABLE, Misbehaviour, misbehaviours
from ytui.demo.titles import CHANNELS, ChannelText, Entry
from ytui.demo.world import DAY, Channel, Delivery, Video, World, make_id

PAGE_SIZE = 4
LISTING_FAULTS = {"gardenlog/shorts": "listing_overloaded"}


def sample(now: float, *, fast: bool) -> World:
    """The demo's world, dated back from ``now`` (epoch seconds); ``fast``: no pacing, heals in seconds."""
    pace = FAST if fast else WATCHABLE
    faults = misbehaviours(pace)
    channels = [_channel(text, now, faults) for text in CHANNELS]
    listing_faults = {key: faults[name] for key, name in LISTING_FAULTS.items()}
    return World(channels, now=now, page_size=PAGE_SIZE, pace=pace, listing_faults=listing_faults)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where an entry stands: ``rank`` from 0 for the newest of its tab."""

    tab: str
    rank: int
    now: float


def _channel(text: ChannelText, now: float, faults: dict[str, Misbehaviour]) -> Channel:
    channel = Channel(text.handle, text.name, text.description, text.followers)
    for tab, entries in (("videos", text.videos), ("shorts", text.shorts), ("streams", text.streams)):
        if entries:
            channel.tabs[tab] = [
                _video(text, entry, _Position(tab, rank, now), faults) for rank, entry in enumerate(entries)
            ]
    return channel


def _video(text: ChannelText, entry: Entry, where: _Position, faults: dict[str, Misbehaviour]) -> Video:
    luck = _luck(f"{text.handle} {where.tab} {where.rank}")
    fault = faults[entry.misbehaviour] if entry.misbehaviour else None
    short = where.tab == "shorts"
    first = luck % len(text.sentences)
    spoken = text.sentences[first:] + text.sentences[:first]
    minutes, seconds = entry.length.split(":")
    video = Video(
        id=make_id(f"sample {text.handle} {where.tab} {where.rank}"),
        title=entry.title,
        duration=int(minutes) * 60 + int(seconds),
        timestamp=int(where.now) - _age(where.rank, luck),
        tab=where.tab,
        delivery=_delivery(entry, short=short),
        clip=clips.UPRIGHT if short else clips.LANDSCAPE[luck % len(clips.LANDSCAPE)],
        description=f"{spoken[0]}\n\n{text.description}",
        cues=spoken,
        languages=("en", "de") if luck % 3 == 0 else ("en",),
        views=luck % 90_000 + 1_200,
        members_badge=entry.members_badge,
        misbehaviour=fault,
    )
    return replace(video, id="-" + video.id[1:]) if entry.title.startswith("-") else video


def _delivery(entry: Entry, *, short: bool) -> Delivery:
    if short:
        return Delivery.PROGRESSIVE
    return Delivery(entry.delivery)


def _age(rank: int, luck: int) -> int:
    """Seconds since publication: the newest a few hours old, the others days apart, never out of order."""
    return 3 * 3_600 + luck % 7_200 + rank * 5 * DAY + rank * (luck % 3_600)


def _luck(seed: str) -> int:
    """A number below a million that looks thrown but is always the same for a seed."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:4]) % 1_000_000
