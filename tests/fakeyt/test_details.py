"""Details of YouTube's videos: whatever keeps one part from coming, the others stand; and what it costs."""

from __future__ import annotations

import json
from typing import Any

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import PATIENCE
from tests.support.servers.fakeyt_site import FakeSite, needs_site, watch
from ytui.store import plan, sites

pytestmark = needs_site

PARTS = ("metadata", "statistics", "transcript")


def _told(home: Home, *arguments: str, code: int) -> list[dict[str, Any]]:
    process = home.ytui("info", *arguments, "--json")
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, (out, err)
    return [json.loads(line) for line in out.splitlines()]


def _missing(answer: dict[str, Any]) -> dict[str, str]:
    assert [part for part in PARTS if answer[part] is None] == [
        error["field"] for error in answer["errors"] if error["field"] in PARTS
    ]
    return {error["field"]: error["class"] for error in answer["errors"]}


def _captioned(site: FakeSite) -> list[str]:
    return [
        video["id"]
        for channel in ("@chan01", "@chan02", "@chan03")
        for video in site.world[channel]["videos"]
        if "en" in video["captions"] and not video["id"].startswith("-")
    ]


def test_each_part_fails_on_its_own(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home()
    whole, bare, age, gone, broken, private = _captioned(site)[:6]
    spoken = next(video["id"] for video in site.world["@chan01"]["videos"] if not video["captions"])
    site.configure(videos={age: "age", gone: "removed", private: "private"})
    site.fail({"fail": "timedtext_503", "video": bare}, {"fail": "page_503", "video": broken})
    asked = [whole, bare, spoken, age, gone, private, broken]
    answers = dict(zip(asked, _told(home, *map(watch, asked), code=1), strict=True))
    answer = answers[whole]
    assert (answer["success"], answer["partial_success"], answer["id"]) == (True, False, whole)
    assert answer["transcript"]["language"] == "en"
    assert answer["transcript"]["lines"][0]["text"].endswith("line 1")
    assert _missing(answers[bare]) == {"transcript": "server_error"}
    assert not answer["transcript"]["automatic"]
    assert answers[spoken]["transcript"]["automatic"]
    assert _missing(answers[age]) == {"transcript": "age_restricted"}
    assert _missing(answers[gone]) == dict.fromkeys(PARTS, "removed")
    assert _missing(answers[private]) == dict.fromkeys(PARTS, "private")
    # YouTube's player and its own lists say it all where the page itself does not come.
    assert _missing(answers[broken]) == {}
    partial = [video for video, answer in answers.items() if answer["partial_success"]]
    assert partial == [bare, age]
    assert [site.count(kind, whole) for kind in ("watch", "timedtext")] == [1, 1]
    # How many players yt-dlp asks is its own affair, and changes with its version: each once, for all parts.
    players = [row["client"] for row in site.log("player", whole)]
    assert players
    assert len(players) == len(set(players))
    assert plan.list_items(home.db) == []
    row = sites.get(home.db, "youtube")
    assert row is not None
    assert row.data["day_used"] == len([row for row in site.log() if row["kind"] not in ("media", "thumb")])


def test_one_answer_serves_every_spelling_and_comments_come_when_asked_for(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home()
    video = _captioned(site)[0]
    _told(home, video, code=0)
    before = len(site.log())
    spellings = (watch(video), f"https://youtu.be/{video}?si=x", f"https://www.youtube.com/shorts/{video}")
    answers = _told(home, *spellings, code=0)
    assert [answer["url"] for answer in answers] == [watch(video)] * 3
    assert len(site.log()) == before
    (answer,) = _told(home, video, "--comments", code=0)
    assert 0 < len(answer["comments"]["items"]) <= 100
    assert {comment["parent"] for comment in answer["comments"]["items"]} == {"root"}
    assert site.count("timedtext", video) == 1


def test_pushback_on_the_page_closes_the_site(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home(workers=1, cooldown="10 min")
    first, second = _captioned(site)[:2]
    site.fail({"fail": "watch_429", "video": first})
    one, two = _told(home, first, second, "-w", "1", code=1)
    assert set(_missing(one).values()) == set(_missing(two).values()) == {"rate_limited"}
    assert home.site_state().state == "cooldown"
    assert site.count("watch", second) == 0
