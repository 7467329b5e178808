"""Channels are written by a person in the configuration, and are rows in the store: one follows the other."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.factories import (
    AGAIN,
    NEVER,
    NOW,
    TIMEOUT,
    add_channel,
    add_tab,
    add_videos,
    entry,
    fail,
    queue_job,
    run,
)
from tests.support.rows.library_queries import edit
from ytui import config
from ytui.core.models import JobState, Priority, VideoState
from ytui.core.settings import BacklogKind, Settings
from ytui.engine.channels import removal
from ytui.engine.channels.channel_settings import listing_settings, usual_name
from ytui.engine.channels.removal import Stay, why_they_stay
from ytui.engine.commands.channel_commands import add_channels, channel_named, remove_channels, sync_channels
from ytui.store import channels, jobs, journal, plan, tabs, videos

FILMS, MUSIC = "https://www.youtube.com/@Films", "https://www.youtube.com/@Music"


def settings_of(home: Home) -> Settings:
    return config.load(home.places.config_file).settings


def names(home: Home) -> list[str]:
    return [row.name for row in channels.subscribed(home.db)]


def test_the_store_follows_the_configuration(home: Home) -> None:
    home.channel(FILMS)
    home.channel(MUSIC, 'name = "Songs"')
    sync_channels(home.db, settings_of(home), NOW)
    assert names(home) == ["Films", "Songs"]
    edit(home, f'url = "{FILMS}"', 'url = "https://vimeo.com/channels/staffpicks"')
    sync_channels(home.db, settings_of(home), NOW)
    assert names(home) == ["Songs", "staffpicks"]
    # What is no longer subscribed to keeps its row and with it its videos and history.
    gone = channels.by_url(home.db, FILMS)
    assert gone is not None
    assert not gone.subscribed
    edit(home, "https://vimeo.com/channels/staffpicks", FILMS)
    sync_channels(home.db, settings_of(home), NOW)
    assert channel_named(home.db, "Films").id == gone.id


def test_two_channels_of_one_name_are_told_apart(home: Home) -> None:
    home.channel(FILMS)
    home.channel("https://www.youtube.com/c/Films")
    sync_channels(home.db, settings_of(home), NOW)
    assert names(home) == ["Films", "Films (2)"]


def test_only_channels_whose_settings_changed_are_judged_again(home: Home) -> None:
    home.channel(FILMS, 'not_title = "a"')
    home.channel(MUSIC, 'not_title = "b"')
    before = settings_of(home)
    sync_channels(home.db, before, NOW)
    films, music = channels.subscribed(home.db)
    add_videos(home.db, films, entry("f", title="b"))
    add_videos(home.db, music, entry("m", title="b"))
    edit(home, 'not_title = "a"', 'not_title = "B"')
    sync_channels(home.db, settings_of(home), NOW, before)
    states = {video.video_id: video.state for video in videos.page(home.db)}
    assert states == {"f": VideoState.SKIPPED, "m": VideoState.NEW}


def test_an_edit_while_nothing_ran_judges_again(home: Home) -> None:
    home.channel(FILMS, 'not_title = "a"\nbacklog = "newest 1"')
    sync_channels(home.db, settings_of(home), NOW)
    (films,) = channels.subscribed(home.db)
    a, b = add_videos(home.db, films, entry("a", title="a"), entry("b", title="b"))
    videos.set_state(home.db, a.id, VideoState.SKIPPED, expect=[VideoState.NEW], why="not_title")
    videos.set_why(home.db, b.id, "backlog")
    sync_channels(home.db, settings_of(home), NOW)

    def states() -> dict[str, tuple[str, str]]:
        return {video.title: (video.state.value, video.why) for video in videos.page(home.db)}

    assert states() == {"a": ("skipped", "not_title"), "b": ("new", "backlog")}
    edit(home, 'not_title = "a"\nbacklog = "newest 1"', 'quality = "720p"\nbacklog = "newest 2"')
    sync_channels(home.db, settings_of(home), NOW)
    assert states() == {"a": ("queued", ""), "b": ("queued", "")}
    edit(home, 'backlog = "newest 2"', 'backlog = "newest 2"\nkeep = "last 1"')
    sync_channels(home.db, settings_of(home), NOW)
    assert states() == {"a": ("queued", ""), "b": ("skipped", "keep")}


def test_a_shorter_interval_counts_from_the_last_fetch(home: Home) -> None:
    home.channel(FILMS)
    sync_channels(home.db, settings_of(home), NOW)
    (films,) = channels.subscribed(home.db)
    hour, week = 3600.0, 7 * 86_400.0

    def due(last: float, next_fetch: float) -> float | None:
        channels.set_fetched(home.db, films.id, now=last, next_fetch=next_fetch, every=week)
        sync_channels(home.db, settings_of(home), NOW)
        return channels.subscribed(home.db)[0].next_fetch

    assert due(NOW - 4 * hour, NOW + week) == NOW + week
    edit(home, f'url = "{FILMS}"', f'url = "{FILMS}"\nevery = "6 h"')
    assert due(NOW - 4 * hour, NOW + week) == NOW + 2 * hour
    assert due(NOW - 9 * hour, NOW + week) == NOW
    # A failed fetch is not due at once for that, and a throw of the dice stands.
    assert due(NOW - 9 * hour, NOW + 6.5 * hour) == NOW + 6.5 * hour


def test_added_channels_are_written_taken_in_and_fetched(home: Home) -> None:
    home.channel(FILMS)
    wishes = [
        {"url": "https://youtube.com/@Music/videos", "quality": "720p"},
        {"url": "youtube"},
        {"url": FILMS + "/featured"},
        {"url": MUSIC},
    ]
    result = add_channels(home.db, home.places, wishes, NOW)
    assert [row.url for row in result.added] == [MUSIC]
    assert result.known == [FILMS, MUSIC]
    assert [url for url, _ in result.refused] == ["youtube"]
    assert "URL" in result.refused[0][1]
    written = settings_of(home).by_url[MUSIC]
    assert (written.quality.height, written.backlog.kind, written.backlog.count) == (
        720,
        BacklogKind.NEWEST,
        30,
    )
    assert [home.job(number).title for number in result.jobs] == [
        "Music / videos",
        "Music / shorts",
        "Music / streams",
    ]
    assert {home.job(number).priority for number in result.jobs} == {Priority.ASKED}


def test_nothing_new_writes_nothing(home: Home) -> None:
    home.channel(FILMS)
    before = home.places.config_file.read_text()
    result = add_channels(home.db, home.places, [{"url": FILMS}], NOW)
    assert (result.added, result.jobs, result.known) == ([], [], [FILMS])
    assert home.places.config_file.read_text() == before
    assert jobs.count(home.db) == 0


def test_a_backlog_of_ones_own_is_kept(home: Home) -> None:
    add_channels(home.db, home.places, [{"url": FILMS, "backlog": "all"}], NOW)
    assert settings_of(home).by_url[FILMS].backlog.kind is BacklogKind.ALL


def test_removed_by_name_or_address(home: Home) -> None:
    add_channels(home.db, home.places, [{"url": FILMS}, {"url": MUSIC}], NOW)
    add_videos(home.db, channel_named(home.db, "Films"), entry("kept"))
    with pytest.raises(LookupError, match="'Nothing'"):
        remove_channels(home.db, home.places, ["Films", "Nothing"], NOW)
    assert names(home) == ["Films", "Music"]
    assert remove_channels(home.db, home.places, ["Films", MUSIC + "/videos"], NOW) == ["Films", "Music"]
    assert names(home) == []
    assert settings_of(home).channels == ()
    assert sum(videos.counts(home.db).values()) == 1
    for text in ("Films", "http://[", FILMS):
        with pytest.raises(LookupError):
            channel_named(home.db, text)


def test_a_removed_channel_is_listed_no_more(home: Home) -> None:
    """Neither what waits for its turn nor what is to be tried again; its plan owes nothing, others' do."""
    add_channels(home.db, home.places, [{"url": FILMS}, {"url": MUSIC}], NOW)
    waits, gone, *_, other = [job.id for job in jobs.list(home.db, newest_first=False)]
    for number, then in ((waits, AGAIN), (gone, NEVER), (other, AGAIN)):
        fail(home.db, run(home.db, home.job(number)), TIMEOUT, then, reference=f"E-{number:04}")
    video, both = add_videos(home.db, channel_named(home.db, "Films"), entry("kept"), entry("both"))
    download, shared = queue_job(home.db, video), queue_job(home.db, both)
    music = add_tab(home.db, channel_named(home.db, "Music"))
    walk = tabs.start_walk(home.db, music.id, NOW)
    page = [entry("both")]
    tabs.save_page(home.db, music.id, walk, page, channel_id=music.channel_id, now=NOW, first_listing=True)
    remove_channels(home.db, home.places, ["Films"], NOW)
    states = {job.title: job.state for job in jobs.list(home.db)}
    assert states["Films / videos"] == states["Films / streams"] == JobState.CANCELLED
    assert states["Films / shorts"] == JobState.FAILED
    assert home.job(other).state is JobState.WAITING
    # Its videos too, but for one that another channel lists as well.
    assert home.job(download.id).state is JobState.CANCELLED
    assert home.job(shared.id).state is JobState.QUEUED
    (line,) = [line.message for line in journal.tail(home.db) if "no more" in line.message]
    assert line == "Films is subscribed to no more: 3 jobs of it cancelled, its files stay"
    assert [item.job_id for item in plan.list_items(home.db)] == [other]


