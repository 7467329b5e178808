"""Dialogs: letters that answer, room for the answers, and what is seen behind them."""

from __future__ import annotations

import pytest
from textual.strip import Strip

from tests.support.terminals.app_screen import opened, running, settled, show, shown, until
from tests.tui.conftest import MakeApp
from tests.tui.test_snapshots import SIZES, SnapCompare, at_rest
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.dialogs import KEPT_LETTERS, AskScreen, ChooseScreen
from ytui.tui.theme import YTUI_DARK, has_few_colours
from ytui.tui.widgets.letter_button import LetterButton, letters_for, underlined


def test_initials_go_first_and_none_is_given_twice() -> None:
    assert letters_for(["stop and quit", "leave running", "for good", "stay"], "") == ["s", "l", "f", "t"]
    assert letters_for(["aa", "aa", "a b", "12"], "") == ["a", "", "b", ""]
    assert letters_for(["delete for good", "Émile İ ß"], KEPT_LETTERS) == ["f", "m"]


def test_the_letter_is_underlined_where_it_was_found() -> None:
    found = underlined("download them", "t")
    assert [found.plain[span.start : span.end] for span in found.spans] == ["t"]
    assert found.spans[0].start == len("download ")
    assert underlined("[b]12[/b]", "").plain == "[b]12[/b]"


async def ask(app: YtuiApp, *, answers: list[tuple[str, str]], safe: str = "leave it") -> list[str | None]:
    given: list[str | None] = []
    app.push_screen(AskScreen("Really?", answers, safe), given.append)
    return given


@pytest.mark.parametrize(
    ("key", "answer"),
    [("f", "good"), ("e", "all"), ("y", "good"), ("n", None), ("l", None), ("q", None), ("escape", None)],
)
async def test_a_letter_answers(make_app: MakeApp, store: Store, key: str, answer: str | None) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        given = await ask(app, answers=[("good", "delete for good"), ("all", "empty the trash")])
        await opened(pilot, AskScreen)
        await pilot.press("d")
        assert given == []
        await pilot.press(key)
        await until(pilot, lambda: app.screen is app.main)
        assert given == [answer]


@pytest.mark.parametrize(("key", "running_after"), [("l", True), ("s", False)])
async def test_quitting_takes_the_letters_of_its_answers(
    make_app: MakeApp, store: Store, monkeypatch: pytest.MonkeyPatch, key: str, running_after: bool
) -> None:
    app, ways = make_app(store), []
    async with running(app) as pilot:
        life = app.lifecycle
        monkeypatch.setattr(type(life), "can_leave_running", True)
        monkeypatch.setattr(life, "leave_running", lambda *, forever: ways.append(True))
        monkeypatch.setattr(life, "stop_and_quit", lambda: ways.append(False))
        await pilot.press("q")
        await opened(pilot, AskScreen)
        await pilot.press(key)
        await until(pilot, lambda: ways)
    assert ways == [running_after]


async def test_a_letter_chooses_from_a_list(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("full_stop", "T")
        await opened(pilot, ChooseScreen)
        await pilot.press("b")
        await until(pilot, lambda: app.theme == "ytui-blue-orange")


async def test_answers_without_room_stand_below_each_other(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await ask(app, answers=[("a", "delete for good"), ("b", "empty the trash: 1 234 videos, 999.9 GB")])
        await opened(pilot, AskScreen)
        await until(pilot, lambda: "999.9 GB" in shown(app))
        assert len({button.region.y for button in app.screen.query(LetterButton)}) == 3
        await pilot.press("escape")
        await ask(app, answers=[("a", "delete")])
        await opened(pilot, AskScreen)
        await settled(pilot)
        assert len({button.region.y for button in app.screen.query(LetterButton)}) == 1


@pytest.mark.parametrize(
    ("environ", "few"),
    [
        ({"TERM": "xterm-16color"}, True),
        ({"TERM": "linux"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False),
    ],
)
def test_how_many_colours_there_are(environ: dict[str, str], few: bool) -> None:
    assert has_few_colours(environ) is few


@pytest.mark.parametrize(
    "keys", [("q",), ("question_mark",), ("o",), ("4", "j", "w"), ("2", "O"), ("full_stop",)]
)
@pytest.mark.parametrize("theme", ["", YTUI_DARK.name])
async def test_what_is_behind_a_dialog_is_seen_in_sixteen_colours(
    make_app: MakeApp, store: Store, keys: tuple[str, ...], theme: str
) -> None:
    app = make_app(store, environ={"TERM": "xterm-16color"})
    async with running(app, (120, 40)) as pilot:
        app.theme = theme or app.theme
        await show(app, pilot, keys[0] if keys[0].isdecimal() else "1")
        await settled(pilot)
        before = _first_line(app)
        await pilot.press(*(key for key in keys if not key.isdecimal()))
        await until(pilot, lambda: app.screen is not app.main)
        await settled(pilot)
        assert _seen(_first_line(app)) == _seen(before)


def _first_line(app: YtuiApp) -> Strip:
    return app.screen._compositor.render_strips()[0]


def _seen(strip: Strip) -> list[str]:
    """The first words of a line with their colours; none of a line that cannot be read."""
    words = [part for part in strip if part.text.strip()]
    return [f"{part.text} {part.style and (part.style.color, part.style.bgcolor)}" for part in words[:1]]


@pytest.mark.parametrize("size", SIZES)
def test_picture(snap_compare: SnapCompare, make_app: MakeApp, store: Store, size: tuple[int, int]) -> None:
    app = make_app(store)
    app.theme = "ytui-ansi"
    assert snap_compare(app, terminal_size=size, run_before=at_rest("q"))
