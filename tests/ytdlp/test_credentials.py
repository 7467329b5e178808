"""Whether a job's parameters say who asks: every source of the yt-dlp command, and what is none; cookies."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ytdlp.conftest import run_job
from ytui.core.models import Strategy, Tab
from ytui.core.protocol import Declined
from ytui.core.tasks import Common, DownloadTask, ListingTask
from ytui.demo.site import Site
from ytui.ytdlp.guest_session import credential_in, credential_in_url
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.options import params_for

URL = "https://www.youtube.com/@a/videos"


def found(common: Common, *args: str) -> str:
    common = dataclasses.replace(common, args=args)
    return credential_in(params_for(ListingTask(common, URL, Tab.VIDEOS), JobLog(-1)))


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (["--username", "me", "--password", "secret"], "username"),
        (["--netrc"], "usenetrc"),
        (["--netrc-cmd", "pass show"], "netrc_cmd"),
        (["--cookies-from-browser", "firefox"], "cookiesfrombrowser"),
        (["--twofactor", "123456"], "twofactor"),
        (["--video-password", "secret"], "videopassword"),
        (["--ap-mso", "DTV", "--ap-username", "me", "--ap-password", "secret"], "ap_mso"),
        (["--client-certificate", "me.pem"], "client_certificate"),
        (["--add-headers", "Authorization: Bearer x"], "authorization"),
        (["--add-headers", "cookie: a=b"], "cookie"),
        (["--add-headers", "X-Api-Key: x"], "x-api-key"),
        (["--extractor-args", "youtube:visitor_data=x"], "visitor_data"),
        (["--extractor-args", "youtube:player_client=web;po_token=web.gvs+x"], "po_token"),
    ],
)
def test_every_source_of_a_credential_is_seen(common: Common, args: list[str], name: str) -> None:
    assert found(common, *args) == name


def test_a_cookie_file_is_a_credential(common: Common, tmp_path: Path) -> None:
    assert found(dataclasses.replace(common, cookies=tmp_path / "lent.txt")) == "cookiefile"


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["--proxy", "http://me@127.0.0.1:1", "--source-address", "127.0.0.1", "--impersonate", "chrome"],
        ["--user-agent", "a", "--referer", "https://a.org/", "--add-headers", "Accept-Language: de"],
        ["--extractor-args", "youtube:player_client=web", "--xff", "DE"],
        ["--netrc-location", "/nowhere"],
    ],
)
def test_what_says_nothing_of_who_asks_is_none(common: Common, args: list[str]) -> None:
    assert found(common, *args) == ""


def test_a_name_before_the_host_is_a_credential() -> None:
    assert credential_in_url("https://me:secret@a.org/video")
    assert not credential_in_url("https://a.org/@handle/videos")
    assert not credential_in_url("https://[broken/")


def test_cookies_go_along(download: Callable[..., DownloadTask], demo_site: Site, tmp_path: Path) -> None:
    cookies = tmp_path / "cookies.txt"
    cookies.write_text(demo_site.cookies_file())
    video = demo_site.world.find("private")
    task = download(demo_site.video_url(video.id), strategy=Strategy.WITH_COOKIES)
    task = dataclasses.replace(task, common=dataclasses.replace(task.common, cookies=cookies))
    ended = run_job(task, lambda _: False)

    assert ended.outcome == Declined("not wanted")
    assert "member" not in (tmp_path / "job.log").read_text()
