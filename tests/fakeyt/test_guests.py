"""One guest for all jobs without credentials, over runs; an account's job neither reads nor writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.servers.fakeyt_site import FakeSite, needs_site, watch
from ytui.core.models import JobState

pytestmark = needs_site

FEW = 5
"""New guests that the site bears in an hour; each one more is taken for a bot."""
SMALL = ["--format", "140", "--fixup", "never"]


def cookies_kept(home: Home) -> dict[str, Any]:
    """The cookies of the one guest there is, by name."""
    (jar,) = home.places.guests_dir.glob("*.json")
    return {cookie["name"]: cookie["value"] for cookie in json.loads(jar.read_text())["cookies"]}


def test_all_videos_arrive_where_few_new_guests_are_borne(make_home: MakeHome, site: FakeSite) -> None:
    site.configure(identity=True, new_visitors_per_h=FEW, latency_ms={"page": 300})
    home = make_home(args=SMALL)
    wanted = site.ids("@chan04")[:12]
    with home.engine() as engine:
        home.download(engine, wanted)
        home.idle(engine, 180)
    assert set(home.media()) == set(wanted)
    ((name, guest),) = site.visitors().items()
    assert not guest["suspect"]
    assert cookies_kept(home)["VISITOR_INFO1_LIVE"] == name
    assert {job.state for job in home.jobs()} == {JobState.DONE}


def test_listings_downloads_and_details_of_several_runs_are_one_guest(
    make_home: MakeHome, site: FakeSite
) -> None:
    site.configure(identity=True, new_visitors_per_h=1)
    home = make_home(args=SMALL)
    home.channel("@chan06", 'backlog = "newest 2"\ntabs = ["videos", "shorts", "streams"]')
    with home.engine() as engine:
        home.fetch(engine)
    first = site.ids("@chan04")[0]
    with home.engine() as engine:
        home.download(engine, [first])
        home.idle(engine, 180)
    home.told("info", watch(site.ids("@chan04")[1]))
    assert len(home.media()) == 5, "two of each tab it has, and the single one"
    assert len(site.visitors()) == 1


def test_an_account_is_apart_from_the_guest(make_home: MakeHome, site: FakeSite, tmp_path: Path) -> None:
    site.configure(identity=True, accounts={"alice": {}})
    login = tmp_path / "alice.txt"
    login.write_text(site.cookies("alice"))
    home = make_home(args=SMALL)
    home.channel(
        "@chan06", f'backlog = "newest 2"\ntabs = ["videos"]\ncookies = "{login}"\nuse_cookies = "always"'
    )
    with home.engine() as engine:
        home.fetch(engine)
    asked_by = {row.get("account") for row in site.log("watch")}
    assert asked_by == {"alice"}
    ((name, _),) = ((name, found) for name, found in site.visitors().items() if not found["account"])
    kept = cookies_kept(home)
    assert kept["VISITOR_INFO1_LIVE"] == name
    assert not kept.keys() & {"LOGIN_INFO", "SID", "SAPISID"}
    assert f"\t{name}\n" not in login.read_text()
