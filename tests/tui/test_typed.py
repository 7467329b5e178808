"""What a person types, and what is made of it: filters, times, the clipboard's sequence, missing programs."""

from __future__ import annotations

import base64
from datetime import date, datetime, timedelta

import pytest

from tests.support.processes.time_zone import zone
from tests.support.terminals.stand_in_engine import NOW
from ytui.core.formatting import format_time
from ytui.store.lists.filter_syntax import FilterQuery, FilterSyntax, like, parse, without_texts
from ytui.tui.notifications import missing_tools
from ytui.tui.terminal.driver import MOST, osc52
from ytui.tui.time_input import countdown, parse_time

WORDS = FilterSyntax(("state", "channel"), lengths=True, dates=True, values={"state": ("failed", "new")})


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("", FilterQuery()),
        ("some words", FilterQuery(("some", "words"))),
        ('"some words"', FilterQuery(("some words",))),
        (
            "state:failed channel:blender >20min text",
            FilterQuery(("text",), (("state", "failed"), ("channel", "blender")), longer=1200.0),
        ),
        ('channel:"blender studio"', FilterQuery((), (("channel", "blender studio"),))),
        ('channel:"blender st', FilterQuery((), (("channel", "blender st"),))),
        ("state:", FilterQuery()),
        ("colour:red", FilterQuery(("colour:red",))),
        ("https://youtu.be/x", FilterQuery(("https://youtu.be/x",))),
        (">1h30min <2h", FilterQuery(longer=5400.0, shorter=7200.0)),
        (">20", FilterQuery((">20",))),
        ("<3", FilterQuery(("<3",))),
        ("> 20min", FilterQuery((">", "20min"))),
        ('"', FilterQuery()),
        (
            "-trailer - -state:new",
            FilterQuery(("-",), without=("trailer",), without_fields=(("state", "new"),)),
        ),
        ('-"two words" a-b', FilterQuery(("a-b",), without=("two words",))),
        ("after: before:", FilterQuery()),
        ("after:2024-02-29", FilterQuery(after=1_709_164_800.0)),
        ("before:2024-02", FilterQuery(before=1_709_251_200.0)),
        ("before:2023", FilterQuery(before=1_704_067_200.0)),
        ("after:2024-13 after:99999 after:x", FilterQuery()),
    ],
)
def test_filter(typed: str, wanted: FilterQuery) -> None:
    assert parse(typed, WORDS) == wanted
    assert bool(wanted) == (wanted != FilterQuery())


def test_a_day_may_be_named() -> None:
    today = date.today()
    assert parse("after:today", WORDS) == parse(f"after:{today}", WORDS)
    yesterday = today - timedelta(days=1)
    assert parse("after:yesterday before:yesterday", WORDS) == parse(
        f"after:{yesterday} before:{yesterday}", WORDS
    )


def test_without_lengths_a_length_is_text() -> None:
    assert parse(">20min", FilterSyntax(("state",))) == FilterQuery((">20min",))
    assert parse("after:2024", FilterSyntax(("state",))) == FilterQuery(("after:2024",))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            "colour:red",
            "there is no colour: here, so it is looked for as text; there is state: channel: after:",
        ),
        ("state:faild", "no state has “faild”: there is failed, new"),
        ("after:soon", "after: takes a date such as 2024-01-31"),
        (">20", ">20 has no unit"),
    ],
)
def test_a_word_that_is_no_good_is_said(typed: str, words: str) -> None:
    assert words in parse(typed, WORDS).problem


def test_what_is_good_or_not_whole_yet_says_nothing() -> None:
    for typed in (
        "state:fai",
        "-state:NEW",
        "https://youtu.be/x",
        "state:",
        "after:",
        "12:30 Re: it",
        ">20min",
    ):
        assert parse(typed, WORDS).problem == "", typed


def test_a_search_keeps_its_filters_apart() -> None:
    typed = 'level:x two state:"a b" "the words" -not after:2024'
    assert without_texts(typed, WORDS) == ('state:"a b" -not after:2024', "level:x two the words")


