"""A job's log: read a window at a time whatever its size, followed at its end, searched both ways."""

from __future__ import annotations

import os
import random
from itertools import pairwise
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.terminals.app_screen import running, show, shown, until
from tests.tui.conftest import MakeApp
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui import log_file
from ytui.tui.app import YtuiApp
from ytui.tui.keys import View
from ytui.tui.log_file import PIECE, read_window, search
from ytui.tui.screens.job_log_screen import JobLogScreen

HUGE = 1 << 36


def never() -> bool:
    return False


# --- the file


def test_a_log_far_larger_than_memory_opens_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "1.log"
    with path.open("wb") as file:
        file.truncate(HUGE)
        file.seek(0, os.SEEK_END)
        file.write(b"\nthe \x1b[31mlast\x1b[0m line\n")
    window = read_window(path, None)
    assert window.lines[-1].text == "the last line"
    assert window.whole_below
    assert not window.whole_above
    assert sum(line.end - line.start for line in window.lines) < 10 * PIECE


def test_every_window_takes_the_lines_apart_alike(tmp_path: Path) -> None:
    choice = random.Random(3)
    lengths = [choice.choice((0, 3, 80, 500, PIECE - 1, PIECE, 3 * PIECE + 7)) for _ in range(150)]
    path = tmp_path / "1.log"
    path.write_bytes(b"".join(b"x" * length + b"\n" for length in lengths) + b"no end yet")
    size = path.stat().st_size
    known: dict[int, int] = {}
    for at in [*range(0, size, PIECE // 3), None]:
        lines = read_window(path, at).lines
        assert all(first.end == second.start for first, second in pairwise(lines))
        assert all(len(line.text) <= 2 * PIECE for line in lines)
        for line in lines:
            assert known.setdefault(line.start, line.end) == line.end
    at = 0
    while at < size:
        at = known[at]
    assert at == size


@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize("wanted", ["needle", "NÄDEL"])
def test_search_finds_the_next_line_and_goes_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str, forward: bool
) -> None:
    monkeypatch.setattr(log_file, "BLOCK", 100)
    lines = [
        f"line {number} {'NEEDLE nädel' if number % 37 == 5 else 'hay' * (number % 9)}"
        for number in range(300)
    ]
    lines.insert(150, "long " * 100 + "needle Nädel")
    path = tmp_path / "1.log"
    path.write_text("\n".join(lines))
    data = path.read_bytes().decode().lower().encode()
    places = []
    at = data.find(wanted.lower().encode())
    while at >= 0:
        places.append(at)
        at = data.find(wanted.lower().encode(), at + 1)
    assert len(places) == 9
    for at in (0, places[3] + 20, len(data) - 3):
        found = search(path, wanted, at, forward=forward, given_up=never)
        after = [place for place in places if place >= at]
        before = [place for place in places if place < at]
        assert found == ((after or places)[0] if forward else (before or places)[-1])
    assert search(path, "haystack", 0, forward=forward, given_up=never) is None
    assert search(path, wanted, 0, forward=forward, given_up=lambda: True) is None


# --- the screen


async def opened(app: YtuiApp, pilot: Pilot[None]) -> JobLogScreen:
    await show(app, pilot, "4")
    await pilot.press("j", "L")
    await until(pilot, lambda: app.navigator.view is View.JOB_LOG and "Log of job 4" in shown(app))
    assert isinstance(app.screen, JobLogScreen)
    return app.screen


def write(path: Path, first: int, last: int) -> None:
    with path.open("a") as file:
        file.writelines(f"line {number} of many\n" for number in range(first, last))


async def test_it_follows_until_it_is_scrolled_up(make_app: MakeApp, store: Store, places: Places) -> None:
    path = places.job_logs_dir / "4.log"
    path.unlink()
    app = make_app(store)
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await until(pilot, lambda: "this job has written nothing" in shown(app))
        write(path, 0, 5000)
        screen.refresh_rows()
        await until(pilot, lambda: "line 4999 of many" in shown(app) and "· end" in shown(app))
        painted: list[object] = []
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(screen.mover, "refresh", lambda *regions, **how: painted.append(regions))
            for _ in range(2):
                screen.refresh_rows()
                await until(
                    pilot, lambda: all(work.is_finished for work in app.workers if work.name == "log")
                )
                await pilot.pause()
        assert painted == []
        await pilot.press("k")
        assert "line 4999 of many" not in shown(app)
        write(path, 5000, 5003)
        screen.refresh_rows()
        await until(pilot, lambda: "3 new below" in shown(app))
        assert "line 4998 of many" in shown(app)
        await pilot.press("g")
        await until(pilot, lambda: "line 0 of many" in shown(app) and "3 new below" in shown(app))
        for line in range(90, 1700, 90):
            screen.mover.move_by(90)
            await until(pilot, lambda line=line: f"line {line} of many" in shown(app))  # type: ignore[misc]
            await until(
                pilot, lambda: all(worker.is_finished for worker in app.workers if worker.name == "log")
            )
            await pilot.pause()
        await pilot.press("G")
        await until(pilot, lambda: "line 5002 of many" in shown(app) and "new below" not in shown(app))
        path.write_text("begun anew\n")
        screen.refresh_rows()
        await until(pilot, lambda: "begun anew" in shown(app) and "line" not in shown(app))


async def test_search_goes_up_from_the_end_and_letters_are_typed(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    write(places.job_logs_dir / "4.log", 0, 3000)
    app = make_app(store)
    async with running(app) as pilot:
        screen = await opened(app, pilot)
        await until(pilot, lambda: "line 2999" in shown(app))
        await pilot.press("slash", "q")
        assert app.screen is screen
        await pilot.press("backspace", *"e 123", "enter")
        await until(pilot, lambda: "line 1239 of many" in shown(app))
        await pilot.press("N")
        await until(pilot, lambda: screen.mover.at_end is False and "line 1238 of many" in shown(app))
        await pilot.press("g", "n")
        await until(pilot, lambda: "line 123 of many" in shown(app))
        await pilot.press("N")
        await until(pilot, lambda: "line 1239 of many" in shown(app))
        await pilot.press("slash", *"z", "enter")
        await until(pilot, lambda: "not found: “e 123z”" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "not found" not in shown(app))
        assert app.screen is screen
        await pilot.press("escape")
        assert app.navigator.view is View.PLAN


async def test_a_log_that_cannot_be_read_says_so(make_app: MakeApp, store: Store, places: Places) -> None:
    path = places.job_logs_dir / "4.log"
    path.unlink()
    path.mkdir()
    app = make_app(store)
    async with running(app) as pilot:
        await opened(app, pilot)
        await until(pilot, lambda: "failed: Is a directory" in shown(app))
