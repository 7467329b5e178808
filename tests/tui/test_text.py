from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.support.terminals.stand_in_engine import HOSTILE
from ytui.core.formatting import format_duration, format_length, format_size
from ytui.core.sanitize import clean, clean_lines
from ytui.tui.text import ASCII, UNICODE, Glyphs, fit, glyphs_for, shorten


def test_markup_of_others_stays_text() -> None:
    assert clean("[/b] [MV] Song") == "[/b] [MV] Song"


def test_nothing_that_steers_a_terminal_is_left() -> None:
    text = clean(HOSTILE)
    assert "\x1b" not in text
    assert "[31m" not in text
    assert "\u202e" not in text
    assert "\u200d" not in text
    assert text.startswith("[/b] [MV] Song red evil ")


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b]0;title\x07seen", "seen"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("c1 \x9b31m", "c1 31m"),
        ("null\x00 bell\x07 del\x7f", "null bell del"),
        ("\ud800lone", "lone"),
        ("a\u0301\u0301\u0301\u0301\u0301", "a\u0301\u0301"),
        ("line\u2028para", "line para"),
    ],
)
def test_clean(outside: str, shown: str) -> None:
    assert clean(outside) == shown


def test_a_title_of_any_length_is_looked_at_in_part_only() -> None:
    assert len(clean("é" * 10_000_000)) == 2_000


@pytest.mark.parametrize("width", range(1, 40))
@pytest.mark.parametrize(
    "text", ["plain words here", "日本語の題名です、長い", "שלום עולם", "👩👩👧 family 👍🏽", clean(HOSTILE)]
)
def test_fit_is_exact_whatever_the_script(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(shorten(text, width)) <= width


def test_lines_of_a_log_are_harmless_each() -> None:
    assert clean_lines("one\x1b[2J\ntwo\r\nthree") == ["one", "two", "three"]


def test_figures() -> None:
    assert [format_size(value) for value in (None, 0, 999, 1000, 8_200_000, 812e9, 3e12)] == [
        "", "0 B", "999 B", "1.0 KB", "8.2 MB", "812 GB", "3.0 TB",
    ]  # fmt: skip
    assert [format_duration(value) for value in (None, 12, 89, 240, 7800, 7200, 400_000)] == [
        "", "12 s", "89 s", "4 min", "2 h 10 min", "2 h", "5 days",
    ]  # fmt: skip
    assert [format_length(value) for value in (None, 5, 725, 3723)] == ["", "0:05", "12:05", "1:02:03"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("fraction", [None, -1.0, 0.0, 0.01, 0.5, 0.72, 1.0, 7.0])
def test_a_bar_fills_its_cells(glyphs: Glyphs, fraction: float | None) -> None:
    for width in (0, 1, 8, 21):
        done, left = glyphs.progress(fraction, width)
        assert cell_len(done + left) == width


def test_every_state_has_the_same_words_in_both_alphabets_and_ascii_is_ascii() -> None:
    assert set(UNICODE.states) == set(ASCII.states)
    assert all(sign.isascii() and len(sign) == 1 for sign in ASCII.states.values())
    assert all(cell_len(sign) == 1 for sign in UNICODE.states.values())


@pytest.mark.parametrize(
    ("encoding", "environ", "glyphs"),
    [
        ("UTF-8", {}, UNICODE),
        ("ISO-8859-1", {}, ASCII),
        (None, {}, ASCII),
        ("utf-8", {"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, ASCII),
        ("utf-8", {"LANG": "C.utf8"}, UNICODE),
        ("utf-8", {"LC_ALL": "", "LANG": "de_DE.UTF-8@euro"}, UNICODE),
        ("iso8859-1", {"LANG": "de_DE.UTF-8"}, ASCII),
    ],
)
def test_the_locale_chooses_the_alphabet(
    encoding: str | None, environ: dict[str, str], glyphs: Glyphs
) -> None:
    assert glyphs_for(encoding, environ) is glyphs
