"""A login that a site calls dead: one hold for all who need it, and on when there is another."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, USER, fail, run
from tests.support.rows.library_queries import LISTS_ONLY, downloads, lists_over
from ytui import config
from ytui.core.failures.classifier import explain
from ytui.core.holds import HoldCause
from ytui.core.models import JobKind, JobState, PlanState
from ytui.demo.handler import Response
from ytui.engine.commands import info_commands, plan_commands
from ytui.engine.cookie_files import login_in
from ytui.engine.jobs.cookie_jars import record_dead_login
from ytui.engine.sites.site_states import COOLDOWN
from ytui.store import holds, journal, plan, sites, videos
from ytui.store.rows import SiteRow

MODULES = ("ytui.demo.extractor", "tests.support.extractors.dead_logins")
DEAD = explain("WARNING: [youtube] The provided YouTube account cookies are no longer valid.")
LONG_LASTING = 'tabs = ["videos"]\nextras = []\ncookies = "{path}"\nuse_cookies = "{use}"'


@pytest.fixture
def sent(tiny_site: Site) -> list[str]:
    """The cookies of each request that carried the dead login, which the site takes for a guest's."""
    sent: list[str] = []
    answer = tiny_site._pages.answer

    def noting(target: str, cookies: str) -> Response:
        if "rotated" in cookies:
            sent.append(cookies)
        return answer(target, "" if "rotated" in cookies else cookies)

    tiny_site._pages.answer = noting  # type: ignore[method-assign]
    return sent


@pytest.fixture
def login(tiny_site: Site, tmp_path: Path, sent: list[str]) -> Path:
    """The file of a login that the site has ended; its videos are for members alone."""
    for video in tiny_site.world.videos():
        tiny_site.misbehave(video.id, "members_only")
    path = tmp_path / "my cookies.txt"
    path.write_text(tiny_site.cookies_file().replace("member", "rotated"))
    return path


def subscribe(home: Home, site: Site, path: Path, use: str) -> None:
    home.channel(site.channel_url("tiny1"), LONG_LASTING.format(path=path, use=use))


def lines_of(home: Home, words: str) -> list[str]:
    return [line.message for line in journal.tail(home.db, limit=1000) if words in line.message]


@pytest.mark.parametrize("use", ["always", "when_needed"])
def test_it_is_one_item_is_lent_no_more_and_all_goes_on_with_another(
    home: Home, tiny_site: Site, login: Path, sent: list[str], use: str
) -> None:
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.replace("count = 3", "count = 1"))
    subscribe(home, tiny_site, login, use)
    with home.engine(extractor_modules=MODULES) as engine:
        waiting = [JobState.WAITING, JobState.QUEUED] if use == "always" else [JobState.WAITING]
        until(lambda: len(downloads(home, *waiting)) == 3 and holds.in_force(home.db))
        if use == "when_needed":
            home.idle(engine)
        (item,) = plan.list_items(home.db)
        assert str(login) in item.name
        assert (item.failure_class, item.state) == ("cookies_invalid", PlanState.OPEN)
        assert {job.charged for job in downloads(home)} <= ({0} if use == "always" else {0, 1})
        (hold,) = holds.in_force(home.db)
        assert (hold.cause, hold.next_probe) == (HoldCause.LOGIN, None)
        assert hold.waiting == (1 if use == "always" else 3)
        assert len(sent) == 1
        # A person may say "try again": there is nothing to try, and nothing is asked of the site.
        tries = max(job.attempt for job in downloads(home))
        plan_commands.retry(home.db, [item.id], engine.now())
        engine.wake()

        def tried_in_vain() -> bool:
            held = [job.attempt for job in downloads(home, JobState.WAITING) if job.hold_id is not None]
            return len(held) == hold.waiting and max(held) > tries

        until(tried_in_vain)
        assert len(sent) == 1
        # It asked the site first without the login: nothing tries once more by itself.
        assert holds.in_force(home.db)[0].next_probe is None
        login.write_text(tiny_site.cookies_file())
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    assert (len(plan.list_items(home.db)), holds.in_force(home.db)) == (0, [])
    assert len(sent) == 1


@pytest.mark.parametrize("use", ["always", "when_needed"])
def test_a_cookie_file_that_is_not_there_is_one_item_and_all_goes_on_when_it_is(
    home: Home, tiny_site: Site, login: Path, use: str
) -> None:
    login.unlink()
    subscribe(home, tiny_site, login, use)
    with home.engine(extractor_modules=MODULES) as engine:
        held = [JobState.WAITING, JobState.QUEUED] if use == "always" else [JobState.WAITING]
        until(lambda: len(downloads(home, *held)) == 3 and holds.in_force(home.db))
        if use == "when_needed":
            home.idle(engine)
        (item,) = plan.list_items(home.db)
        assert f"the cookie file {login} is not there" in item.name
        assert (item.failure_class, item.state) == ("cookies_invalid", PlanState.OPEN)
        # Whoever asks a question is answered without a login.
        found = next(row for row in videos.page(home.db, limit=10))
        asked = info_commands.ask_for_video(home.db, found.id, engine.now())
        assert asked is not None
        engine.wake()
        until(lambda: home.job(asked).state is JobState.DONE)
        login.write_text(tiny_site.cookies_file())
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    assert (len(plan.list_items(home.db)), holds.in_force(home.db)) == (0, [])


