"""Jobs as one guest, in processes of their own against the sample site, which tells guests by a cookie."""

from __future__ import annotations

import dataclasses
import itertools
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.ytdlp.conftest import run_job
from ytui.core.models import DetailsPart
from ytui.core.protocol import Downloaded
from ytui.core.tasks import Common, DetailsTask, DownloadTask, ListingTask
from ytui.demo.handler import Response
from ytui.demo.site import Site
from ytui.ytdlp.guest_session import about, network_route
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.options import params_for
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

Download = Callable[..., DownloadTask]


class Visitors:
    """A site that sets a visitor's cookie with each page that was asked for without one; what was sent."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.sent: list[str] = []
        self.more = ""
        """A further cookie that is set with each page."""
        self._numbers = itertools.count(1)
        self._answer = site._pages.answer
        self._lock = threading.Lock()
        site._pages.answer = self.answer  # type: ignore[method-assign]

    def answer(self, target: str, cookies: str) -> Response:
        response = self._answer(target, cookies)
        if not target.startswith("/watch/"):
            return response
        with self._lock:
            self.sent.append(cookies)
            set_now = self.more if "visitor=" in cookies else f"visitor={next(self._numbers)}; Max-Age=999999"
        headers = response.headers | ({"Set-Cookie": set_now} if set_now else {})
        return dataclasses.replace(response, headers=headers)


@pytest.fixture
def visitors(tiny_site: Site) -> Visitors:
    return Visitors(tiny_site)


@pytest.fixture
def common(common: Common, tmp_path: Path) -> Common:
    folder = tmp_path / "guests"
    folder.mkdir(mode=0o700)
    return dataclasses.replace(common, guests=folder)


def details(common: Common, site: Site, number: int = 0, *args: str) -> DetailsTask:
    common = dataclasses.replace(common, args=(*common.args, *args))
    return DetailsTask(common, site.video_url(site.world.videos()[number].id), (DetailsPart.METADATA,))


def kept(common: Common) -> list[dict[str, Any]]:
    assert common.guests is not None
    return [json.loads(path.read_text()) for path in common.guests.glob("*.json")]


def names(common: Common) -> Iterator[str]:
    return (cookie["name"] for jar in kept(common) for cookie in jar["cookies"])


def test_jobs_that_start_at_once_are_one_guest(visitors: Visitors, common: Common) -> None:
    visitors.site.latency = 0.3
    tasks = [details(common, visitors.site, number % 3) for number in range(5)]
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(run_job, tasks))
    assert sorted(visitors.sent) == ["", *["visitor=1"] * 4]


def test_a_job_that_asks_for_no_page_makes_no_guest(
    visitors: Visitors, common: Common, listing: Callable[..., ListingTask]
) -> None:
    listed = run_job(listing(visitors.site.channel_url("tiny1", "videos"), common=common)).listed
    assert listed.requests
    assert kept(common) == []


def test_downloads_and_details_take_part_and_what_the_site_changes_comes_back(
    visitors: Visitors, common: Common, download: Download
) -> None:
    video = visitors.site.world.videos()[0]
    task = download(visitors.site.video_url(video.id), common=common)
    assert isinstance(run_job(task).outcome, Downloaded)
    visitors.more = "token=abc; Max-Age=999999"
    run_job(details(common, visitors.site))
    run_job(details(common, visitors.site))
    assert visitors.sent == ["", "visitor=1", "visitor=1; token=abc"]


@pytest.mark.parametrize(
    "args",
    [
        ["--add-headers", "Authorization: Bearer x"],
        ["--add-headers", "Cookie: member=me"],
        ["--username", "me", "--password", "secret"],
    ],
)
def test_a_job_with_a_credential_neither_reads_nor_writes_the_jar(
    visitors: Visitors, common: Common, args: list[str]
) -> None:
    run_job(details(common, visitors.site, 0, *args))
    assert kept(common) == []
    run_job(details(common, visitors.site))
    before = kept(common)
    run_job(details(common, visitors.site, 0, *args))
    assert ["visitor=" in sent for sent in visitors.sent] == [False, False, False]
    assert kept(common) == before


def test_a_cookie_file_keeps_a_job_from_the_jar(visitors: Visitors, common: Common, tmp_path: Path) -> None:
    lent = tmp_path / "lent.txt"
    lent.write_text(visitors.site.cookies_file())
    run_job(details(dataclasses.replace(common, cookies=lent), visitors.site))
    assert kept(common) == []
    assert "visitor" in lent.read_text()


def test_a_login_that_appears_is_not_kept(visitors: Visitors, common: Common) -> None:
    run_job(details(common, visitors.site))
    visitors.more = "auth_token=of-an-account; Max-Age=999999"
    run_job(details(common, visitors.site))
    run_job(details(common, visitors.site))
    assert set(names(common)) == {"visitor"}
    assert visitors.sent[1:] == ["visitor=1"] * 2


def test_a_guest_that_is_refused_is_another_one_at_the_next_job(visitors: Visitors, common: Common) -> None:
    site = visitors.site
    run_job(details(common, site))
    site.misbehave(site.world.videos()[1].id, "bot_check")
    run_job(details(common, site, 1))
    assert kept(common) == []
    run_job(details(common, site))
    assert visitors.sent == ["", "visitor=1", ""]
    assert list(names(common)) == ["visitor"]


@pytest.mark.parametrize("fault", ["rate_limited", "private"])
def test_what_says_nothing_of_the_guest_leaves_it(visitors: Visitors, common: Common, fault: str) -> None:
    site = visitors.site
    run_job(details(common, site))
    site.misbehave(site.world.videos()[1].id, fault)
    run_job(details(common, site, 1))
    run_job(details(common, site))
    assert visitors.sent == ["", "visitor=1", "visitor=1"]


def test_a_folder_that_cannot_be_written_costs_the_job_nothing(
    visitors: Visitors, common: Common, download: Download, tmp_path: Path
) -> None:
    nowhere = dataclasses.replace(common, guests=tmp_path / "nowhere")
    task = download(visitors.site.video_url(visitors.site.world.videos()[0].id), common=nowhere)
    assert isinstance(run_job(task).outcome, Downloaded)
    assert "guest's cookies cannot be kept" in common.log.read_text()


def test_what_makes_another_guest_and_what_does_not(common: Common) -> None:
    def of(*args: str, site: str = "youtube") -> list[str]:
        task = DetailsTask(dataclasses.replace(common, args=args), "https://youtu.be/a", ())
        return network_route(site, GatedYoutubeDL(params_for(task, JobLog(-1)), RequestGate(JobLog(-1))))

    proxy = ("--proxy", "http://me:secret@127.0.0.1:1")
    different = [
        of("--proxy", ""),
        of("--proxy", "", site="a.org"),
        of(*proxy),
        of("--proxy", "http://other:secret@127.0.0.1:1"),
        of("--proxy", "http://127.0.0.1:1"),
        of("--proxy", "socks5://127.0.0.1:1"),
        of(*proxy, "--source-address", "127.0.0.2"),
        of(*proxy, "--force-ipv4"),
        of(*proxy, "--force-ipv6"),
        of(*proxy, "--impersonate", "chrome"),
    ]
    assert len({tuple(key) for key in different}) == len(different)
    assert of(*proxy) == of("--proxy", "http://me:changed@127.0.0.1:1", "--user-agent", "x", "-f", "18")
    assert "secret" not in str(different)


def test_a_guest_is_told_of_by_its_site_and_way_out_alone(common: Common) -> None:
    def told(*args: str) -> str:
        task = DetailsTask(dataclasses.replace(common, args=args), "https://youtu.be/a", ())
        return about("youtube", GatedYoutubeDL(params_for(task, JobLog(-1)), RequestGate(JobLog(-1))))

    assert told("--proxy", "") == "youtube without a proxy"
    more = ("--force-ipv4", "--impersonate", "chrome")
    assert told("--proxy", "http://me:secret@127.0.0.1:1", *more) == (
        "youtube through 127.0.0.1:1, from 0.0.0.0, as chrome"
    )
