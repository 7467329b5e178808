"""The guest jar on disk: merged by what changed, in generations, bounded, and never in two minds."""

from __future__ import annotations

import dataclasses
import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ytui.ytdlp import guest_jar
from ytui.ytdlp.guest_jar import (
    MAX_AGE,
    MAX_STRIKES,
    MIN_AGE,
    Cookies,
    GuestGeneration,
    GuestJar,
    SavedCookie,
)

NOW = 1_800_000_000.0


def cookies(**values: str) -> Cookies:
    rows = [SavedCookie(".a.org", "/", name, value, NOW + 1e6, True) for name, value in values.items()]
    return {row.key: row for row in rows}


def values(guest: GuestGeneration | None) -> dict[str, str | None]:
    assert guest is not None
    return {saved.name: saved.value for saved in guest.cookies.values()}


@pytest.fixture
def jar(tmp_path: Path) -> GuestJar:
    return GuestJar(tmp_path, ["a.org"])


def made(jar: GuestJar, **given: str) -> GuestGeneration:
    guest = jar.merge(None, cookies(**given), NOW)
    assert guest is not None
    return guest


def test_the_first_to_come_back_makes_the_guest_and_another_is_dropped(jar: GuestJar) -> None:
    assert jar.read(NOW) is None
    first = made(jar, visitor="1")
    assert jar.merge(None, cookies(visitor="2"), NOW) is None
    assert jar.read(NOW) == first
    assert values(first) == {"visitor": "1"}


def test_only_what_changed_is_merged(jar: GuestJar) -> None:
    lent = made(jar, visitor="1", cleared="x", renewed="old")
    assert jar.merge(lent, cookies(visitor="1", cleared="x", renewed="old", other="job"), NOW)
    merged = jar.merge(lent, cookies(visitor="1", renewed="new"), NOW)
    assert values(merged) == {"visitor": "1", "renewed": "new", "other": "job"}
    assert values(jar.read(NOW)) == values(merged)


def test_what_one_job_was_given_anew_another_cannot_clear(jar: GuestJar) -> None:
    lent = made(jar, token="1")
    jar.merge(lent, cookies(token="2"), NOW)
    assert values(jar.merge(lent, {}, NOW)) == {"token": "2"}


def test_what_an_older_generation_brings_back_is_dropped(jar: GuestJar) -> None:
    old = made(jar, visitor="1")
    assert jar.renew(old, NOW)
    assert jar.read(NOW) is None
    assert jar.merge(old, cookies(visitor="1", late="x"), NOW) is None
    assert jar.read(NOW) is None
    new = made(jar, visitor="2")
    assert new.generation != old.generation
    assert jar.merge(old, cookies(visitor="1", late="x"), NOW) is None
    # Those that were refused as the older one say nothing of the new one.
    assert not jar.renew(old, NOW)
    assert values(jar.read(NOW)) == {"visitor": "2"}


def test_it_is_exchanged_when_it_is_old(jar: GuestJar) -> None:
    old = made(jar, visitor="1")
    assert jar.read(NOW + MAX_AGE - 1) == dataclasses.replace(old, cookies={})
    assert jar.read(NOW + MAX_AGE) is None
    assert jar.merge(old, cookies(visitor="1", late="x"), NOW + MAX_AGE) is None
    new = jar.merge(None, cookies(visitor="2"), NOW + MAX_AGE)
    assert values(new) == {"visitor": "2"}


def test_403s_in_a_row_end_it_once_it_is_an_hour_old(jar: GuestJar) -> None:
    guest = made(jar, visitor="1")
    later = NOW + MIN_AGE
    assert not any(jar.strike(guest, NOW) for _ in range(2 * MAX_STRIKES))
    # A success between them: it was not the guest.
    assert jar.merge(guest, guest.cookies, later)
    assert [jar.strike(guest, later) for _ in range(MAX_STRIKES)] == [False] * (MAX_STRIKES - 1) + [True]
    assert jar.read(later) is None
    assert not jar.strike(guest, later)


A_COOKIE: dict[str, object] = {
    "domain": ".a.org",
    "path": "/",
    "name": "visitor",
    "value": "1",
    "expires": NOW + 9,
    "secure": True,
}


def with_cookie(**changed: object) -> str:
    cookie = {**A_COOKIE, **changed}
    return json.dumps({"generation": "1", "made_at": NOW, "strikes": 0, "cookies": [cookie]})


DAMAGED = [
    *("", "{", "[]", '{"generation": 1}', '{"cookies": [{"a": 1}]}', "\x00", "[" * 100_000),
    with_cookie(expires="soon"),
    with_cookie(expires=10**400),
    with_cookie(name=1),
    with_cookie(value=[1]),
    '{"generation": "1", "made_at": 1e9, "strikes": 1e999, "cookies": []}',
]


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_no_guest(jar: GuestJar, text: str) -> None:
    made(jar, visitor="1")
    jar.path.write_text(text)
    assert jar.read(NOW) is None
    assert values(made(jar, visitor="2")) == {"visitor": "2"}


def test_a_site_may_name_any_time_for_the_end_of_a_cookie(jar: GuestJar) -> None:
    cookie = SavedCookie(**A_COOKIE).cookie()  # type: ignore[arg-type]
    cookie.expires = 10**400
    saved = SavedCookie.of(cookie)
    jar.merge(None, {saved.key: saved}, NOW)
    assert values(jar.read(NOW)) == {"visitor": "1"}


def test_what_a_site_may_keep_here_is_bounded(jar: GuestJar) -> None:
    many = made(jar, **{f"n{number}": "x" for number in range(1000)}, long="y" * 100_000)
    assert len(many.cookies) == 200
    assert "long" not in values(many)


def test_nobody_else_can_read_it_and_only_the_locks_stay(jar: GuestJar, tmp_path: Path) -> None:
    jar.renew(made(jar, visitor="1"), NOW)
    made(jar, visitor="2")
    with jar.first_visit(0.0):
        files = {path.suffix: path for path in tmp_path.iterdir()}
    assert set(files) == {".json", ".lock", ".making"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}


def test_jobs_that_end_at_once_lose_nothing_of_each_other(jar: GuestJar) -> None:
    lent = made(jar, visitor="1")
    gate = threading.Barrier(12)

    def ends(number: int) -> None:
        gate.wait()
        assert jar.merge(lent, cookies(visitor="1", **{f"of{number}": "x"}), NOW)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(ends, range(12)))
    assert set(values(jar.read(NOW))) == {"visitor", *(f"of{number}" for number in range(12))}


def test_one_visits_first_and_the_others_wait_until_there_is_a_guest(
    jar: GuestJar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    seen: list[GuestGeneration | None] = []
    waiting = threading.Event()

    def comes_later() -> None:
        waiting.set()
        with GuestJar(jar.path.parent, ["a.org"]).first_visit(60.0):
            seen.append(jar.read(NOW))

    with jar.first_visit(60.0):
        other = threading.Thread(target=comes_later)
        other.start()
        assert waiting.wait(60)
        guest = made(jar, visitor="1")
        # Not when the first one is done with its page, but as soon as there is a guest.
        other.join(60)
        assert seen == [guest]


def test_a_lock_that_nobody_gives_back_is_not_waited_for_for_ever(
    jar: GuestJar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guest_jar, "LOCK_PATIENCE", 0.0)
    passed: list[str] = []
    with jar._locked(), pytest.raises(TimeoutError):
        jar.merge(None, cookies(visitor="1"), NOW)
    with jar.first_visit(0.0), jar.first_visit(0.0):
        passed.append("as a guest of its own")
    assert passed
