"""The made-up library is one that the store itself could have written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.fill import fill, places_of
from tests.support.rows import invariants
from ytui import config
from ytui.core.models import PlanState, VideoState
from ytui.store import channels, jobs, plan, videos
from ytui.store.database import Store


def test_a_filled_library_keeps_every_rule_of_the_store_and_goes_on_counting(tmp_path: Path) -> None:
    made = fill(tmp_path, channels=12, videos=1000, seed=3)
    store = Store.open(places_of(tmp_path).database, migrate=False)
    db = store.db
    invariants.check(db)
    assert made["videos"] == sum(videos.counts(db).values()) == 1000
    assert len(config.load(tmp_path / "config.toml").settings.channels) == 12
    assert {row.name for row in channels.all_channels(db)} == {
        channel.name for channel in config.load(tmp_path / "config.toml").settings.channels
    }
    assert all(videos.counts(db)[state] for state in set(VideoState) - {VideoState.RUNNING})
    states = {state for found in plan.counts(db).values() for state in found}
    assert states == set(PlanState)

    # The triggers are in force again.
    new = videos.page(db, states=[VideoState.NEW], limit=1)[0]
    assert videos.set_state(db, new.id, VideoState.SKIPPED, expect=[VideoState.NEW])
    jobs.request_cancel(db, jobs.active_ids(db)[:2], now=1.0)
    invariants.check(db)
    store.close_all()


def test_a_folder_that_has_a_library_is_left_alone(tmp_path: Path) -> None:
    fill(tmp_path, channels=1, videos=5)
    before = (tmp_path / "config.toml").read_bytes()
    with pytest.raises(FileExistsError):
        fill(tmp_path, channels=2, videos=5)
    assert (tmp_path / "config.toml").read_bytes() == before
