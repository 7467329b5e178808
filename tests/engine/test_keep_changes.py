"""A changed ``keep`` takes nothing before a person said yes; one that was in force goes on unasked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import add_channel, get_video
from tests.support.rows.filed_videos import NOW, arrived, check_trash
from tests.support.rows.library_queries import context_of
from ytui import config
from ytui.core.models import PlanState, VideoState
from ytui.core.settings import Keep, KeepKind, Settings
from ytui.engine.channels.channel_settings import keep_in_force
from ytui.engine.commands import retention_commands
from ytui.engine.commands.channel_commands import sync_channels, update_channel
from ytui.engine.maintenance import keep_changes
from ytui.engine.maintenance.keep_changes import KeepChange
from ytui.engine.maintenance.periodic import PeriodicMaintenance
from ytui.store import channels, plan, videos
from ytui.store.rows import Channel, PlanItem, Video

URL = "https://example.org/films"
LAST = {n: Keep(KeepKind.LAST, n) for n in range(1, 6)}


@pytest.fixture
def found(home: Home) -> Iterator[list[Video]]:
    """Four videos of a channel that keeps all of them."""
    home.channel(URL)
    channel = add_channel(home.db, "films")
    sync_channels(home.db, settings_in(home), NOW)
    yield arrived(home.db, home.library, channel, 4)
    check_trash(home.db, home.library)


def settings_in(home: Home) -> Settings:
    return config.load(home.places.config_file).settings


def row(home: Home) -> Channel:
    channel = channels.by_id(home.db, 1)
    assert channel is not None
    return channel


def edit(home: Home, keep: str) -> None:
    update_channel(home.db, home.places, URL, {"keep": keep}, NOW)


def sweep(home: Home) -> list[str]:
    """What retention takes at its next look."""
    context = context_of(home)
    context.settings = settings_in(home)
    PeriodicMaintenance(context).tick(NOW)
    removed = videos.page(home.db, states=[VideoState.REMOVED])
    return sorted(video.video_id for video in removed)


def waiting(home: Home) -> list[KeepChange]:
    return keep_changes.changes(home.db, settings_in(home), NOW)


def items(home: Home, state: PlanState = PlanState.OPEN) -> list[PlanItem]:
    return plan.list_items(home.db, states=[state])


def test_until_it_is_answered_the_old_rule_stands_and_the_plan_says_what_would_go(
    home: Home, found: list[Video]
) -> None:
    edit(home, "last 3")
    assert sweep(home) == []
    (item,) = items(home)
    assert item.title == "films: to keep the last 3, 1 video of 1 B would go"
    edit(home, "last 1")
    assert sweep(home) == []
    (item,) = items(home)
    assert item.title == "films: to keep the last 1, 3 videos of 3 B would go"
    edit(home, "all")
    assert items(home) == []
    assert keep_in_force(row(home)) == Keep()


def test_a_rule_that_takes_nothing_is_in_force_at_once(home: Home, found: list[Video]) -> None:
    edit(home, "last 4")
    assert items(home) == []
    assert keep_in_force(row(home)) == LAST[4]
    edit(home, "last 5")
    assert keep_in_force(row(home)) == LAST[5]


def test_once_confirmed_it_goes_on_unasked(home: Home, found: list[Video]) -> None:
    edit(home, "last 3")
    retention_commands.let_into_force(home.db, settings_in(home), waiting(home), NOW)
    assert items(home) == []
    assert sweep(home) == ["v0"]
    # A stricter one asks again, and meanwhile the confirmed one goes on.
    edit(home, "last 1")
    assert [len(change.going) for change in waiting(home)] == [2]
    assert sweep(home) == ["v0"]


def test_what_it_takes_goes_at_once_and_comes_back(home: Home, found: list[Video]) -> None:
    edit(home, "last 2")
    changes = waiting(home)
    settings = settings_in(home)
    entries, refused = retention_commands.let_go(home.db, home.library, settings, changes, NOW)
    assert (len(entries), refused) == (2, [])
    assert get_video(home.db, found[0].id).state is VideoState.REMOVED
    assert retention_commands.put_back(home.db, home.library, settings, changes, entries, NOW) == 2
    video = get_video(home.db, found[0].id)
    assert (video.state, video.keep) == (VideoState.DOWNLOADED, False)
    assert len(items(home)) == 1
    assert sweep(home) == []


def test_those_that_are_here_may_be_kept_and_the_rule_is_in_force(home: Home, found: list[Video]) -> None:
    edit(home, "last 2")
    marked = retention_commands.keep_for_good(home.db, settings_in(home), waiting(home), NOW)
    assert marked == [found[0].id, found[1].id]
    assert (items(home), keep_in_force(row(home))) == ([], LAST[2])
    assert sweep(home) == []


def test_what_was_dismissed_is_asked_again_only_of_another_rule(home: Home, found: list[Video]) -> None:
    edit(home, "last 2")
    plan.dismiss(home.db, [item.id for item in items(home)], NOW)
    assert sweep(home) == []
    assert items(home) == []
    plan.put_back(home.db, [item.id for item in items(home, PlanState.DISMISSED)], NOW)
    assert len(items(home)) == 1
    plan.dismiss(home.db, [item.id for item in items(home)], NOW)
    edit(home, "last 1")
    assert len(items(home)) == 1


def test_a_rule_from_before_this_version_goes_on_unasked(home: Home, found: list[Video]) -> None:
    home.db.execute("UPDATE channels SET keep_kind = ''")
    edit(home, "last 3")
    assert items(home) == []
    assert sweep(home) == ["v0"]


def test_a_channel_that_is_added_with_a_rule_to_files_that_are_there_is_asked_about(
    home: Home, found: list[Video]
) -> None:
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.replace("[[channels]]", "[[channels]]\nkeep = 'last 1'"))
    home.db.execute("UPDATE channels SET keep_kind = NULL")
    sync_channels(home.db, settings_in(home), NOW)
    assert len(items(home)) == 1
    assert sweep(home) == []
    assert keep_in_force(row(home)) == Keep()


def test_a_channel_that_is_gone_asks_nothing(home: Home, found: list[Video]) -> None:
    edit(home, "last 1")
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.partition("[[channels]]")[0])
    sync_channels(home.db, settings_in(home), NOW)
    assert items(home) == []
