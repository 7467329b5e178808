"""Sample world of the demo: six channels with about sixty videos, and which of them misbehave."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from ytui.demo import clips
from ytui.demo.faults import FAST, WATCHABLE, Misbehaviour, misbehaviours
from ytui.demo.world import DAY, Channel, Delivery, Video, World, make_id


@dataclass(frozen=True, slots=True)
class Entry:
    """One video: title, length as minutes and seconds, its fault by name, and how its media are offered."""

    title: str
    length: str
    misbehaviour: str = ""
    delivery: str = "split"
    members_badge: bool = False


@dataclass(frozen=True, slots=True)
class ChannelText:
    """One channel, every tab newest first; ``sentences`` are spoken in its videos."""

    handle: str
    name: str
    description: str
    followers: int
    sentences: tuple[str, ...]
    videos: tuple[Entry, ...]
    shorts: tuple[Entry, ...] = ()
    streams: tuple[Entry, ...] = ()


NORTHLIGHT = ChannelText(
    "northlight",
    "Northlight Films",
    "Short films from a small harbour, shot in whatever light there is.",
    48_200,
    (
        "The ferry leaves at six, whether or not anybody is on it.",
        "We waited four days for this fog and it lasted eleven minutes.",
        "Nobody told the gulls that we were recording sound.",
        "The lighthouse has not been lit since my grandfather kept it.",
    ),
    (
        Entry("The Keeper’s Daughter — Premiere", "19:40", "premiere"),
        Entry("Winter Harbour — Short Film", "12:41"),
        Entry("Fog Season — Episode 3", "14:22", "reset"),
        Entry("A Letter from the Island", "6:48", "geo_blocked"),
        Entry("Fog Season — Episode 2", "13:58"),
        Entry("Making of Winter Harbour", "21:05", "private"),
        Entry("Fog Season — Episode 1", "15:10", "copyright"),
        Entry("Night Shift at the Cannery", "17:33", "age_restricted"),
        Entry("The Last Ferry", "8:17", delivery="hls"),
    ),
    (Entry("Snow on the pier", "0:24"), Entry("One take, no cuts", "0:58")),
)

TIDEWATER = ChannelText(
    "tidewater",
    "Tidewater Kitchen",
    "Plain cooking for people with one pan and a window on the sea.",
    131_000,
    (
        "Salt the water until it tastes like the sea on a good day.",
        "If the dough sticks to your hands, wait, and it will stop.",
        "A cast iron pan forgives everything except the dishwasher.",
        "Taste it now, and then taste it again in ten minutes.",
    ),
    (
        Entry("Sourdough for Small Ovens", "18:32"),
        Entry("Five Soups for a Rainy Week", "24:10", "rate_limited"),
        Entry("The Members’ Table: Winter Menu", "38:20", "members_only", members_badge=True),
        Entry("How to Keep a Cast Iron Pan Alive", "11:27", delivery="hls"),
        Entry("Pickles in One Afternoon", "9:45", "server_error"),
        Entry("Grandmother’s Fish Stew", "16:20"),
        Entry("Knife Skills, Slowly", "22:51", "subtitles_missing"),
        Entry("Bread That Failed, and Why", "13:03", "removed"),
    ),
    (
        Entry("Peel garlic in ten seconds", "0:19"),
        Entry("The only rice trick you need", "0:41"),
        Entry("Is it done yet?", "0:33"),
    ),
)

QUIET_MACHINES = ChannelText(
    "quietmachines",
    "Quiet Machines",
    "Old machines taken apart, cleaned and put together again. No music.",
    87_400,
    (
        "Somebody has been in here before us, with the wrong screwdriver.",
        "This bearing has turned for seventy years and does not mind.",
        "The hum comes from the laminations, not from the windings.",
        "Every part goes into the tray in the order in which it came out.",
    ),
    (
        Entry("Restoring a 1954 Desk Fan", "27:44"),
        Entry("A Clock With One Gear", "10:36", "truncated"),
        Entry("Lathe Day, the Long Version", "58:12", "members_only"),
        Entry("Rebuilding a Hand-Cranked Drill", "31:02", "stalled"),
        Entry("Bearings: A Love Story", "12:09", "unreadable"),
        Entry("The Typewriter Nobody Wanted", "42:15"),
        Entry("Tool Tour: The Smallest Workshop", "19:57", "gone"),
        Entry("Why Old Motors Hum", "8:52", delivery="progressive"),
    ),
)

ORBIT_NOTES = ChannelText(
    "orbitnotes",
    "Orbit Notes",
    "Space, explained with chalk, buckets and string.",
    212_000,
    (
        "In orbit you are falling, and you keep missing the ground.",
        "A satellite cannot open a window, so it has to glow its heat away.",
        "Eight minutes ago this light was still inside the Sun.",
        "The bucket is the Moon, and I am afraid that I am the Earth.",
    ),
    (
        Entry("What the Night Side of Mercury Looks Like", "14:48"),
        Entry("How Small Satellites Stay Cool", "17:29", "bot_check"),
        Entry("Reading a Launch Timeline", "11:11", delivery="hls"),
        Entry("A Year of Sunspots in Six Minutes", "6:00", "forbidden"),
        Entry("Tides on Moons Without Water", "13:37", "expired_url"),
        Entry("Mission Update, Late Edition", "4:31", "not_found"),
        Entry("Orbital Mechanics With a Bucket", "9:14"),
    ),
    (Entry("Falling around the Earth", "0:45"), Entry("How loud is a rocket?", "0:52")),
    (
        Entry("Live: Watching the Perseids Together", "94:05"),
        Entry("Live Q&A: Questions From Class 7b", "61:30", delivery="progressive"),
    ),
)

GARDEN_LOG = ChannelText(
    "gardenlog",
    "The Garden Log",
    "Twelve square metres behind a terraced house, written down week by week.",
    26_900,
    (
        "Slugs read the weather forecast, I am quite sure of it.",
        "Good compost smells of forest and of nothing else.",
        "Leave the three best tomatoes on the plant, and pick the rest.",
        "It rained nine millimetres, and the barrel says eleven.",
    ),
    (
        Entry("Sowing Calendar, Part One", "15:25"),
        Entry("Compost That Does Not Smell", "12:12", "overloaded"),
        Entry("Twelve Square Metres: May", "24:18", "login_required"),
        Entry("Twelve Square Metres: April", "22:40", "blocked"),
        Entry("The Slug Experiment", "8:33", "unknown_host"),
        Entry("Saving Seeds From Tomatoes", "10:05", delivery="progressive"),
        Entry("Pruning an Old Apple Tree", "19:19"),
        Entry("Rainwater, Measured", "11:56", "drm"),
    ),
    (Entry("First frost", "0:15"), Entry("Worm hotel, week two", "0:38")),
)

LONG_TITLE = (
    "Everything I Know About Grounding a Shortwave Antenna on a Balcony, Told in a Sentence That Goes On "
    "and On, Past the Railing, Down the Blue Drainpipe, Through the Cellar of the Neighbour Who Keeps Bees, "
    "Around the Copper Rod That We Drove Into the Clay in the Autumn, and Back Up Again to the Window."
)

SIGNAL_AND_NOISE = ChannelText(
    "signalnoise",
    "Signal & Noise",
    "Radio, electronics, and titles that no program should trip over.",
    15_300,
    (
        "What you hear is not the station, it is the kettle next door.",
        "A crystal radio needs no battery, only patience and a long wire.",
        "Measure twice, and then find that the probe was set to ten.",
        "There is always a ground loop, and it is always the last thing you check.",
    ),
    (
        Entry("Building a Crystal Radio", "20:26"),
        Entry("[/b] [bold red]Bracket[/] Noise on the Bench [MV]", "7:07"),
        Entry("Escape \x1b[31mthe red\x1b[0m \x1b]0;owned\x07 and\r\nthe bell \x07", "5:55"),
        Entry("AC/DC: 50/60 Hz \\ ../../etc/passwd", "13:13", delivery="hls"),
        Entry(LONG_TITLE, "33:33", delivery="progressive"),
        Entry("راديو من الصفر \u202egnp.exe", "16:45"),
        Entry("📻 Tuning 🎚️ by ear 👩🏽‍🔧✨ 周波数", "9:09"),
        Entry("--rm -rf: a name that begins with a dash", "10:10", delivery="progressive"),
        Entry("Only the Storyboard Survived", "18:00", "storyboards"),
    ),
    (
        Entry("Static, but make it music", "0:29"),
        Entry('50% off * ? "quoted" <tags> | $HOME %(title)s', "0:47"),
    ),
)

CHANNELS = (NORTHLIGHT, TIDEWATER, QUIET_MACHINES, ORBIT_NOTES, GARDEN_LOG, SIGNAL_AND_NOISE)


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
