"""The pages of jobs, plan items, log lines and channels: in parts, with every attempt."""

from __future__ import annotations

import threading

import pytest

from tests.support.terminals.app_screen import running, show, shown, until
from tests.tui.conftest import MakeApp
from ytui.paths import Places
from ytui.store import tabs
from ytui.store.database import Store
from ytui.tui.details import pages
from ytui.tui.details.pages import ItemPages
from ytui.tui.details.sections import Fact, Facts, Section
from ytui.tui.lists.rows import RowKind, Tone
from ytui.tui.widgets.section_text import WrappedSections

FAILED_JOB, FAILED_ITEM = 4, 1


def parts(store: Store, places: Places, kind: RowKind, key: int) -> dict[str, Facts]:
    return {part.title: part.read() for part in ItemPages(store, places.job_logs_dir).of(kind, key).parts}


@pytest.mark.parametrize(
    ("kind", "key"), [(RowKind.JOB, FAILED_JOB), (RowKind.PLAN, FAILED_ITEM), (RowKind.LOG, 3)]
)
def test_every_attempt_with_all_that_is_known_of_it(
    store: Store, places: Places, kind: RowKind, key: int
) -> None:
    store.db.execute(
        "UPDATE attempts SET status = 403, host = 'r4.example.com', bytes = 1200000, charged = 0,"
        " strategy = 'lower_quality' WHERE job_id = 4 AND number = 2"
    )
    store.db.execute(
        "UPDATE attempts SET ended_at = NULL, outcome = NULL, failure_class = NULL, message = '',"
        " reference = NULL WHERE job_id = 4 AND number = 3"
    )
    found = parts(store, places, kind, key)
    assert found["Attempts"] == [
        Fact("1", "2026-11-21 13:45:00  failed after 10 s  members only  E-41AA", Tone.BAD),
        Fact(" ", "Join this channel to get access to members-only content", Tone.DIM),
        Fact("2", "2026-11-21 13:46:00  failed after 10 s  members only  E-42AA", Tone.BAD),
        Fact(" ", "HTTP 403 r4.example.com  1.2 MB  lower quality  not counted", Tone.DIM),
        Fact(" ", "Join this channel to get access to members-only content", Tone.DIM),
        Fact("3", "2026-11-21 13:47:00  running", Tone.BUSY),
    ]
    assert found["End of its log"][-1].text.startswith("ERROR: [youtube] abc: Join")
    if kind is not RowKind.JOB:
        assert Fact("number", "4") in found["Job"]
    if kind is not RowKind.PLAN:
        assert Fact("reason", "Only members of the channel may watch this.") in found["Plan"]


@pytest.mark.parametrize(
    ("state", "advice", "running", "words"),
    [
        ("open", "needs_user", False, Fact("state", "needs you", Tone.BAD)),
        ("open", "permanent", False, Fact("state", "never", Tone.DIM)),
        ("scheduled", "retry_backoff", False, Fact("state", "waits", Tone.WARN)),
        ("held", "wait_cooldown", False, Fact("state", "held", Tone.WARN)),
        ("scheduled", "retry_backoff", True, Fact("state", "tried now", Tone.BUSY)),
        ("resolved", "needs_user", False, Fact("state", "resolved", Tone.GOOD)),
    ],
)
def test_an_item_has_the_word_on_its_page_that_it_has_in_the_list(
    store: Store, places: Places, state: str, advice: str, running: bool, words: Fact
) -> None:
    store.db.execute("UPDATE plan_items SET state = ?, advice = ? WHERE id = ?", (state, advice, FAILED_ITEM))
    if running:
        store.db.execute("UPDATE jobs SET state = 'running' WHERE id = ?", (FAILED_JOB,))
    about = ItemPages(store, places.job_logs_dir).of(RowKind.PLAN, FAILED_ITEM).facts()
    assert about is not None
    assert words in about.sections[0].facts
    assert words in parts(store, places, RowKind.JOB, FAILED_JOB)["Plan"]


def test_a_tab_that_the_channel_does_not_have_is_not_waited_for(store: Store, places: Places) -> None:
    url = "https://www.youtube.com/@channel1/streams"
    tab = tabs.ensure_tab(store.db, 1, "streams", url)
    tabs.mark_empty(store.db, tab.id, 1_795_824_000.0)
    found = parts(store, places, RowKind.CHANNEL, 1)["Listings"]
    assert Fact("streams", "there is no such tab; asked again from 2026-11-28 on") in found


async def test_a_log_that_does_not_answer_holds_up_nothing_else(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(*where: object) -> Facts:
        go_on.wait(20)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(pages, "log_facts", slow)
    app = make_app(store)
    async with running(app, (100, 60)) as pilot:
        try:
            await show(app, pilot, "4")
            await pilot.press("j", "enter")
            for words in ("Only members of", "E-43AA", "priority", "loading…"):
                await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
        finally:
            go_on.set()
        await until(pilot, lambda: "failed: [Errno 13] Permission denied" in shown(app))


async def test_a_part_that_has_nothing_says_so_and_what_is_gone_too(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (100, 60)) as pilot:
        await show(app, pilot, "3")
        await pilot.press("G", "enter")
        for words in ("not tried yet", "none: nothing was written"):
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
        await pilot.press("escape")
        await show(app, pilot, "5")
        await pilot.press("g", "enter")
        await until(pilot, lambda: "recovered 2 jobs" in shown(app) and "Log line" in shown(app))
        assert "not tried yet" not in shown(app)


def test_long_texts_go_on_beside_their_label() -> None:
    section = Section("Plan", (Fact("reason", "word " * 30), Fact("", "z" * 100), Fact("日本", "題名" * 30)))
    lines = [line.plain for line in WrappedSections((section,)).lines(60)]
    assert lines[0] == "Plan"
    assert lines[1].startswith("  reason        word word")
    assert lines[2].startswith(" " * 16 + "word")
    assert sum(line.count("z") for line in lines) == 100
    assert max(WrappedSections((section,)).lines(60), key=lambda line: line.cell_length).cell_length <= 60
    assert lines[-1] == ""
