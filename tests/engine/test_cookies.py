"""Cookie files: private copies, merged back by what changed, sent where they help, told of when dead."""

from __future__ import annotations

import stat
import threading
import time
from http.cookiejar import MozillaCookieJar
from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_channel, add_videos, entry, queue_job
from tests.support.rows.library_queries import context_of, downloads, lists_over, video
from ytui.core.failures.classifier import Evidence
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, Strategy
from ytui.core.protocol import JobFailed
from ytui.core.tasks import Common
from ytui.demo.world import World
from ytui.engine.commands import plan_commands, queue_commands
from ytui.engine.cookie_files import login_in
from ytui.engine.jobs.cookie_jars import (
    LoginUnusable,
    copy_for_job,
    has_dead_login,
    login_ended,
    merge_back,
    record_dead_login,
)
from ytui.engine.jobs.download_job import DownloadRun
from ytui.store import attempts, jobs, journal, plan

HEAD = "# Netscape HTTP Cookie File\n"
LATER = 4_000_000_000
DEAD = (
    "[youtube] The provided YouTube account cookies are no longer valid. They have likely been rotated in "
    "the browser as a security measure."
)

ENDED = JobFailed(Evidence("HTTP Error 500"), warnings=(DEAD,))
"""How a job ends whose login is dead, and which failed for something else."""


def line(name: str, value: str, *, domain: str = "a.org", expires: int | str = LATER) -> str:
    return (
        "\t".join([domain, str(domain.startswith(".")).upper(), "/", "FALSE", str(expires), name, value])
        + "\n"
    )


def values(path: Path) -> dict[str, str | None]:
    jar = MozillaCookieJar()
    jar.load(str(path), ignore_discard=True, ignore_expires=True)
    return {cookie.name: cookie.value for cookie in jar}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "cookies.txt"
    path.write_text(HEAD + line("keep", "1") + line("renew", "old"))
    path.chmod(0o640)
    return path


def leftovers(home: Home) -> list[str]:
    """What is in the folder of copies, save for the locks, which stay."""
    return sorted(path.name for path in home.places.cookies_dir.iterdir() if path.suffix != ".lock")


def test_a_copy_is_private_and_gone_afterwards(home: Home, source: Path) -> None:
    before = source.read_bytes()
    copy, other = copy_for_job(home.places, source, 7), copy_for_job(home.places, source, 8)
    assert copy != other
    assert copy.read_bytes() == before
    for path in home.places.cookies_dir.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not merge_back(home.places, source, copy)
    assert not merge_back(home.places, source, other)
    assert leftovers(home) == []
    assert source.read_bytes() == before


def test_only_what_changed_goes_back(home: Home, source: Path) -> None:
    copy = copy_for_job(home.places, source, 7)
    # The person exports others meanwhile; the job's site renews one and sets one.
    source.write_text(HEAD + line("keep", "2") + line("renew", "old") + line("added", "by hand"))
    copy.write_text(HEAD + line("keep", "1") + line("renew", "new") + line("set", "by site"))
    assert merge_back(home.places, source, copy)
    assert values(source) == {"keep": "2", "renew": "new", "added": "by hand", "set": "by site"}
    assert stat.S_IMODE(source.stat().st_mode) == 0o640
    assert leftovers(home) == []
    # Nothing of ours beside the person's file, and the lock lies where nobody unlinks it.
    assert {path.name for path in source.parent.iterdir() if path.is_file()} == {source.name, "config.toml"}
    assert len(list(home.places.cookies_dir.glob("*.lock"))) == 1


def test_the_same_session_cookie_written_otherwise_is_no_change(home: Home, source: Path) -> None:
    source.write_text(HEAD + line("session", "1", expires=""))
    copy = copy_for_job(home.places, source, 7)
    copy.write_text(HEAD + line("session", "1", expires=0))
    assert not merge_back(home.places, source, copy)


