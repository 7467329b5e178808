"""Details of rows: what stands beside a list of the one under the cursor, from what the store knows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ytui.core.formatting import format_size, format_time
from ytui.core.lower_quality import TITLES
from ytui.core.sanitize import clean
from ytui.core.settings import Settings
from ytui.store import offers, trash, videos
from ytui.store.database import Database, Store
from ytui.store.rows import Video
from ytui.tui.details.pages import ItemPages
from ytui.tui.details.sections import DetailsPage, Fact, RowDetail, Section, details_of
from ytui.tui.details.side_files import SideFiles
from ytui.tui.details.video_page import VideoPage
from ytui.tui.lists.plan_detail import group_detail, item_detail
from ytui.tui.lists.plan_list import PlanSource
from ytui.tui.lists.rows import ListSource, RowKind, Tone

PARTS = ("Plan", "Library", "Videos", "Job", "Attempts", "Listings", "Settings")
"""Of a page what is read along with the cursor: rows of the store, and no file."""


@dataclass(frozen=True)
class RowDetails:
    """Reads what is known of a row, in any thread."""

    store: Store
    logs: Path
    settings: Callable[[], Settings]
    clock: Callable[[], float]

    def read(self, source: ListSource, key: int) -> RowDetail | None:
        """Return what is known of a row of a list; None if it is gone."""
        db = self.store.db
        if source.kind is RowKind.PLAN:
            return self._of_plan(db, source, key)
        if source.kind is RowKind.TRASH:
            return self._of_entry(db, key)
        if source.kind is RowKind.VIDEO:
            return self._of_video(db, key)
        return _of_page(ItemPages(self.store, self.logs, self.settings).of(source.kind, key))

    def _of_plan(self, db: Database, source: ListSource, key: int) -> RowDetail | None:
        now = self.clock()
        if key >= 0:
            return item_detail(db, key, self.logs, now)
        if isinstance(source, PlanSource) and (group := source.group_of(db, key)):
            return group_detail(group, now, folded=source.folds.has(group.key))
        return None

    def _of_video(self, db: Database, key: int, first: tuple[Section, ...] = ()) -> RowDetail | None:
        video = videos.by_id(db, key)
        if video is None:
            return None
        page = VideoPage(self.store, key, self.logs, SideFiles(self.settings().library.path)).page()
        return _of_page(page, first, (Section("File", file_facts(db, video)),))

    def _of_entry(self, db: Database, key: int) -> RowDetail | None:
        entry = trash.by_id(db, key)
        if entry is None:
            return None
        facts = (
            Fact("state", entry.state.value),
            Fact("problem", clean(entry.problem), Tone.BAD),
            Fact("why", entry.reason.value),
            Fact("taken out", format_time(entry.at)),
            Fact("until", format_time(entry.at + self.settings().library.trash)),
            Fact("size", format_size(entry.bytes)),
            *(Fact("" if number else "files", clean(name)) for number, name in enumerate(entry.files)),
        )
        return self._of_video(db, entry.video_id, (Section("Trash", facts),))


def _of_page(
    page: DetailsPage, first: tuple[Section, ...] = (), then: tuple[Section, ...] = ()
) -> RowDetail | None:
    """Return what a page says that can be read along with the cursor."""
    about = page.facts()
    if about is None:
        return None
    parts = [Section(part.title, tuple(part.read())) for part in page.parts if part.title in PARTS]
    shown = details_of(about.title, [*first, *about.sections, *then, *parts])
    return RowDetail(shown.title, sections=shown.sections)


def file_facts(db: Database, video: Video) -> tuple[Fact, ...]:
    """What is in the library of a video, and what would be better."""
    if video.path is None:
        return ()
    offer = offers.of_video(db, video.id)
    lower = f"lower than offered: {TITLES[offer.cause]}" if offer is not None and offer.cause else ""
    quality = f"{video.height}p" if video.height else ""
    return (
        Fact("path", clean(video.path)),
        Fact("size", format_size(video.size)),
        Fact("format", " ".join(word for word in (clean(video.format_id or ""), quality) if word)),
        Fact("quality", lower, Tone.WARN),
        Fact("downloaded", format_time(video.downloaded_at)),
    )
