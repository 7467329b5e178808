"""Upgrade of yt-dlp while the screen stays: jobs end, a fresh fork server starts, the queue goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from datetime import date

from ytui.core.failures.classes import FailureClass
from ytui.core.formatting import plural
from ytui.core.models import PlanState
from ytui.engine.jobs.fork_server import start_server, stop_server
from ytui.engine.maintenance.known_versions import note_upgraded, note_versions
from ytui.engine.maintenance.ytdlp_upgrade import (
    OLD_DAYS,
    UpgradeError,
    UpgradeLook,
    age_in_days,
    installer,
    look,
    upgrade,
    upgraded_words,
)
from ytui.store import journal, key_values, plan
from ytui.store.database import Database
from ytui.store.rows import Level
from ytui.tui.context import AppContext
from ytui.tui.screens.dialogs import AskScreen
from ytui.tui.undo import Result

WAY = "upgrade"
MANY_BROKEN = 5
"""Items of broken extractors that are a sign of an old yt-dlp, not of a site's bad day."""


class UpgradeAction:
    """Asks, and then does it in a thread; one at a time."""

    def __init__(self, context: AppContext) -> None:
        self._context = context
        self._app = context.app
        self._at_work = False

    def check_age(self) -> None:
        """Tell if the yt-dlp that is here has become too old."""
        self._app.in_thread(self._ask_in_thread)

    def _ask_in_thread(self) -> None:
        for notice in old_ytdlp(self._context.store.db, date.today()):
            self._app.tell(notice)

    def ask(self) -> None:
        """Look for a newer one, and say what it would become and what that does to what runs."""
        if self._at_work:
            self._app.tell("yt-dlp is being upgraded already")
            return
        self._at_work = True
        self._start(self._look())

    async def _look(self) -> None:
        self._app.tell("looking for a newer yt-dlp…")
        try:
            found = await asyncio.to_thread(self._ask_index)
            question = look_words(found)
            newer = found.newer
        except UpgradeError as problem:
            question, newer = f"Nothing is known of a newer yt-dlp: {problem}", True
        finally:
            self._at_work = False
        if not newer:
            self._app.tell(question.replace("\n", "; "))
            return
        running = self._context.refresher.running
        words = "Nothing starts meanwhile."
        if running:
            words = f"{plural(running, 'job')} running: they end, and go on from where they are afterwards."
        ask = f"Install the newest yt-dlp from the package index?\n{question}\n{words}"
        self._app.push_screen(AskScreen(ask, [(WAY, "upgrade")], "not now"), self._answered)

    def _ask_index(self) -> UpgradeLook:
        release = self._context.host.settings.ytdlp.release
        found = look(installer(), release)
        note_versions(self._context.store.db, found.packages, release, time.time())
        return found

    def _start(self, work: Coroutine[None, None, None]) -> None:
        self._app.run_worker(work, name="upgrade", group="upgrade", exit_on_error=False)

    def _answered(self, answer: str | None) -> None:
        if answer == WAY and not self._at_work:
            self._at_work = True
            self._start(self._upgrade())

    async def _upgrade(self) -> None:
        self._app.tell("ending what runs, then installing the newest yt-dlp…")
        try:
            await self._context.host.stop()
            done = await asyncio.to_thread(self._install)
            self._app.tell(done.words, wrong=done.wrong)
        finally:
            self._at_work = False
            # What failed for a tool becomes due when the engine starts and finds other versions.
            self._context.host.start_again()

    def _install(self) -> Result:
        stop_server()
        try:
            release = self._context.host.settings.ytdlp.release
            upgraded = upgrade(installer(), release)
            note_upgraded(self._context.store.db, upgraded, release, time.time())
        except UpgradeError as problem:
            result = Result(f"yt-dlp stays as it was: {problem}", wrong=True)
        else:
            result = Result(upgraded_words(upgraded), wrong=bool(upgraded.plugin_problem))
        finally:
            start_server(self._context.host.settings.ytdlp.args)
        level: Level = "error" if result.wrong else "info"
        journal.write(
            self._context.store.db, at=time.time(), level=level, type="runtime", message=result.words
        )
        return result


def look_words(found: UpgradeLook) -> str:
    """What an upgrade would do, a line a package."""
    lines = [package.words for package in found.packages]
    if found.plugin_problem:
        lines.append(f"nothing is known of newer plug-ins: {found.plugin_problem}")
    return "\n".join(lines)


def old_ytdlp(db: Database, today: date) -> list[str]:
    """Return what speaks for a newer yt-dlp; told once a day, which is written down."""
    if key_values.get(db, key_values.OLD_YTDLP_TOLD) == today.isoformat():
        return []
    age = age_in_days(today)
    states = plan.counts(db).get(FailureClass.EXTRACTOR_BROKEN, {})
    broken = sum(states.get(state, 0) for state in (PlanState.OPEN, PlanState.SCHEDULED))
    words = []
    if age is not None and age > OLD_DAYS:
        words.append(f"yt-dlp is {age} days old, and sites change: ! upgrades it")
    elif broken >= MANY_BROKEN:
        words.append(f"{broken} videos failed because sites have changed: ! upgrades yt-dlp")
    if words:
        key_values.put(db, key_values.OLD_YTDLP_TOLD, today.isoformat())
    return words
