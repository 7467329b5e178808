"""From listed to queued: what waits, what is left for a person, and what a changed filter means."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_channel, add_tab, entry
from ytui.core.models import JobState, Priority, VideoState
from ytui.core.protocol import ListingEntry
from ytui.core.settings import Backlog, BacklogKind, Channel, Keep, KeepKind
from ytui.engine.channels import selection
from ytui.engine.channels.retention_rule import retained_by_count
from ytui.store import jobs, tabs, videos
from ytui.store.rows import Channel as Row
from ytui.store.rows import Video

DAY = 86_400.0


class Films:
    """A channel in the store, its settings, and pages that a listing of it brings."""

    def __init__(self, home: Home) -> None:
        self.db = home.db
        self.row: Row = add_channel(home.db)
        self.tab = add_tab(home.db, self.row)

    def settings(self, **values: Any) -> Channel:
        return Channel(url=self.row.url, **values)

    def page(self, *entries: ListingEntry, first: bool = True, **settings: Any) -> int:
        walk = tabs.start_walk(self.db, self.tab.id, NOW)
        saved = tabs.save_page(
            self.db, self.tab.id, walk, entries, channel_id=self.row.id, now=NOW, first_listing=first
        )
        return selection.queue_page(
            self.db,
            self.settings(**settings),
            videos.by_ids(self.db, saved.seen_ids),
            tab=self.tab,
            first=first,
            now=NOW,
        )

    def video(self, name: str) -> Video:
        found = videos.by_key(self.db, "youtube", name)
        assert found is not None
        return found

    def states(self) -> dict[str, tuple[str, str]]:
        return {video.video_id: (video.state.value, video.why) for video in videos.page(self.db)}

    def queued(self) -> list[str]:
        found = jobs.list(self.db, states=[JobState.QUEUED], newest_first=False)
        return [job.title.removeprefix("title ") for job in found]


@pytest.fixture
def films(home: Home) -> Films:
    return Films(home)


def test_a_live_stream_is_judged_again_when_it_has_ended(films: Films) -> None:
    live = entry("live", live_status="is_live")
    assert films.page(live) == 0
    assert films.states() == {"live": ("new", "live now")}
    assert films.page(entry("live", live_status="was_live")) == 1


def test_what_was_for_members_first_is_news_when_all_may_watch_it(films: Films) -> None:
    early = entry("early", availability="subscriber_only")
    films.page(early, entry("other"))
    assert films.states()["early"] == ("skipped", "members only")
    assert films.page(early, first=False) == 0
    assert films.page(entry("early"), first=False) == 1
    assert films.queued() == ["other", "early"]
    old = NOW - 90 * DAY
    films.page(entry("old", availability="subscriber_only", published_at=old))
    assert films.page(entry("old", published_at=old), first=False) == 0, "it is the backlog's"


def test_a_list_that_shows_no_badge_asks_a_page_no_second_time(films: Films) -> None:
    films.page(entry("a"))
    (job,) = jobs.list(films.db, states=[JobState.QUEUED])
    # As the download's extraction found it.
    jobs.cancel(films.db, job.id, NOW)
    films.db.execute(
        "UPDATE videos SET state = 'skipped', why = 'members only', availability = 'subscriber_only'"
    )
    assert films.page(entry("a"), first=False) == 0
    assert films.states() == {"a": ("skipped", "members only")}


def test_what_was_judged_is_not_judged_by_every_listing(films: Films) -> None:
    assert films.page(entry("a"), entry("b"), backlog=Backlog(BacklogKind.NEWEST, 1)) == 1
    # A second look at the same page neither queues b nor a twice.
    assert films.page(entry("a"), entry("b"), backlog=Backlog(BacklogKind.NEWEST, 1)) == 0
    assert films.states() == {"a": ("queued", ""), "b": ("new", "backlog")}


def test_the_backlog_counts_over_the_pages_of_a_walk_cut_short(films: Films) -> None:
    newest_three = Backlog(BacklogKind.NEWEST, 3)
    assert films.page(entry("a"), entry("b"), backlog=newest_three) == 2
    assert films.page(entry("c"), entry("d"), backlog=newest_three) == 1
    assert films.queued() == ["a", "b", "c"]


def test_a_rough_date_on_the_border_is_queued_and_one_far_outside_is_not(films: Films) -> None:
    after = date(2023, 11, 1)
    day = datetime(2023, 11, 1, tzinfo=UTC).timestamp()
    rough = [entry("near", published_at=day - 30 * DAY), entry("far", published_at=day - 90 * DAY)]
    exact = [entry("just", published_at=day - DAY, published_exact=True)]
    assert films.page(*rough, *exact, after=after) == 1
    assert films.states() == {
        "near": ("queued", ""),
        "far": ("skipped", "after"),
        "just": ("skipped", "after"),
    }


def test_only_a_person_gets_what_the_backlog_left_out(films: Films) -> None:
    films.page(entry("a"), entry("b", availability="subscriber_only"), backlog=Backlog(BacklogKind.NONE))
    rows = list(videos.of_channel_in_states(films.db, films.row.id, [VideoState.NEW]))
    assert selection.queue_left(films.db, films.settings(), rows, NOW, asked=False) == []
    (job,) = selection.queue_left(films.db, films.settings(), rows, NOW, asked=True)
    found = jobs.by_id(films.db, job)
    assert found is not None
    assert (found.priority, found.asked) == (Priority.ASKED, True)


def test_what_was_left_new_is_queued_as_news_or_backlog(films: Films) -> None:
    films.page(entry("old"), download=False)
    films.page(entry("fresh"), entry("trailer"), first=False, download=False)
    rows = list(videos.of_channel_in_states(films.db, films.row.id, [VideoState.NEW]))
    wishes = films.settings(not_title="trailer")
    made = [
        jobs.by_id(films.db, job) for job in selection.queue_left(films.db, wishes, rows, NOW, asked=False)
    ]
    assert [(job.title, job.priority) for job in made if job] == [
        ("title old", Priority.BACKLOG),
        ("title fresh", Priority.NEWS),
    ]
    assert films.video("trailer").state is VideoState.SKIPPED
    assert selection.queue_left(films.db, wishes, rows, NOW, asked=False) == []


def test_a_changed_filter_judges_new_queued_and_skipped_again(films: Films) -> None:
    films.page(entry("long", duration=900.0), entry("short", duration=30.0), min_duration=60.0)
    films.page(entry("left", duration=901.0), download=False)
    assert films.states()["short"] == ("skipped", "min_duration")
    selection.reselect_videos(films.db, films.row, films.settings(max_duration=60.0), NOW)
    assert films.states() == {
        "long": ("skipped", "max_duration"),
        "short": ("queued", ""),
        "left": ("skipped", "max_duration"),
    }
    assert films.queued() == ["short"]
    assert jobs.count(films.db, states=[JobState.CANCELLED]) == 1
    # And back.
    selection.reselect_videos(films.db, films.row, films.settings(min_duration=60.0), NOW)
    assert films.queued() == ["long", "left"]
    assert films.states()["short"] == ("skipped", "min_duration")


def test_a_changed_filter_leaves_alone_what_a_person_asked_for(films: Films) -> None:
    films.page(entry("a", duration=900.0), download=False)
    jobs.enqueue_download(films.db, video=films.video("a"), priority=Priority.ASKED, now=NOW, asked=True)
    selection.reselect_videos(films.db, films.row, films.settings(max_duration=60.0), NOW)
    assert films.queued() == ["a"]


def test_a_changed_filter_of_a_channel_that_is_listed_only_queues_nothing(films: Films) -> None:
    films.page(entry("a", duration=30.0), min_duration=60.0)
    selection.reselect_videos(films.db, films.row, films.settings(download=False), NOW)
    assert films.states() == {"a": ("new", "")}
    assert films.queued() == []


def test_retention_counts_what_is_newer_in_the_same_tab(films: Films) -> None:
    rows = [entry(name, published_at=NOW - age * DAY) for age, name in enumerate("abcd")]
    films.page(*rows, keep=Keep(KeepKind.LAST, 2))
    assert films.queued() == ["a", "b"]
    assert films.states()["c"] == ("skipped", "keep")


def test_a_listed_only_channel_keeps_its_backlog_for_later(films: Films) -> None:
    """``download = false`` at first must not mean that the whole first listing is news afterwards."""
    films.page(
        *(entry(f"old{number}", published_at=NOW) for number in range(5)),
        download=False,
        backlog=Backlog(BacklogKind.NEWEST, 2),
    )
    assert [films.video(f"old{number}").why for number in range(5)] == [
        "",
        "",
        "backlog",
        "backlog",
        "backlog",
    ]
    assert films.page(*(entry(f"old{number}", published_at=NOW) for number in range(5)), first=False) == 0


def test_the_last_so_many_are_told_by_the_list_where_dates_are_guesses(films: Films) -> None:
    """A listing says "a month ago" of a dozen videos, which is later than the day the newest of them came."""
    month = NOW - 30 * DAY
    listed = [entry("a", published_at=NOW - DAY), *(entry(name, published_at=month) for name in "bcdefg")]
    films.page(*listed, keep=Keep(KeepKind.LAST, 3))
    assert films.queued() == ["a", "b", "c"]
    for age, name in enumerate("abc"):
        films.db.execute(
            "UPDATE videos SET published_at = ?, published_exact = 1 WHERE video_id = ?",
            (month - (10 + age) * DAY, name),
        )
    stays = retained_by_count(films.db, films.settings(keep=Keep(KeepKind.LAST, 3)))
    assert [name for name in "abcdefg" if stays(films.video(name))] == ["a", "b", "c"]


def test_a_video_that_its_list_shows_no_more_keeps_its_rank(films: Films) -> None:
    """Its date is exact; what a later walk saw above its old place is not newer for that."""
    films.page(*(entry(name, published_at=NOW - age * DAY) for age, name in enumerate("abcd")))
    films.db.execute("UPDATE videos SET published_exact = 1, live_status = NULL WHERE video_id = 'b'")
    films.page(*(entry(name, published_at=NOW - age * DAY) for age, name in enumerate("a cd") if name != " "))
    assert retained_by_count(films.db, films.settings(keep=Keep(KeepKind.LAST, 2)))(films.video("b"))


def test_what_is_announced_takes_no_place(films: Films) -> None:
    soon = entry("soon", live_status="is_upcoming")
    films.page(soon, entry("a", published_at=NOW), entry("b", published_at=NOW), keep=Keep(KeepKind.LAST, 1))
    assert films.states()["a"][0] == "queued"
    assert films.states()["b"] == ("skipped", "keep")


def test_a_changed_filter_lets_in_nothing_that_retention_would_remove(films: Films) -> None:
    keep = Keep(KeepKind.LAST, 1)
    films.page(*(entry(name, published_at=NOW - age * DAY) for age, name in enumerate("abc")), keep=keep)
    selection.reselect_videos(films.db, films.row, films.settings(keep=keep, max_duration=9_000.0), NOW)
    assert films.queued() == ["a"]


def test_a_smaller_keep_takes_out_of_the_queue_what_it_would_remove(films: Films) -> None:
    films.page(*(entry(name, published_at=NOW - age * DAY) for age, name in enumerate("abc")))
    assert films.queued() == ["a", "b", "c"]
    selection.reselect_videos(films.db, films.row, films.settings(keep=Keep(KeepKind.LAST, 2)), NOW)
    assert films.queued() == ["a", "b"]
    assert films.states()["c"] == ("skipped", "keep")
