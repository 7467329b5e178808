"""``search``: hits for scripts and for eyes, mistakes in a sentence, beside a holder too."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from tests.support.rows.factories import NOW
from ytui.core.models import DetailsPart
from ytui.engine.ownership.lock import LibraryLock
from ytui.store import video_details
from ytui.store.database import Database, Store

LINES = [[0.0, "hello"], [754.2, "now the telescope is ready"]]


@pytest.fixture
def _library(db: Database) -> None:
    films = factories.add_channel(db, "Night Films")
    made = factories.add_videos(
        db, films, factories.entry("title", title="Telescopes\x1b[31m and you"), factories.entry("said")
    )
    body = {"language": "en", "automatic": True, "lines": LINES}
    video_details.save(
        db, url=made[1].url, video_id=made[1].id, part=DetailsPart.TRANSCRIPT, body=body, now=NOW
    )
    factories.add_video(db, "single")


@pytest.mark.usefixtures("_library")
def test_hits_for_scripts(ytui: Ytui) -> None:
    answer = ytui.json("search", "telescope*", "-film")
    assert list(answer) == ["hits", "matches", "more"]
    assert (answer["matches"], answer["more"]) == (2, False)
    first, second = answer["hits"]
    assert list(second) == ["id", "url", "title", "channel", "where", "snippet", "time"]
    assert (first["id"], first["where"], first["time"]) == ("title", "title", None)
    assert (second["id"], second["channel"], second["where"]) == ("said", "Night Films", "transcript")
    assert (second["snippet"], second["time"]) == ("hello now the telescope is ready", 754.2)
    assert len(ytui.json("search", "telescope*", "--limit", "1")["hits"]) == 1
    assert ytui.json("search", "film", "--channel", "Night Films")["hits"] == []
    assert ytui.json("search", "xylophone") == {"hits": [], "matches": 0, "more": False}


@pytest.mark.usefixtures("_library")
def test_hits_for_eyes_mark_what_was_found(ytui: Ytui) -> None:
    said = ytui("search", "telescope*")
    assert said.code == 0
    assert said.out.splitlines() == [
        "[Telescopes] and you",
        "  Night Films  https://www.youtube.com/watch?v=title",
        "",
        "title said",
        "  Night Films  https://www.youtube.com/watch?v=said",
        "  12:34  hello now the [telescope] is ready",
        "",
        "2 videos",
    ]
    assert ytui("search", "telescope*", "--limit", "1").out.endswith("2 videos, 1 of them shown: --limit\n")
    nothing = ytui("search", "xylophone")
    assert (nothing.code, nothing.out) == (0, "nothing found\n")


@pytest.mark.usefixtures("_library")
def test_beside_a_holder_it_reads(ytui: Ytui, store: Store) -> None:
    library_lock = LibraryLock.acquire(ytui.places)
    try:
        assert len(ytui.json("search", "telescope*")["hits"]) == 2
    finally:
        library_lock.release(store)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (('"night sky',), "ytui: the quote before “night sky” is not closed"),
        (("a", "-"), "ytui: a lone “-” leaves nothing out: it goes right before a word"),
        (("a", "--channel", "nobody"), "ytui: no channel is called 'nobody': `ytui channels` lists them"),
    ],
)
def test_a_mistake_is_a_sentence(ytui: Ytui, words: tuple[str, ...], sentence: str) -> None:
    said = ytui("search", *words)
    assert (said.code, said.sentence, said.out) == (2, sentence, "")
