"""``z`` takes the last change back, that one alone, and says what it put back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.support.terminals.app_screen import elsewhere, opened, running, show, shown, until, value
from tests.support.terminals.stand_in_engine import DAY, NOW, StandInEngine
from tests.tui.conftest import MakeApp
from ytui import config
from ytui.core.models import JobState
from ytui.engine.commands.channel_commands import sync_channels
from ytui.paths import Places
from ytui.store import jobs, key_values
from ytui.store.database import Store
from ytui.tui.app import YtuiApp
from ytui.tui.screens.channel_form_screen import ChannelFormScreen
from ytui.tui.screens.main_screen import MainScreen

MINE = """
# the first of all
[[channels]]
url = "https://www.youtube.com/@channel2"   # mine
name = "3Blue1Brown"
after = 2024-01-01
"""


@pytest.fixture
def subscribed(store: Store, places: Places, engine: StandInEngine) -> None:
    """The second channel stands in the configuration, the others do not."""
    places.config_file.write_text(places.config_file.read_text() + MINE)
    settings = config.load(places.config_file).settings
    sync_channels(store.db, settings, NOW)
    engine.settings = settings


async def undone(pilot: Pilot[None], *words: str) -> None:
    app = pilot.app
    assert isinstance(app, YtuiApp)
    app.clear_notifications()
    await pilot.press("z")
    for each in words:
        await until(pilot, lambda each=each: each in " ".join(shown(app).split()))  # type: ignore[misc]


@pytest.mark.usefixtures("subscribed")
@pytest.mark.parametrize("changed_since", [False, True])
async def test_unsubscribing(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine, changed_since: bool
) -> None:
    settings = engine.settings
    app = make_app(store)
    engine.settings = settings
    before = places.config_file.read_text()
    due = value(store, "SELECT next_fetch FROM channels WHERE id = 2")
    queued = jobs.by_id(store.db, 5)
    assert queued is not None
    assert queued.state is JobState.QUEUED
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.host.engine is not None and "3Blue1Brown" in shown(app))
        await pilot.press("delete", "right", "enter")
        await until(pilot, lambda: value(store, "SELECT subscribed FROM channels WHERE id = 2") == 0)
        await until(pilot, lambda: "unsubscribed from 3Blue1Brown; 2 jobs of it cancelled" in shown(app))
        assert value(store, "SELECT state FROM jobs WHERE id = 5") == "cancelled"
        if changed_since:
            with places.config_file.open("a") as file:
                file.write("# by hand\n")
        await undone(pilot, "subscribed to 3Blue1Brown again")
        await until(pilot, lambda: value(store, "SELECT subscribed FROM channels WHERE id = 2") == 1)
    assert value(store, "SELECT next_fetch FROM channels WHERE id = 2") == due
    assert jobs.by_id(store.db, 5) == queued
    (channel,) = config.load(places.config_file).settings.channels
    assert (channel.name, str(channel.after)) == ("3Blue1Brown", "2024-01-01")
    if changed_since:
        assert "# by hand" in places.config_file.read_text()
    else:
        assert places.config_file.read_text() == before


@pytest.mark.usefixtures("subscribed")
async def test_an_edited_and_an_added_channel(
    make_app: MakeApp, store: Store, places: Places, engine: StandInEngine
) -> None:
    settings = engine.settings
    app = make_app(store)
    engine.settings = settings
    before = places.config_file.read_text()
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.host.engine is not None and "3Blue1Brown" in shown(app))
        await pilot.press("e")
        await opened(pilot, ChannelFormScreen)
        app.screen.query_one("#in-not_title", Input).value = "neural"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 7") == "skipped")
        await opened(pilot, MainScreen)
        await pilot.press("o")
        await opened(pilot, ChannelFormScreen)
        app.screen.query_one("#in-url", Input).value = "https://example.org/list"
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
        await until(pilot, lambda: "added list" in shown(app))
        with places.config_file.open("a") as file:
            file.write("# by hand\n")
        await undone(pilot, "unsubscribed from list again")
        await undone(pilot, "the settings of 3Blue1Brown are")
        await until(pilot, lambda: value(store, "SELECT state FROM videos WHERE id = 7") != "skipped")
        await undone(pilot, "nothing to undo")
    assert value(store, "SELECT count(*) FROM jobs WHERE site = 'example.org' AND state = 'queued'") == 0
    text = places.config_file.read_text()
    assert text.replace("# by hand\n", "").strip() == before.strip()


async def test_a_named_plan(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await show(app, pilot, "4")
        for name, plans, members in (("One", 1, 2), ("Two", 2, 4)):
            await pilot.press("S")
            await until(pilot, lambda: not isinstance(app.screen, MainScreen))
            await pilot.press(*name, "enter")
            await until(pilot, lambda plans=plans: value(store, "SELECT count(*) FROM plans") == plans)  # type: ignore[misc]
            await until(pilot, lambda name=name: f"“{name}” has 2 items" in shown(app))  # type: ignore[misc]
            assert value(store, "SELECT count(*) FROM plan_members") == members
        await undone(pilot, "“Two” is no named plan any more")
        assert value(store, "SELECT count(*) FROM plans") == 1


async def test_a_probe_says_that_it_cannot_and_nothing_older_is_touched(
    make_app: MakeApp, store: Store
) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("p")
        await until(pilot, lambda: value(store, "SELECT paused FROM channels WHERE id = 2") == 1)
        await until(pilot, lambda: "1 channel paused" in shown(app))
        await pilot.press("b")
        await until(pilot, lambda: "one probe goes to youtube now" in shown(app))
        await undone(pilot, "a probe cannot be taken back")
        assert value(store, "SELECT paused FROM channels WHERE id = 2") == 1
        await undone(pilot, "1 channel going on")
        assert value(store, "SELECT paused FROM channels WHERE id = 2") == 0


async def test_a_probe_of_a_paused_queue_says_that_it_waits(make_app: MakeApp, store: Store) -> None:
    key_values.put(store.db, key_values.PAUSED, "1")
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("b")
        await until(pilot, lambda: "one probe goes to youtube when the queue goes on" in shown(app))


async def test_a_fetch(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    async with running(app, (120, 40)) as pilot:
        await pilot.press("j", "u")
        await until(pilot, lambda: "fetching 1 channel: 3 jobs" in shown(app))
        await undone(pilot, "3 jobs taken out of the queue")
        assert value(store, "SELECT count(*) FROM jobs WHERE kind = 'fetch' AND state = 'queued'") == 0
        due = "SELECT count(*) FROM channels WHERE next_fetch IS NULL OR next_fetch > 0"
        assert value(store, due) == 6
        assert value(store, "SELECT max(next_fetch) FROM channels WHERE id <> 4") == NOW + DAY


async def test_the_last_change_of_the_order_alone(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    rank = "SELECT rank FROM jobs WHERE id = 5"
    async with running(app, (120, 40)) as pilot:
        await show(app, pilot, "3")
        await pilot.press("j", "j", "j", "t")
        await until(pilot, lambda: value(store, rank) == -1)
        await until(pilot, lambda: "at the top" in shown(app))
        await pilot.press("minus")
        await until(pilot, lambda: value(store, rank) == 0)
        await until(pilot, lambda: "1 job later" in shown(app))
        await undone(pilot, "1 job back at its place in the queue")
        assert value(store, rank) == -1, "it was at the top before it was put off"


async def test_a_download_of_what_was_skipped_and_what_went_on(make_app: MakeApp, store: Store) -> None:
    app = make_app(store)
    state = "SELECT state || ' ' || why FROM videos WHERE id = 6"
    async with running(app, (120, 40)) as pilot:
        await show(app, pilot, "2")
        await pilot.press(*"jjjjj", "d")
        await until(pilot, lambda: value(store, state) == "queued ")
        await until(pilot, lambda: "1 download queued" in shown(app))
        await undone(pilot, "1 job taken out of the queue")
        assert value(store, state) == "skipped members only"
        await pilot.press("d")
        await until(pilot, lambda: value(store, state) == "queued ")
        await until(pilot, lambda: "1 download queued" in shown(app))
        with elsewhere(store) as db:
            db.execute("UPDATE jobs SET state = 'done' WHERE video_id = 6 AND state = 'queued'")
        await undone(pilot, "1 job gone on since and left alone")
