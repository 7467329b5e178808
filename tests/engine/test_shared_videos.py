"""A video that two channels list: each has its own wishes, and what one does not want the other may."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.conftest import Home
from tests.engine.test_retention import arrived, settings_in
from tests.support.rows.factories import NOW, add_channel, add_tab, entry
from ytui.core.protocol import ListingEntry
from ytui.core.settings import Backlog, BacklogKind, Channel, Keep, KeepKind
from ytui.engine.channels import selection
from ytui.engine.maintenance import retention_sweep
from ytui.store import channels, jobs, tabs, videos
from ytui.store.lists import queries
from ytui.store.rows import Channel as Row
from ytui.store.rows import Video

NEWEST_1 = Backlog(BacklogKind.NEWEST, 1)
LAST_1 = Keep(KeepKind.LAST, 1)


class Pair:
    """A channel, and a list of somebody's best that shows videos of it."""

    def __init__(self, home: Home) -> None:
        self.db = home.db
        self.films, self.best = add_channel(home.db, "Films"), add_channel(home.db, "Best")

    def listed(self, row: Row, *names: str, first: bool = True, ends: bool = True, **settings: Any) -> int:
        tab = add_tab(self.db, row, "list" if row.id == self.best.id else "videos")
        walk = tabs.start_walk(self.db, tab.id, NOW)
        entries: list[ListingEntry] = [entry(name) for name in names]
        saved = tabs.save_page(
            self.db, tab.id, walk, entries, channel_id=row.id, now=NOW, first_listing=first
        )
        seen = videos.by_ids(self.db, saved.seen_ids)
        queued = selection.queue_page(
            self.db, Channel(url=row.url, **settings), seen, tab=tab, first=first, now=NOW
        )
        if ends:
            tabs.finish_walk(self.db, tab.id, walk, complete=True, newest_first=True, now=NOW)
        return queued

    def video(self, name: str) -> Video:
        found = videos.by_key(self.db, "youtube", name)
        assert found is not None
        return found

    def owners(self) -> dict[str, str]:
        labels = channels.labels(self.db)
        return {
            each.video_id: f"{labels[each.channel_id or 0]} {each.state}" for each in videos.page(self.db)
        }


@pytest.fixture
def pair(home: Home) -> Pair:
    return Pair(home)


@pytest.mark.parametrize(
    "left_out_by",
    [{"backlog": NEWEST_1}, {"not_title": "b"}, {"keep": LAST_1}, {"download": False}],
    ids=lambda settings: next(iter(settings)),
)
def test_what_one_channel_leaves_out_another_may_have(pair: Pair, left_out_by: dict[str, Any]) -> None:
    pair.listed(pair.films, "a", "b", **left_out_by)
    pair.listed(pair.best, "b")
    assert pair.owners()["b"] == "Best queued"
    job = jobs.active_of_video(pair.db, pair.video("b").id)
    assert job is not None
    assert job.channel_id == pair.best.id, "its quality, its cookies and its folder are those of who wants it"
    # The other channel has no say in it any more.
    pair.listed(pair.films, "a", "b", first=False, **left_out_by)
    assert pair.owners()["b"] == "Best queued"


def test_each_channel_goes_by_its_own_backlog_and_filters(pair: Pair) -> None:
    pair.listed(pair.films, *"abcdef", download=False)
    assert pair.listed(pair.best, *"abcdef", backlog=Backlog(BacklogKind.NEWEST, 2), not_title="a") == 2
    own = {"a", "d", "e", "f"}
    assert pair.owners() == {name: "Films new" if name in own else "Best queued" for name in "abcdef"}
    assert pair.video("a").why == "", "another channel's filter is no judgement of this one's"


def test_what_somebody_has_or_a_person_cancelled_stays_where_it_is(pair: Pair) -> None:
    pair.listed(pair.films, "a", "b")
    job = jobs.active_of_video(pair.db, pair.video("b").id)
    assert job is not None
    assert jobs.cancel(pair.db, job.id, NOW)
    assert pair.listed(pair.best, "a", "b") == 0
    assert pair.owners() == {"a": "Films queued", "b": "Films new"}


def test_what_a_list_left_to_the_other_channel_is_no_news_of_it(pair: Pair) -> None:
    pair.listed(pair.films, "a", "b", backlog=NEWEST_1)
    pair.listed(pair.best, "b", backlog=Backlog(BacklogKind.NONE))
    assert pair.listed(pair.best, "b", first=False) == 0
    pair.listed(pair.films, "c", "a", "b", first=False, not_title="c")
    assert pair.listed(pair.best, "c", "b", first=False) == 1
    assert (pair.owners()["b"], pair.owners()["c"]) == ("Films new", "Best queued")


@pytest.mark.parametrize(
    ("others", "gone"),
    [("", 1), ('keep = "last 3"', 1), ('keep = "last 1"', 2), ("download = false", 2), ('title = "x"', 2)],
)
def test_a_file_that_another_channel_keeps_stays(home: Home, others: str, gone: int) -> None:
    home.channel("https://example.org/films", 'keep = "last 1"')
    home.channel("https://example.org/best", others)
    arrived(home, add_channel(home.db, "films"), 3)
    best = add_channel(home.db, "best")
    tab = add_tab(home.db, best)
    walk = tabs.start_walk(home.db, tab.id, NOW)
    page = [entry("other"), entry("v1")]
    tabs.save_page(home.db, tab.id, walk, page, channel_id=best.id, now=NOW, first_listing=True)
    overdue = [found.video.video_id for found in retention_sweep.overdue(home.db, settings_in(home), NOW)]
    assert overdue == ["v0", "v1"][:gone]
    channels.unsubscribe(home.db, best.id)
    assert len(list(retention_sweep.overdue(home.db, settings_in(home), NOW))) == 2


def test_both_channels_show_all_that_they_list(pair: Pair) -> None:
    pair.listed(pair.films, "a", "b", "c")
    pair.listed(pair.best, "c", "x")
    assert pair.owners()["c"] == "Films queued"

    def shown(row: Row) -> set[str]:
        listed = queries.videos().filtered(f"channel:{row.name}").page(pair.db, 0, 100)
        assert {each.video_id for each in videos.page(pair.db, channel_id=row.id)} == {
            record["video_id"] for record in listed
        }
        return {record["video_id"] for record in listed}

    assert (shown(pair.films), shown(pair.best)) == ({"a", "b", "c"}, {"c", "x"})
    assert videos.owners_of_listed(pair.db, pair.best.id) == [("Films", 1)]
    assert videos.owners_of_listed(pair.db, pair.films.id) == []
    shown_counts = {each.name: each.videos for each in channels.all_channels(pair.db, also_listed=True)}
    assert shown_counts == {"Films": 3, "Best": 2}
    # Whoever takes a video over has its file, and the other one lists it still.
    tab = next(each for each in tabs.tabs_of(pair.db, pair.best.id))
    pair.db.execute("UPDATE videos SET channel_id = ? WHERE video_id = 'c'", (tab.channel_id,))
    assert (shown(pair.films), shown(pair.best)) == ({"a", "b", "c"}, {"c", "x"})
    assert videos.owners_of_listed(pair.db, pair.films.id) == [("Best", 1)]
