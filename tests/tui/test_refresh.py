"""What screen and engine ask several times a second, at rest too: it goes along indexes alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ytui.store import holds
from ytui.store.database import Database, Store
from ytui.tui.lists import columns, plan_list
from ytui.tui.text import UNICODE
from ytui.tui.widgets.header import read_header_counts

READS: dict[str, tuple[Callable[[Database], object], set[str]]] = {
    "the header": (
        read_header_counts,
        {
            "SEARCH jobs USING INDEX jobs_wait_reason (wait_reason=? AND wait_subject=?)",
            "SEARCH jobs USING INDEX jobs_state (state=?)",
        },
    ),
    "the channels": (
        lambda db: columns.channels(UNICODE).page(db, 0, 20),
        # Of channels there are few.
        {
            "SCAN t",
            "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)",
            "SCAN jobs USING INDEX jobs_one_fetch",
        },
    ),
    "how many videos there are": (columns.videos(UNICODE).count, set()),
    "how many jobs there are": (
        columns.jobs(UNICODE).count,
        # The next turns; of the states those that run.
        {
            "SEARCH jobs USING INDEX jobs_due (due_at>?)",
            "SEARCH jobs USING INDEX jobs_shortest (kind=? AND priority=? AND channel_id=? AND site=?)",
            "SEARCH jobs USING INDEX jobs_state (state=?)",
        },
    ),
    "how many lines the log has": (columns.log(UNICODE, lambda: 0.0).count, set()),
    "the plan's headings": (
        plan_list.plan(UNICODE, lambda: 0.0).groups,
        {
            "SEARCH t USING COVERING INDEX plan_state (state=?)",
            "SEARCH jobs USING COVERING INDEX jobs_state (state=?)",
            "SEARCH t USING INDEX plan_one_unresolved (job_id=?)",
        },
    ),
    "whether something holds": (
        holds.any_left,
        {"SEARCH plan_items USING INDEX plan_hold (hold_id>?)"},
    ),
}
LARGE = ("jobs", "videos", "journal", "plan_items", "t")


@pytest.mark.parametrize("name", READS)
def test_no_large_table_is_walked(store: Store, name: str) -> None:
    read, expected = READS[name]
    asked: list[str] = []
    store.db.connection.set_trace_callback(asked.append)
    read(store.db)
    store.db.connection.set_trace_callback(None)
    steps = [
        str(row["detail"])
        for sql in asked
        if not sql.startswith("PRAGMA")
        for row in store.db.all("EXPLAIN QUERY PLAN " + sql)
    ]
    assert {step for step in steps if step.split()[1] in LARGE} == expected
