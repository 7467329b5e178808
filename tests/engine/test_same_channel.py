"""One channel is one row by whatever addresses it was added; nothing is lost when two rows become one."""

from __future__ import annotations

import time

import pytest

from tests.engine.conftest import Home, Site
from tests.support.rows.factories import NOW, PRIVATE, USER, add_videos, entry, fail, queue_job, run
from ytui import config
from ytui.core.models import JobKind, JobState, VideoState
from ytui.engine.channels.same_channel import merge_twins
from ytui.engine.commands import queue_commands
from ytui.engine.commands.channel_commands import (
    add_channels,
    channel_named,
    remove_channels,
    sync_channels,
)
from ytui.store import channel_identity, channels, jobs, journal, plan, tabs, videos
from ytui.store.rows import Channel, Video

ID = "UC" + "x" * 22
YOUTUBE = "https://www.youtube.com"
HANDLE, BY_ID = f"{YOUTUBE}/@Films", f"{YOUTUBE}/channel/{ID}"


def synced(home: Home) -> list[Channel]:
    sync_channels(home.db, config.load(home.places.config_file).settings, NOW)
    return channels.subscribed(home.db)


def has_file(home: Home, video: Video) -> None:
    run(home.db, queue_job(home.db, video))
    path = f"{video.video_id}.mp4"
    assert videos.set_downloaded(
        home.db, video.id, path=path, size=1, files=[path], format_id="18", height=360, now=NOW
    )


def warnings(home: Home) -> list[str]:
    return [line.message for line in journal.tail(home.db, limit=100) if line.level == "warning"]


@pytest.mark.parametrize(
    "again", ["https://youtube.com/c/@films", f"{YOUTUBE}/%40FILMS/videos", HANDLE + "/"]
)
def test_an_address_that_is_there_in_another_spelling_is_known_at_once(home: Home, again: str) -> None:
    home.channel(HANDLE, 'name = "My films"')
    synced(home)
    text = home.places.config_file.read_text()
    result = add_channels(home.db, home.places, [{"url": again}], NOW)
    assert not result.added
    assert list(result.known_as.values()) == ["My films"]
    assert home.places.config_file.read_text() == text
    assert channel_named(home.db, again).name == "My films"


def test_two_spellings_given_at_once_are_one(home: Home) -> None:
    uploads = f"{YOUTUBE}/watch?v=dQw4w9WgXcQ&list=UU{ID[2:]}"
    result = add_channels(home.db, home.places, [{"url": uploads}, {"url": BY_ID}], NOW)
    assert [row.url for row in result.added] == [f"{YOUTUBE}/playlist?list=UU{ID[2:]}"]
    assert result.known == [BY_ID]


def test_an_entry_written_twice_is_one_row_whose_first_settings_count(home: Home) -> None:
    home.channel(HANDLE, 'quality = "720p"')
    home.channel(f"{YOUTUBE}/c/@FILMS", 'quality = "360p"')
    (row,) = synced(home)
    assert row.url == HANDLE
    (said,) = warnings(home)
    assert "twice" in said
    synced(home)
    assert len(warnings(home)) == 1
    # Whoever takes out the first has the second one's settings, and the same row.
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(
        text.replace(f'[[channels]]\nurl = "{HANDLE}"\nquality = "720p"\n', "")
    )
    (again,) = synced(home)
    assert (again.id, again.url) == (row.id, f"{YOUTUBE}/@FILMS")


def test_a_channel_written_twice_is_removed_whole(home: Home) -> None:
    home.channel(HANDLE)
    home.channel(f"{YOUTUBE}/@FILMS")
    synced(home)
    assert remove_channels(home.db, home.places, ["Films"], NOW) == ["Films"]
    assert not config.load(home.places.config_file).settings.channels
    assert not channels.subscribed(home.db)


