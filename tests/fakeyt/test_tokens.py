"""PO tokens with a real plug-in and a provider on loopback: one for all jobs, and its trouble is its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from tests.support.servers.token_provider import HAS_PLUGIN, MWEB, Provider
from ytui.core.models import JobState, PlanState
from ytui.store import plan, sites

pytestmark = [
    needs_site,
    pytest.mark.skipif(not HAS_PLUGIN, reason="the plug-in bgutil-ytdlp-pot-provider is not installed"),
]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Provider]]:
    """Starts providers, and ends them at the end."""
    started: list[Provider] = []

    def make(**options: Any) -> Provider:
        started.append(Provider(tmp_path, **options))
        return started[-1]

    yield make
    for provider in started:
        provider.stop()


@pytest.fixture(autouse=True)
def wants_tokens(site: FakeSite) -> None:
    """Media of the client ``mweb`` need a token of the guest; there is nothing else to be had."""
    site.configure(pot="gvs", identity=True, sabr_clients=["WEB", "WEB_REMIX"])


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _only_youtube(home: Home) -> None:
    assert [row.site for row in sites.all_sites(home.db)] == ["youtube"]


def test_eight_videos_take_one_token_and_the_provider_is_no_site(
    make_home: MakeHome, site: FakeSite, start: Callable[..., Provider]
) -> None:
    provider = start(latency=1.5)
    home = make_home(args=(*MWEB, *provider.args))
    wanted = site.ids("@chan01")[:8]
    with home.engine() as engine:
        home.download(engine, wanted)
        home.idle(engine, 180)
    assert set(home.media()) == set(wanted)
    assert provider.counters()["asked"] == 1
    assert {row["pot"] for row in site.log("media")} == {"ok"}
    _only_youtube(home)
    home.store.close_all()

    # Another start: the token is kept, though the provider is gone.
    provider.stop()
    more = site.ids("@chan01")[8:10]
    with home.engine() as engine:
        home.download(engine, more)
        home.idle(engine, 180)
    assert set(home.media()) == {*wanted, *more}


def test_a_dead_provider_is_told_as_that_whatever_the_site_says_and_all_goes_on_when_it_is_there(
    make_home: MakeHome, site: FakeSite, start: Callable[..., Provider]
) -> None:
    # The site takes whoever comes without a token for a robot.
    site.configure(pot="player")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    always = ("--extractor-args", "youtube:player_client=mweb;fetch_pot=always", *MWEB[2:])
    home = make_home(args=(*always, "--extractor-args", f"youtubepot-bgutilhttp:base_url={url}"))
    wanted = site.ids("@chan01")[:3]
    with home.engine() as engine:
        home.download(engine, wanted)
        until(lambda: {home.job_of(video).state for video in wanted} == {JobState.WAITING}, 180)
        (item,) = plan.list_items(home.db, states=list(PlanState))
        assert (item.failure_class, item.state) == ("token_provider", PlanState.OPEN)
        assert item.title.startswith(f"waits for a token provider: {url} does not answer")
        assert {home.job_of(video).charged for video in wanted} == {0}
        assert home.site_state().state == "ok"
        start(port=port)
        until(lambda: {home.job_of(video).state for video in wanted} == {JobState.DONE}, 180)
    assert set(home.media()) == set(wanted)
    _only_youtube(home)


@pytest.mark.parametrize("options", [{"error": "BotGuard is down"}, {"error": "no", "status": 429}])
def test_a_provider_that_refuses_is_told_as_that_and_closes_nothing(
    make_home: MakeHome, site: FakeSite, start: Callable[..., Provider], options: dict[str, object]
) -> None:
    provider = start()
    provider.configure(**options)
    home = make_home(args=(*MWEB, *provider.args))
    video = site.ids("@chan01")[0]
    with home.engine() as engine:
        home.download(engine, [video])
        until(lambda: home.job_of(video).state is JobState.WAITING, 180)
        (item,) = plan.list_items(home.db, states=list(PlanState))
        assert item.title.startswith(f"waits for a token provider: {provider.url} makes no token")
        assert home.site_state().state == "ok"
    _only_youtube(home)
    log = (home.places.job_logs_dir / f"{home.job_of(video).id}.log").read_text()
    assert "Error reaching POST /get_pot" in log
