"""``ytui info``: each part on its own, answers kept with their age, and never more than the site allows."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.waiting import until
from tests.support.servers.demo_site import UNLIMITED
from ytui.cli.headless import RunOptions, acquire_lock, run_headless
from ytui.cli.session import Session
from ytui.config import load
from ytui.core.models import JobState
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.demo.site import Site
from ytui.demo.world import Channel, Video, World
from ytui.engine.ownership.lock import is_locked
from ytui.store import jobs, process_state, sites, videos
from ytui.store.database import Database, Store
from ytui.store.rows import SiteRow

HOST = "127.0.0.1"
PLENTY = UNLIMITED + 'cooldown = "10 min"\n'


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Twelve videos ``video-00000`` …; the first one without captions, the second with German ones too."""
    monkeypatch.setenv("YTUI_EXTRACTORS", "ytui.demo.extractor")
    now = time.time()
    languages: dict[int, tuple[str, ...]] = {0: (), 1: ("de", "en")}
    channel = Channel("films", "Films")
    channel.tabs["videos"] = [
        Video(
            id=f"video-{number:05}",
            title=f"Film [{number}]",
            duration=60,
            timestamp=int(now) - 86_400,
            description="A film.",
            cues=("Good evening.", "Good night."),
            languages=languages.get(number, ("en",)),
            views=1000,
        )
        for number in range(12)
    ]
    with Site(World([channel], now=now)) as started:
        yield started
    assert started.errors == []


def _url(site: Site, number: int) -> str:
    return site.video_url(f"video-{number:05}")


def _told(ytui: Ytui, *arguments: str, code: int, stdin: str = "") -> list[dict[str, Any]]:
    said = ytui("info", *arguments, "--json", stdin=stdin)
    assert said.code == code, said
    return [json.loads(line) for line in said.out.splitlines()]


def _paths(site: Site, number: int) -> list[str]:
    """What was asked of one video, by the first word of its address."""
    return [request.path.split("/")[1] for request in site.log if f"video-{number:05}" in request.path]


def _errors(answer: dict[str, Any]) -> dict[str, str]:
    return {error["field"]: error["class"] for error in answer["errors"]}


def test_each_part_fails_on_its_own_and_the_others_stand(ytui: Ytui, site: Site, db: Database) -> None:
    ytui.configure(PLENTY)
    site.misbehave("video-00002", "subtitles_missing")
    site.misbehave("video-00003", "overloaded")
    site.misbehave("video-00004", "not_found")
    site.misbehave("video-00005", "private")
    given = "\n".join(_url(site, number) for number in range(6))
    bare, whole, refused, overloaded, gone, private = _told(ytui, "-", code=1, stdin=given)

    assert (whole["success"], whole["partial_success"], whole["errors"]) == (True, False, [])
    assert whole["metadata"]["title"] == "Film [1]"
    assert whole["metadata"]["published_at"].endswith("Z")
    assert (whole["statistics"]["views"], whole["statistics"]["duration"]) == (1000, 60)
    assert whole["transcript"] == {
        "language": "en",
        "automatic": False,
        "lines": [{"start": 0.0, "text": "Good evening."}, {"start": 2.0, "text": "Good night."}],
    }
    for answer, words in ((bare, "no captions"), (refused, "404")):
        assert (answer["success"], answer["partial_success"]) == (False, True)
        assert answer["metadata"]
        assert answer["statistics"]
        assert answer["transcript"] is None
        (error,) = answer["errors"]
        assert (error["field"], error["class"]) == ("transcript", "not_found")
        assert words in error["message"]
    parts = ("metadata", "statistics", "transcript")
    for answer, failure in ((overloaded, "server_error"), (gone, "not_found")):
        assert (answer["success"], answer["partial_success"]) == (False, False)
        assert _errors(answer) == dict.fromkeys(parts, failure)
        assert [answer[part] for part in parts] == [None, None, None]
    assert private["metadata"]["refused"].endswith("granted access to this video.")
    # One page for two parts, and one request for the captions.
    assert _paths(site, 0) == ["watch"]
    assert _paths(site, 1) == ["watch", "subtitles"]
    row = sites.get(db, HOST)
    assert row is not None
    assert row.data["day_used"] == len(site.log)
    assert sum(videos.counts(db).values()) == 0

    # Of all these only what may go well now is asked again.
    before = len(site.log)
    _told(ytui, "-", code=1, stdin=given)
    assert [request.path for request in site.log[before:]] == [
        "/watch/video-00003",
        "/subtitles/video-00003.en.vtt",
    ]


def test_an_answer_is_used_again_until_it_is_too_old(ytui: Ytui, site: Site, db: Database) -> None:
    ytui.configure(PLENTY)
    url = _url(site, 1)
    assert "[1]" in ytui("info", url, "--only", "metadata,statistics").out
    number = videos.add_single(db, site="ytuidemo", video_id="video-00001", url=url, title="A", now=1.0)
    for same in (url, "video-00001", str(number)):
        (answer,) = _told(ytui, same, "--only", "statistics", code=0)
        assert answer["statistics"]["likes"] == 43
        assert answer["metadata"] is None
    assert _paths(site, 1) == ["watch"]
    (answer,) = _told(ytui, "video-00001", "--lang", "fr,de", "--comments", code=1)
    assert answer["transcript"]["language"] == "de"
    assert (answer["comments"], _errors(answer)) == (None, {"comments": "not_found"})
    assert _paths(site, 1) == ["watch", "watch", "subtitles"]
    _told(ytui, url, "--fresh", "--only", "metadata", code=0)
    _told(ytui, url, "--max-age", "1h", "--only", "transcript", "--lang", "de", code=0)
    assert _paths(site, 1) == ["watch", "watch", "subtitles", "watch"]
    known = videos.by_id(db, number)
    assert known is not None
    # What was learned on the way is the library's too.
    assert known.title == "Film [1]"