def test_a_listing_of_a_removed_channel_brings_no_downloads(home: Home) -> None:
    row = add_channel(home.db, "Films")
    assert listing_settings(Settings(), row).download
    channels.unsubscribe(home.db, row.id)
    left = channels.by_id(home.db, row.id)
    assert left
    assert not listing_settings(Settings(), left).download


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (FILMS, "Films"),
        ("https://www.youtube.com/playlist?list=PL1", "playlist"),
        ("https://www.youtube.com/@%C3%84pfel", "Äpfel"),
        ("https://example.org/?list=1", "list=1"),
        ("https://example.org", "example.org"),
    ],
)
def test_a_label_until_the_name_is_known(url: str, name: str) -> None:
    assert usual_name(url) == name


def by_hand(home: Home, count: int, *, later: float = 60.0) -> Stay | None:
    """Take the last ``count`` channels out of the file; why they stay ``later`` seconds afterwards."""
    text = home.places.config_file.read_text()
    home.places.config_file.write_text("\n[[channels]]".join(text.split("\n[[channels]]")[:-count]))
    loaded = config.load(home.places.config_file)
    missing = [row for row in channels.subscribed(home.db) if row.url not in loaded.settings.by_url]
    assert len(missing) == count
    return why_they_stay(home.db, loaded, missing, loaded.files[0].modified_ns / 1e9 + later)


