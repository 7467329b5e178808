"""What a walk saw, what is known, and what may stop the next walk."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.support.rows import factories, invariants
from ytui.core.models import VideoState
from ytui.store import tabs, videos
from ytui.store.database import Database
from ytui.store.rows import Channel, TabRow
from ytui.store.tabs import SavedPage


@pytest.fixture
def channel(db: Database) -> Channel:
    return factories.add_channel(db)


@pytest.fixture
def tab(db: Database, channel: Channel) -> TabRow:
    return factories.add_tab(db, channel)


def save(db: Database, tab: TabRow, walk: int, ids: Iterable[object], **values: bool) -> SavedPage:
    given = {"first_listing": True, **values}
    return tabs.save_page(
        db,
        tab.id,
        walk,
        [factories.entry(str(i)) for i in ids],
        channel_id=tab.channel_id,
        now=factories.NOW,
        **given,
    )


def finish(db: Database, tab: TabRow, walk: int, *, complete: bool = True) -> bool:
    return tabs.finish_walk(db, tab.id, walk, complete=complete, newest_first=True, now=factories.NOW)


def reload(db: Database, tab: TabRow) -> TabRow:
    again = tabs.tab_by_id(db, tab.id)
    assert again is not None
    return again


def test_a_walk_to_the_end_makes_everything_known(db: Database, tab: TabRow) -> None:
    walk = tabs.start_walk(db, tab.id, factories.NOW)
    assert save(db, tab, walk, range(30)).new_ids == list(range(1, 31))
    save(db, tab, walk, range(30, 45))
    assert tabs.known_ids(db, tab.id) == frozenset()
    assert not reload(db, tab).complete
    assert finish(db, tab, walk)
    assert reload(db, tab).complete
    assert reload(db, tab).newest_first
    assert tabs.known_ids(db, tab.id) == frozenset(map(str, range(45)))
    assert tabs.known_ids(db, tab.id, limit=10) == frozenset(map(str, range(10)))


def test_nothing_is_known_before_the_tab_was_walked_to_its_end(db: Database, tab: TabRow) -> None:
    for _ in range(3):
        walk = tabs.start_walk(db, tab.id, factories.NOW)
        save(db, tab, walk, range(30))
        finish(db, tab, walk, complete=False)
        assert tabs.known_ids(db, tab.id) == frozenset()
    assert save(db, tab, tabs.start_walk(db, tab.id, factories.NOW), range(30)).known == 0


def test_ids_of_a_walk_that_was_cut_short_never_stop_another(db: Database, tab: TabRow) -> None:
    """Publish 100, kill after page one, refresh: all 100 come."""
    first = tabs.start_walk(db, tab.id, factories.NOW)
    save(db, tab, first, range(10))
    finish(db, tab, first)
    published = [f"new{number}" for number in range(100)]
    killed = tabs.start_walk(db, tab.id, factories.NOW)
    assert len(save(db, tab, killed, published[:30], first_listing=False).new_ids) == 30

    assert tabs.known_ids(db, tab.id) == frozenset(map(str, range(10)))
    again = tabs.start_walk(db, tab.id, factories.NOW)
    page = save(db, tab, again, published[:30], first_listing=False)
    assert (page.known, len(page.seen_ids), page.new_ids) == (0, 30, [])
    assert len(save(db, tab, again, published[30:], first_listing=False).new_ids) == 70
    assert save(db, tab, again, range(5), first_listing=False).known == 5
    finish(db, tab, again)
    assert tabs.known_ids(db, tab.id, limit=105) == frozenset(published) | set(map(str, range(5)))
    assert tabs.known_ids(db, tab.id) == frozenset(published) | set(map(str, range(10)))
    assert sum(videos.counts(db).values()) == 110


def test_a_walk_that_another_has_overtaken_ends_nothing(db: Database, tab: TabRow) -> None:
    old = tabs.start_walk(db, tab.id, factories.NOW)
    save(db, tab, old, range(3))
    tabs.start_walk(db, tab.id, factories.NOW)
    assert not finish(db, tab, old)
    assert not reload(db, tab).complete
    assert tabs.known_ids(db, tab.id) == frozenset()


def test_tabs_do_not_share_what_is_known(db: Database, channel: Channel, tab: TabRow) -> None:
    shorts = factories.add_tab(db, channel, "shorts")
    walk = tabs.start_walk(db, tab.id, factories.NOW)
    save(db, tab, walk, "ab")
    finish(db, tab, walk)
    other = tabs.start_walk(db, shorts.id, factories.NOW)
    assert save(db, shorts, other, "bc").new_ids == [3]
    finish(db, shorts, other)
    assert tabs.known_ids(db, shorts.id) == {"b", "c"}
    assert factories.get_video(db, 2).tab == "videos"
    assert factories.get_video(db, 3).tab == "shorts"


def test_a_page_is_saved_whole_or_not_at_all(db: Database, tab: TabRow) -> None:
    walk = tabs.start_walk(db, tab.id, factories.NOW)
    entries = [factories.entry("a"), factories.entry("b", title=None)]
    with pytest.raises(Exception, match="NOT NULL"):
        tabs.save_page(
            db, tab.id, walk, entries, channel_id=tab.channel_id, now=factories.NOW, first_listing=True
        )
    assert sum(videos.counts(db).values()) == 0
    assert db.value("SELECT count(*) FROM entries") == 0


def test_a_later_listing_changes_facts_and_never_the_state(db: Database, tab: TabRow) -> None:
    walk = tabs.start_walk(db, tab.id, factories.NOW)
    first = factories.entry("a", duration=10.0, published_at=100.0, published_exact=True, views=5)
    later = factories.entry("a", title="renamed", published_at=999.0, views=10**30)
    nothing = factories.entry("a", title="", views=None)
    tabs.save_page(
        db, tab.id, walk, [first], channel_id=tab.channel_id, now=factories.NOW, first_listing=True
    )
    videos.set_state(db, 1, VideoState.SKIPPED, expect=[VideoState.NEW], why="too short")
    tabs.save_page(
        db, tab.id, walk, [later, nothing], channel_id=tab.channel_id, now=factories.NOW, first_listing=False
    )
    video = factories.get_video(db, 1)
    assert (video.title, video.duration, video.published_at) == ("renamed", 10.0, 100.0)
    assert (video.state, video.why, video.news) == (VideoState.SKIPPED, "too short", False)
    assert video.views == 2**63 - 1


def test_a_video_of_another_channel_keeps_it(db: Database, tab: TabRow) -> None:
    other = factories.add_tab(db, factories.add_channel(db, "Other"))
    save(db, tab, tabs.start_walk(db, tab.id, factories.NOW), "a")
    walk = tabs.start_walk(db, other.id, factories.NOW)
    page = save(db, other, walk, "ab", first_listing=False)
    finish(db, other, walk)
    assert page.new_ids == [2]
    assert factories.get_video(db, 1).channel_id == tab.channel_id
    assert [factories.get_video(db, i).news for i in (1, 2)] == [False, True]
    assert tabs.known_ids(db, other.id) == {"a", "b"}
    invariants.check(db)


def test_an_empty_tab_is_asked_again_later(db: Database, tab: TabRow) -> None:
    tabs.mark_empty(db, tab.id, factories.NOW + 7 * 86400)
    assert reload(db, tab).empty_until == factories.NOW + 7 * 86400
    assert not reload(db, tab).complete
    finish(db, tab, tabs.start_walk(db, tab.id, factories.NOW))
    assert reload(db, tab).empty_until is None


def test_ensure_tab_is_the_same_row_twice(db: Database, channel: Channel, tab: TabRow) -> None:
    assert factories.add_tab(db, channel) == tab
    assert tabs.tabs_of(db, channel.id) == [tab]


def test_a_tab_that_is_to_be_walked_again_knows_nothing(db: Database, tab: TabRow) -> None:
    walk = tabs.start_walk(db, tab.id, factories.NOW)
    save(db, tab, walk, "ab")
    finish(db, tab, walk)
    db.execute("UPDATE tabs SET complete = 0")
    assert tabs.known_ids(db, tab.id) == frozenset()


def unlisted(db: Database, count: int) -> list[int]:
    return [number for number in range(1, count + 1) if tabs.unlisted_since(db, number) is not None]


def test_what_a_whole_walk_did_not_see_is_not_listed_until_it_is_seen_again(
    db: Database, tab: TabRow
) -> None:
    def walk(ids: str) -> tabs.Missing:
        number = tabs.start_walk(db, tab.id, factories.NOW)
        save(db, tab, number, ids)
        finish(db, tab, number)
        return tabs.saw_whole(db, tab.id, number, factories.NOW)

    assert walk("abcd") == tabs.Missing(0)
    assert walk("abd") == tabs.Missing(1)
    assert (unlisted(db, 4), tabs.unlisted_since(db, 3)) == ([3], factories.NOW)
    assert walk("ab") == tabs.Missing(1)
    assert unlisted(db, 4) == [3, 4]
    # A walk that ended early says nothing of what it did not see, and takes a mark off what it saw.
    save(db, tab, tabs.start_walk(db, tab.id, factories.NOW), "c")
    assert unlisted(db, 4) == [4]
    assert walk("abcd") == tabs.Missing(0)
    assert unlisted(db, 4) == []
    assert walk("a") == tabs.Missing(3, believed=False)
    assert unlisted(db, 4) == []
    invariants.check(db)


def test_a_video_that_moved_to_another_tab_is_listed(db: Database, channel: Channel, tab: TabRow) -> None:
    streams = factories.add_tab(db, channel, "streams")
    for number, row, ids in ((1, streams, "ab"), (1, tab, "cd"), (2, streams, "b"), (2, tab, "acd")):
        assert tabs.start_walk(db, row.id, factories.NOW) == number
        save(db, row, number, ids)
        tabs.saw_whole(db, row.id, number, factories.NOW)
    assert unlisted(db, 4) == []
    assert tabs.unlisted_since(db, 999) is None


def test_a_walk_that_was_overtaken_marks_nothing(db: Database, tab: TabRow) -> None:
    first = tabs.start_walk(db, tab.id, factories.NOW)
    save(db, tab, first, "ab")
    late = tabs.start_walk(db, tab.id, factories.NOW)
    save(db, tab, late, "a")
    tabs.start_walk(db, tab.id, factories.NOW)
    tabs.saw_whole(db, tab.id, late, factories.NOW)
    assert unlisted(db, 2) == []
    assert tabs.whole_walk_at(db, tab.id) is None
