"""What channels inherit: a change of it is a change of each that does, and holds for videos of none."""

from __future__ import annotations

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_videos, entry, get_video
from tests.support.rows.filed_videos import arrived
from ytui import config
from ytui.core.models import PlanState, VideoState
from ytui.core.settings import Keep, KeepKind, Quality, Settings
from ytui.engine.channels.channel_settings import keep_in_force, settings_of
from ytui.engine.commands.channel_commands import (
    add_channels,
    backlog_of_new,
    sync_channels,
    update_channels,
    update_defaults,
)
from ytui.store import channels, plan
from ytui.store.rows import Channel

FILMS, TALKS = "https://example.org/films", "https://example.org/talks"


def settings_in(home: Home) -> Settings:
    return config.load(home.places.config_file).settings


def row(home: Home, url: str) -> Channel:
    found = channels.by_url(home.db, url)
    assert found is not None
    return found


def test_a_changed_filter_judges_the_videos_of_all_that_inherit_it(home: Home) -> None:
    home.channel(FILMS)
    home.channel(TALKS, 'title = "talk"')
    sync_channels(home.db, settings_in(home), NOW)
    (a,) = add_videos(home.db, row(home, FILMS), entry("a", title="a long talk"))
    (b,) = add_videos(home.db, row(home, TALKS), entry("b", title="a long talk"))
    update_defaults(home.db, home.places, {"title": "film"}, NOW)
    assert get_video(home.db, a.id).state is VideoState.SKIPPED
    assert get_video(home.db, b.id).state is not VideoState.SKIPPED
    # By hand in the file it is the same.
    before = settings_in(home)
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.replace('title = "film"', 'title = "long"'))
    sync_channels(home.db, settings_in(home), NOW, before)
    assert get_video(home.db, a.id).state is not VideoState.SKIPPED


def test_a_changed_keep_waits_for_a_yes_where_it_is_inherited(home: Home) -> None:
    home.channel(FILMS)
    home.channel(TALKS, 'keep = "all"')
    sync_channels(home.db, settings_in(home), NOW)
    arrived(home.db, home.library, row(home, FILMS), 4)
    update_defaults(home.db, home.places, {"keep": "last 1"}, NOW)
    assert settings_in(home).by_url[FILMS].keep == Keep(KeepKind.LAST, 1)
    assert keep_in_force(row(home, FILMS)) == Keep()
    (item,) = plan.list_items(home.db, states=[PlanState.OPEN])
    assert "to keep the last 1, 3 videos" in item.title
    update_defaults(home.db, home.places, {"keep": None}, NOW)
    assert plan.list_items(home.db, states=[PlanState.OPEN]) == []


def test_many_channels_are_changed_as_one(home: Home) -> None:
    urls = [f"https://example.org/{number}" for number in range(3)]
    for url in urls:
        home.channel(url)
    sync_channels(home.db, settings_in(home), NOW)
    channels.set_paused(home.db, 2, True)
    update_channels(home.db, home.places, {url: {"quality": "480p"} for url in urls}, NOW)
    assert {channel.quality for channel in settings_in(home).channels} == {Quality.P480}
    assert [each.paused for each in channels.subscribed(home.db)] == [False, True, False]


def test_an_inherited_backlog_is_that_of_new_channels(home: Home) -> None:
    assert backlog_of_new(settings_in(home)) == "newest 30"
    update_defaults(home.db, home.places, {"backlog": "newest 5"}, NOW)
    assert backlog_of_new(settings_in(home)) == "newest 5"
    add_channels(home.db, home.places, [{"url": FILMS}], NOW)
    (channel,) = settings_in(home).channels
    assert config.channel_values(channel) == {"url": FILMS}
    assert channel.backlog.count == 5


def test_videos_of_no_channel_are_fetched_as_channels_are_and_never_filtered(home: Home) -> None:
    update_defaults(home.db, home.places, {"quality": "480p", "title": "film", "keep": "last 1"}, NOW)
    wants = settings_of(settings_in(home), None)
    assert (wants.quality, wants.title, wants.keep) == (Quality.P480, None, Keep())
