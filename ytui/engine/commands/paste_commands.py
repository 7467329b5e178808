"""Commands about pasted addresses: channels and lists are added and fetched, single videos are queued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ytui.core.formatting import plural
from ytui.core.models import VideoState
from ytui.core.pasted import AddressKind, PastedAddress, summary
from ytui.core.settings import Settings
from ytui.engine.channels.same_channel import KnownChannels
from ytui.engine.commands.channel_commands import AddResult, add_channels
from ytui.engine.commands.queue_commands import download_urls, find_video
from ytui.paths import Places
from ytui.store.database import Database


@dataclass(frozen=True)
class PasteResult:
    """What became of a paste."""

    channels: AddResult
    downloads: list[int] = field(default_factory=list)
    """The jobs of its single videos."""

    def words(self) -> str:
        """One line."""
        added, known = len(self.channels.added), len(self.channels.known)
        parts = [f"added {plural(added, 'channel or list', 'channels and lists')}"] if added else []
        parts += [f"{plural(len(self.downloads), 'video')} queued"] if self.downloads else []
        parts += [f"{known} known already"] if known else []
        parts += [f"{url}: {why}" for url, why in self.channels.refused]
        return ", ".join(parts) or "nothing new"


def paste_summary(db: Database, settings: Settings, found: Sequence[PastedAddress]) -> str:
    """What a paste is: ``13 addresses: 9 channels, 2 playlists, 2 videos, 1 known, 1 is none``."""
    known = KnownChannels(db, settings)
    return summary(found, sum(_is_known(db, known, address) for address in found))


def _is_known(db: Database, known: KnownChannels, address: PastedAddress) -> bool:
    if address.kind is AddressKind.NONE:
        return False
    if address.kind is not AddressKind.VIDEO:
        return known.name_of(address.url) is not None
    video = find_video(db, address.url)
    return video is not None and video.state is VideoState.DOWNLOADED


def add_pasted(
    db: Database, places: Places, settings: Settings, found: Sequence[PastedAddress], now: float
) -> PasteResult:
    """Add every channel and list of a paste, and queue every single video.

    ``ConfigError`` or ``OSError`` if the configuration cannot be changed: then nothing is queued either.
    """
    lists = [{"url": each.url} for each in found if each.kind not in (AddressKind.VIDEO, AddressKind.NONE)]
    added = add_channels(db, places, lists, now)
    urls = [each.url for each in found if each.kind is AddressKind.VIDEO]
    return PasteResult(added, download_urls(db, settings, urls, now))
