"""What is kept of single videos: by address, by the library's video, and through a failure."""

from __future__ import annotations

from tests.support.rows import factories
from tests.support.rows.factories import NOW
from ytui.core.models import DetailsPart
from ytui.store import tabs, video_details, videos
from ytui.store.database import Database

WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
PART = DetailsPart.METADATA


def _save(db: Database, title: str, now: float = NOW, video_id: int | None = None) -> None:
    video_details.save(db, url=WATCH, video_id=video_id, part=PART, body={"title": title}, now=now)


def _fail(db: Database, now: float) -> None:
    video_details.save_failure(
        db, url=WATCH, video_id=None, part=PART, failure_class="server_error", message="503", now=now
    )


def test_a_failure_takes_nothing_away_and_a_success_forgets_it(db: Database) -> None:
    _fail(db, NOW)
    first = video_details.of_url(db, WATCH)[PART]
    assert (first.body, first.fetched_at, first.failed_at) == (None, None, NOW)
    _save(db, "one")
    _fail(db, NOW + 60)
    row = video_details.of_url(db, WATCH)[PART]
    assert row.body == {"title": "one"}
    assert (row.fetched_at, row.failed_at, row.failure_class) == (NOW, NOW + 60, "server_error")
    _save(db, "two", NOW + 90)
    row = video_details.of_url(db, WATCH)[PART]
    assert row.body == {"title": "two"}
    assert (row.fetched_at, row.failed_at, row.failure_class, row.message) == (NOW + 90, None, None, "")


def test_what_was_known_of_a_video_is_the_librarys_once_it_is_listed(db: Database) -> None:
    _save(db, "one")
    assert video_details.of_url(db, WATCH)[PART].video_id is None
    assert sum(videos.counts(db).values()) == 0
    channel = factories.add_channel(db)
    tab = factories.add_tab(db, channel, "shorts")
    walk = tabs.start_walk(db, tab.id, NOW)
    short = factories.entry("dQw4w9WgXcQ", url="https://www.youtube.com/shorts/dQw4w9WgXcQ")
    tabs.save_page(db, tab.id, walk, [short], channel_id=channel.id, now=NOW, first_listing=True)
    video = videos.by_key(db, "youtube", "dQw4w9WgXcQ")
    assert video is not None
    assert video_details.of_url(db, WATCH)[PART].video_id == video.id
    assert video_details.of_video(db, video.id) == video_details.of_url(db, WATCH)
    # Whoever does not know the video does not take it away again.
    _save(db, "two", NOW + 1)
    assert video_details.of_video(db, video.id)[PART].body == {"title": "two"}
    assert video_details.of_video(db, 99) == {}
