"""Search: what is found, in which order, where in the video, and how words that are everywhere are found."""

from __future__ import annotations

import pytest

from tests.support.rows import factories
from tests.support.rows.factories import NOW
from ytui.core.models import DetailsPart
from ytui.store import channels, video_details, videos
from ytui.store.database import Database
from ytui.store.search import full_text
from ytui.store.search.query_parser import parse

STRANGER = "https://vimeo.example/7"
LINES = [
    [0.0, "hello and welcome"],
    [61.5, "the light of a dying star"],
    [3661.0, "reaches us at night"],
    [3700.0, "the quick brown fox " * 30],
    [3800.0, "and once more: night, sky and telescope"],
]


def _find(db: Database, text: str, **values: int) -> full_text.SearchResult:
    return full_text.search(db, parse(text), **values)


def _ids(db: Database, text: str, **values: int) -> list[str]:
    return [hit.id for hit in _find(db, text, **values).hits]


def _keep(db: Database, url: str, **parts: dict[str, object]) -> None:
    video = videos.find(db, url)
    for part, body in parts.items():
        number = video.id if video else None
        video_details.save(db, url=url, video_id=number, part=DetailsPart(part), body=body, now=NOW)


@pytest.fixture
def library(db: Database) -> Database:
    films, music = factories.add_channel(db, "Films Über Alles"), factories.add_channel(db, "Music")
    made = factories.add_videos(
        db,
        films,
        factories.entry("title", title="The Night Sky explained"),
        factories.entry("said", title="A telescope for beginners"),
        factories.entry("described", title="Cooking"),
    )
    factories.add_videos(
        db, music, factories.entry("song", title="Nightfall, a café song in the skÿ – 最初の一歩")
    )
    _keep(db, made[1].url, transcript={"language": "en", "automatic": True, "lines": LINES})
    _keep(
        db,
        made[2].url,
        metadata={"title": "Cooking", "description": f"{'x ' * 90}\n\nby night, under the sky"},
    )
    _keep(db, STRANGER, metadata={"id": "7", "title": "Elsewhere", "channel": "Them", "description": "sky"})
    _keep(db, STRANGER, transcript={"language": "en", "automatic": False, "lines": [[5.0, "night"]]})
    return db


def test_titles_go_before_descriptions_before_transcripts(library: Database) -> None:
    assert _ids(library, "night sky") == ["title", "song", "7", "described", "said"]
    assert _ids(library, "SKY night", limit=2) == ["title", "song"]
    assert _ids(library, '"night sky"') == ["title", "said"]
    assert _ids(library, "night* sky") == ["title", "song", "7", "described", "said"]
    assert _ids(library, '"night" -explained -fox') == ["described", "7"]
    assert _ids(library, "CAFE sky -the") == []
    assert _find(library, "xylophone") == full_text.SearchResult()


def test_words_of_one_video_may_be_in_different_texts(library: Database) -> None:
    hit = _find(library, "beginners star").hits[0]
    assert (hit.id, hit.where, hit.time) == ("said", "transcript", 61.5)


def test_a_hit_in_a_transcript_has_its_time_and_the_words_around(library: Database) -> None:
    (hit,) = _find(library, "dying star reaches").hits
    assert (hit.where, hit.time, hit.channel, hit.title) == (
        "transcript", 61.5, "Films Über Alles", "A telescope for beginners",
    )  # fmt: skip
    assert hit.snippet.startswith("…and welcome the light of a dying star reaches us at night the quick")
    assert hit.snippet.endswith("…")
    assert len(hit.snippet) <= 162
    assert [text for text, marked in hit.pieces if marked] == ["dying", "star", "reaches"]
    # Where most of the words are together, not where the first of them is.
    assert _find(library, "night sky telescope").hits[0].time == 3800.0


def test_a_hit_in_a_description_shows_where(library: Database) -> None:
    (hit,) = _find(library, '"night under"').hits
    assert (hit.where, hit.time) == ("description", None)
    assert hit.pieces == (
        ("…", False),
        ("x " * 12 + "by ", False),
        ("night, under", True),
        (" the sky", False),
    )


