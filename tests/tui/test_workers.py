"""A worker's lines, with room and without: how far, how fast, what came before; and what it rests for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from tests.support.terminals.app_screen import main, running, shown, until
from tests.support.terminals.stand_in_engine import (
    NOW,
    StandInEngine,
    many_board,
    recording_board,
    running_board,
)
from tests.tui.conftest import MakeApp
from ytui.core.formatting import format_time_of_day
from ytui.core.models import Stage
from ytui.engine.live_status import SlotState, SlotView
from ytui.store.database import Store
from ytui.tui.text import ASCII, UNICODE, Glyphs
from ytui.tui.worker_lines import (
    NO_HISTORY,
    SETTLES,
    SPEED_SECONDS,
    WorkerHistory,
    resting_groups,
    resting_line,
    worker_lines,
)

DOWNLOAD = running_board().snapshot(NOW).slots[0]


def trail_of(*looks: tuple[Stage, float]) -> WorkerHistory:
    history = NO_HISTORY
    for number, (stage, speed) in enumerate(looks):
        history = history.after(replace(DOWNLOAD, stage=stage, speed=speed), NOW + SPEED_SECONDS * number)
    return history


def text_of(
    view: SlotView, width: int, height: int, glyphs: Glyphs, history: WorkerHistory = NO_HISTORY
) -> list[str]:
    return [
        "".join(text for text, _ in line) for line in worker_lines(view, width, height, glyphs, NOW, history)
    ]


def test_with_room_a_worker_shows_bytes_stages_attempt_and_its_speeds() -> None:
    history = trail_of(
        *[(Stage.EXTRACTING, 0.0)] * 2, *[(Stage.VIDEO, mega * 1e6) for mega in (1, 2, 3, 4, 4, 8)]
    )
    lines = text_of(DOWNLOAD, 66, 3, UNICODE, history)
    assert "361 MB of 500 MB  3.1 MB/s  12 s left" in lines[1]
    assert "✓ extracting  ● video  ○ finishing  attempt 1" in lines[2]
    assert lines[2].endswith("▁▁▂▃▄▅▅█")


def test_a_recording_shows_how_long_since_when_and_how_much() -> None:
    (view,) = (view for view in recording_board().snapshot(NOW).slots if view.since is not None)
    since = format_time_of_day(NOW - 751)[:5]
    for height in (1, 2, 3):
        text = " ".join(text_of(view, 80, height, UNICODE))
        assert "● recording" in text
        assert f"12:31 since {since}, 34 MB" in text


def test_another_attempt_begins_its_own_trail() -> None:
    history = trail_of((Stage.EXTRACTING, 1.0), (Stage.VIDEO, 2.0))
    assert history.after(replace(DOWNLOAD, attempt=2, speed=None), NOW + 60).stages == (Stage.VIDEO,)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [12, 41, 66, 120])
@pytest.mark.parametrize("height", [1, 2, 3, 4])
def test_every_line_is_as_wide_as_the_pane(glyphs: Glyphs, width: int, height: int) -> None:
    history = trail_of(
        *[(stage, 1e6) for stage in (Stage.EXTRACTING, Stage.VIDEO, Stage.AUDIO) for _ in range(9)]
    )
    for view in running_board().snapshot(NOW).slots:
        lines = text_of(view, width, height, glyphs, history)
        assert len(lines) == height
        assert [cell_len(line) for line in lines] == [width] * height


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_resting_and_ending_workers_differ_in_sign_and_word(glyphs: Glyphs) -> None:
    working = [SlotState.STOPPING, SlotState.RUNNING]
    heads = [text_of(replace(DOWNLOAD, state=state), 60, 1, glyphs)[0][3:].split()[:2] for state in working]
    for state in (SlotState.IDLE, SlotState.WAITING):
        sign, _, word = text_of(SlotView(1, state), 60, 1, glyphs)[0].split()
        heads.append([sign, word])
    assert len({sign for sign, _ in heads}) == len({word for _, word in heads}) == 4


@pytest.mark.parametrize("width", [12, 41, 66, 120])
def test_those_that_rest_for_the_same_are_one_line_that_says_why(width: int) -> None:
    hours = replace(
        SlotView(4, SlotState.WAITING), waiting_for="the hours of the queue", waiting_until=NOW + 600
    )
    slots = [SlotView(2, waiting_for="nothing to do"), hours, SlotView(3, waiting_for="nothing to do")]
    groups = resting_groups(slots)
    assert [[view.slot for view in group] for group in groups] == [[4], [2, 3]]
    lines = ["".join(text for text, _ in resting_line(group, width, UNICODE, NOW)) for group in groups]
    assert [cell_len(line) for line in lines] == [width] * 2
    if width == 66:
        assert lines[0].strip() == "◔ 1 waiting: the hours of the queue, until 14:24, in 10 min"
        assert lines[1].strip() == "· 2 idle: nothing to do"


async def test_idle_workers_are_one_line_and_the_others_have_the_room(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    for slot in range(6, 9):
        engine.live_status.put(SlotView(slot, waiting_for="youtube allows 3 at once"))
    app = make_app(store)
    async with running(app, (120, 30)) as pilot:
        await until(pilot, lambda: "4 idle: youtube allows 3 at once" in shown(app))
        assert sum("idle" in line for line in shown(app).splitlines()) == 1
        assert "1 waiting: youtube is cooling down" in shown(app)
        assert "361 MB of 500 MB" in shown(app)


async def test_the_cursor_stays_with_its_worker_and_leaves_one_that_rests(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.live_status = many_board(4)
    now = [NOW]
    app = make_app(store, clock=lambda: now[0])
    async with running(app, (120, 40)) as pilot:
        pane = main(app)._dashboard.workers_pane
        await pilot.press("tab", "j", "j")
        await until(pilot, lambda: pane.job == 3)
        engine.live_status.put(SlotView(1, waiting_for="nothing to do"))
        app.refresh_status()
        # Between two jobs it keeps its place.
        assert (pane.cursor, pane.job) == (2, 3)
        now[0] += SETTLES
        app.refresh_status()
        assert (pane.cursor, pane.job) == (1, 3)
        await until(pilot, lambda: "1 idle: nothing to do" in shown(app))
        engine.live_status.put(SlotView(3, waiting_for="nothing to do"))
        now[0] += SETTLES
        app.refresh_status()
        assert pane.job is None
        await until(pilot, lambda: "2 idle: nothing to do" in shown(app))


async def test_with_room_the_pane_has_three_lines_a_worker(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: "361 MB of 500 MB" in shown(app))
        engine.live_status.update(1, stage=Stage.AUDIO)
        app.refresh_status()
        await until(pilot, lambda: "✓ video  ● audio" in shown(app))
        assert main(app)._dashboard.workers_pane.page_rows() >= 5


async def test_what_channels_and_workers_do_not_need_is_the_logs(
    make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app, (80, 24)) as pilot:
        log = app.query_one("#log-tail")
        # 20 lines; 3 workers of three lines, two that rest and their title take 12, the channels less.
        await until(pilot, lambda: log.size.height == 8)
        await pilot.press("slash", *"blend")
        await until(pilot, lambda: main(app).pane.rows.total == 1)
        assert log.size.height == 8
        await pilot.resize_terminal(120, 40)
        await until(pilot, lambda: log.size.height == 21)
        engine.live_status = many_board(16)
        await until(pilot, lambda: log.size.height == 19)
        await pilot.resize_terminal(70, 24)
        await until(pilot, lambda: log.size.height == 6)
