"""Wait reasons: what a waiting job waits for, as a key of the store; words are made of it for the edge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ytui.core.holds import WAITED_FOR, HoldCause


class WaitReason(StrEnum):
    """What kind of thing a job waits for; the subject says which one."""

    NOTHING = ""
    """It does not wait, or nobody said for what."""
    TIME = "time"
    CHOSEN_TIME = "chosen_time"
    """A time that a person chose."""
    START = "start"
    """The start of a broadcast."""
    QUEUE = "queue"
    """Room on the disk, in the words of an older version."""
    ROOM = "room"
    """Room on the disk."""
    LINE = "line"
    """The line to the outside."""
    SITE = "site"
    """A site in cooldown; the subject is its name."""
    EXTRAS = "extras"
    """Extras that a site is not asked for now; the subject is the site, a blank, and the extras."""
    HOLD = "hold"
    """A shared cause; the subject is the ``HoldCause``."""
    OTHER = "other"
    """Something that an older version said in the words of the subject."""


_WORDS = {
    WaitReason.NOTHING: "",
    WaitReason.TIME: "its time",
    WaitReason.CHOSEN_TIME: "the time you chose",
    WaitReason.START: "its start",
    WaitReason.QUEUE: "queue",
    WaitReason.ROOM: "room on the disk",
    WaitReason.LINE: "the line",
}


@dataclass(frozen=True)
class Wait:
    """What a job waits for."""

    reason: WaitReason
    subject: str = ""

    @property
    def words(self) -> str:
        """The same for a person, and for scripts: these words are the value of ``waiting_for`` in JSON."""
        if self.reason in _WORDS:
            return _WORDS[self.reason]
        if self.reason is WaitReason.SITE:
            return f"site {self.subject}"
        if self.reason is WaitReason.EXTRAS:
            site, _, extras = self.subject.partition(" ")
            return f"{extras} of {site}"
        if self.reason is WaitReason.HOLD:
            return WAITED_FOR[HoldCause(self.subject)]
        return self.subject


NOTHING = Wait(WaitReason.NOTHING)
ITS_TIME = Wait(WaitReason.TIME)
CHOSEN_TIME = Wait(WaitReason.CHOSEN_TIME)
ITS_START = Wait(WaitReason.START)
THE_QUEUE = Wait(WaitReason.QUEUE)
ROOM = Wait(WaitReason.ROOM)
THE_LINE = Wait(WaitReason.LINE)


def for_site(site: str) -> Wait:
    """The wait of a job whose site is in cooldown."""
    return Wait(WaitReason.SITE, site)


def for_extras(site: str, extras: Iterable[str]) -> Wait:
    """The wait of a job for extras that its site is not asked for now."""
    return Wait(WaitReason.EXTRAS, f"{site} {', '.join(extras)}")


def for_hold(cause: HoldCause) -> Wait:
    """The wait of a job for a cause that many share."""
    return Wait(WaitReason.HOLD, cause.value)