def test_what_is_kept_of_an_address_outside_the_library_is_found(library: Database) -> None:
    (hit,) = _find(library, "elsewhere night").hits
    assert (hit.number, hit.id, hit.url, hit.title, hit.channel) == (None, "7", STRANGER, "Elsewhere", "Them")
    assert (hit.where, hit.time) == ("transcript", 5.0)


def test_only_a_channel(library: Database) -> None:
    assert _ids(library, "night* channel:uber") == ["title", "described", "said"]
    assert _ids(library, "night* channel:music") == _ids(library, 'night* channel:"MUSIC"') == ["song"]
    assert _ids(library, "night* channel:music channel:films") == _ids(library, "night channel:nobody") == []
    music = channels.by_name(library, "Music")
    assert music is not None
    assert _ids(library, "night*", channel_id=music.id) == ["song"]
    assert _ids(library, "night* channel:films", channel_id=music.id) == []


def test_of_words_that_are_everywhere_the_newest_are_ranked(
    library: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (_find(library, "night*").matches, _find(library, "night*").more) == (5, False)
    monkeypatch.setattr(full_text, "RANKED", 3)
    monkeypatch.setattr(full_text, "_FEW", 1)
    found = _find(library, "night*", limit=9)
    assert (found.matches, found.more) == (3, True)
    assert [hit.id for hit in found.hits][:2] == ["title", "song"]
    assert _ids(library, "night* channel:music") == ["song"]


def test_hostile_text_is_text(library: Database) -> None:
    url = factories.add_video(library, "bad").url
    lines = [[1.0, "\x02one\x03 \ud83d\0 [/b]"], [2.0, "\nevil\x1b[31m\x02"]]
    _keep(library, url, transcript={"language": "en", "automatic": False, "lines": lines})
    (hit,) = _find(library, "evil one").hits
    assert (hit.id, hit.time) == ("bad", 1.0)
    assert [text for text, marked in hit.pieces if marked] == ["one", "evil"]


def test_a_word_finds_what_begins_so_after_what_has_it_whole(library: Database) -> None:
    channel = factories.add_channel(library, "Art")
    factories.add_videos(
        library,
        channel,
        factories.entry("artist", title="An artist at work"),
        factories.entry("art", title="What art is"),
    )
    assert _ids(library, "art") == ["art", "artist"]
    assert _ids(library, '"art"') == ["art"]
    # The newest would be first, were it not for the word itself.
    factories.add_videos(library, channel, factories.entry("party", title="Artful parties"))
    assert _ids(library, "art")[0] == "art"


@pytest.fixture
def signs(db: Database) -> Database:
    channel = factories.add_channel(db, "日本")
    made = factories.add_videos(
        db,
        channel,
        factories.entry("tower", title="夜の東京タワー Night walk"),
        factories.entry("cat", title="うちの猫"),
        factories.entry("korean", title="고양이카페 vlog"),
        factories.entry("lecture", title="Lecture 12"),
    )
    lines = [[7.0, "次は東京駅です"], [9.0, "右側"]]
    _keep(db, made[3].url, transcript={"language": "ja", "automatic": True, "lines": lines})
    return db


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("東京", ["tower", "lecture"]),
        ("京タ", ["tower"]),
        ("猫", ["cat"]),
        ("京東", []),
        ("카페 vlog", ["korean"]),
        ("東京 night", ["tower"]),
        ("東京 -タワー", ["lecture"]),
        ("walk -東京", []),
        ("vlog -東京", ["korean"]),
        ('"駅です"', ["lecture"]),
        ("東京 channel:日本", ["tower", "lecture"]),
    ],
)
def test_signs_are_found_wherever_they_stand(signs: Database, text: str, found: list[str]) -> None:
    assert _ids(signs, text) == found


def test_signs_that_were_found_are_marked(signs: Database) -> None:
    first, second = _find(signs, "東京").hits
    assert first.pieces == (("夜の", False), ("東京", True), ("タワー Night walk", False))
    assert (second.where, second.time) == ("transcript", 7.0)
    assert second.pieces == (("次は", False), ("東京", True), ("駅です 右側", False))
