"""A filtered list keeps the keys of few rows and counts many: what it shows is the same either way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.terminals.stand_in_engine import NOW, insert
from ytui.store.database import Store, transaction
from ytui.store.lists import query
from ytui.tui.lists import columns
from ytui.tui.lists.rows import ListSource
from ytui.tui.text import UNICODE, Glyphs


@pytest.mark.parametrize("few", [0, 1, 2000])
@pytest.mark.parametrize("make", [columns.videos, columns.jobs, columns.channels])
def test_few_rows_and_many_are_shown_alike(
    store: Store, monkeypatch: pytest.MonkeyPatch, make: Callable[[Glyphs], ListSource], few: int
) -> None:
    whole = make(UNICODE).filtered("e").page(store.db, 0, 100)
    monkeypatch.setattr(query, "FEW", few)
    source = make(UNICODE).filtered("e")
    assert source.count(store.db) == len(whole) > 1
    assert [row.key for n in range(len(whole)) for row in source.page(store.db, n, 1)] == [
        r.key for r in whole
    ]
    assert [source.position(store.db, row.key) for row in whole] == list(range(len(whole)))


def test_an_id_is_found_by_its_beginning(store: Store) -> None:
    with transaction(store.db):
        for name in ("dQw4_9WgXcQ", "dQw4x9WgXcQ"):
            insert(store.db, "videos", site="y", video_id=name, url=name, title="a", first_seen=NOW)
    source = columns.videos(UNICODE)
    texts = ("dQw4_9W", "dQw4_9WgXcQ", "dQw4", "w4_9WgX")
    assert [source.filtered(text).count(store.db) for text in texts] == [1, 1, 0, 0]


def test_where_a_text_can_be_is_asked_again_after_a_write(store: Store) -> None:
    source = columns.videos(UNICODE).filtered("renamed")
    assert source.count(store.db) == 0
    with transaction(store.db):
        store.db.execute("UPDATE channels SET name = 'Renamed ' || name")
    with_channel = store.db.value("SELECT count(*) FROM videos WHERE channel_id IS NOT NULL")
    assert source.count(store.db) == with_channel > 0


def test_jobs_of_two_kinds_are_details_to_a_person(store: Store) -> None:
    store.db.execute("UPDATE jobs SET kind = CASE id WHEN 1 THEN 'info' ELSE 'extras' END WHERE id IN (1, 2)")
    source = columns.jobs(UNICODE).filtered("kind:details")
    assert [row.cells[2].text for row in source.page(store.db, 0, 10)] == ["details", "details"]
    assert source.query.wanted.problem == ""
    by_kind = [row.cells[2].text for row in columns.jobs(UNICODE).sorted_by(2, False).page(store.db, 0, 100)]
    assert by_kind == sorted(by_kind)
