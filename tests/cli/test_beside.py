"""Beside a process that has the library: wishes are written down for it, and only ``run`` refuses."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.waiting import until
from tests.support.servers.demo_site import UNLIMITED, tiny_site
from ytui.cli.commands.demo import EXTRACTORS
from ytui.cli.headless import RunOptions, acquire_lock, run_headless
from ytui.cli.session import Session
from ytui.config import load
from ytui.core.models import JobState
from ytui.demo.site import Site
from ytui.engine.ownership.lock import is_locked
from ytui.store import channels, jobs, process_state
from ytui.store.database import Store

__all__ = ["tiny_site"]


@pytest.mark.usefixtures("held")
def test_run_refuses_and_says_who_has_it(ytui: Ytui) -> None:
    said = ytui("run", "--json")
    assert said.code == 3
    assert "pid" in said.sentence
    assert json.loads(said.out) == {"error": said.sentence.removeprefix("ytui: "), "exit_code": 3}
    assert ytui("run", "--if-free", "--json").__dict__ == {"code": 0, "out": "", "err": ""}


@pytest.mark.usefixtures("held")
def test_wishes_are_written_down(ytui: Ytui, store: Store) -> None:
    added = ytui.json("add", "https://example.org/list", "--name", "Films")
    assert added["holder"]["pid"] > 0
    fetched = ytui.json("fetch", "Films")
    assert fetched["jobs"] == added["jobs"]
    loaded = ytui.json(
        "download", "https://example.org/v/1", "--quality", "480p", "--output", str(ytui.root / "out")
    )
    (job,) = (jobs.by_id(store.db, number) for number in loaded["jobs"])
    assert job is not None
    assert (job.state, job.options.to_values()) == (
        JobState.QUEUED,
        {"quality": "480p", "output": str(ytui.root / "out")},
    )
    assert str(loaded["jobs"][0]) in ytui("download", "https://example.org/v/1").out
    assert ytui.json("remove", "Films") == {"removed": ["Films"]}


@pytest.mark.usefixtures("held")
def test_nothing_is_migrated_beside_a_holder(ytui: Ytui, store: Store) -> None:
    store.close_all()
    for path in ytui.places.data_dir.glob("ytui.db*"):
        path.unlink()
    said = ytui("jobs")
    assert said.code == 2
    assert "another ytui" in said.sentence
    Store.open(ytui.places.database)


def test_wait_stays_until_the_holder_has_done_it(ytui: Ytui, store: Store, tiny_site: Site) -> None:
    ytui.configure(UNLIMITED + f'[[channels]]\nname = "Tiny"\nurl = "{tiny_site.channel_url("tiny1")}"\n')
    session = Session(ytui.places, load(ytui.places.config_file), store)

    def hold() -> None:
        run_options = RunOptions(patience=None, extractor_modules=EXTRACTORS, quiet=True, workers=2)
        run_headless(session, acquire_lock(session), run_options, lambda engine: None)
        store.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        until(lambda: is_locked(ytui.places) and channels.by_name(store.db, "Tiny"))
        fetched = ytui.json("fetch", "--wait")
        assert len(fetched["jobs"]) == 3
        assert fetched["states"] == ["done"] * 3
        page = tiny_site.world.page("tiny1", "videos", 1)
        assert page
        video = page.videos[0]
        loaded = ytui.json("download", video.id, "--wait")
        assert loaded["states"] == ["done"]
        added = ytui("add", tiny_site.channel_url("nobody"), "--wait", "--json")
        assert (added.code, len(json.loads(added.out)["jobs"])) == (1, 3)
        (row,) = [row for row in ytui.json("videos")["videos"] if row["id"] == video.id]
        assert (row["state"], Path(row["path"]).stat().st_size) == ("downloaded", row["size"])
    finally:
        process_state.post_request(store.db, "hand_over", {}, time.time())
        holder.join()
    assert not is_locked(ytui.places)
