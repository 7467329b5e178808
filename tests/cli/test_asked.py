"""``fetch`` and ``download`` where nobody has the library: all of what was asked for, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.waiting import PATIENCE, until
from tests.support.servers.demo_site import UNLIMITED, tiny_site
from ytui.demo.site import Site
from ytui.store import channels, sites
from ytui.store.database import Database
from ytui.store.rows import SiteRow

__all__ = ["tiny_site"]


@pytest.fixture(autouse=True)
def subscribed(ytui: Ytui, tiny_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One channel, three videos on two pages and two shorts, all of which are wanted."""
    monkeypatch.setenv("YTUI_EXTRACTORS", "ytui.demo.extractor")
    ytui.configure(UNLIMITED + f'[[channels]]\nname = "Tiny"\nurl = "{tiny_site.channel_url("tiny1")}"\n')


@pytest.mark.parametrize("paused", [False, True])
def test_a_first_fetch_lists_the_older_pages_too(ytui: Ytui, db: Database, paused: bool) -> None:
    ytui("channels")
    channels.set_paused(db, 1, paused)
    # One worker: the first pages of all tabs, for which jobs were made, are there before the older pages.
    fetched = ytui.json("fetch", "Tiny", "-w", "1")
    assert (len(fetched["jobs"]), fetched["new"], fetched["downloaded"]) == (3, 5, 0)
    assert [
        job for job in ytui.json("jobs")["jobs"] if job["kind"] == "fetch" and job["state"] != "done"
    ] == []
    assert ytui.json("channels")["channels"][0]["last_fetched"]


def test_a_download_leaves_the_backlog_alone(ytui: Ytui, tiny_site: Site) -> None:
    ytui("fetch")
    loaded = ytui.json("download", _urls(tiny_site)[0])
    assert (loaded["downloaded"], len(ytui.json("videos", "--state", "queued")["videos"])) == (1, 4)


def test_one_video_in_two_spellings_is_one_job_and_a_tilde_is_the_home(
    ytui: Ytui, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(ytui.root / "home"))
    ytui("fetch")
    video = tiny_site.world.videos()[0]
    loaded = ytui.json("download", video.id, tiny_site.video_url(video.id), "--output", "~/out")
    assert (len(loaded["jobs"]), loaded["downloaded"]) == (1, 1)
    assert list((ytui.root / "home" / "out").rglob("*.mp4"))


def test_a_list_is_no_single_video(ytui: Ytui, tiny_site: Site) -> None:
    ytui("fetch")
    assert ytui.json("download", tiny_site.channel_url("tiny1"), code=1)["failures"] == {"unsupported_url": 1}
    (item,) = ytui.json("plan", "list")["items"]
    assert "is a list of videos, which `ytui add` takes" in item["evidence"]


def test_nothing_asked_for_is_nothing_done(ytui: Ytui) -> None:
    ytui("fetch")
    assert ytui.json("download", "-", stdin="")["downloaded"] == 0
    assert len(ytui.json("videos", "--state", "queued")["videos"]) == 5


def test_what_another_command_hands_in_is_done_before_the_end(
    ytui: Ytui, tiny_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YTUI_WARM_PATTERNS", "0")
    ytui("fetch")
    first, *others = _urls(tiny_site)[:3]
    tiny_site.bytes_per_second = 200_000
    command = [sys.executable, "-m", "ytui", *ytui.options, "download", "-w", "1", first]
    holder = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    until(lambda: ytui.json("jobs", "--state", "running")["jobs"])
    handed_in = ytui.json("download", *others)
    assert handed_in["holder"]["pid"] == holder.pid
    assert holder.communicate(timeout=PATIENCE)[1] == b""
    assert holder.returncode == 0
    loaded = ytui.json("videos", "--state", "downloaded")["videos"]
    assert {video["url"] for video in loaded} == {first, *others}


def test_what_has_to_wait_for_its_site_is_not_all_well(ytui: Ytui, db: Database, tiny_site: Site) -> None:
    ytui("fetch")
    sites.save(db, SiteRow("127.0.0.1", "cooldown", time.time() + 600, "Bot check", 1))
    said = ytui("download", _urls(tiny_site)[0], "--json")
    assert said.code == 1
    assert json.loads(said.out)["downloaded"] == 0
    assert "is left queued: 127.0.0.1 is cooling down" in said.sentence


def _urls(site: Site) -> list[str]:
    return [site.video_url(video.id) for video in site.world.videos()]
