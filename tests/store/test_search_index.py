"""The full-text index is at every moment what one made anew would be, whatever was written in which order."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from tests.support.rows import factories
from tests.support.rows.factories import NOW
from ytui.core.models import DetailsPart
from ytui.store import migrations, schema, tabs, video_details, videos
from ytui.store.database import Database, Store, transaction
from ytui.store.migrations import schema_006, schema_019
from ytui.store.search import cjk_index

IDS = tuple("abcdefghijkl"[number] * 11 for number in range(12))
WORDS = ("night", "sky", "Größe", "最初の一歩", "render", "farm", "a", "")
COLUMNS = "title, description, transcript"
PARTS = (DetailsPart.METADATA, DetailsPart.TRANSCRIPT, DetailsPart.STATISTICS)


def _address(video_id: str) -> str:
    return f"https://www.youtube.com/watch?v={video_id}"


def _index(db: Database, name: str = "search") -> list[tuple[object, ...]]:
    db.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{name}_words USING fts5vocab(main, {name}, instance)"
    )
    rows = db.all(f'SELECT term, doc, col, "offset" FROM {name}_words ORDER BY 1, 2, 3, 4')
    return [tuple(row) for row in rows]


def check(db: Database) -> None:
    """The index has exactly the words of the texts, and its own books are in order."""
    with transaction(db):
        db.execute("DROP TABLE IF EXISTS anew")
        db.execute(schema_006.INDEX.replace("TABLE search", "TABLE anew"))
        for sql in schema_006.FILLED.split(";"):
            db.execute(sql.replace("INTO search", "INTO anew"))
        assert _index(db) == _index(db, "anew")
        # Without the texts it can compare only its own parts: the words with what is counted of them.
        db.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        sizes = "SELECT id, sz FROM {}_docsize ORDER BY id"
        assert db.all(sizes.format("search")) == db.all(sizes.format("anew"))
        db.execute("DROP TABLE temp.anew_words")
        db.execute("DROP TABLE anew")
        db.execute(f"CREATE VIRTUAL TABLE anew USING fts5 ({COLUMNS}, content = '', {schema_006.WORDS})")
        for view in ("search_videos", "search_others"):
            sql = schema_019.added(view, "1").partition(" AND NOT EXISTS")[0]
            db.execute(sql.replace("INTO search_cjk", "INTO anew"))
        assert _index(db, "search_cjk") == _index(db, "anew")
        db.execute("INSERT INTO search_cjk (search_cjk) VALUES ('integrity-check')")
        assert db.all(sizes.format("search_cjk")) == db.all(sizes.format("anew"))
        db.execute("DROP TABLE temp.anew_words")
        db.execute("DROP TABLE anew")


def _text(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=3))


def _keep(db: Database, rng: random.Random, url: str, part: DetailsPart, knowing: float = 0.8) -> None:
    bodies: dict[DetailsPart, dict[str, object]] = {
        DetailsPart.METADATA: {"title": _text(rng), "description": rng.choice((_text(rng), None))},
        DetailsPart.TRANSCRIPT: {"language": "en", "lines": [[n * 2.5, _text(rng)] for n in range(3)]},
        DetailsPart.STATISTICS: {"views": rng.randrange(9)},
    }
    known = videos.by_key(db, "youtube", url[-11:])
    # Now and then by somebody who does not know the video.
    number = known.id if known is not None and rng.random() < knowing else None
    video_details.save(db, url=url, video_id=number, part=part, body=bodies[part], now=NOW)


def _step(db: Database, rng: random.Random) -> None:
    video_id = rng.choice(IDS)
    known = videos.by_key(db, "youtube", video_id)
    what = rng.randrange(10)
    if what <= 3:
        _keep(db, rng, _address(video_id), rng.choice(PARTS))
    elif what == 4:
        video_details.save_failure(
            db, url=_address(video_id), video_id=known.id if known else None, part=rng.choice(PARTS),
            failure_class="server_error", message="503", now=NOW,
        )  # fmt: skip
    elif known is None:
        videos.add_single(
            db, site="youtube", video_id=video_id, url=_address(video_id), title=_text(rng), now=NOW
        )
    elif what == 5:
        db.execute("UPDATE videos SET title = ? WHERE id = ?", (_text(rng), known.id))
    elif what == 6:
        db.execute("UPDATE videos SET state = 'skipped' WHERE id = ?", (known.id,))
    elif what == 7:
        # What was kept for another video turns out to be this one's.
        where = "url = ? AND video_id IS NOT NULL"
        db.execute(f"UPDATE details SET video_id = ? WHERE {where}", (known.id, _address(rng.choice(IDS))))
    elif what == 8:
        db.execute("DELETE FROM videos WHERE id = ?", (known.id,))
    else:
        db.execute("DELETE FROM details WHERE url = ? AND part = ?", (_address(video_id), rng.choice(PARTS)))


@pytest.mark.parametrize("seed", range(3))
def test_the_index_follows_whatever_is_written(db: Database, seed: int) -> None:
    rng = random.Random(seed)
    for number in range(300):
        _step(db, rng)
        if number % 10 == 0:
            check(db)
    check(db)
    for index in ("search", "search_cjk"):
        assert {row[0] > 0 for row in db.all(f"SELECT id FROM {index}_docsize")} == {True, False}


def test_what_is_not_written_is_not_indexed(db: Database) -> None:
    before = db.value("SELECT count(*) FROM search_docsize")

    def fail() -> None:
        with transaction(db):
            factories.add_video(db)
            raise sqlite3.IntegrityError

    with pytest.raises(sqlite3.IntegrityError):
        fail()
    assert db.value("SELECT count(*) FROM search_docsize") == before
    check(db)


def test_a_body_that_is_no_json_is_kept_and_not_searched(db: Database) -> None:
    body = {"lines": [[float("nan"), "w"]]}
    video_details.save(db, url=_address("x"), video_id=None, part=DetailsPart.TRANSCRIPT, body=body, now=NOW)
    assert video_details.of_url(db, _address("x"))[DetailsPart.TRANSCRIPT].body is not None
    check(db)


def test_an_older_store_is_indexed_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.up_to(5))
        patch.setattr(schema, "VERSION", 5)
        store = Store.open(tmp_path / "ytui.db")
    channel = factories.add_old_channel(store.db)
    factories.add_videos(
        store.db, channel, factories.entry("a" * 11), factories.entry("b" * 11, title="Größe")
    )
    rng = random.Random(4)
    for video_id in ("b" * 11, "z" * 11):
        _keep(store.db, rng, _address(video_id), DetailsPart.TRANSCRIPT, knowing=1)
    store.close_all()
    store = Store.open(tmp_path / "ytui.db")
    assert store.db.value("SELECT rowid FROM search WHERE search MATCH 'title : große'")
    assert store.db.value("SELECT count(*) FROM search_docsize") == 3
    # That of the signs is filled by the holder, by and by; what is written meanwhile is in it at once.
    assert store.db.value("SELECT count(*) FROM search_cjk_docsize") == 0
    store.db.execute("UPDATE videos SET title = '一歩' WHERE video_id = ?", ("a" * 11,))
    assert store.db.value("SELECT count(*) FROM search_cjk_docsize") == 1
    while cjk_index.fill_some(store.db):
        pass
    check(store.db)
    tab = tabs.tabs_of(store.db, channel.id)[0]
    again = [factories.entry("a" * 11, title="night"), factories.entry("z" * 11, title="sky")]
    walk = tabs.start_walk(store.db, tab.id, NOW)
    tabs.save_page(store.db, tab.id, walk, again, channel_id=channel.id, now=NOW, first_listing=False)
    check(store.db)
    store.close_all()