def test_two_rows_of_one_channel_become_one_and_lose_nothing(home: Home) -> None:
    home.channel(HANDLE, 'keep = "last 1"')
    home.channel(BY_ID)
    by_handle, by_id = synced(home)
    a, _ = add_videos(home.db, by_handle, entry("a"), entry("b"))
    c, d = add_videos(home.db, by_id, entry("c"), entry("d"))
    for video in (a, c):
        has_file(home, video)
    failed = run(home.db, queue_job(home.db, d))
    fail(home.db, failed, PRIVATE, USER)
    channels.set_identity(home.db, by_handle.id, channel_id=ID)
    settings = config.load(home.places.config_file).settings
    merge_twins(home.db, settings, NOW)
    (row,) = channels.subscribed(home.db)
    kept = by_id.id if row.id == by_id.id else by_handle.id
    assert {video.video_id for video in videos.page(home.db) if video.channel_id == kept} == set("abcd")
    assert plan.of_job(home.db, failed.id) is not None
    assert jobs.by_id(home.db, failed.id).channel_id == kept  # type: ignore[union-attr]
    assert {tab.tab for tab in tabs.tabs_of(home.db, kept)} == {"videos"}
    counts = {each.id: (each.videos, each.downloaded, each.bytes) for each in channels.all_channels(home.db)}
    assert counts == {kept: (4, 2, 2)}
    assert "the two are one now" in warnings(home)[-1] + warnings(home)[0]
    assert channel_identity.by_key(home.db, "@films") == channel_identity.by_key(home.db, ID) == row
    # The next start finds it so, and leaves it.
    said = len(warnings(home))
    assert [again.id for again in synced(home)] == [kept]
    merge_twins(home.db, settings, NOW)
    assert len(warnings(home)) == said


def test_the_files_of_a_row_that_is_gone_are_kept_by_another_rule(home: Home) -> None:
    home.channel(BY_ID, 'keep = "last 1"')
    home.channel(HANDLE)
    rows = {row.url: row for row in synced(home)}
    (old,) = add_videos(home.db, rows[HANDLE], entry("a"))
    has_file(home, old)
    channels.set_identity(home.db, rows[HANDLE].id, channel_id=ID)
    merge_twins(home.db, config.load(home.places.config_file).settings, NOW)
    assert [row.url for row in channels.subscribed(home.db)] == [BY_ID]
    assert videos.by_id(home.db, old.id).keep  # type: ignore[union-attr]


def test_a_site_that_says_it_is_the_same_channel_makes_the_two_one(home: Home, tiny_site: Site) -> None:
    (about,) = tiny_site.world.channels
    root = f"{tiny_site.base_url}/channel"
    home.channel(f"{root}/tiny1", "download = false")
    with home.engine() as engine:
        queue_commands.fetch_channels(home.db, engine.settings, None, time.time())
        home.idle(engine)
        (first,) = channels.subscribed(home.db)
        assert first.channel_id == about.id
        # By its id: known before anything is asked.
        asked = len(tiny_site.log)
        by_id = add_channels(home.db, home.places, [{"url": f"{root}/{about.id}"}], time.time())
        assert list(by_id.known_as.values()) == [first.name]
        assert len(tiny_site.log) == asked
        # By a handle that it has had since: only the site knows.
        tiny_site.world.rename("tiny1", "greater1")
        added = add_channels(home.db, home.places, [{"url": f"{root}/greater1"}], time.time())
        assert len(added.added) == 1
        engine.wake()
        home.idle(engine)
        (row,) = channels.subscribed(home.db)
        assert row.id == first.id
        assert {video.channel_id for video in videos.page(home.db)} == {first.id}
        fetches = jobs.list(home.db, kinds=[JobKind.FETCH], limit=100)
        assert {job.state for job in fetches} == {JobState.DONE}
        assert plan.needs_user_count(home.db) == 0
        assert any("the two are one now" in line for line in warnings(home))
    assert not [video for video in videos.page(home.db) if video.state is VideoState.FAILED]
