"""A library whose videos arrive lower than offered: from the sample site, or as rows alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.engine.conftest import Home, Site
from tests.support.rows.factories import NOW, add_channel, add_videos, entry
from tests.support.rows.library_queries import context_of, fetch, first_channel, video
from ytui.core.models import LowerCause
from ytui.core.protocol import Offer
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.engine import quality_upgrade
from ytui.engine.channels.channel_settings import settings_of
from ytui.engine.commands import queue_commands
from ytui.engine.engine import Engine
from ytui.engine.quality_upgrade import queue_upgrades
from ytui.store import offers, sites, videos
from ytui.store.rows import Video

HOUR, DAY = 3600.0, 86_400.0
TOKEN = LowerCause.TOKEN_PROVIDER
LOWER = Offer(1080, 360, TOKEN, (TOKEN,))
NO_TOKEN = Misbehaviour("no_token", Effect.WITHHELD, reason=TOKEN.value)
REFUSED = Misbehaviour("refused", Effect.REFUSED_STREAMS, Place.MEDIA)
LISTED = 'tabs = ["videos"]\nbacklog = "none"\nextras = ["metadata"]\n'


def withhold(site: Site, fault: Misbehaviour | None) -> None:
    for one in site.world.videos():
        site.misbehave(one.id, fault)


def bring(home: Home, engine: Engine, *names: str) -> None:
    """Ask for videos by their titles, and wait until nothing is queued."""
    queue_commands.download_videos(
        home.db, engine.settings, [video(home, name).id for name in names], time.time()
    )
    engine.wake()
    home.idle(engine, 120)


def again(home: Home, engine: Engine, now: float | None = None) -> int:
    """Fetch again what may be, and wait for the end of it; how many were queued."""
    queued = queue_upgrades(home.db, engine.settings, now or time.time())
    engine.wake()
    home.idle(engine, 120)
    return queued


@contextmanager
def brought(
    home: Home, site: Site, *names: str, fault: Misbehaviour | None = NO_TOKEN, settings: str = ""
) -> Iterator[Engine]:
    """An engine that has just brought these videos from a site with this fault."""
    home.channel(site.channel_url("tiny1"), LISTED + settings)
    withhold(site, fault)
    with home.engine() as engine:
        fetch(home, engine)
        bring(home, engine, *names)
        yield engine


def arrived(home: Home, number: int, offer: Offer, *, setup: str, at: float = NOW, **more: float) -> Video:
    """A video of the channel ``Films`` that arrived ``number`` hours after the first, with its offer."""
    db = home.db
    (made,) = add_videos(db, add_channel(db), entry(f"v{number}", published_at=at + number * HOUR))
    path = f"c/{number}.mp4"
    (home.library / "c").mkdir(parents=True, exist_ok=True)
    (home.library / path).write_bytes(b"0")
    videos.set_downloaded(
        db, made.id, path=path, size=1, files=(path,), format_id="f", height=offer.available, now=at
    )
    offers.record(db, made.id, offer, cause=offer.cause, setup=setup, now=at, **more)
    found = videos.by_id(db, made.id)
    assert found is not None
    return found


def setup(home: Home) -> str:
    settings = context_of(home).settings
    return quality_upgrade.Setups(settings).of(settings_of(settings, first_channel(home)))


def lets_through(home: Home) -> None:
    """Nothing withholds any format any more."""
    sites.breaker_opened(home.db, "ytuidemo", setup(home), TOKEN, now=1.0, probe_at=None)
    sites.close_other_breakers(home.db, "ytuidemo", setup(home), (), time.time())
