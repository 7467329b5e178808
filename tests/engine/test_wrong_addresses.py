"""Addresses at which there is no channel, another one, or one without tabs: each is told once, as it is."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from tests.engine.conftest import Home, Site
from tests.support.rows.library_queries import first_channel
from ytui.core.models import JobKind, JobState, PlanState, VideoState
from ytui.demo.world import Channel, World
from ytui.engine.commands import queue_commands
from ytui.engine.commands.channel_commands import update_channel
from ytui.engine.engine import Engine
from ytui.store import jobs, plan, tabs, videos

LIST_ONLY = "download = false"
FETCHES = (JobKind.FETCH,)


def fetch(home: Home, engine: Engine) -> None:
    queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
    engine.wake()
    home.idle(engine)


def states(home: Home) -> list[str]:
    return sorted(job.state.value for job in jobs.list(home.db, kinds=[JobKind.FETCH], limit=100))


@pytest.mark.parametrize("workers", [1, 3])
def test_a_channel_that_never_was_is_one_item_that_needs_somebody(
    make_home: object, tiny_site: Site, workers: int
) -> None:
    home: Home = make_home(workers=workers)  # type: ignore[operator]
    home.channel(tiny_site.channel_url("nobody"), LIST_ONLY)
    with home.engine(kinds=FETCHES) as engine:
        home.idle(engine)
        (item,) = plan.list_items(home.db)
        assert (item.failure_class, item.state, item.advice) == ("not_found", PlanState.OPEN, "needs_user")
        assert item.reason == "There is no such channel: e mends the address, delete forgets it."
        row = first_channel(home)
        assert (row.state, row.error) == ("failed", item.reason)
        assert states(home) == ["cancelled", "cancelled", "failed"]
        # The same again, by a key: still one.
        fetch(home, engine)
        assert [each.id for each in plan.list_items(home.db)] == [item.id]
        # It is there now: one retry brings all its tabs.
        tiny_site.world.rename("tiny1", "nobody")
        assert queue_commands.retry_jobs(home.db, [plan.list_items(home.db)[0].job_id], time.time()) == 1
        engine.wake()
        home.idle(engine)
        assert plan.list_items(home.db) == []
        assert first_channel(home).state == "ok"
        assert {video.tab for video in videos.page(home.db)} == {"videos", "shorts"}


def test_a_mended_address_is_listed_at_once_under_its_own_name(home: Home, tiny_site: Site) -> None:
    wrong, right = tiny_site.channel_url("nobody"), tiny_site.channel_url("tiny1")
    home.channel(wrong, LIST_ONLY)
    with home.engine(kinds=FETCHES) as engine:
        home.idle(engine)
        before = first_channel(home)
        update_channel(home.db, home.places, wrong, {"url": right}, time.time())
        engine.wake()
        home.idle(engine)
        row = first_channel(home)
        assert (row.id, row.url, row.name, row.state) == (before.id, right, "Tiny Channel 1", "ok")
        assert plan.list_items(home.db) == []
        assert len(videos.page(home.db)) == 5


def test_a_handle_that_another_channel_has_by_now_brings_nothing(home: Home, tiny_site: Site) -> None:
    home.channel(tiny_site.channel_url("tiny1"), LIST_ONLY)
    with home.engine(kinds=FETCHES) as engine:
        home.idle(engine)
        known = {video.video_id for video in videos.page(home.db)}
        world, before = tiny_site.world, first_channel(home)
        world.rename("tiny1", "moved")
        other = Channel("tiny1", "Somebody else", first_handle="somebody")
        other.tabs = {"videos": [replace(world.channels[0].tabs["videos"][0], id="x" * 11)]}
        world.channels.append(other)
        fetch(home, engine)
        assert {video.video_id for video in videos.page(home.db)} == known
        (item,) = plan.list_items(home.db)
        assert (item.failure_class, item.state) == ("other_channel", PlanState.OPEN)
        assert other.id in item.reason
        row = first_channel(home)
        assert (row.state, row.name, row.channel_id) == ("failed", before.name, before.channel_id)
        assert row.channel_id is not None
        assert row.channel_id in item.reason


def test_a_handle_that_is_gone_is_asked_by_its_id_and_the_new_one_is_noted(
    home: Home, tiny_site: Site
) -> None:
    home.channel(tiny_site.channel_url("tiny1"), LIST_ONLY)
    with home.engine(kinds=FETCHES) as engine:
        home.idle(engine)
        tiny_site.world.rename("tiny1", "moved")
        tiny_site.publish("moved", 1)
        fetch(home, engine)
        row = first_channel(home)
        assert (row.state, row.handle, row.url) == ("ok", "@moved", tiny_site.channel_url("tiny1"))
        assert plan.list_items(home.db) == []
        assert len(videos.page(home.db, states=[VideoState.NEW])) == 6
        # From then on it is asked by its id alone.
        tiny_site.traffic.clear()
        fetch(home, engine)
        assert tiny_site.log
        assert [request.path for request in tiny_site.log if f"/{row.channel_id}/" not in request.path] == []


def test_a_channel_without_tabs_is_listed_by_its_uploads(home: Home) -> None:
    world = World.tiny(time.time(), videos=3)
    channel = world.channels[0]
    channel.tabs = {"uploads": channel.tabs["videos"]}
    with Site(world) as site:
        home.channel(site.channel_url(channel.id), LIST_ONLY)
        with home.engine(kinds=FETCHES) as engine:
            home.idle(engine)
            row = first_channel(home)
            assert (row.state, row.name) == ("ok", "Tiny Channel 1")
            assert len(videos.page(home.db)) == 3
            fetch(home, engine)
            assert [tab.tab for tab in tabs.tabs_of(home.db, row.id) if tab.complete] == ["list"]


@pytest.mark.parametrize("there", [{}, {"uploads": []}])
def test_a_channel_that_lists_nothing_is_not_said_to_be_well(
    home: Home, there: dict[str, list[object]]
) -> None:
    world = World.tiny(time.time(), videos=1)
    world.channels[0].tabs = there  # type: ignore[assignment]
    with Site(world) as site:
        home.channel(site.channel_url(world.channels[0].id), LIST_ONLY)
        with home.engine(kinds=FETCHES) as engine:
            home.idle(engine)
            row = first_channel(home)
            assert (row.state, plan.list_items(home.db)) == ("empty", [])
            assert row.error
    assert {job.state for job in jobs.list(home.db, limit=100)} == {JobState.DONE}
