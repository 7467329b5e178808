"""The search screen: hits while it is typed, opened and come back from; what is typed wrong is said."""

from __future__ import annotations

import threading

import pytest
from textual.events import MouseScrollDown, MouseScrollUp

from tests.support.terminals.app_screen import running, shown, until
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.core.models import DetailsPart
from ytui.store import video_details, videos
from ytui.store.database import Database, Store
from ytui.store.search.full_text import SearchResult
from ytui.store.search.full_text import search as real_search
from ytui.store.search.query_parser import SearchQuery
from ytui.tui.keys import View
from ytui.tui.screens.details_screen import DetailsScreen
from ytui.tui.screens.search_screen import HitList

STRANGER = "https://vimeo.example/7"


@pytest.fixture
def library(store: Store) -> Store:
    """Two titles with "network", one transcript with it, and what is known of a video of nobody."""
    found = videos.by_id(store.db, 3)
    assert found is not None
    store.db.execute("UPDATE videos SET title = '[/b] \x1b[31m networks, hostile' WHERE id = 5")
    lines = [[0.0, "hello"], [754.0, "and this network has learned to [/i] read digits"]]
    body = {"language": "en", "automatic": True, "lines": lines}
    video_details.save(store.db, url=found.url, video_id=3, part=DetailsPart.TRANSCRIPT, body=body, now=NOW)
    other = {"id": "7", "title": "A stranger", "channel": "Them", "description": "a network of strangers"}
    video_details.save(store.db, url=STRANGER, video_id=None, part=DetailsPart.METADATA, body=other, now=NOW)
    return store


async def test_it_searches_while_it_is_typed_and_opens_the_page(make_app: MakeApp, library: Store) -> None:
    app = make_app(library)
    async with running(app) as pilot:
        await pilot.press("ctrl+f", *"netw")
        await until(pilot, lambda: "Search · 4 videos" in shown(app))
        assert app.navigator.view is View.SEARCH
        text = shown(app)
        assert "[/b]  networks, hostile" in text
        assert "12:34  …" in text or "12:34  hello and this network has learned to [/i] read digits" in text
        assert "about  a network of strangers" in text
        await pilot.press("down", "down", "down", "down", "up", "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailsScreen) and "vid00003" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.navigator.view is View.SEARCH and "Search · 4 videos" in shown(app))
        # Letters are letters here, whatever they do elsewhere.
        await pilot.press(*"* digits")
        await until(pilot, lambda: "Search · 1 video " in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: app.navigator.view is View.DASHBOARD)


async def test_wheel_and_click_move_the_cursor_among_hits(make_app: MakeApp, library: Store) -> None:
    app = make_app(library)
    async with running(app) as pilot:
        await pilot.press("ctrl+f", *"netw")
        await until(pilot, lambda: "Search · 4 videos" in shown(app))
        hits = app.screen.query_one(HitList)
        for turned, cursor in ((1, 3), (-1, 0)):
            event = MouseScrollDown if turned > 0 else MouseScrollUp
            hits.post_message(event(hits, 1, 1, 0, turned, 0, False, False, False))
            await until(pilot, lambda cursor=cursor: hits.cursor == cursor)  # type: ignore[misc]
        # Either line of a hit is that hit.
        for line in (2, 3):
            hits.move_to(0)
            await pilot.click(hits, offset=(5, line))
            await until(pilot, lambda: hits.cursor == 1)


async def test_a_video_of_nobody_has_no_page(make_app: MakeApp, library: Store) -> None:
    app = make_app(library)
    async with running(app) as pilot:
        await pilot.press("ctrl+f", *"strangers")
        await until(pilot, lambda: "Search · 1 video " in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: f"not a video of the library: {STRANGER}" in shown(app))
        assert app.navigator.view is View.SEARCH


async def test_what_is_typed_wrong_is_said_and_takes_nothing_away(make_app: MakeApp, library: Store) -> None:
    app = make_app(library)
    async with running(app, size=(60, 15)) as pilot:
        await pilot.press("ctrl+f", *"network")
        await until(pilot, lambda: "Search · 4 videos" in shown(app))
        await pilot.press(*"* - a")
        await until(pilot, lambda: "a lone “-” leaves nothing out" in shown(app))
        assert "Search · 4 videos" in shown(app)
        await pilot.press("ctrl+u", *"xylophone")
        await until(pilot, lambda: "nothing found" in shown(app))
        assert "a lone" not in shown(app)
        await pilot.press("ctrl+u")
        await until(pilot, lambda: "what begins so" in shown(app))


async def test_the_next_letter_ends_a_search_that_takes_long(
    make_app: MakeApp, library: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def endless(db: Database, query: SearchQuery, *, limit: int) -> SearchResult:
        if "netw" in query.wanted:
            return real_search(db, query, limit=limit)
        begun.set()
        db.all("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n")
        raise AssertionError("nothing ended it")

    monkeypatch.setattr("ytui.tui.screens.search_screen.search", endless)
    app = make_app(library)
    async with running(app) as pilot:
        await pilot.press("ctrl+f", *"net")
        await until(pilot, begun.is_set)
        await pilot.press("w")
        await until(pilot, lambda: "Search · 4 videos" in shown(app))
        assert "did not work" not in shown(app)


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: SnapCompare, make_app: MakeApp, library: Store, size: tuple[int, int]) -> None:
    keys = ("ctrl+f", *"network*")
    assert snap_compare(
        make_app(library), terminal_size=size, run_before=at_rest(*keys, words="Search · 4 videos")
    )
