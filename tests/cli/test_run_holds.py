"""A run that ends by itself waits for no cause, and takes up what waited as soon as that is gone."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Ytui
from tests.cli.test_run import run_it
from tests.engine.test_holds import install
from tests.support.servers.demo_site import UNLIMITED, tiny_site
from ytui.cli.commands.demo import EXTRACTORS
from ytui.cli.session import Session
from ytui.config import load
from ytui.demo.site import Site
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
