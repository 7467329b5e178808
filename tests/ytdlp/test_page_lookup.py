"""Searching a page of a YouTube tab once must not change what a listing brings."""

from __future__ import annotations

import collections
from types import SimpleNamespace
from typing import Any

from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.patches import search_pages_once
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

PAGE = 4


def video(number: int) -> dict[str, Any]:
    renderer = {"videoId": f"video{number:06d}", "title": {"runs": [{"text": f"Title {number}"}]}}
    return {"richItemRenderer": {"content": {"videoRenderer": renderer}}}


def next_page(token: str) -> dict[str, Any]:
    return {
        "continuationItemRenderer": {"continuationEndpoint": {"continuationCommand": {"token": token}}},
    }


def walked(*, once: bool, take: int | None = None) -> tuple[list[Any], list[Any], collections.Counter[int]]:
    """Entries, queries for pages, and how often each page was searched, of a tab of three pages."""
    log = JobLog(-1)
    ydl = GatedYoutubeDL({"logger": log, "quiet": True}, RequestGate(log))
    ydl.add_default_info_extractors()
    tab = ydl.get_info_extractor("YoutubeTab")
    pages = [[video(number) for number in range(first, first + PAGE)] for first in (0, PAGE, 2 * PAGE)]
    pages[0].append(next_page("second"))
    pages[1].append(next_page("third"))
    queries: list[Any] = []
    searched: collections.Counter[int] = collections.Counter()
    search = tab._extract_continuation

    def answer(*_: object, query: Any, **__: object) -> dict[str, Any]:
        queries.append(query)
        items = pages[{"second": 1, "third": 2}[query["continuation"]]]
        return {
            "onResponseReceivedActions": [{"appendContinuationItemsAction": {"continuationItems": items}}]
        }

    def counting(renderer: Any) -> Any:
        searched[next((n for n, page in enumerate(pages) if renderer.get("contents") is page), -1)] += 1
        return search(renderer)

    tab._extract_response = answer
    tab._extract_continuation = counting
    if once:
        search_pages_once(ydl)
    content = {"content": {"richGridRenderer": {"contents": pages[0]}}}
    entries = [
        entry
        for _, entry in zip(range(take or 99), tab._entries(content, "UC", {}, None, None), strict=False)
    ]
    ydl.close()
    return entries, queries, searched


def test_the_listing_stays_the_same_and_each_page_is_searched_once() -> None:
    plain_entries, plain_queries, often = walked(once=False)
    entries, queries, searched = walked(once=True)

    assert [entry["id"] for entry in entries] == [f"video{number:06d}" for number in range(3 * PAGE)]
    assert entries == plain_entries
    assert queries == plain_queries
    assert [query["continuation"] for query in queries] == ["second", "third"]
    assert all(often[page] >= PAGE for page in range(3))
    assert [searched[page] for page in range(3)] == [1, 1, 1]


def test_a_walk_that_ends_early_searches_no_more_than_the_page_it_is_at() -> None:
    entries, queries, searched = walked(once=True, take=3)

    assert (len(entries), queries, sum(searched.values())) == (3, [], 1)


def test_a_yt_dlp_without_that_search_is_left_alone() -> None:
    log, changed = JobLog(-1), SimpleNamespace()
    with GatedYoutubeDL({"logger": log, "quiet": True}, RequestGate(log)) as ydl:
        search_pages_once(ydl)
        assert ydl._ies == {}

        ydl._ies = ydl._ies_instances = {"YoutubeTab": changed}
        search_pages_once(ydl)
        assert vars(changed) == {}
