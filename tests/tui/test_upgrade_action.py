"""A newer yt-dlp from the screen: what runs ends, a fresh fork server stands, the engine goes on."""

from __future__ import annotations

from datetime import date
from importlib import metadata
from multiprocessing import forkserver

import pytest

from tests.support.rows.factories import NEVER, add_video, fail, queue_job, run
from tests.support.terminals.app_screen import running, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from ytui.core.failures.classifier import explain
from ytui.core.settings.tables import Release
from ytui.engine.jobs.fork_server import start_server
from ytui.engine.maintenance.ytdlp_upgrade import PackageVersions, UpgradeError, UpgradeLook, UpgradeResult
from ytui.store import journal
from ytui.store.database import Store
from ytui.tui.actions.upgrade_action import old_ytdlp

BROKEN = explain("ERROR: [youtube] abc: Unable to extract yt initial data; please report this issue")


def server() -> int:
    """The process that jobs are forked from."""
    return int(forkserver._forkserver._forkserver_pid)  # type: ignore[attr-defined]


@pytest.mark.parametrize("fails", [False, True])
async def test_the_queue_stops_and_goes_on_with_a_fresh_server(
    make_app: MakeApp, store: Store, engine: StandInEngine, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    stopped: list[bool] = []

    def install(command: list[str], release: Release) -> UpgradeResult:
        stopped.append(engine.stopped.is_set())
        engine.stopped.clear()
        engine.workers = 0
        if fails:
            raise UpgradeError("the index is not there")
        return UpgradeResult("2026.1.1", "2026.8.8")

    monkeypatch.setattr("ytui.tui.actions.upgrade_action.upgrade", install)
    seen = (PackageVersions("yt-dlp", "2026.1.1", "2026.8.8"), PackageVersions("plug", "1.0", "1.0"))
    monkeypatch.setattr(
        "ytui.tui.actions.upgrade_action.look", lambda command, release: UpgradeLook(seen, "no index")
    )
    start_server()
    before = server()
    app = make_app(store)
    async with running(app) as pilot:
        await until(pilot, lambda: len(engine.slots) == 5 and "72 %" in shown(app))
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "3 jobs running" in shown(app))
        assert "yt-dlp 2026.1.1 would become 2026.8.8" in shown(app)
        assert "plug 1.0 is the newest there is" in shown(app)
        assert "nothing is known of newer plug-ins: no index" in shown(app)
        await pilot.press("right", "enter")
        await until(pilot, lambda: len(engine.slots) == 10)
        words = "stays as it was" if fails else "is now 2026.8.8"
        await until(pilot, lambda: words in " ".join(shown(app).split()))
    assert stopped == [True]
    assert server() != before
    written = journal.tail(store.db, limit=1)[0]
    assert (written.level, words in written.message) == ("error" if fails else "info", True)


async def test_nothing_is_asked_where_nothing_is_newer(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Release] = []

    def newest(command: list[str], release: Release) -> UpgradeLook:
        asked.append(release)
        return UpgradeLook((PackageVersions("yt-dlp", "2026.8.8", "2026.8.8"),))

    monkeypatch.setattr("ytui.tui.actions.upgrade_action.look", newest)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "yt-dlp 2026.8.8 is the newest there is" in shown(app))
        assert len(app.screen_stack) == 1
    assert asked == [Release.STABLE]


async def test_an_index_that_does_not_answer_keeps_nobody_from_trying(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(command: list[str], release: Release) -> UpgradeLook:
        raise UpgradeError("no route to host")

    monkeypatch.setattr("ytui.tui.actions.upgrade_action.look", silent)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "Nothing is known of a newer yt-dlp: no route to host" in shown(app))
        await pilot.press("escape")


def test_an_old_one_is_told_once_a_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda name: "2026.1.1")
    assert old_ytdlp(store.db, date(2026, 2, 1)) == []
    assert "120 days old" in old_ytdlp(store.db, date(2026, 5, 1))[0]
    assert old_ytdlp(store.db, date(2026, 5, 1)) == []
    assert "121 days old" in old_ytdlp(store.db, date(2026, 5, 2))[0]


def test_many_broken_extractors_speak_for_a_newer_one(
    empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, today = empty_store.db, date(2026, 2, 1)
    monkeypatch.setattr(metadata, "version", lambda name: "2026.1.1")
    for number in range(5):
        assert old_ytdlp(db, today) == []
        fail(db, run(db, queue_job(db, add_video(db, f"v{number}"))), BROKEN, NEVER)
    assert "5 videos failed because sites have changed" in old_ytdlp(db, today)[0]
