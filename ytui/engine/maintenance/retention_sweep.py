"""Retention sweep: what ``keep`` no longer wants leaves the library, and goes into its trash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ytui.core.settings import Channel, Keep, KeepKind, Settings
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.channels.retention_rule import retained
from ytui.engine.channels.selection import wanted_elsewhere
from ytui.engine.maintenance import trash
from ytui.store import channels, journal, pending_deletes, tabs
from ytui.store.database import Database
from ytui.store.rows import Channel as ChannelRow
from ytui.store.rows import Video
from ytui.store.trash import TrashReason, refused_since


@dataclass(frozen=True)
class OverdueVideo:
    """A video in the library that its channel's ``keep`` no longer wants."""

    video: Video
    channel: str
    keep: str


def overdue(db: Database, settings: Settings, now: float) -> Iterator[OverdueVideo]:
    """Every such video, the oldest of each channel first.

    Never among them are those with a keep mark, those that lie outside the library (``download --output``),
    those that another channel lists and keeps, and those that their channel does not list any more: what is
    here may be the last copy.

    The rule is the one by which a download is refused, so nothing comes that would have to go again.
    """
    for row in channels.subscribed(db):
        channel = settings_of(settings, row)
        for video in overdue_of(db, settings, row, channel, now):
            yield OverdueVideo(video, row.name, keep_words(channel.keep))


def overdue_of(
    db: Database, settings: Settings, row: ChannelRow, channel: Channel, now: float
) -> Iterator[Video]:
    """Those of one channel, were its settings these."""
    if channel.keep.kind is KeepKind.ALL:
        return
    stays = retained(db, channel, now)
    for video in pending_deletes.downloaded_of_channel(db, row.id):
        if stays(video) or not trash.is_inside(video) or tabs.unlisted_since(db, video.id) is not None:
            continue
        if not wanted_elsewhere(db, settings, video, now):
            yield video


def let_go(db: Database, library: Path, videos: Iterable[OverdueVideo], now: float) -> int:
    """Take these videos out of the library; how many went. Their files go with ``trash.settle``.

    What could not be moved lately is left alone. ``OSError`` where the library is not there.
    """
    refused = refused_since(db, now - trash.REFUSED_AGAIN)
    found = {each.video.id: each for each in videos if each.video.id not in refused}
    if not found:
        return 0
    gone = trash.take_out(db, library, (each.video for each in found.values()), TrashReason.RETENTION, now)
    for video, _ in gone:
        each = found[video.id]
        words = f"into the trash, {each.channel} keeps {each.keep}"
        journal.write_for(db, None, video, words, at=now, type="runtime")
    return len(gone)


def keep_words(keep: Keep) -> str:
    """What a rule keeps, for the middle of a sentence."""
    if keep.kind is KeepKind.ALL:
        return "all"
    if keep.kind is KeepKind.LAST:
        return f"the last {keep.count}"
    return f"{keep.count} days"
