"""Checks that are due: what a look at the whole of a tab finds missing; names, and the limits of all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.factories import NOW, add_channel, add_videos, entry
from tests.support.rows.library_queries import (
    LISTS_ONLY,
    check,
    context_of,
    downloads,
    fetch,
    first_channel,
    pages,
    said,
    video,
)
from ytui import config
from ytui.core.fetch_schedule import APART, AT_ONCE, WHOLE_AGAIN
from ytui.core.models import JobState, VideoState
from ytui.demo.site import Site
from ytui.demo.world import World
from ytui.engine.commands import queue_commands
from ytui.engine.commands.channel_commands import channel_named, remove_channels, sync_channels
from ytui.engine.importing.importer import run_import
from ytui.engine.importing.model import FoundChannel, ImportContents, ImportFormat
from ytui.engine.jobs.runner import Runner
from ytui.engine.live_status import SlotView
from ytui.engine.queue.explain import explain_video
from ytui.store import channels, jobs, tabs, videos
from ytui.tui.details.sections import video_facts

LISTED_ONLY = "download = false\n"


@pytest.fixture
def site() -> Iterator[Site]:
    """Channels of nine videos and two shorts, five a page; they have no streams."""
    with Site(World.tiny(time.time(), channels=2, videos=9, shorts=2, page_size=5)) as started:
        yield started


def call(site: Site, number: int, name: str) -> None:
    """Let a channel call itself so."""
    site.world.channels[number] = replace(site.world.channels[number], name=name)


def test_a_video_that_is_listed_no_more_is_marked_and_kept(home: Home, site: Site) -> None:
    # A list is walked to its end each time.
    home.channel(site.channel_url("tiny1") + "?as=list", LISTED_ONLY)
    shown = site.world.channels[0].tabs["videos"]
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        fetch(home, engine)
        gone = shown.pop(1)
        fetch(home, engine)
        row = video(home, gone.title)
        assert (row.state, row.why) == (VideoState.NEW, "")
        since = tabs.unlisted_since(home.db, row.id)
        assert since == pytest.approx(time.time(), abs=60)
        assert "not any more (looked" in str(video_facts(row, None, since))
        assert "; 1 not listed any more" in said(home)[-1]
        assert "does not list it any more" in explain_video(home.db, engine.settings, row, time.time()).reason
        assert tabs.unlisted_since(home.db, video(home, shown[0].title).id) is None
        fetch(home, engine)
        assert "not listed" not in said(home)[-1]
        shown.insert(1, gone)
        fetch(home, engine)
        assert tabs.unlisted_since(home.db, row.id) is None


def test_what_a_list_names_as_private_or_deleted_is_not_seen(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1") + "?as=list", LISTED_ONLY)
    shown = site.world.channels[0].tabs["videos"]
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        fetch(home, engine)
        before = video(home, shown[1].title)
        shown[1] = replace(shown[1], title="[Private video]")
        fetch(home, engine)
    after = videos.by_id(home.db, before.id)
    assert after == before
    assert tabs.unlisted_since(home.db, before.id) is not None


def test_only_a_whole_walk_that_saw_enough_marks_anything(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1") + "?as=list", LISTED_ONLY)
    shown = site.world.channels[0].tabs["videos"]

    def unlisted() -> int:
        ids = [row.id for row in videos.page(home.db)]
        return sum(tabs.unlisted_since(home.db, number) is not None for number in ids)

    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        fetch(home, engine)
        everything = list(shown)
        shown.clear()
        site.world.channels[0].tabs["shorts"].clear()
        fetch(home, engine)
        assert (sum(videos.counts(home.db).values()), unlisted()) == (11, 0)
        shown += everything[:5]
        fetch(home, engine)
        assert unlisted() == 0
        assert "; 6 are missing, too many at once to believe it" in said(home)[-1]
        shown[:] = everything[:8]
        fetch(home, engine)
        assert unlisted() == 3


def test_a_tab_whose_walks_end_early_is_seen_whole_once_a_month(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY + 'tabs = ["videos"]\n')
    shown = site.world.channels[0].tabs["videos"]
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        fetch(home, engine)
        gone = shown.pop(0)
        check(home, engine)
        # It ended early: what it did not see may be further down.
        assert tabs.unlisted_since(home.db, video(home, gone.title).id) is None
        home.db.execute("UPDATE tabs SET whole_walk_at = whole_walk_at - ?", (WHOLE_AGAIN,))
        site.traffic.clear()
        fetch(home, engine)
        assert pages(site) == ["tiny1/videos 1"]
        site.traffic.clear()
        check(home, engine)
        assert pages(site) == ["tiny1/videos 1", "tiny1/videos 2"]
        assert tabs.unlisted_since(home.db, video(home, gone.title).id) is not None
        site.traffic.clear()
        check(home, engine)
        assert pages(site) == ["tiny1/videos 1"]


def test_a_channel_without_a_name_takes_its_own(home: Home, site: Site) -> None:
    call(site, 0, "  Tiny\x1b[31m \n Films\x07 ")
    call(site, 1, "Tiny Films")
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    home.channel(site.channel_url("tiny2"), LISTED_ONLY + 'name = "Mine"\n')
    home.channel(site.channel_url("tiny2") + "/videos", LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False, workers=1) as engine:
        fetch(home, engine)
        assert [row.name for row in channels.subscribed(home.db)] == ["Mine", "Tiny Films", "Tiny Films (2)"]
        # What the site calls it later changes nothing: scripts and folders go by the label.
        call(site, 0, "Renamed")
        fetch(home, engine)
        sync_channels(home.db, engine.settings, time.time())
    assert [row.name for row in channels.subscribed(home.db)] == ["Mine", "Tiny Films", "Tiny Films (2)"]
    films = channel_named(home.db, "Tiny Films")
    assert channel_named(home.db, "tiny1").id == channel_named(home.db, "@tiny1").id == films.id
    assert remove_channels(home.db, home.places, ["tiny1"], time.time()) == ["Tiny Films"]


def test_a_channel_that_was_listed_before_keeps_its_label(home: Home, site: Site) -> None:
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        channels.set_fetched(home.db, first_channel(home).id, now=1.0, next_fetch=None)
        fetch(home, engine)
    assert first_channel(home).name == "tiny1"
    assert first_channel(home).channel_id


@pytest.mark.parametrize("title", ["https://a.org/b", "\x1b[2J \u200b"[:5], ""])
def test_a_name_that_is_none_or_an_address_is_not_taken(home: Home, site: Site, title: str) -> None:
    call(site, 0, title)
    home.channel(site.channel_url("tiny1"), LISTED_ONLY)
    with home.engine(kinds=LISTS_ONLY, fetch_due=False) as engine:
        fetch(home, engine)
    assert first_channel(home).name == "tiny1"


def test_channels_of_an_import_begin_one_after_the_other(home: Home) -> None:
    addresses = [f"https://www.youtube.com/@c{number}" for number in range(40)]
    found = ImportContents("list", ImportFormat.OPML, [FoundChannel({"url": url}) for url in addresses])
    run_import(home.db, home.places, config.load(home.places.config_file).settings, [found], NOW)
    due = [(channels.by_url(home.db, url) or first_channel(home)).next_fetch for url in addresses]
    assert due[:AT_ONCE] == [None] * AT_ONCE
    assert due[AT_ONCE:] == [NOW + (number + 1) * APART for number in range(40 - AT_ONCE)]
    assert len(channels.due(home.db, NOW)) == AT_ONCE


def test_no_more_jobs_of_a_site_run_than_it_allows(make_home: Callable[..., Home], site: Site) -> None:
    home = make_home(workers=8)
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.replace("concurrency = 16", "concurrency = 2"))
    for name in ("tiny1", "tiny2"):
        home.channel(site.channel_url(name), LISTED_ONLY)
    most = 0

    def over() -> bool:
        nonlocal most
        most = max(most, len(jobs.running(home.db)))
        return not jobs.active_count(home.db)

    with home.engine(fetch_due=False) as engine:
        queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
        # All slots look at once, before any of them has a process.
        engine.wake()
        until(over)
    assert most == 2


def test_all_slots_together_keep_to_the_bandwidth(home: Home) -> None:
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(
        text.replace("[retry]\n", '[limits]\nbandwidth = "1 MB/s"\n[retry]\n', 1)
    )
    shares: list[int | None] = []
    context = context_of(home)
    add_videos(home.db, add_channel(home.db), entry("a"))
    (job,) = queue_commands.download_videos(home.db, context.settings, [1], time.time())
    for slots in (1, 4, 10):
        for slot in range(1, slots + 1):
            context.live_status.put(SlotView(slot))
        # Whatever `workers` says: `run -w` and the keys < and > go before it.
        shares.append(Runner(context, 1, home.job(job))._common().bandwidth)
    assert shares == [1_000_000, 250_000, 100_000]


def test_outside_the_hours_only_what_is_asked_for_starts(home: Home, site: Site) -> None:
    then = time.localtime(time.time() + 2 * 3600)
    later = f"{then.tm_hour:02}:00-{then.tm_hour:02}:30"
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(
        text.replace("[retry]\n", f'[limits]\nhours = "{later}"\n[retry]\n', 1)
    )
    home.channel(site.channel_url("tiny1"), 'tabs = ["shorts"]\n')
    with home.engine(fetch_due=False) as engine:
        fetch(home, engine)
        queued = downloads(home)
        assert {job.state for job in queued} == {JobState.QUEUED}
        assert engine.first_start().reason == "outside the allowed hours"
        wanted = queued[0].video_id
        assert wanted is not None
        queue_commands.download_videos(home.db, engine.settings, [wanted], time.time())
        engine.wake()
        until(lambda: videos.counts(home.db)[VideoState.DOWNLOADED] == 1)
        assert home.job(queued[1].id).state is JobState.QUEUED
