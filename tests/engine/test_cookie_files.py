"""A cookie file is checked the moment it is given, and stored for the user alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ytui.engine.cookie_files import HOW_TO, CookieFileError, store_cookie_file
from ytui.paths import Places

NOW = 1_700_000_000.0
HEAD = "# Netscape HTTP Cookie File\n"


def line(expires: object, name: str = "session") -> str:
    return f"a.org\tFALSE\t/\tTRUE\t{expires}\t{name}\tsecret\n"


GOOD = HEAD + line(int(NOW) + 100) + line(int(NOW) + 300, "other")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    made = Places(tmp_path / "config.toml", tmp_path / "data", tmp_path / "cache")
    made.ensure_directories()
    return made


def test_a_file_is_taken_in_for_the_user_alone(places: Places, tmp_path: Path) -> None:
    source = tmp_path / "cookies.txt"
    source.write_text(GOOD)
    source.chmod(0o644)
    given = store_cookie_file(places, f"  {source}\n", "Films", NOW)
    assert given.path == places.cookies_dir / "Films.txt"
    assert (given.cookies, given.expires) == (2, NOW + 300)
    assert given.path.read_text() == GOOD
    assert stat.S_IMODE(given.path.stat().st_mode) == 0o600
    assert [path.name for path in places.cookies_dir.iterdir()] == ["Films.txt"]


def test_a_newer_one_takes_the_place_of_the_last(places: Places) -> None:
    store_cookie_file(places, GOOD, "Films", NOW)
    given = store_cookie_file(places, HEAD + line(int(NOW) + 900, "new"), "Films", NOW)
    assert "new" in given.path.read_text()
    assert "other" not in given.path.read_text()
    assert stat.S_IMODE(given.path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        line(int(NOW) + 100),
        "# HTTP Cookie File\n" + line(int(NOW) + 100),
        GOOD.replace("\n", "\r\n"),
        "\n\n" + GOOD,
        HEAD + "#HttpOnly_" + line(int(NOW) + 100),
    ],
    ids=["whole", "without its heading", "other heading", "from Windows", "after blank lines", "http only"],
)
def test_pasted_text(places: Places, text: str) -> None:
    assert store_cookie_file(places, text, "pasted", NOW).cookies >= 1


def test_a_file_with_a_byte_order_mark(places: Places, tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text("\n" + GOOD, encoding="utf-8-sig")
    assert store_cookie_file(places, str(tmp_path / "c.txt"), "x", NOW).cookies == 2


def test_a_session_has_no_end(places: Places) -> None:
    assert store_cookie_file(places, HEAD + line("") + line(int(NOW) + 9, "other"), "x", NOW).expires is None
    assert store_cookie_file(places, HEAD + line(0), "x", NOW).expires is None


def test_what_has_expired_is_not_counted(places: Places) -> None:
    given = store_cookie_file(places, HEAD + line(int(NOW) - 1, "old") + line(int(NOW) + 9), "x", NOW)
    assert (given.cookies, given.expires) == (1, NOW + 9)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('[{"domain": "a.org",\n "value": "secret"}]', "JSON"),
        ('[{"domain": "a.org", "value": "secret"}]', "JSON"),
        ('{"cookies": []}', "JSON"),
        (HEAD, "no cookies in it"),
        (HEAD + line(int(NOW) - 1), "have expired"),
        ("a.org\tFALSE\tsecret", "Netscape format"),
        ("<html>\n<body>secret</body>", "Netscape format"),
        ("/nowhere/cookies.txt", "cannot be read"),
        ("~nobody-of-this-name/cookies.txt", "cannot be read"),
        ("with\0zero", "cannot be read"),
        ("x" * 5000, "cannot be read"),
        ("", "no cookie file was named"),
    ],
)
@pytest.mark.filterwarnings("ignore:http.cookiejar bug")
def test_what_is_no_cookie_file_is_refused_with_what_to_do(places: Places, given: str, words: str) -> None:
    with pytest.raises(CookieFileError, match=words) as problem:
        store_cookie_file(places, given, "x", NOW)
    assert "secret" not in str(problem.value)
    assert list(places.cookies_dir.iterdir()) == []


def test_a_folder_and_a_binary_file(places: Places, tmp_path: Path) -> None:
    with pytest.raises(CookieFileError, match="is a folder"):
        store_cookie_file(places, str(tmp_path), "x", NOW)
    (tmp_path / "cookies.sqlite").write_bytes(b"SQLite format 3\0\xff\xfe")
    with pytest.raises(CookieFileError, match="cannot be read"):
        store_cookie_file(places, str(tmp_path / "cookies.sqlite"), "x", NOW)


def test_json_says_how_such_a_file_gets_onto_a_headless_machine(places: Places) -> None:
    with pytest.raises(CookieFileError) as problem:
        store_cookie_file(places, "[]", "x", NOW)
    assert HOW_TO in str(problem.value)


@pytest.mark.parametrize("name", ["../../evil", "a/b", "..", "/etc/passwd", "Käse & Brot", "n" * 400])
def test_no_name_leads_out_of_the_folder(places: Places, name: str) -> None:
    given = store_cookie_file(places, GOOD, name, NOW)
    assert given.path.parent == places.cookies_dir
    assert given.path.resolve().parent == places.cookies_dir.resolve()
    assert given.path.is_file()
