"""``python -m tests.screenshots``: the pictures of the README, from a real run of the demo.

Real site, real yt-dlp, real processes; only the moments are chosen: each view is taken when what it should
show is there. One picture a view, at the sizes people have.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from ytui.cli.commands.demo import EXTRACTORS, _home
from ytui.core.models import JobState, PlanState, VideoState
from ytui.engine.engine import Engine
from ytui.engine.jobs.fork_server import start_server
from ytui.store import jobs, plan, videos
from ytui.store.database import Database
from ytui.tui.app import YtuiApp

FOLDER = Path(__file__).parent.parent / "screenshots"
SIZES = {"": (120, 40), "-80x24": (80, 24)}
VIEWS = {"1": "dashboard", "2": "videos", "3": "jobs", "4": "plan", "5": "log", "6": "statistics"}
PATIENCE = 120.0


async def _until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        await pilot.pause(0.2)


def _ready(db: Database) -> Callable[[], bool]:
    def ready() -> bool:
        open_items = len(plan.list_items(db, states=[PlanState.OPEN], limit=10_000))
        return open_items >= 6 and videos.counts(db)[VideoState.DOWNLOADED] >= 12

    return ready


async def _take() -> None:
    with _home(None, fast=False) as home:
        session = home.session
        app = YtuiApp(
            session.store,
            lambda spawn: Engine(
                session.store, session.places, session.loaded, spawn_slot=spawn, extractor_modules=EXTRACTORS
            ),
            session.places,
            session.settings,
            title_suffix="demo",
            environ={"COLORTERM": "truecolor"},
        )
        async with app.run_test(size=SIZES[""]) as pilot:
            reader = session.store
            await _until(pilot, lambda: _ready(reader.db)())
            for suffix, size in SIZES.items():
                await pilot.resize_terminal(*size)
                for key, name in VIEWS.items():
                    if name == "dashboard":
                        await _until(pilot, lambda: jobs.count(reader.db, states=[JobState.RUNNING]) >= 4)
                    await pilot.press(key)
                    await pilot.pause(1.2)
                    (FOLDER / f"{name}{suffix}.svg").write_text(app.export_screenshot(title=f"ytui · {name}"))
                    print(FOLDER / f"{name}{suffix}.svg")


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    start_server()
    asyncio.run(_take())


if __name__ == "__main__":
    main()
