"""A changed channel: what is foretold is what happens, and what a person asked for stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_channel, add_tab, entry
from tests.support.rows.invariants import check
from ytui.core.models import JobState, Priority
from ytui.core.protocol import ListingEntry
from ytui.core.settings import Backlog, BacklogKind, Channel, Keep, KeepKind, Quality, Settings
from ytui.core.size_estimate import bytes_a_second
from ytui.engine.channels import selection
from ytui.engine.channels.reselect import ReselectForecast, forecast_reselect, reselect
from ytui.store import jobs, tabs, videos
from ytui.store.rows import Channel as Row

ALL, NONE = Backlog(), Backlog(BacklogKind.NONE)


def newest(count: int) -> Backlog:
    return Backlog(BacklogKind.NEWEST, count)


class Films:
    """A channel that was listed once with some settings, and is changed then."""

    def __init__(self, home: Home, **settings: Any) -> None:
        self.db = home.db
        self.row: Row = add_channel(home.db)
        self.settings = Channel(url=self.row.url, **settings)

    def listed(self, *entries: ListingEntry, tab: str = "videos", complete: bool = True) -> None:
        row = add_tab(self.db, self.row, tab)
        walk = tabs.start_walk(self.db, row.id, NOW)
        saved = tabs.save_page(
            self.db, row.id, walk, entries, channel_id=self.row.id, now=NOW, first_listing=True
        )
        seen = videos.by_ids(self.db, saved.seen_ids)
        selection.queue_page(self.db, self.settings, seen, tab=row, first=True, now=NOW)
        tabs.finish_walk(self.db, row.id, walk, complete=complete, newest_first=True, now=NOW)

    def foretold(self, **values: Any) -> ReselectForecast:
        settings = Settings(channels=(self.settings,))
        return forecast_reselect(self.db, settings, self.row, replace(self.settings, **values), NOW)

    def change(self, **values: Any) -> None:
        is_now = replace(self.settings, **values)
        reselect(self.db, self.row, self.settings, is_now, NOW)
        self.settings = is_now
        check(self.db)

    def queued(self) -> str:
        found = jobs.list(self.db, states=[JobState.QUEUED], limit=1000)
        return " ".join(sorted(job.title.removeprefix("title ") for job in found))


def some(letters: str, **values: Any) -> list[ListingEntry]:
    return [entry(letter, duration=600.0, **values) for letter in letters]


@pytest.mark.parametrize(
    ("was", "is_now", "queued", "entering", "leaving"),
    [
        ({"backlog": newest(2)}, {"backlog": ALL}, "a b c d e", 3, 0),
        ({"backlog": NONE}, {"backlog": newest(3)}, "a b c", 3, 0),
        ({"backlog": ALL}, {"backlog": newest(2)}, "a b", 0, 3),
        ({"backlog": newest(2)}, {"backlog": NONE}, "", 0, 2),
        ({"backlog": newest(2)}, {"backlog": newest(4), "not_title": "b"}, "a c d e", 3, 1),
        ({"not_title": "a|b"}, {"not_title": "b", "backlog": newest(2)}, "a c", 1, 2),
        ({"backlog": newest(2), "not_title": "a"}, {"not_title": None}, "a b", 1, 1),
        ({"backlog": newest(2)}, {"backlog": ALL, "download": False}, "a b", 0, 0),
        ({"backlog": newest(2)}, {"quality": Quality.P720}, "a b", 0, 0),
    ],
)
def test_what_is_foretold_happens(
    home: Home,
    was: dict[str, Any],
    is_now: dict[str, Any],
    queued: str,
    entering: int,
    leaving: int,
) -> None:
    films = Films(home, **was)
    films.listed(*some("abcde"))
    foretold = films.foretold(**is_now)
    assert (foretold.entering, foretold.leaving) == (entering, leaving)
    assert foretold.forecast.videos == len(queued.split())
    films.change(**is_now)
    assert films.queued() == queued


def test_every_tab_has_its_own_backlog(home: Home) -> None:
    films = Films(home, backlog=newest(1))
    films.listed(*some("abc"))
    films.listed(*some("xyz"), tab="streams")
    films.change(backlog=newest(2))
    assert films.queued() == "a b x y"


def test_what_was_asked_for_or_runs_or_is_news_stays(home: Home) -> None:
    films = Films(home)
    films.listed(*some("abcd"))
    asked, sooner, runs, _ = jobs.list(home.db, newest_first=False)
    jobs.retry(home.db, [asked.id], now=NOW)
    jobs.cancel(home.db, asked.id, NOW)
    jobs.retry(home.db, [asked.id], now=NOW)
    jobs.set_priority(home.db, [sooner.id], Priority.NEWS)
    assert jobs.claim(home.db, runs.id, slot=1, now=NOW)
    assert films.foretold(backlog=NONE).leaving == 1
    films.change(backlog=NONE)
    assert films.queued() == "a b"
    # And back again: what was taken out for the backlog alone comes back with it.
    films.change(backlog=ALL)
    assert films.queued() == "a b d"


def test_what_a_person_cancelled_is_not_queued_by_a_larger_backlog(home: Home) -> None:
    films = Films(home, backlog=newest(1))
    films.listed(*some("abc"))
    (job,) = jobs.list(home.db)
    jobs.cancel(home.db, job.id, NOW)
    films.change(backlog=newest(2))
    assert films.queued() == "b"


def test_retention_is_part_of_it(home: Home) -> None:
    films = Films(home, backlog=newest(1))
    films.listed(*(entry(name, published_at=NOW - day * 86_400) for day, name in enumerate("abcd")))
    change = {"backlog": ALL, "keep": Keep(KeepKind.LAST, 3)}
    assert films.foretold(**change).entering == 2
    films.change(**change)
    assert films.queued() == "a b c"


def test_words_say_what_comes_what_it_takes_and_what_is_not_known(home: Home) -> None:
    films = Films(home, backlog=newest(1))
    films.listed(*some("abc"), entry("d"), complete=False)
    words = films.foretold(backlog=ALL).words()
    assert words.startswith("queues 3 more; then waiting: 4 videos (1 of unknown length), about ")
    assert words.endswith("not known yet: what list will bring")
    assert films.foretold(backlog=NONE).words().startswith("takes 1 out of the queue; not known")
    smaller = films.foretold(quality=Quality.P360)
    assert smaller.words().startswith("the queue stays as it is; then waiting: 1 video, about")
    assert smaller.forecast.bytes == 600 * bytes_a_second(360)