@pytest.mark.parametrize("wrong", ["nonsense", "https://www.youtube.com/watch?v=short", "https://"])
def test_what_is_no_video_is_said_before_anything_is_asked(ytui: Ytui, site: Site, wrong: str) -> None:
    said = ytui("info", _url(site, 1), wrong)
    assert (said.code, said.out) == (2, "")
    assert said.sentence == f"ytui: not a video id or URL: {wrong}"
    assert site.log == []
    assert ytui("info", _url(site, 1), "--only", "colour").code == 2


def test_a_closed_site_is_not_asked(ytui: Ytui, site: Site, db: Database) -> None:
    ytui.configure(PLENTY)
    sites.save(db, SiteRow(HOST, "cooldown", time.time() + 600, "Bot check", 1))
    (answer,) = _told(ytui, _url(site, 1), code=1)
    assert _errors(answer) == dict.fromkeys(("metadata", "statistics", "transcript"), "rate_limited")
    assert "cooling down until" in answer["errors"][0]["message"]
    assert site.log == []
    assert jobs.count(db) == 0


def test_pushback_closes_the_site_for_the_rest(ytui: Ytui, site: Site, db: Database) -> None:
    ytui.configure(PLENTY)
    site.misbehave("video-00002", "bot_check")
    given = [_url(site, number) for number in (1, 2, 3, 4)]
    answers = _told(ytui, *given, "-w", "1", code=1)
    assert answers[0]["success"]
    assert _errors(answers[1]) == {"transcript": "bot_check"}
    assert [set(_errors(answer).values()) for answer in answers[2:]] == [{"rate_limited"}] * 2
    assert _paths(site, 2) == ["watch"]
    assert _paths(site, 3) == []
    row = sites.get(db, HOST)
    assert row is not None
    assert row.state == "cooldown"
    # Nothing is left behind for the next run.
    assert jobs.active_count(db) == 0


def test_refused_captions_hold_captions_alone(ytui: Ytui, site: Site, db: Database) -> None:
    ytui.configure(PLENTY)
    site.misbehave(
        "video-00001",
        Misbehaviour("s", Effect.STATUS, Place.SUBTITLES, status=429, retry_after=True, heals_after=900),
    )
    first, second = _told(ytui, _url(site, 1), _url(site, 2), "-w", "1", code=1)
    assert _errors(first) == _errors(second) == {"transcript": "rate_limited"}
    assert second["metadata"]["title"] == "Film [2]"
    assert _paths(site, 2) == ["watch"]
    row = sites.get(db, HOST)
    assert row is not None
    assert row.state == "ok"


def test_many_at_once_keep_to_the_budget(ytui: Ytui, site: Site) -> None:
    limits = PLENTY.replace("requests_per_minute = 100000", "requests_per_minute = 40")
    ytui.configure(limits.replace("concurrency = 16", "concurrency = 5"))
    given = "\n".join(_url(site, number) for number in range(12))
    answers = _told(ytui, "-", "-w", "5", "--only", "metadata", code=0, stdin=given)
    assert [answer["metadata"]["title"] for answer in answers] == [f"Film [{n}]" for n in range(12)]
    times = sorted(request.time for request in site.log)
    assert len(times) == 12
    # A burst of a quarter of the minute's, then one every 1.5 s: twelve take two of these pauses.
    assert times[10] - times[0] > 1.2
    assert times[11] - times[0] > 2.7


def test_beside_a_holder_the_job_is_left_to_it(ytui: Ytui, store: Store, site: Site) -> None:
    ytui.configure(PLENTY)
    session = Session(ytui.places, load(ytui.places.config_file), store)

    def hold() -> None:
        run_headless(
            session, acquire_lock(session), RunOptions(patience=None, quiet=True), lambda engine: None
        )
        store.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        until(lambda: is_locked(ytui.places))
        said = ytui("info", _url(site, 1), _url(site, 0), "--json")
    finally:
        process_state.post_request(store.db, "hand_over", {}, time.time())
        holder.join()
    assert said.code == 1
    assert "asks for it" in said.sentence
    whole, bare = map(json.loads, said.out.splitlines())
    assert whole["success"]
    assert _errors(bare) == {"transcript": "not_found"}
    assert [job.state for job in jobs.list(store.db)] == [JobState.DONE] * 2


def test_hostile_words_are_harmless(ytui: Ytui, site: Site) -> None:
    ytui.configure(PLENTY)
    video = site.world.video("video-00001")
    assert video is not None
    object.__setattr__(video, "title", "[/b]\x1b[2J\u202eFilm\nTwo")
    said = ytui("info", _url(site, 1), "--only", "metadata")
    assert said.code == 0
    assert said.out.splitlines()[0] == "[/b]Film Two"
