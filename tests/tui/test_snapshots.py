"""Every view as a picture, with everything that moves held still; look at each before you accept it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from textual import events
from textual.pilot import Pilot

from tests.support.rows.failures import many_failures
from tests.support.terminals.app_screen import main, rows, shown, until, works
from tests.support.terminals.stand_in_engine import StandInEngine, many_board, quiet_board, recording_board
from tests.tui.conftest import MakeApp
from tests.tui.test_statistics import lower
from ytui.store.database import Store
from ytui.tui.app import YtuiApp

SnapCompare = Callable[..., bool]
SIZES = [(80, 24), (120, 40)]
PASTED = """Look, https://www.youtube.com/@one, https://www.youtube.com/playlist?list=PLabc
and https://youtu.be/dQw4w9WgXcQ! https://www.youtube.com/c/@ONE https://"""


def at_rest(*keys: str, words: str = "") -> Callable[[Pilot[None]], Awaitable[None]]:
    """Press keys once the engine stands; wait until ``words`` are there and no thread reads any more."""

    async def run(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, YtuiApp)
        await until(pilot, lambda: rows(app).loaded and app.host.engine is not None)
        await quiet(pilot, app)
        for key in keys:
            await pilot.press(key)
            await quiet(pilot, app)
        await until(pilot, lambda: words in shown(app))
        # The first words may come before the rest, as they do in the palette.
        await quiet(pilot, app)

    async def quiet(pilot: Pilot[None], app: YtuiApp) -> None:
        app.refresh_status()
        await until(pilot, lambda: not works(app))
        await until(pilot, lambda: main(app).pane.rows.loaded)
        await pilot.pause()

    return run


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", ["1", "2", "3", "4", "5", "6"])
def test_view(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, view: str, size: tuple[int, int]
) -> None:
    assert snap_compare(make_app(store), terminal_size=size, run_before=at_rest(view))


@pytest.mark.parametrize("size", SIZES)
def test_a_recording_beside_the_workers(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    engine: StandInEngine,
    store: Store,
    size: tuple[int, int],
) -> None:
    engine.live_status = recording_board()
    run = at_rest(words="since")
    assert snap_compare(make_app(store), terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES)
def test_lower_than_offered(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]
) -> None:
    lower(store.db)
    assert snap_compare(
        make_app(store), terminal_size=size, run_before=at_rest("6", words="Lower than offered")
    )


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("question_mark",), "Keys that work here"),
        (("o",), "a playlist, or any list"),
        (("X",), "Cancel 5 jobs"),
        (("q",), "3 jobs running"),
        (("4", "j", "enter"), "Attempts"),
        (("4", "j", "D"), "Dismiss “The Surprising"),
        (("4", "j", "w"), "wait until"),
        (("4", "j", "c"), "Cookies"),
        (("4", "h"), "history"),
        (("2", "O"), "Sort by"),
        (("1", "I"), "Listings"),
        (("4", "j", "L"), "Downloading webpage"),
        (("2", "space", "j", "v", "j"), "range"),
        (("2", "slash", *"charge"), "filter “charge”"),
    ],
    ids=[
        "help",
        "add",
        "cancel-all",
        "quit",
        "plan-item",
        "dismiss",
        "wait",
        "cookies",
        "history",
        "sort",
        "channel",
        "job-log",
        "marks",
        "filter",
    ],
)
def test_screen(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, keys: tuple[str, ...], words: str
) -> None:
    assert snap_compare(make_app(store), terminal_size=(80, 24), run_before=at_rest(*keys, words=words))


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("question_mark",), "Keys that work here"),
        (("4", "j", "enter"), "Attempts"),
        (("1", "I"), "Listings"),
    ],
    ids=["help", "plan-item", "channel"],
)
def test_wide_screen(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, keys: tuple[str, ...], words: str
) -> None:
    assert snap_compare(make_app(store), terminal_size=(120, 40), run_before=at_rest(*keys, words=words))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("keys", "words"),
    [((), "enter chooses"), ((*"jjjjjj", "enter"), "ytui help ssh")],
    ids=["topics", "page"],
)
def test_manual(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    store: Store,
    keys: tuple[str, ...],
    words: str,
    size: tuple[int, int],
) -> None:
    run = at_rest("question_mark", "tab", *keys, words=words)
    assert snap_compare(make_app(store), terminal_size=size, run_before=run)


def test_single_column(snap_compare: SnapCompare, make_app: MakeApp, store: Store) -> None:
    assert snap_compare(make_app(store), terminal_size=(60, 15), run_before=at_rest())


def test_too_small(snap_compare: SnapCompare, make_app: MakeApp, store: Store) -> None:
    assert snap_compare(make_app(store), terminal_size=(59, 14), run_before=at_rest())


def test_ten_workers(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, engine: StandInEngine
) -> None:
    engine.live_status = many_board(10)
    assert snap_compare(make_app(store), terminal_size=(80, 24), run_before=at_rest())


def test_nothing_yet(
    snap_compare: SnapCompare, make_app: MakeApp, empty_store: Store, engine: StandInEngine
) -> None:
    engine.live_status = quiet_board()
    assert snap_compare(make_app(empty_store), terminal_size=(80, 24), run_before=at_rest())


def test_ascii_and_ansi(snap_compare: SnapCompare, make_app: MakeApp, store: Store) -> None:
    app = make_app(store, encoding="ascii", environ={})
    assert snap_compare(app, terminal_size=(80, 24), run_before=at_rest())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "keys", [("4", "j"), ("4",), ("4", "enter", "j", "j")], ids=["item", "group", "folded"]
)
def test_plan_with_many_failures(
    snap_compare: SnapCompare, make_app: MakeApp, store: Store, keys: tuple[str, ...], size: tuple[int, int]
) -> None:
    many_failures(store.db, 30)
    store.db.execute("UPDATE attempts SET status = 403, host = 'www.youtube.com', bytes = 1200000")
    store.db.execute("UPDATE sites SET reason = 'bot check'")
    assert snap_compare(make_app(store), terminal_size=size, run_before=at_rest(*keys, words="needs you"))


@pytest.mark.parametrize("size", SIZES)
def test_channel_form(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr("ytui.engine.channels.forecast.disk_space", lambda path: (812 * 10**9, 10**12))

    async def looked_at(pilot: Pilot[None]) -> None:
        app = pilot.app
        assert isinstance(app, YtuiApp)
        await at_rest("o")(pilot)
        app.post_message(events.Paste("https://www.youtube.com/@Films"))
        await at_rest("enter", words="by youtube:tab")(pilot)
        await until(pilot, lambda: "YouTube's budget" in shown(app))

    assert snap_compare(make_app(store), terminal_size=size, run_before=looked_at)


@pytest.mark.parametrize("size", SIZES)
def test_paste(snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]) -> None:
    async def pasted(pilot: Pilot[None]) -> None:
        await at_rest("o")(pilot)
        pilot.app.post_message(events.Paste(PASTED))
        await at_rest(words="3 addresses: 1 channel, 1 playlist, 1 video, 1 is none")(pilot)

    assert snap_compare(make_app(store), terminal_size=size, run_before=pasted)


@pytest.mark.parametrize("size", SIZES)
def test_video(snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(store), terminal_size=size, run_before=at_rest("2", "j", "enter"))


@pytest.mark.parametrize("theme", ["ytui-light", "ytui-blue-orange", "ytui-ansi"])
def test_theme(snap_compare: SnapCompare, make_app: MakeApp, store: Store, theme: str) -> None:
    app = make_app(store)
    app.theme = theme
    assert snap_compare(app, terminal_size=(80, 24), run_before=at_rest())
