"""Words for a made-up library: names of channels, titles of videos, ids, and what sites say of failures."""

from __future__ import annotations

import random
from dataclasses import dataclass

from ytui.core.failures.classifier import Failure, explain

# fmt: off
_FIRST = (
    "Quiet", "North", "Copper", "Paper", "Second", "Blue", "Hidden", "Open", "Slow", "Bright",
    "Wild", "Lunar", "Velvet", "Iron", "Gentle", "Rusty", "Amber", "Cosmic", "Wooden",
    "Electric", "Silver", "Curious", "Distant", "Hollow", "Golden", "Pocket", "Analog", "Modern",
    "Rural", "Arctic",
)
_SECOND = (
    "Workshop", "Kitchen", "Orchestra", "Telescope", "Garden", "Lab", "Railway", "Atlas",
    "Studio", "Harbor", "Notebook", "Bakery", "Circuit", "Forge", "Library", "Meadow", "Engine",
    "Planet", "Museum", "Compass", "Lantern", "Archive", "Theatre", "Rover", "Bicycle",
    "Observatory", "Loom",
)
_THIRD = (
    "", "", "", " TV", " Films", " Daily", " & Sons", " Academy", " Live", " Club", " 101",
    " Podcast",
)
_VERBS = (
    "Building", "Restoring", "Testing", "Explaining", "Repairing", "Cooking", "Recording",
    "Mapping", "Hiking", "Racing", "Growing", "Baking", "Painting", "Sailing", "Soldering",
    "Composing", "Filming", "Rebuilding", "Tasting", "Carving",
)
_THINGS = (
    "a Steam Engine", "the Night Sky", "Sourdough", "a Wooden Boat", "the Fourier Transform",
    "a Tiny House", "Old Radios", "the Alps", "a Mechanical Keyboard", "Volcanoes", "a Violin",
    "the Deep Sea", "a Walnut Table", "Prime Numbers", "Street Food", "a 1974 Motorcycle",
    "Black Holes", "a Vegetable Garden", "Short Circuits", "the Baltic Coast",
    "a Pinhole Camera", "Medieval Castles", "a Solar Oven", "Sorting Algorithms", "Jazz Harmony",
    "a Kayak",
)
_TAILS = (
    "in One Week", "for Beginners", "(and Why It Failed)", "from Scratch",
    "with Almost No Money", "— Part {n}", "#{n}", "| Episode {n}", "in {year}", "[4K]", "[MV]",
    "(Official Video)", "vs. the World", "after {n} Years", "at 3 a.m.", "🎬", "– A Documentary",
    "(Live in Lisbon)", "“The Long Way”", "/ Q&A", "最初の一歩", "Über alles Handwerk", "تجربة جديدة",
)
# fmt: on
_ID_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def channel_names(rng: random.Random, count: int) -> list[str]:
    """So many different names; numbered from where the words are used up."""
    plain = [f"{first} {second}{third}" for first in _FIRST for second in _SECOND for third in set(_THIRD)]
    plain.sort()
    rng.shuffle(plain)
    rounds = range(1, 2 + count // len(plain))
    return [name if number == 1 else f"{name} {number}" for number in rounds for name in plain][:count]


def title(rng: random.Random, year: int) -> str:
    """A title as people write them, brackets, slashes and other scripts included."""
    words = f"{rng.choice(_VERBS)} {rng.choice(_THINGS)} {rng.choice(_TAILS)}"
    return words.replace("{n}", str(rng.randrange(1, 200))).replace("{year}", str(year))


def video_id(rng: random.Random) -> str:
    """Eleven letters, digits, ``-`` and ``_``."""
    bits = rng.getrandbits(66)
    return "".join([_ID_LETTERS[bits >> shift & 63] for shift in range(0, 66, 6)])


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong, with how often it does, and the answer of the server if there was one."""

    failure: Failure
    weight: int
    status: int | None = None


def _trouble(weight: int, text: str, status: int | None = None) -> Trouble:
    return Trouble(explain(f"ERROR: {text}"), weight, status)


TROUBLES = (
    _trouble(20, "[youtube] ID: Private video. Sign in if you've been granted access to this video"),
    _trouble(14, "[youtube] ID: Video unavailable. This video has been removed by the uploader"),
    _trouble(10, "[youtube] ID: Join this channel to get access to members-only content like this video"),
    _trouble(9, "[youtube] ID: Sign in to confirm your age. This video may be inappropriate for some users."),
    _trouble(8, "[youtube] ID: The uploader has not made this video available in your country"),
    _trouble(6, "[youtube] ID: This video requires payment to watch"),
    _trouble(5, "[youtube] ID: Video unavailable. This video contains content from SME, who has blocked it"),
    _trouble(4, "[youtube] ID: This video is not available"),
    _trouble(4, "unable to download video data: HTTP Error 403: Forbidden", 403),
    _trouble(3, "[youtube] ID: Requested format is not available"),
    _trouble(2, "[youtube] ID: This video is DRM protected"),
    _trouble(2, "Postprocessing: Conversion failed!"),
    _trouble(2, "[youtube] ID: Unable to download webpage: HTTP Error 404: Not Found", 404),
    _trouble(1, "unable to open for writing: [Errno 36] File name too long: 'film.mp4.part'"),
    _trouble(1, "[youtube] ID: An extractor error has occurred. (caused by KeyError('playabilityStatus'))"),
)
"""What ends a job for good, or until the user does something."""

PASSING = (
    _trouble(30, "[youtube] ID: Unable to download webpage: The read operation timed out"),
    _trouble(18, "[youtube] ID: Unable to download API page: HTTP Error 503: Service Unavailable", 503),
    _trouble(16, "[download] Got error: [Errno 104] Connection reset by peer"),
    _trouble(9, "[youtube] ID: Unable to download API page: [Errno -2] Name or service not known"),
    _trouble(8, "[youtube] ID: Premieres in 3 hours"),
    _trouble(4, "[youtube] ID: This live event will begin in 2 days."),
)
"""What heals by itself."""

PUSHBACK = (
    _trouble(3, "[youtube] ID: Sign in to confirm you're not a bot"),
    _trouble(1, "[youtube] ID: Unable to download webpage: HTTP Error 429: Too Many Requests", 429),
)
"""What closes a site for a while."""
