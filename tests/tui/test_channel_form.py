"""A channel is looked at before it is added, and what is wrong is said at its field."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.terminals.app_screen import opened, running, shown, until, value
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from ytui import config
from ytui.config.channel import channel_of
from ytui.core.settings import Channel, Settings
from ytui.engine.channels.preview import Preview
from ytui.engine.commands.channel_commands import sync_channels
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.widgets.form_controls import Choice, Choices
from ytui.tui.widgets.form_fields import problems_of, typed_of, typed_of_new, values_of

URL = "https://www.youtube.com/@Films"
MINE = """
# my films
[[channels]]
url = "https://www.youtube.com/@channel1"   # the first
name = "Blender Studio"
after = 2024-01-01
keep = "last 50"
"""


def channels_written(places: Places) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(places.config_file.read_text()).get("channels", [])
    return found


def typed(app: YtuiApp, key: str) -> Input:
    return app.screen.query_one(f"#in-{key}", Input)


async def open_form(app: YtuiApp, pilot: Pilot[None], url: str = "") -> None:
    await pilot.press("o")
    await opened(pilot, ChannelFormScreen)
    typed(app, "url").value = url
    await pilot.pause()


# --- fields and values


def test_values_go_round() -> None:
    channel = config_channel('after = 2024-02-03\nmin_duration = "90 s"\nextras = ["nfo"]\ndownload = false')
    values = {key: found for key, found in values_of(typed_of(channel)).items() if found is not None}
    assert channel_of(URL, values) == (channel, {})
    assert set(values) == {"after", "min_duration", "extras", "download"}


def config_channel(lines: str) -> Channel:
    table = tomllib.loads(lines)
    channel, wrong = channel_of(URL, table)
    assert channel is not None, wrong
    return channel


def test_a_new_channel_begins_with_the_newest_thirty() -> None:
    values = values_of(typed_of_new(Channel("")))
    assert {key: found for key, found in values.items() if found is not None} == {"backlog": "newest 30"}


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"after": "yesterday"}, "after", "a date such as"),
        ({"min_duration": "ten"}, "min_duration", "a duration such as"),
        ({"title": "("}, "title", "a regular expression"),
        ({"backlog": "some"}, "backlog", "newest 30"),
        ({"keep": "last 0"}, "keep", "last 50"),
        ({"tabs": []}, "tabs", "at least one entry"),
        ({"after": "2024-02-01", "before": "2024-01-01"}, "before", "not be earlier"),
        ({"min_duration": 90, "max_duration": "1 min"}, "max_duration", "not be shorter"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(values: dict[str, object], key: str, words: str) -> None:
    channel, wrong = channel_of(URL, values)
    assert channel is None
    assert list(wrong) == [key]
    assert words in wrong[key]


def test_what_a_save_refuses_is_said_at_its_field_too(places: Places) -> None:
    config.add_channels(places.config_file, [{"url": URL, "name": "Films"}])
    with pytest.raises(config.ConfigError) as caught:
        config.add_channels(places.config_file, [{"url": URL + "2", "name": "films"}])
    assert list(problems_of(caught.value)) == ["name"]
    places.config_file.write_text("[library]\nroom = 1\n")
    with pytest.raises(config.ConfigError) as caught:
        config.load(places.config_file)
    assert "line 2" in problems_of(caught.value)["url"]


# --- adding


async def test_add_with_a_look_at_it_first(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await open_form(app, pilot, "https://m.youtube.com/@Films/videos")
        await until(pilot, lambda: f"kept as {URL}, by youtube:tab" in shown(app))
        await pilot.press("enter")
        for words in ("30 and more", "Film 0", "[MV] Song red evil", "30 videos, about", "YouTube's budget"):
            await until(pilot, lambda words=words: words in shown(app))  # type: ignore[misc]
        assert channels_written(places) == []
        await pilot.press("tab", *"My Films", "tab", "right", "tab", "right", "space")
        typed(app, "backlog").value = "newest 7"
        await until(pilot, lambda: "7 videos, about" in shown(app))
        typed(app, "min_duration").value = "5 min"
        # The tabs are others now: it is looked at again before it is saved.
        await pilot.press("enter")
        await until(pilot, lambda: len(engine.previewed) == 2 and "looking at it" not in shown(app))
        await pilot.press("enter")
        await opened(pilot, MainScreen)
        await until(pilot, lambda: "added My Films" in shown(app))
    (written,) = channels_written(places)
    assert written == {
        "name": "My Films", "url": URL, "tabs": ["videos", "streams"], "backlog": "newest 7",
        "quality": "720p", "min_duration": "5 min",
    }  # fmt: skip
    assert value(store, f"SELECT count(*) FROM jobs WHERE url LIKE '{URL}/%'") == 2


async def test_a_preview_that_fails_says_why_and_stops_nobody(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    engine.shown = Preview("", problem="The site is \x1b[31mdown[/b].")
    app = make_app(store)
    async with running(app) as pilot:
        await open_form(app, pilot, "https://example.org/list")
        await until(pilot, lambda: "look for videos on the page" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "The site is down[/b]." in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: len(channels_written(places)) == 1)


async def test_ctrl_s_adds_without_a_look_and_escape_leaves(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await open_form(app, pilot)
        await pilot.press("escape")
        await opened(pilot, MainScreen)
        assert channels_written(places) == []
        await open_form(app, pilot, URL)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: len(channels_written(places)) == 1)
        assert engine.previewed == []


async def test_what_is_there_already_is_said_at_once_and_not_looked_at_as_if_new(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    config.add_channels(places.config_file, [{"url": URL, "name": "Films"}])
    app = make_app(store)
    engine.settings = config.load(places.config_file).settings
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        await open_form(app, pilot, "https://m.youtube.com/@Films/videos")
        await until(pilot, lambda: "it is there already" in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "looking at it" not in shown(app))
        await pilot.press("enter")
        await until(pilot, lambda: "looking at it" not in shown(app))
        assert engine.previewed == []
        assert "it is there already" in shown(app)
        # Another address is looked at as ever.
        typed(app, "url").value = URL + "2"
        await pilot.press("enter")
        await until(pilot, lambda: "30 and more" in shown(app))
        assert "it is there already" not in shown(app)


async def test_a_look_at_another_address_goes_with_it(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await open_form(app, pilot, URL)
        await pilot.press("enter")
        await until(pilot, lambda: "30 and more" in shown(app) and "videos, about" in shown(app))
        typed(app, "url").value = URL + "2"
        await until(pilot, lambda: f"kept as {URL}2, by" in shown(app))
        assert "30 and more" not in shown(app)
        assert "videos, about" not in shown(app)


async def test_what_cannot_be_saved_keeps_the_form_open(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    config.add_channels(places.config_file, [{"url": URL, "name": "Films"}])
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await open_form(app, pilot, "nonsense")
        await until(pilot, lambda: "not a URL" in shown(app))
        await pilot.press("ctrl+s")
        assert isinstance(app.screen, ChannelFormScreen)
        await pilot.pause()
        assert "'nonsense' is not a URL" in shown(app)
        assert "must be a web address" not in shown(app)
        typed(app, "url").value = URL
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "is there already" in shown(app))
        typed(app, "url").value = URL + "2"
        typed(app, "name").value = "films"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "must be another one than" in shown(app))
        assert app.focused is typed(app, "name")
        typed(app, "after").value = "soon"
        await until(pilot, lambda: "must be a date such as" in shown(app))
        await pilot.press("enter")
        assert len(channels_written(places)) == 1


# --- editing


async def test_edit_keeps_comments_and_takes_defaults_away(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    places.config_file.write_text(places.config_file.read_text() + MINE)
    loaded = config.load(places.config_file).settings
    sync_channels(store.db, loaded, 0.0)
    app = make_app(store)
    engine.settings = Settings(channels=loaded.channels)
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        await until(pilot, lambda: "Blender Studio" in shown(app))
        await pilot.press("e")
        await opened(pilot, ChannelFormScreen)
        assert not typed(app, "url").disabled, "an address can be mended, too"
        assert typed(app, "after").value == "2024-01-01"
        typed(app, "after").value = ""
        typed(app, "not_title").value = "trailer"
        quality = app.screen.query_one("#in-quality", Choice)
        quality.focus()
        await pilot.press("left")
        extras = app.screen.query_one("#in-extras", Choices)
        extras.focus()
        await pilot.press("right", "right", "space")
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
        await until(pilot, lambda: "saved Blender Studio" in shown(app))
    text = places.config_file.read_text()
    assert "# my films" in text
    assert "# the first" in text
    (written,) = channels_written(places)
    assert written == {
        "url": "https://www.youtube.com/@channel1", "name": "Blender Studio", "keep": "last 50",
        "quality": "1440p", "not_title": "trailer", "extras": ["metadata", "thumbnail", "subtitles"],
    }  # fmt: skip


async def test_a_channel_outside_the_configuration_cannot_be_edited(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: "not in the configuration" in shown(app))


async def test_a_bulk_download_is_asked_about_with_its_forecast(
    make_app: MakeApp, store: Store, add_videos: Callable[[Store, int], None]
) -> None:
    add_videos(store, 40)
    app = make_app(store)
    async with running(app) as pilot:
        await pilot.press("2", "slash", *"Bulk", "enter")
        await until(pilot, lambda: "Bulk 3" in shown(app) and "Sintel" not in shown(app))
        await pilot.press("a", "d")
        await until(pilot, lambda: "Download 40 videos, about" in shown(app))
        await pilot.press("enter")
        await opened(pilot, MainScreen)
        assert value(store, "SELECT count(*) FROM jobs WHERE title LIKE 'Bulk%'") == 0
        await pilot.press("d")
        await until(pilot, lambda: "Download 40 videos" in shown(app))
        await pilot.press("right", "enter")
        await until(pilot, lambda: value(store, "SELECT count(*) FROM jobs WHERE title LIKE 'Bulk%'") == 40)


@pytest.fixture
def add_videos() -> Callable[[Store, int], None]:
    from tests.support.terminals.stand_in_engine import NOW, insert

    def add(store: Store, count: int) -> None:
        for number in range(count):
            insert(
                store.db, "videos", site="youtube", video_id=f"bulk{number}", title=f"Bulk {number}",
                url=f"https://www.youtube.com/watch?v=bulk{number}", channel_id=1, duration=600.0,
                first_seen=NOW, published_at=NOW + 40 - number,
            )  # fmt: skip

    return add


async def test_a_bulk_download_of_a_few_tells_its_forecast_with_the_count(
    make_app: MakeApp, store: Store, add_videos: Callable[[Store, int], None]
) -> None:
    add_videos(store, 3)
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("2", "slash", *"Bulk", "enter")
        await until(pilot, lambda: "Bulk 2" in shown(app) and "Sintel" not in shown(app))
        await pilot.press("a", "d")
        await until(pilot, lambda: "3 downloads queued: about" in shown(app))