@pytest.mark.parametrize(
    ("there", "gone", "goes"), [(1, 1, False), (8, 1, True), (8, 2, False), (60, 5, True), (60, 6, False)]
)
def test_by_hand_few_channels_go_when_the_file_is_steady_and_many_stay(
    home: Home, there: int, gone: int, goes: bool
) -> None:
    add_channels(home.db, home.places, [{"url": f"{FILMS}{number}"} for number in range(there)], NOW)
    before = home.places.config_file.read_text()
    stay = by_hand(home, gone)
    assert (stay is None) == goes
    if stay:
        assert stay.asked
        assert f"lists {'Films0' if gone == 1 else f'{gone} channels'} no more" in stay.words
        assert stay.words.endswith({1: "(Films0)", 2: "(Films6, Films7)", 6: ", 1 more)"}[gone])
    home.places.config_file.write_text(before)
    soon = by_hand(home, gone, later=5.0)
    assert soon == (Stay() if goes else stay)


def test_a_file_that_vanished_takes_no_channel_along(home: Home) -> None:
    extra = home.places.config_file.parent / "channels.d" / "music.toml"
    extra.parent.mkdir()
    extra.write_text(f'[[channels]]\nurl = "{MUSIC}"\n')
    with home.engine(fetch_due=False, kinds=()):
        assert names(home) == ["Music"]
    extra.unlink()
    with home.engine(fetch_due=False, kinds=()) as engine:
        assert names(home) == ["Music"]
        until(lambda: "music.toml is gone, and with it Music" in engine.live_status.snapshot(0).queue.mistake)
        assert not engine.settings.by_url[MUSIC].download, "nobody knows what was wanted of it"
        # What is said to take it away does.
        assert remove_channels(home.db, home.places, ["Music"], NOW) == ["Music"]
        until(lambda: not engine.live_status.snapshot(0).queue.mistake)
    assert names(home) == []


def test_a_channel_goes_by_hand_when_the_file_has_been_steady(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_channels(home.db, home.places, [{"url": MUSIC}, {"url": FILMS}], NOW)
    waits = jobs.active_ids(home.db)
    with home.engine(fetch_due=False, kinds=()) as engine:
        before = home.places.config_file.read_text()
        # An editor is half way through.
        half = before.rpartition("\n[[channels]]")[0].replace('reserve = "1 MB"', 'reserve = "2 MB"')
        home.places.config_file.write_text(half)
        until(lambda: engine.settings.library.reserve == 2_000_000)
        assert "Films" in names(home)
        assert FILMS in engine.settings.by_url
        home.places.config_file.write_text(before)
        until(lambda: engine.settings.library.reserve == 1_000_000)
        assert jobs.active_ids(home.db) == waits
        by_hand(home, 1)
        monkeypatch.setattr(removal, "STEADY", 0.1)
        until(lambda: names(home) == ["Music"])
        until(lambda: FILMS not in engine.settings.by_url)
    assert 0 < len(jobs.active_ids(home.db)) < len(waits)


def test_another_command_takes_nothing_away_that_is_missing(home: Home) -> None:
    add_channels(home.db, home.places, [{"url": f"{FILMS}{number}"} for number in range(9)], NOW)
    by_hand(home, 8)
    add_channels(home.db, home.places, [{"url": MUSIC}], NOW)
    assert len(names(home)) == 10
