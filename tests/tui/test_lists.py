"""Every list: its pages, positions and keys agree with each other, filtered or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.rows.failures import many_failures
from tests.support.terminals.stand_in_engine import HOSTILE, NOW, insert
from ytui.core.models import Priority
from ytui.store import plan
from ytui.store.database import Store, transaction
from ytui.store.lists import conditions, query
from ytui.tui.lists import columns, plan_list
from ytui.tui.lists.grouped_list import heading_key
from ytui.tui.lists.plan_detail import item_detail
from ytui.tui.lists.rows import ListSource, column_widths
from ytui.tui.text import UNICODE, Glyphs


def _plan(glyphs: Glyphs) -> ListSource:
    return plan_list.plan(glyphs, lambda: NOW)


def _log(glyphs: Glyphs) -> ListSource:
    return columns.log(glyphs, lambda: NOW)


LISTS: list[Callable[[Glyphs], ListSource]] = [
    columns.channels,
    columns.videos,
    columns.jobs,
    _log,
    plan_list.history,
    _plan,
]


@pytest.mark.parametrize("text", ["", "e", "Veritasium", "100%_\\", "[/b]"])
@pytest.mark.parametrize("make", LISTS)
def test_pages_positions_and_keys_agree(
    store: Store, make: Callable[[Glyphs], ListSource], text: str
) -> None:
    _undated_videos(store)
    source: ListSource = make(UNICODE).filtered(text)
    total = source.count(store.db)
    whole = source.page(store.db, 0, 1000)
    assert len(whole) == total
    in_pages = [row for offset in range(0, total, 2) for row in source.page(store.db, offset, 2)]
    assert [row.key for row in in_pages] == [row.key for row in whole]
    assert [source.position(store.db, row.key) for row in whole] == list(range(total))
    items = [row.key for row in whole if not row.heading]
    assert sorted(source.keys(store.db)) == sorted(items)
    assert source.keys(store.db, [*items[:1], 987654, -5]) == items[:1]
    assert source.position(store.db, 987654) is None
    assert all(len(row.cells) == len(source.columns) for row in whole if not row.heading)


def _undated_videos(store: Store) -> None:
    with transaction(store.db):
        for number in range(3):
            insert(
                store.db,
                "videos",
                site="y",
                video_id=f"u{number}",
                url="u",
                title="e undated",
                first_seen=NOW,
            )


def test_a_filter_looks_at_titles_and_channel_names(store: Store) -> None:
    source = columns.videos(UNICODE)
    assert source.filtered("sintel").count(store.db) == 1
    assert source.filtered("blender studio").count(store.db) == 3
    assert source.filtered("[/b] [mv]").count(store.db) == 1
    assert source.filtered("%").count(store.db) == 0


def test_counts_follow_what_is_written(store: Store) -> None:
    source = columns.videos(UNICODE)
    assert source.count(store.db) == 9
    _undated_videos(store)
    assert source.count(store.db) == 12


def test_what_runs_comes_first_and_what_is_done_last(store: Store) -> None:
    states = [row.cells[0].text.split()[1] for row in columns.jobs(UNICODE).page(store.db, 0, 10)]
    assert states == ["running", "running", "running", "queued", "waiting", "failed", "done"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("make", LISTS)
def test_every_column_sorts_and_positions_follow(
    store: Store, make: Callable[[Glyphs], ListSource], descending: bool
) -> None:
    _undated_videos(store)
    plain = make(UNICODE)
    for number, column in enumerate(plain.columns):
        assert column.sort
        source = plain.sorted_by(number, descending)
        whole = source.page(store.db, 0, 1000)
        assert sorted(row.key for row in whole) == sorted(row.key for row in plain.page(store.db, 0, 1000))
        assert [source.position(store.db, row.key) for row in whole] == list(range(len(whole)))
        pages = [row.key for first in range(0, len(whole), 3) for row in source.page(store.db, first, 3)]
        assert pages == [row.key for row in whole]


@pytest.mark.parametrize("text", ["", "e"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("make", LISTS)
def test_rows_around_one_whose_place_is_known(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[Glyphs], ListSource],
    descending: bool,
    text: str,
) -> None:
    _undated_videos(store)
    monkeypatch.setattr(query, "FAR", -1)
    monkeypatch.setattr(query, "FEW", 0)
    plain = make(UNICODE).filtered(text)
    for source in (plain, *(plain.sorted_by(number, descending) for number in range(len(plain.columns)))):
        whole = [row.key for row in source.page(store.db, 0, 1000)]
        for place, key in enumerate(whole):
            assert source.position(store.db, key) == place
            first = max(0, place - 2)
            assert [row.key for row in source.page(store.db, first, 5)] == whole[first : first + 5]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("make", [columns.videos, columns.jobs])
def test_by_channel_no_row_is_looked_at_that_is_not_shown(
    store: Store, make: Callable[[Glyphs], ListSource], descending: bool
) -> None:
    _undated_videos(store)
    plain = make(UNICODE)
    by_channel = next(at for at, column in enumerate(plain.columns) if column.title == "channel")
    source = plain.sorted_by(by_channel, descending)
    asked: list[str] = []
    store.db.connection.set_trace_callback(asked.append)
    whole = source.page(store.db, 0, 1000)
    places = [source.position(store.db, row.key) for row in whole]
    store.db.connection.set_trace_callback(None)
    assert places == list(range(len(whole)))
    assert not [sql for sql in asked if conditions.CHANNEL_ORDER in sql]
    names = [row.cells[by_channel].text.casefold() for row in whole]
    known = [name for name in names if name]
    assert known == sorted(known, reverse=descending)
    # Another name is another place.
    store.db.execute("UPDATE channels SET name = char(1114111) || name WHERE id = 1")
    moved = [row.key for row in source.page(store.db, 0, 1000)]
    last = store.db.value(f"SELECT max(id) FROM {make.__name__} WHERE channel_id = 1")
    assert moved[0 if descending else -1] == last
    assert source.filtered("e").position(store.db, last) is not None


def test_the_middle_of_a_sorted_list_is_not_sorted_up_to(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "FAR", 1)
    source = columns.videos(UNICODE).sorted_by(1, False)
    whole = source.page(store.db, 0, 1000)
    source.position(store.db, whole[3].key)
    asked: list[str] = []
    store.db.connection.set_trace_callback(asked.append)
    assert source.page(store.db, 2, 3) == whole[2:5]
    assert "OFFSET" not in asked[-1]


def test_the_end_of_a_sorted_list_is_read_from_its_end(store: Store) -> None:
    source = columns.videos(UNICODE).sorted_by(5, True)
    total = source.count(store.db)
    asked: list[str] = []
    store.db.connection.set_trace_callback(asked.append)
    last = source.page(store.db, total - 2, 20)
    assert "LIMIT 2 OFFSET 0" in asked[-1]
    assert [row.key for row in last] == [row.key for row in source.page(store.db, 0, 1000)][-2:]


def test_videos_by_length_both_ways(store: Store) -> None:
    source = columns.videos(UNICODE).sorted_by(2, False)
    lengths = [row.cells[2].text for row in source.page(store.db, 0, 20)]
    assert lengths[:3] == ["", "1:01", "4:14"]
    assert lengths[-1] == "20:57"
    assert [row.cells[2].text for row in source.sorted_by(2, True).page(store.db, 0, 20)] == lengths[::-1]


def test_words_of_a_filter(store: Store) -> None:
    source = columns.videos(UNICODE)
    assert source.filtered("state:failed").count(store.db) == 2
    assert source.filtered('channel:"blender studio" >5min').count(store.db) == 2
    assert source.filtered("state:new <2min").count(store.db) == 1
    assert source.filtered("studio: charge blender").count(store.db) == 0
    assert columns.jobs(UNICODE).filtered("kind:fetch state:running").count(store.db) == 1


def test_a_channel_whose_first_pages_are_in_is_not_said_to_be_unfetched(store: Store) -> None:
    source = columns.channels(UNICODE).filtered("Two Minute")
    insert(
        store.db, "tabs", id=4, channel_id=4, tab="videos", url="https://y/4", walk=1, last_walk_at=NOW - 60
    )
    insert(store.db, "jobs", id=90, kind="fetch", state="queued", channel_id=4, tab_id=4, site="youtube",
           url="https://y/4", title="t", priority=Priority.BACKLOG, created_at=NOW)  # fmt: skip
    (row,) = source.page(store.db, 0, 9)
    assert (row.cells[0].text, row.cells[5].text, row.note) == ("○ queued", "never", "never fetched")

    store.db.execute("UPDATE videos SET channel_id = 4 WHERE id IN (2, 3)")
    store.db.execute("UPDATE jobs SET priority = ? WHERE id = 90", [Priority.OLDER])
    (row,) = source.page(store.db, 0, 9)
    assert (row.cells[0].text, row.cells[5].text) == ("◐ in part", "11-21 14:13")
    assert row.note == "older pages follow; 1 of 2 kept"
    assert columns.channels(UNICODE).filtered('state:"in part"').keys(store.db) == [4]

    store.db.execute("UPDATE jobs SET state = 'cancelled' WHERE id = 90")
    assert source.page(store.db, 0, 9)[0].note == "u lists the rest; 1 of 2 kept"


def test_the_plan_has_a_heading_for_each_class_with_what_to_do(store: Store) -> None:
    heading, item, second, other = _plan(UNICODE).page(store.db, 0, 10)
    assert [row.heading for row in (heading, item, second, other)] == [True, False, True, False]
    text = "  ".join(cell.text for cell in heading.cells)
    assert text.startswith("▾ members only  1  needs you → ")
    assert "cookies" in text
    assert item.cells[0].text == "! needs you"
    waiting = "  ".join(cell.text for cell in second.cells)
    assert "waits for nothing but time, next in 15 min" in waiting
    assert other.cells[-1].text == "in 15 min"
    assert other.until == NOW + 900


def test_an_item_that_is_tried_now_does_not_say_that_it_waits(store: Store, tmp_path: Path) -> None:
    db = store.db
    waiting = _plan(UNICODE).page(db, 3, 1)[0]
    item = plan.by_id(db, waiting.key)
    assert item is not None
    db.execute("UPDATE jobs SET state = 'running' WHERE id = ?", (item.job_id,))
    tried = _plan(UNICODE).page(db, 3, 1)[0]
    assert tried.key == waiting.key
    assert "tried now" in tried.cells[0].text
    assert (tried.cells[-1].text, tried.until) == ("", None)
    insert(db, "attempts", job_id=item.job_id, number=9, started_at=NOW, strategy="as_before")
    detail = item_detail(db, item.id, tmp_path, NOW)
    assert detail is not None
    assert detail.sentences[0][0][0].strip() == "is being tried now"


def test_a_folded_group_hides_its_items_and_keeps_them(store: Store) -> None:
    source, db = _plan(UNICODE), store.db
    key = heading_key("members_only")
    source.fold(db, key)
    assert [row.heading for row in source.page(db, 0, 10)] == [True, True, False]
    # What it hides is where its heading is.
    assert source.position(db, 1) == source.position(db, key) == 0
    assert source.items(db, key) == [1]
    assert source.filtered("class:members").count(db) == 2
    assert source.sorted_by(1, descending=False).count(db) == 3
    source.fold(db, key)
    assert source.count(db) == 4
    source.fold(db, 1, True)
    assert source.count(db) == 3


def test_the_groups_of_a_long_plan_begin_folded_and_stay_as_a_person_has_them(store: Store) -> None:
    many_failures(store.db, plan_list.LONG)
    source, db = _plan(UNICODE), store.db
    assert [row.heading for row in source.page(db, 0, 99)] == [True] * 3
    assert source.number(db) == plan_list.LONG + 2
    key = heading_key("server_error")
    source.fold(db, key)
    assert source.count(db) == plan_list.LONG + 3
    # Fewer, or more of them change nothing of that.
    db.execute("DELETE FROM plan_items WHERE job_id > 110")
    assert [row.heading for row in source.page(db, 0, 3)] == [True, True, False]
    # What a filter finds is to be seen.
    assert source.filtered("class:network").count(db) == 2
    source.fold_all(db)
    assert source.count(db) == 3
    source.fold_all(db)
    assert source.count(db) == source.number(db) + 3


def test_the_groups_of_a_short_plan_begin_open_however_it_grows(store: Store) -> None:
    source, db = _plan(UNICODE), store.db
    assert source.count(db) == 4
    many_failures(db, plan_list.LONG)
    assert source.count(db) == plan_list.LONG + 5


def test_the_group_beside_is_the_next_heading_or_the_one_before(store: Store) -> None:
    source, db = _plan(UNICODE), store.db
    first, second = heading_key("members_only"), heading_key("network_timeout")
    assert [source.group_beside(db, key, True) for key in (first, 1, second, 2)] == [
        second,
        second,
        None,
        None,
    ]
    assert [source.group_beside(db, key, False) for key in (first, 1, second, 2)] == [
        None,
        first,
        first,
        second,
    ]


@pytest.mark.parametrize("make", LISTS)
def test_no_cell_has_anything_that_steers_a_terminal(
    store: Store, make: Callable[[Glyphs], ListSource]
) -> None:
    store.db.execute("UPDATE channels SET name = ? || id, error = ?", [HOSTILE, HOSTILE])
    store.db.execute("UPDATE videos SET title = ?, why = ?", [HOSTILE, HOSTILE])
    store.db.execute(
        "UPDATE jobs SET title = ?, wait_reason = 'other', wait_subject = ?, failure_class = ?",
        [HOSTILE, HOSTILE, HOSTILE],
    )
    store.db.execute("UPDATE plan_items SET title = ?, reason = ?, remedy = ?", [HOSTILE, HOSTILE, HOSTILE])
    for row in make(UNICODE).page(store.db, 0, 100):
        for text in [row.note, *(cell.text for cell in row.cells)]:
            assert text.isprintable(), repr(text[:80])
            assert "\u202e" not in text


@pytest.mark.parametrize("make", LISTS)
@pytest.mark.parametrize("width", [1, 10, 30, 36, 78, 118, 300])
def test_columns_never_take_more_than_there_is(make: Callable[[Glyphs], ListSource], width: int) -> None:
    columns = make(UNICODE).columns
    widths = column_widths(columns, width)
    assert all(cells >= 0 for cells in widths)
    if width >= 36:
        shown = [cells for cells in widths if cells]
        assert sum(shown) + len(shown) - 1 == width


def test_titles_are_sorted_as_people_do_and_none_is_invisible(store: Store) -> None:
    store.db.execute("UPDATE videos SET title = 'a small beginning' WHERE id = 1")
    store.db.execute("UPDATE videos SET title = ' \u200b ' WHERE id = 2")
    source = columns.videos(UNICODE)
    shown_titles = [row.cells[1].text for row in source.sorted_by(1, descending=False).page(store.db, 0, 4)]
    assert shown_titles[0] == "https://www.youtube.com/watch?v=vid00002"
    assert shown_titles.index("a small beginning") < shown_titles.index("But what is a neural network?")


def test_a_line_of_the_log_says_of_which_day_it_is_unless_of_today(store: Store) -> None:
    store.db.execute("UPDATE journal SET at = at - 86400 WHERE id < 3")
    rows = columns.log(UNICODE, lambda: NOW).page(store.db, 0, 9)
    assert [row.cells[0].text for row in rows] == [
        "11-20 14:09",
        "11-20 14:10",
        "14:11:00",
        "14:12:00",
        "14:13:00",
    ]
