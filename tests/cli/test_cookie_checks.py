"""``doctor`` tells how the cookie files stand, with what mends them, and nothing of what is in them."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ytui
from ytui.engine.cookie_files import login_in, store_cookie_file
from ytui.engine.jobs.cookie_jars import record_dead_login
from ytui.store.database import Database

DAY = 86400
SECRET = "s3cr3t"


@pytest.fixture(autouse=True)
def _nothing_but_cookies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other checks start programs, once for each word that is said of a cookie file."""
    for others in ("javascript_checks", "media_programs", "plugin_checks"):
        monkeypatch.setattr(f"ytui.cli.commands.doctor.{others}", lambda *_: [])


def cookies_of(ytui: Ytui) -> list[dict[str, Any]]:
    said = ytui("doctor", "--json")
    assert SECRET not in said.out + said.err + ytui("doctor").out
    return [check for check in json.loads(said.out)["checks"] if check["name"] == "cookies"]


def line(name: str, ends: float, domain: str = ".youtube.com") -> str:
    return f"{domain}\tTRUE\t/\tTRUE\t{ends:.0f}\t{name}\t{SECRET}\n"


@pytest.fixture
def cookies(ytui: Ytui) -> Path:
    """A cookie file that the channel Films names; what is in it stands in each test."""
    path = ytui.root / "my cookies.txt"
    ytui.configure(f'[[channels]]\nname = "Films"\nurl = "https://a.example/films"\ncookies = "{path}"\n')
    write(path, "# Netscape HTTP Cookie File\n" + line("LOGIN_INFO", time.time() + 90 * DAY))
    return path


def write(path: Path, text: str | bytes, *, days_old: int = 0) -> None:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    then = time.time() - days_old * DAY
    os.utime(path, (then, then))


def test_without_cookies_one_line_says_so(ytui: Ytui) -> None:
    (check,) = cookies_of(ytui)
    assert check["ok"]
    assert "none given" in check["verdict"]


def test_good_cookies_have_an_age_and_an_end(ytui: Ytui, cookies: Path) -> None:
    write(cookies, line("GPS", time.time() - DAY) + line("SID", time.time() + DAY), days_old=12)
    (check,) = cookies_of(ytui)
    assert (check["ok"], check["mend"]) == (True, "")
    assert f"{cookies} (Films): 12 days old, their login ends" in check["verdict"]


@pytest.mark.parametrize(
    "text",
    [
        line("LOGIN_INFO", time.time() - DAY) + line("VISITOR_INFO1_LIVE", time.time() + DAY),
        "#HttpOnly_" + line("session", time.time() - DAY, ".a.example"),
    ],
    # Not the text: each process that collects has another time in it.
    ids=["of YouTube", "of another site"],
)
def test_a_login_that_has_ended_is_told_with_its_remedy(ytui: Ytui, cookies: Path, text: str) -> None:
    write(cookies, text)
    (check,) = cookies_of(ytui)
    assert not check["ok"]
    assert "their login ended" in check["verdict"]
    assert "export them again from a private window and give them with c" in check["mend"]
    assert "set cookies of channel Films" in check["mend"]
    assert ytui("doctor", "--check").code == 1


def test_cookies_of_the_session_and_those_of_another_site_need_no_date(ytui: Ytui, cookies: Path) -> None:
    write(cookies, line("session", 0, ".a.example") + line("seen", time.time() - DAY, ".a.example"))
    (check,) = cookies_of(ytui)
    assert check["ok"]
    assert "login" not in check["verdict"]


def test_a_file_that_others_may_read_is_told(ytui: Ytui, cookies: Path) -> None:
    cookies.chmod(0o640)
    (check,) = cookies_of(ytui)
    assert not check["ok"]
    assert check["mend"] == f"chmod 600 '{cookies}'"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no cookies in it"),
        ('[{"name": "SID"}]', "is no cookie file in Netscape format"),
        (line("SID", 1).replace("\t1\t", "\tsoon\t"), "is no cookie file in Netscape format"),
        (line("SID", 1).replace("\t1\t", f"\t{'9' * 5000}\t"), "is no cookie file in Netscape format"),
        (b"\xff\xfe\x00", "is no text"),
    ],
)
def test_what_is_no_cookie_file_is_told(ytui: Ytui, cookies: Path, text: str | bytes, problem: str) -> None:
    write(cookies, text)
    (check,) = cookies_of(ytui)
    assert not check["ok"]
    assert check["verdict"].endswith(problem)
    assert "export them again" in check["mend"]


def test_a_file_that_is_not_there_or_is_none_is_told(ytui: Ytui, cookies: Path) -> None:
    cookies.unlink()
    assert "cannot be read (No such file or directory)" in cookies_of(ytui)[0]["verdict"]
    os.mkfifo(cookies)
    assert cookies_of(ytui)[0]["verdict"].endswith("is no file")


def test_cookies_given_in_the_application_count_and_copies_of_jobs_do_not(ytui: Ytui, db: Database) -> None:
    given = store_cookie_file(ytui.places, line("SID", time.time() + DAY), "given-1", time.time())
    write(ytui.places.cookies_dir / "job-3.txt", "")
    (check,) = cookies_of(ytui)
    assert check["ok"]
    assert f"{given.path} (given to single items): 0 minutes old" in check["verdict"]
    ytui.configure(f'[[channels]]\nurl = "https://a.example/films"\ncookies = "{given.path}"\n')
    (check,) = cookies_of(ytui)
    assert "(https://a.example/films)" in check["verdict"]


def test_cookies_that_a_site_called_invalid_are_told_until_they_are_new(
    ytui: Ytui, cookies: Path, db: Database
) -> None:
    assert record_dead_login(db, cookies, login_in(cookies), 1, time.time(), "dead")
    (check,) = cookies_of(ytui)
    assert not check["ok"]
    assert "a site calls them invalid" in check["verdict"]
    write(cookies, line("LOGIN_INFO", time.time() + DAY))
    assert cookies_of(ytui)[0]["ok"]


def test_channels_share_a_file_and_its_check(ytui: Ytui, cookies: Path) -> None:
    channels = [
        f'[[channels]]\nname = "C{n}"\nurl = "https://a.example/{n}"\ncookies = "{cookies}"\n'
        for n in range(5)
    ]
    ytui.configure("".join(channels))
    (check,) = cookies_of(ytui)
    assert "(C0, C1, C2 and 2 more)" in check["verdict"]
