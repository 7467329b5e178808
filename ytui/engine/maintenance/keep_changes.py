"""Changes of ``keep``: a rule that would take files is in force only once a person has said yes.

Until then the rule before it stands, and an item of the plan says what would go. A rule that takes nothing
is in force at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ytui.core.failures.classes import FailureClass
from ytui.core.formatting import format_size, plural
from ytui.core.sanitize import clean
from ytui.core.settings import Channel, Keep, KeepKind, Settings
from ytui.engine.channels.channel_settings import keep_in_force
from ytui.engine.maintenance.retention_sweep import keep_words, overdue_of
from ytui.store import channels, plan
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow
from ytui.store.rows import Video

ASKED_AS = FailureClass.KEEP_CHANGED


@dataclass(frozen=True)
class KeepChange:
    """A rule that is not in force, and the videos that it would take and the one before it leaves."""

    channel: ChannelRow
    wanted: Keep
    going: tuple[Video, ...]

    @property
    def bytes(self) -> int:
        """Of these videos, as far as it is known."""
        return sum(video.size or 0 for video in self.going)

    @property
    def words(self) -> str:
        """How many go and how large they are."""
        return f"{plural(len(self.going), 'video')} of {format_size(self.bytes)}"

    @property
    def sentence(self) -> str:
        """What the channel is to keep by now, and what would go by it."""
        wanted = keep_words(self.wanted)
        return f"{clean(self.channel.name)} is to keep {wanted} now: {self.words} would go"


def change_of(
    db: Database, settings: Settings, row: ChannelRow, now: float, wanted: Channel | None = None
) -> KeepChange | None:
    """What a channel's rule would take that is not in force; None where it is, or takes nothing.

    ``wanted``: the channel as it would be if that were saved, in the place of the configuration's.
    """
    channel = wanted or settings.by_url.get(row.url)
    standing = keep_in_force(row) or Keep()
    if channel is None or channel.keep.kind is KeepKind.ALL or channel.keep == standing or _is_older(row):
        return None
    before = replace(channel, keep=standing)
    # What the standing rule takes goes whatever is answered.
    old = {video.id for video in overdue_of(db, settings, row, before, now)}
    going = tuple(video for video in overdue_of(db, settings, row, channel, now) if video.id not in old)
    return KeepChange(row, channel.keep, going) if going else None


def changes(db: Database, settings: Settings, now: float) -> list[KeepChange]:
    """Every rule that waits for a person's yes, by the channels' names."""
    found = (change_of(db, settings, row, now) for row in channels.subscribed(db))
    return [change for change in found if change is not None]


def look_at_rules(db: Database, settings: Settings, now: float) -> None:
    """Let rules that take nothing be in force, and have the plan say what the others would take."""
    answered = plan.asked(db, ASKED_AS)
    for row in channels.subscribed(db):
        channel = settings.by_url.get(row.url)
        if channel is None:
            continue
        change = change_of(db, settings, row, now)
        if change is not None:
            answered.discard(row.id)
            with transaction(db):
                _ask(db, change, now)
        elif keep_in_force(row) != channel.keep:
            channels.set_keep_in_force(db, row.id, channel.keep)
    for channel_id in answered:
        plan.answered(db, ASKED_AS, channel_id, now)


def _ask(db: Database, change: KeepChange, now: float) -> None:
    if keep_in_force(change.channel) is None:
        channels.set_keep_in_force(db, change.channel.id, Keep())
    plan.ask(
        db,
        failure_class=ASKED_AS,
        channel_id=change.channel.id,
        url=change.channel.url,
        title=f"{change.channel.name}: to keep {keep_words(change.wanted)}, {change.words} would go",
        evidence=f"keep {keep_words(change.wanted)}",
        now=now,
    )


def _is_older(row: ChannelRow) -> bool:
    """Whether the channel's rule was in force before rules were asked about."""
    return row.keep_kind == ""
