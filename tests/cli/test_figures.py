"""``stats`` and ``metrics``: the same store in figures, for eyes, for scripts and for monitoring."""

from __future__ import annotations

import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.core.models import JobState, LowerCause, VideoState
from ytui.core.protocol import Offer
from ytui.engine.sites.site_states import cool_down
from ytui.store import jobs, offers, videos
from ytui.store.database import Database

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def archive(ytui: Ytui, db: Database) -> Ytui:
    """A video in the library, one in the queue for five minutes, one that failed; a site that is closed."""
    ytui.configure()
    now = time.time()
    arrived, queued, failed = (factories.add_video(db, name) for name in ("arrived", "queued", "failed"))
    factories.run(db, factories.queue_job(db, arrived))
    videos.set_downloaded(
        db, arrived.id, path="a.mp4", size=1000, format_id="18", height=360, files=("a.mp4",), now=now - 60
    )
    factories.fail(db, factories.run(db, factories.queue_job(db, failed)), plan=factories.NEVER)
    factories.queue_job(db, queued)
    db.execute("UPDATE jobs SET created_at = ? WHERE state = 'queued'", (now - 300,))
    cool_down(db, 'a"b\\c\nd', until=now + 600, reason="429", now=now)
    return ytui


def samples(text: str) -> Samples:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_are_the_stores_and_hostile_names_break_no_line(archive: Ytui) -> None:
    said = archive("metrics")
    assert said.code == 0
    found = samples(said.out)
    assert found["ytui_videos", frozenset({("state", "downloaded")})] == 1
    assert found["ytui_jobs", frozenset({("kind", "download"), ("state", "queued")})] == 1
    assert found["ytui_library_bytes", frozenset()] == 1000
    assert 300 <= found["ytui_queue_age_seconds", frozenset()] < 330
    assert found["ytui_held", frozenset()] == 0
    closed = [labels for (name, labels), value in found.items() if name == "ytui_site_state" and value]
    assert frozenset({("site", 'a"b\\c\nd'), ("state", "cooldown")}) in closed


def test_metrics_as_an_object_say_the_same(archive: Ytui) -> None:
    as_text = samples(archive("metrics").out)
    as_object = {
        (sample["name"], frozenset(sample["labels"].items())): sample["value"]
        for sample in archive.json("metrics")["metrics"]
    }
    assert as_object.keys() == as_text.keys()


def test_stats_count_what_is_there(archive: Ytui) -> None:
    answer = archive.json("stats", "--days", "2")
    assert answer["videos"][VideoState.DOWNLOADED] == 1
    assert answer["bytes"] == 1000
    assert [day["downloaded"] for day in answer["days"]].count(1) == 1
    assert len(answer["days"]) == 2
    assert answer["largest"][0]["bytes"] == 1000
    assert answer["failures"][0]["unresolved"] == 1
    assert answer["lower_than_offered"] == {}


def test_what_is_lower_than_offered_is_counted_by_cause(archive: Ytui, db: Database) -> None:
    cause = LowerCause.TOKEN_PROVIDER
    arrived = videos.find(db, "arrived")
    assert arrived is not None
    jobs.finish(db, jobs.running(db)[0].id, now=time.time())
    offers.record(db, arrived.id, Offer(1080, 360, cause), cause=cause, setup="", now=1.0)
    for command in (("stats",), ("plan", "list")):
        assert archive.json(*command)["lower_than_offered"] == {"token_provider": 1}
        assert "ower than offered: 1 no PO token; fetched again when that is gone" in archive(*command).out
    gauges = {
        dict(labels)["cause"]: value
        for (name, labels), value in samples(archive("metrics").out).items()
        if name == "ytui_lower_than_offered"
    }
    assert gauges == {cause.value: float(cause is LowerCause.TOKEN_PROVIDER) for cause in LowerCause}
    why = archive.json("why", "arrived")["reason"]
    assert "lower than offered: the site offers 1080p and 360p could be had: the rest needs a PO token" in why


def test_stats_for_eyes_on_an_empty_library(ytui: Ytui, db: Database) -> None:
    ytui.configure()
    said = ytui("stats")
    assert said.code == 0
    assert said.out.splitlines()[0] == "no videos yet"
    assert jobs.count(db, states=[JobState.QUEUED]) == 0