def test_an_answer_in_spite_of_it_says_so_once_and_the_next_job_waits(
    home: Home, tiny_site: Site, login: Path
) -> None:
    for video in tiny_site.world.videos():
        tiny_site.misbehave(video.id, None)
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.replace("count = 3", "count = 1"))
    subscribe(home, tiny_site, login, "always")
    with home.engine(extractor_modules=MODULES):
        until(lambda: downloads(home, JobState.DONE) and downloads(home, JobState.WAITING))
        assert len(downloads(home, JobState.DONE)) == 1
        assert len(lines_of(home, "export them afresh")) == 1


def test_those_who_wait_go_on_when_the_channel_names_another_file(
    home: Home, tiny_site: Site, login: Path, tmp_path: Path
) -> None:
    subscribe(home, tiny_site, login, "always")
    with home.engine(extractor_modules=MODULES):
        until(lambda: holds.in_force(home.db))
        until(lambda: (found := holds.in_force(home.db)) and found[0].fingerprint)
        other = tmp_path / "others.txt"
        other.write_text(tiny_site.cookies_file())
        config.update_channel(
            home.places.config_file, tiny_site.channel_url("tiny1"), {"cookies": str(other)}
        )
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    assert len(plan.list_items(home.db)) == 0


def test_those_who_wait_go_on_with_cookies_given_to_their_item(
    home: Home, tiny_site: Site, login: Path
) -> None:
    subscribe(home, tiny_site, login, "when_needed")
    given = home.places.cookies_dir / "given.txt"
    given.write_text(tiny_site.cookies_file())
    with home.engine(extractor_modules=MODULES) as engine:
        until(lambda: len(downloads(home, JobState.WAITING)) == 3 and holds.in_force(home.db))
        home.idle(engine)
        (item,) = plan.list_items(home.db)
        assert (
            plan_commands.retry_jobs_with_cookies(
                home.db, holds.jobs_of_items(home.db, [item.id]), str(given), engine.now()
            ).queued
            == 3
        )
        engine.wake()
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
        until(lambda: len(plan.list_items(home.db)) == 0)


def test_a_job_that_needs_a_dead_login_is_no_answer_of_its_site(
    home: Home, tiny_site: Site, login: Path, sent: list[str]
) -> None:
    subscribe(home, tiny_site, login, "always")
    record_dead_login(home.db, login, login_in(login), 1, NOW, "")
    refused = SiteRow("127.0.0.1", COOLDOWN, until=NOW, reason="asked too often", cooldowns=1)
    with home.engine(kinds=[JobKind.FETCH], extractor_modules=MODULES):
        lists_over(home)
    sites.save(home.db, refused)
    with home.engine(kinds=[JobKind.DOWNLOAD], extractor_modules=MODULES):
        until(lambda: holds.in_force(home.db))
    row = sites.get(home.db, "127.0.0.1")
    assert row is not None
    assert (row.state, row.cooldowns) == (COOLDOWN, 1)
    assert sent == []


def test_whoever_asks_for_details_is_answered_without_it(home: Home, tiny_site: Site, login: Path) -> None:
    video = tiny_site.world.videos()[0]
    tiny_site.misbehave(video.id, None)
    subscribe(home, tiny_site, login, "always")
    with home.engine(extractor_modules=MODULES) as engine:
        until(lambda: holds.in_force(home.db))
        found = next(row for row in videos.page(home.db, limit=10) if row.video_id == video.id)
        asked = info_commands.ask_for_video(home.db, found.id, engine.now())
        assert asked is not None
        engine.wake()
        until(lambda: home.job(asked).state is JobState.DONE)


@pytest.mark.parametrize("changed", [False, True])
def test_items_of_an_older_version_are_one_hold_and_due_when_the_file_has_another_login(
    home: Home, tiny_site: Site, login: Path, sent: list[str], changed: bool
) -> None:
    subscribe(home, tiny_site, login, "always")
    with home.engine(kinds=LISTS_ONLY):
        until(lambda: len(downloads(home, JobState.QUEUED)) == 3)
    for job in downloads(home):
        fail(home.db, run(home.db, job), DEAD, USER, now=time.time(), reference=f"E-000{job.id}")
    assert len(plan.list_items(home.db)) == 3
    if changed:
        login.write_text(tiny_site.cookies_file())
    with home.engine(extractor_modules=MODULES):
        if not changed:
            (hold,) = holds.in_force(home.db)
            (item,) = plan.list_items(home.db)
            assert (hold.waiting, item.failure_class, item.hold_id) == (3, "cookies_invalid", hold.id)
            assert {job.state for job in downloads(home)} == {JobState.WAITING}
            login.write_text(tiny_site.cookies_file())
        until(lambda: len(downloads(home, JobState.DONE)) == 3)
    assert (len(plan.list_items(home.db)), holds.in_force(home.db)) == (0, [])
    assert sent == []