def test_signs_of_sql_stand_for_themselves() -> None:
    assert like("100%_\\") == "%100\\%\\_\\\\%"


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2h", "2026-11-21 16:14"),
        ("in 90 min", "2026-11-21 15:44"),
        ("1 h 30 min", "2026-11-21 15:44"),
        ("3 days", "2026-11-24 14:14"),
        ("23:30", "2026-11-21 23:30"),
        ("06:00", "2026-11-22 06:00"),
        ("tomorrow 23:30", "2026-11-22 23:30"),
        ("2026-11-25", "2026-11-25 00:00"),
        ("2026-11-25 07:15", "2026-11-25 07:15"),
    ],
)
def test_times(typed: str, at: str) -> None:
    assert format_time(parse_time(typed, NOW)) == at


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "5q",
        "25:00",
        "2026-13-01",
        "2026-11-01",
        "today 01:00",
        "999999 weeks",
        "0 s",
        "9" * 400 + "h",
    ],
)
def test_what_is_no_time_to_wait_for(typed: str) -> None:
    with pytest.raises(ValueError, match=r"time|over|away"):
        parse_time(typed, NOW)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (-5, "due"), (0, "due"), (0.2, "in 1 s"), (59, "in 59 s"), (60, "in 1 min"), (61, "in 2 min"),
        (3541, "in 1 h"), (3600, "in 1 h"), (7500, "in 2 h 5 min"), (3 * 86_400, "in 3 days"),
    ],
)  # fmt: skip
def test_countdown(left: float, words: str) -> None:
    assert countdown(NOW + left, NOW) == words


def test_the_clipboard_through_what_stands_in_between() -> None:
    plain = osc52("héllo", {})
    assert plain == f"\x1b]52;c;{base64.b64encode('héllo'.encode()).decode()}\x07"
    assert osc52("héllo", {"TMUX": "x"}) == "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    long = osc52("x" * 1000, {"TERM": "screen.xterm"})
    assert long.replace("\x1bP", "").replace("\x1b\\", "") == osc52("x" * 1000, {})
    assert all(len(chunk) <= 254 for chunk in long.split("\x1b\\"))
    assert len(osc52("é" * MOST, {})) < 100_000


def test_missing_programs_are_named_with_what_installs_them() -> None:
    assert missing_tools(lambda name: f"/usr/bin/{name}") == []
    ffmpeg, runtime = missing_tools({"apt-get": "/usr/bin/apt-get"}.get, lambda: False)
    assert "sudo apt install ffmpeg" in ffmpeg
    assert "yt-dlp[deno]" in runtime
    assert missing_tools(lambda name: None, lambda: False)[0].endswith("your package manager")
    assert missing_tools(lambda name: None, lambda: True) == [runtime]
    assert missing_tools({"ffmpeg": "/usr/bin/ffmpeg"}.get, lambda: False) == [runtime]


def at(*clock: int, fold: int = 0) -> float:
    year, month, day, hour, minute = clock
    return datetime(year, month, day, hour, minute, fold=fold).timestamp()


def test_a_time_that_comes_twice_is_the_next_of_the_two() -> None:
    with zone("Europe/Berlin"):
        first, second = at(2026, 10, 25, 2, 30), at(2026, 10, 25, 2, 30, fold=1)
        for now, wanted in (
            (at(2026, 10, 25, 1, 0), first),
            (at(2026, 10, 25, 2, 40), second),
            (at(2026, 10, 25, 2, 10, fold=1), second),
        ):
            for text in ("02:30", "today 02:30", "2026-10-25 02:30"):
                assert parse_time(text, now) == wanted
        assert parse_time("02:30", second) == at(2026, 10, 26, 2, 30)
        assert parse_time("tomorrow 02:30", at(2026, 10, 24, 12, 0)) == first


def test_a_time_that_is_left_out_is_when_the_clock_jumps_over_it() -> None:
    with zone("America/New_York"):
        jump = at(2026, 3, 8, 3, 0)
        for text in ("02:30", "today 02:30", "2026-03-08 02:30"):
            assert parse_time(text, at(2026, 3, 8, 1, 30)) == jump
        assert parse_time("tomorrow 02:30", at(2026, 3, 7, 12, 0)) == jump
        assert parse_time("02:30", jump) == at(2026, 3, 9, 2, 30)
        assert parse_time("tomorrow 06:00", at(2026, 3, 7, 23, 0)) == at(2026, 3, 8, 6, 0)