def test_a_file_behind_a_link_is_replaced_and_the_link_stays(
    home: Home, source: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.txt"
    link.symlink_to(source)
    copy = copy_for_job(home.places, link, 7)
    copy.write_text(HEAD + line("renew", "new"))
    assert merge_back(home.places, link, copy)
    assert link.is_symlink()
    assert values(source) == {"keep": "1", "renew": "new"}


def test_jobs_that_end_at_once_lose_nothing_of_each_other(home: Home, source: Path) -> None:
    copies = [copy_for_job(home.places, source, number) for number in range(12)]
    for number, copy in enumerate(copies):
        copy.write_text(HEAD + line("keep", "1") + line(f"of {number}", "x"))
    gate = threading.Barrier(len(copies))

    def ends(copy: Path) -> None:
        gate.wait()
        merge_back(home.places, source, copy)

    threads = [threading.Thread(target=ends, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values(source) == {"keep": "1", "renew": "old"} | {f"of {number}": "x" for number in range(12)}
    assert [path.name for path in source.parent.glob(".ytui-cookies-*")] == []


@pytest.mark.parametrize("broken", [b"", b"no cookies\n", b"\xff\xfe\x00nonsense", HEAD.encode() + b"a\tb\n"])
@pytest.mark.filterwarnings("ignore:http.cookiejar bug")
def test_a_copy_that_cannot_be_read_changes_nothing(home: Home, source: Path, broken: bytes) -> None:
    before = source.read_bytes()
    copy = copy_for_job(home.places, source, 7)
    copy.write_bytes(broken)
    assert not merge_back(home.places, source, copy)
    assert source.read_bytes() == before
    assert leftovers(home) == []


def test_a_person_file_that_is_gone_is_not_made_anew(home: Home, source: Path) -> None:
    copy = copy_for_job(home.places, source, 7)
    copy.write_text(HEAD + line("renew", "new"))
    source.unlink()
    assert not merge_back(home.places, source, copy)
    assert not source.exists()
    with pytest.raises(OSError, match="No such file"):
        copy_for_job(home.places, source, 8)


def test_what_a_site_says_of_dead_cookies() -> None:
    assert login_ended(["[youtube] abc: something else", DEAD])
    assert not login_ended(["[youtube] abc: Some formats may be missing", "[a] Use --cookies to sign in"])
    assert not login_ended([])


def test_a_dead_login_is_told_once_until_there_is_another(home: Home, source: Path) -> None:
    def told(number: int) -> bool:
        return record_dead_login(home.db, source, login_in(source), number, NOW + number, f"{source} is dead")

    assert told(1)
    assert not told(2)
    (said,) = journal.tail(home.db)
    assert str(source) in said.message
    assert (said.level, said.job_id) == ("warning", 1)
    assert has_dead_login(home.db, source)
    source.write_text(HEAD + line("keep", "3"))
    assert not has_dead_login(home.db, source)
    assert told(3)


def test_what_a_site_renews_all_the_time_makes_no_other_login(source: Path) -> None:
    def login(session: str, token: str) -> str | None:
        of = {"domain": ".youtube.com"}
        source.write_text(HEAD + line("SID", session, **of) + line("SIDCC", token, **of))
        return login_in(source)

    first = login("a", "1")
    assert login("a", "2 and longer") == first
    assert login("b", "1") != first


def with_cookies(home: Home, source: Path, *, always: bool = True) -> DownloadRun:
    """A download of a channel that has cookies, not started."""
    row = add_channel(home.db, site="youtube")
    use = 'use_cookies = "always"' if always else ""
    home.channel(row.url, f'cookies = "{source}"\n{use}')
    (video,) = add_videos(home.db, row, entry("abc"))
    job = queue_job(home.db, video)
    return DownloadRun(context_of(home, NOW), job, Common(job.id, home.places.job_logs_dir / "x.log"))


def test_dead_cookies_are_not_merged_back_however_the_job_ended(home: Home, source: Path) -> None:
    before = source.read_bytes()
    run = with_cookies(home, source)
    copy = run.task.common.cookies
    assert copy is not None
    copy.write_text(HEAD + line("renew", "cleared by the site"))
    run.finished(ENDED)
    assert source.read_bytes() == before
    assert leftovers(home) == []
    assert any("no longer valid" in line.message for line in journal.tail(home.db))


def test_cookies_are_left_at_home_until_they_are_needed(home: Home, source: Path) -> None:
    run = with_cookies(home, source, always=False)
    assert run.task.common.cookies is None
    run.finished(ENDED)
    assert journal.tail(home.db) == []


def test_a_dead_login_is_not_lent_again(home: Home, source: Path) -> None:
    record_dead_login(home.db, source, login_in(source), 1, NOW, "")
    with pytest.raises(LoginUnusable, match=r"cookies\.txt are no longer valid"):
        with_cookies(home, source)
    assert leftovers(home) == []


SIGNED_IN = "members_only"


def served(home: Home, site: Site, more: str, cookies: str) -> Path:
    """A channel with one video for members alone, and a file that opens it."""
    path = home.places.data_dir / "given.txt"
    path.write_text(cookies)
    found = site.world.videos()[0]
    site.misbehave(found.id, SIGNED_IN)
    home.channel(site.channel_url("tiny1"), f'tabs = ["videos"]\nextras = []\ncookies = "{path}"\n{more}')
    return path


@pytest.mark.parametrize(
    ("more", "tries"),
    [("", [Strategy.AS_BEFORE, Strategy.WITH_COOKIES]), ('use_cookies = "always"', [Strategy.AS_BEFORE])],
)
def test_cookies_go_along_when_needed_or_always(home: Home, more: str, tries: list[Strategy]) -> None:
    with Site(World.tiny(time.time(), videos=2)) as site:
        cookies: list[tuple[str, str]] = []
        answer = site._pages.answer

        def noting(target: str, sent: str) -> object:
            cookies.append((target, sent))
            return answer(target, sent)

        site._pages.answer = noting  # type: ignore[method-assign, assignment]
        path = served(home, site, more, site.cookies_file())
        before = path.read_text()
        with home.engine():
            until(lambda: len(downloads(home, JobState.DONE)) == 2)
        closed, opened = site.world.videos()[:2]
    (job,) = (job for job in downloads(home) if closed.id in job.url)
    made = attempts.of_job(home.db, job.id)
    assert [attempt.strategy for attempt in made] == tries
    # What yt-dlp says of a failure comes over the pipe and is kept.
    told = [(attempt.evidence["raised_by"], attempt.evidence["expected"]) for attempt in made[:-1]]
    assert told == [("raise_no_formats", True)] * (len(tries) - 1)
    # A listing is never asked with an account; a video that anybody may see only where the channel says so.
    assert {sent for target, sent in cookies if "/api/" in target} == {""}
    to_open = {bool(sent) for target, sent in cookies if target == f"/watch/{opened.id}"}
    assert to_open == {bool(more)}
    assert leftovers(home) == []
    assert path.read_text() == before


def test_without_cookies_it_waits_for_the_user_who_gives_them(home: Home) -> None:
    with Site(World.tiny(time.time(), videos=1)) as site:
        site.misbehave(site.world.videos()[0].id, SIGNED_IN)
        home.channel(site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
        path = home.places.cookies_dir / "given.txt"
        path.write_text(site.cookies_file())
        with home.engine() as engine:
            lists_over(home)
            until(lambda: plan.needs_user_count(home.db) == 1)
            (item,) = plan.list_items(home.db)
            assert item.failure_class == "members_only"
            assert (
                plan_commands.retry_jobs_with_cookies(home.db, [item.job_id], str(path), time.time()).queued
                == 1
            )
            engine.wake()
            until(lambda: len(downloads(home, JobState.DONE)) == 1)
    assert path.exists()


def test_a_cookie_file_that_is_missing_is_said_by_name(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]')
    with home.engine() as engine:
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
        queue_commands.set_paused(home.db, True, time.time())
        (again,) = queue_commands.download_videos(
            home.db, engine.settings, [video(home, "Upload 1").id], time.time(), metadata_only=True
        )
        assert home.job(again).kind is JobKind.DOWNLOAD
        jobs.set_options(home.db, [again], JobOptions(cookies="/nowhere/cookies.txt"))
        queue_commands.set_paused(home.db, False, time.time())
        engine.wake()
        until(lambda: home.job(again).state is JobState.WAITING)
    item = plan.of_job(home.db, again)
    assert item is not None
    assert item.failure_class == "cookies_invalid"
    assert "/nowhere/cookies.txt" in item.reason


def test_copies_of_jobs_that_vanished_are_gone_at_the_next_start(home: Home, source: Path) -> None:
    copy_for_job(home.places, source, 7)
    assert len(list(home.places.cookies_dir.iterdir())) == 2
    (home.places.guests_dir / ".abc-draft").touch()
    with home.engine():
        assert not list(home.places.cookies_dir.iterdir())
        assert not list(home.places.guests_dir.iterdir())
    assert "old" in source.read_text()
