"""What the site offers and yt-dlp leaves out: no token, no solver, formats without an address."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.fakeyt_home import Home
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from tests.support.servers.token_provider import HAS_PLUGIN, Provider
from ytui.core.failures.classes import FailureClass
from ytui.core.models import LowerCause, VideoState
from ytui.engine.engine import Engine
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import offers, sites, videos
from ytui.store.offers import OfferRow

MWEB = ("--extractor-args", "youtube:player_client=mweb")
UNASKED = ("--extractor-args", "youtube:player_client=mweb;fetch_pot=never")
BOTH = ("--extractor-args", "youtube:player_client=mweb,web")
IOS = ("--extractor-args", "youtube:player_client=ios;fetch_pot=never")
NO_RUNTIME = ("--no-js-runtimes",)
NO_TOKEN = {"pot": "gvs", "sabr_clients": ["WEB", "WEB_REMIX"]}
UNSOLVED = {"player": "n", "js_clients": ["MWEB"], "sabr_clients": ["WEB", "WEB_REMIX"]}
PLAYLISTS = {"pot": "gvs", "hls": "only"}
UNKNOWN = {"pot": "gvs", "pot_clients": ["WEB", "MWEB", "IOS", "TVHTML5", "VISIONOS"]}
"""Media of the clients that yt-dlp asks by itself need a token, which it does not know."""
SABR: dict[str, Any] = {"sabr_clients": ["WEB", "MWEB", "WEB_REMIX"]}


def fetched(home: Home, engine: Engine, *ids: str) -> list[tuple[str, int | None, OfferRow | None]]:
    """State, height and offer of these videos, after their downloads."""
    home.download(engine, ids)
    home.idle(engine)
    rows = {video.url.rpartition("=")[2]: video for video in videos.page(home.db, limit=100)}
    return [(rows[name].state, rows[name].height, offers.of_video(home.db, rows[name].id)) for name in ids]


def again(home: Home, engine: Engine) -> int:
    """Fetch again what may be, and wait for the end of it; how many were queued."""
    queued = queue_upgrades(home.db, engine.settings, time.time())
    engine.wake()
    home.idle(engine)
    return queued


@needs_site
def test_what_came_without_a_token_is_fetched_again_once_another_came_with_one(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home(args=MWEB)
    first, second = site.ids("@chan01")[:2]
    site.configure(**NO_TOKEN)
    with home.engine() as engine:
        ((state, height, offer),) = fetched(home, engine, first)
        assert (state, height) == (VideoState.DOWNLOADED, 360)
        assert offer is not None
        assert (offer.offered, offer.available, offer.cause) == (1080, 360, LowerCause.TOKEN_PROVIDER)
        assert again(home, engine) == 0
        site.configure(pot="off")
        # Not the same as a provider that answers, but as good: nothing is withheld by then.
        home.set_args(*MWEB, "--extractor-args", "youtube:po_token=mweb.gvs+abc")
        until(lambda: engine.settings.ytdlp.args[-1].endswith("abc"))
        assert again(home, engine) == 1
        ((_, better, row), (_, whole, _)) = fetched(home, engine, first, second)
    assert (better, whole) == (1080, 1080)
    assert row is not None
    assert row.cause is None


@needs_site
@pytest.mark.skipif(not HAS_PLUGIN, reason="the plug-in bgutil-ytdlp-pot-provider is not installed")
def test_what_came_while_the_token_provider_was_dead_is_fetched_again_when_it_answers(
    make_home: MakeHome, site: FakeSite, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = int(server.getsockname()[1])
    home = make_home(
        args=(*MWEB, "--extractor-args", f"youtubepot-bgutilhttp:base_url=http://127.0.0.1:{port}")
    )
    first, second = site.ids("@chan01")[:2]
    site.configure(**NO_TOKEN, identity=True)
    with home.engine() as engine:
        found = fetched(home, engine, first, second)
        assert [height for _, height, _ in found] == [360, 360]
        assert offers.lower_counts(home.db) == {LowerCause.TOKEN_PROVIDER: 2}
        assert again(home, engine) == 0
        provider = Provider(tmp_path, port=port)
        try:
            assert again(home, engine) == 1
            assert again(home, engine) == 1
        finally:
            provider.stop()
    assert offers.lower_counts(home.db) == {}
    assert {row["pot"] for row in site.log("media") if row["query"]["itag"] == "137"} == {"ok"}


@needs_site
@pytest.mark.parametrize(
    ("settings", "args", "cause", "failure_class"),
    [
        (NO_TOKEN, UNASKED, LowerCause.TOKEN_PROVIDER, FailureClass.FORMAT_UNAVAILABLE),
        (UNSOLVED, (*MWEB, *NO_RUNTIME), LowerCause.CHALLENGE, FailureClass.JS_RUNTIME),
        (SABR, BOTH, LowerCause.SABR, FailureClass.FORMAT_UNAVAILABLE),
        (PLAYLISTS, IOS, LowerCause.TOKEN_PROVIDER, FailureClass.FORMAT_UNAVAILABLE),
    ],
)
def test_without_fallback_what_is_offered_and_why_it_cannot_be_had_is_an_item(
    make_home: MakeHome,
    site: FakeSite,
    settings: dict[str, Any],
    args: tuple[str, ...],
    cause: LowerCause,
    failure_class: FailureClass,
) -> None:
    home = make_home(args=args)
    home.channel("@chan01", 'backlog = "none"\nfallback = false\ntabs = ["videos"]')
    (wanted,) = site.ids("@chan01")[:1]
    site.configure(**settings)
    with home.engine() as engine:
        home.fetch(engine)
        ((_, height, offer),) = fetched(home, engine, wanted)
    assert height is None
    assert offer is not None
    assert (offer.offered, offer.cause) == (None if settings is PLAYLISTS else 1080, cause)
    item = home.plan_of(wanted)
    assert item is not None
    assert item.failure_class == failure_class
    assert site.count("media") == 0


@needs_site
def test_sound_alone_that_is_withheld_comes_with_a_picture_and_is_marked(
    make_home: MakeHome, site: FakeSite
) -> None:
    home = make_home(args=MWEB)
    home.channel("@chan01", 'backlog = "none"\nquality = "audio"\ntabs = ["videos"]')
    (wanted,) = site.ids("@chan01")[:1]
    site.configure(**NO_TOKEN)
    with home.engine() as engine:
        home.fetch(engine)
        ((state, height, offer),) = fetched(home, engine, wanted)
    assert (state, height) == (VideoState.DOWNLOADED, 360)
    assert offer is not None
    assert (offer.offered, offer.cause) == (None, LowerCause.TOKEN_PROVIDER)


@needs_site
@pytest.mark.parametrize("hls", [False, True])
def test_a_token_that_yt_dlp_does_not_know_of_leaves_what_needs_none(
    make_home: MakeHome, site: FakeSite, hls: bool
) -> None:
    home = make_home()
    first, second = site.ids("@chan01")[:2]
    site.configure(**UNKNOWN, hls=hls)
    with home.engine() as engine:
        ((state, height, offer),) = fetched(home, engine, first)
        assert state is VideoState.DOWNLOADED
        assert offer is not None
        if hls:
            # Playlists need no token.
            assert (height, offer.offered, offer.cause) == (1080, 1080, None)
            return
        assert (height, offer.offered, offer.cause) == (360, 1080, LowerCause.REFUSED_FORMAT)
        assert [each.failure_class for each in home.attempts_of(first)] == ["expired_url", "forbidden", None]
        assert all(row.state == "ok" for row in sites.all_sites(home.db))
        site.configure(pot="off")
        fetched(home, engine, second)
        assert again(home, engine) == 0, "one that was not refused says nothing of one that was"
        home.set_args("--extractor-args", "youtube:po_token=web.gvs+abc")
        until(lambda: engine.settings.ytdlp.args[-1].endswith("abc"))
        assert again(home, engine) == 1
        ((_, better, row),) = fetched(home, engine, first)
    assert better == 1080
    assert row is not None
    assert row.cause is None
