"""A run that ends by itself waits for no cause, and takes up what waited as soon as that is gone."""

from __future__ import annotations

import time
from pathlib import Path

from tests.cli.conftest import Ytui
from tests.cli.test_run import run_it
from tests.engine.test_holds import install
from tests.support.rows.lower_videos import NO_TOKEN
from tests.support.servers.demo_site import UNLIMITED, tiny_site
from ytui.cli.commands.demo import EXTRACTORS
from ytui.cli.session import Session
from ytui.config import load
from ytui.core.models import JobKind
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World
from ytui.store import offers, videos
from ytui.store.database import Store

__all__ = ["tiny_site"]

MODULES = (*EXTRACTORS, "tests.support.extractors.needs_js_runtime")


def test_a_run_takes_up_what_waited_for_a_runtime_that_came_between_two_runs(
    ytui: Ytui, store: Store, tiny_site: Site, tmp_path: Path
) -> None:
    deno = tmp_path / "deno"
    ytui.configure(
        f'[ytdlp]\nargs = ["--no-js-runtimes", "--js-runtimes", "deno:{deno}"]\n'
        + UNLIMITED
        + f'[[channels]]\nname = "Tiny"\nurl = "{tiny_site.channel_url("tiny1")}"\n'
    )
    session = Session(ytui.places, load(ytui.places.config_file), store)
    answer = run_it(session, extractor_modules=MODULES).as_object()
    assert (answer["downloaded"], answer["waiting"], answer["plan"]) == (2, 3, {"js_runtime": 1})
    assert answer["failures"] == {}
    install(deno)
    answer = run_it(session, extractor_modules=MODULES).as_object()
    assert (answer["downloaded"], answer["waiting"], answer["plan"]) == (3, 0, {})


def test_a_run_fetches_again_what_a_probe_of_its_own_showed_to_be_whole_again(
    ytui: Ytui, store: Store
) -> None:
    with Site(World.tiny(time.time(), videos=3, delivery=Delivery.SPLIT)) as site:
        ytui.configure(
            UNLIMITED + f'[[channels]]\nname = "Tiny"\nurl = "{site.channel_url("tiny1")}"\nextras = []\n'
        )
        session = Session(ytui.places, load(ytui.places.config_file), store)
        shown = site.world.videos()
        for one in shown:
            site.misbehave(one.id, NO_TOKEN)
        answer = run_it(session).as_object()
        assert answer["lower_than_offered"] == {"token_provider": len(shown)}
        for one in shown:
            site.misbehave(one.id, None)
        store.db.execute("UPDATE circuits SET probe_at = 0")
        run_it(session, kinds=(JobKind.DOWNLOAD,))
    assert offers.lower_counts(store.db) == {}
    assert {video.height for video in videos.page(store.db)} == {1080}
