"""Import of videos: known by an archive, or as files in a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from ytui.core.sites import site_of
from ytui.engine.channels.channel_settings import usual_name
from ytui.engine.importing.channel_addresses import ChannelIndex
from ytui.engine.importing.channel_import import all_channels
from ytui.engine.importing.media_folder import Progress
from ytui.engine.importing.model import FoundVideo, ImportContents
from ytui.store import bulk, channels
from ytui.store.bulk import Brought, Fate
from ytui.store.database import Database, transaction
from ytui.store.library_marker import OutsideLibrary, safe_relative

BATCH = 1000
"""Videos in one transaction: a holder beside the import waits no longer than for so many."""


@dataclass
class VideoImportResult:
    """What became of the videos of one file or folder."""

    fates: Counter[Fate] = field(default_factory=Counter)
    outside: int = 0
    """How many became known without a file because theirs lies outside the library."""


class VideoImport:
    """Takes found videos in, or says what that would do; one a whole import, so that none counts twice."""

    def __init__(self, db: Database, root: Path, now: float, *, dry_run: bool) -> None:
        self._db = db
        self._root = root
        self._real_root = root.resolve()
        self._now = now
        self._dry_run = dry_run
        self._seen: set[tuple[str, str]] = set()
        self._made: dict[str, int] = {}

    def take(self, found: ImportContents, progress: Progress) -> VideoImportResult:
        """Take in the videos of one file or folder; what belongs to no site goes to ``found.skipped``."""
        arrivals = VideoImportResult()
        total, done, skipped = len(found.videos), 0, len(found.skipped)
        waiting = self._named(found)
        while batch := list(islice(waiting, BATCH)):
            fates = self._take_batch(batch)
            arrivals.fates.update(fates)
            arrivals.outside += sum(
                video.path is not None and fate is Fate.ARCHIVED
                for (video, _), fate in zip(batch, fates, strict=True)
            )
            done += len(batch)
            progress(min(done, total), total)
        arrivals.fates[Fate.KNOWN] += total - done - (len(found.skipped) - skipped)
        progress(total, total)
        return arrivals

    def _named(self, found: ImportContents) -> Iterator[tuple[FoundVideo, str]]:
        """Each video once, with its site's name."""
        for video in found.videos:
            site = video.site or self._only_site(video.video_id)
            if not site:
                found.skip(None, f"which site [{video.video_id}] is from cannot be told", str(video.path))
            elif (site, video.video_id) not in self._seen:
                self._seen.add((site, video.video_id))
                yield video, site

    def _only_site(self, video_id: str) -> str:
        """The site of an id that is known from elsewhere, an archive say; "" if there is none, or are two."""
        sites = bulk.sites_of(self._db, video_id)
        return sites[0] if len(sites) == 1 else ""

    def _take_batch(self, batch: Sequence[tuple[FoundVideo, str]]) -> list[Fate]:
        if self._dry_run:
            brought = [self._brought(video, site, None) for video, site in batch]
            return bulk.fates(self._db, brought, self._is_there)
        with transaction(self._db):
            brought = [self._brought(video, site, self._channel(video)) for video, site in batch]
            return bulk.take_in(self._db, brought, self._is_there, self._now)

    def _brought(self, video: FoundVideo, site: str, channel_id: int | None) -> Brought:
        path = self._relative(video.path)
        return Brought(
            site=site,
            video_id=video.video_id,
            url=video.url or _address(site, video.video_id),
            title=video.title,
            channel_id=channel_id,
            duration=video.duration,
            published_at=video.published_at,
            path=path,
            files=tuple(each for file in video.files if (each := self._relative(file))) if path else (),
            size=video.size or 0,
            height=video.height,
            downloaded_at=video.downloaded_at,
        )

    def _relative(self, path: Path | None) -> str | None:
        """A path in the library relative to its root, wherever links lead; None outside."""
        if path is None:
            return None
        try:
            return safe_relative(self._real_root, path.absolute())
        except OutsideLibrary:
            return None

    def _is_there(self, path: str) -> bool:
        return (self._root / path).is_file()

    @cached_property
    def _roster(self) -> ChannelIndex:
        return all_channels(self._db)

    def _channel(self, video: FoundVideo) -> int | None:
        """The row of the video's channel; one that nobody subscribed to stays so."""
        if not video.channel_urls:
            return None
        url = self._roster.find(video.channel_urls, video.channel_id) or video.channel_urls[0]
        if url not in self._made:
            row = channels.by_url(self._db, url)
            if row is None:
                name = video.channel_name or usual_name(url)
                row = channels.upsert(self._db, url, name=name, site=site_of(url), now=self._now)
                channels.set_identity(self._db, row.id, channel_id=video.channel_id)
                channels.unsubscribe(self._db, row.id)
            self._roster.add(url, video.channel_id, also=video.channel_urls)
            self._made[url] = row.id
        return self._made[url]


def _address(site: str, video_id: str) -> str:
    if site == "youtube":
        return f"https://www.youtube.com/watch?v={video_id}"
    return bulk.placeholder_url(site, video_id)
