"""Many addresses at once: told in one line, and then all of them added; single videos go into the queue."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import TextArea

from tests.support.terminals.app_screen import opened, running, shown, until
from tests.tui.conftest import MakeApp
from tests.tui.test_channel_form import channels_written, open_form, typed
from ytui.paths import Places
from ytui.store import jobs
from ytui.store.database import Store
from ytui.tui.screens.main_screen import MainScreen
from ytui.tui.screens.paste_screen import PasteScreen
from ytui.tui.terminal.driver import PasteDetector

YOUTUBE = "https://www.youtube.com"
TEXT = f"""Look, {YOUTUBE}/@one, {YOUTUBE}/playlist?list=PLabc
and https://youtu.be/dQw4w9WgXcQ! {YOUTUBE}/c/@ONE https://"""
WORDS = "3 addresses: 1 channel, 1 playlist, 1 video, 1 is none"


@pytest.mark.parametrize("way", ["pasted", "typed"])
async def test_many_addresses_are_told_and_then_all_of_them_added_and_taken_back(
    make_app: MakeApp, store: Store, places: Places, way: str
) -> None:
    app = make_app(store)
    downloads = len(jobs.list(store.db, limit=1000))
    async with running(app) as pilot:
        await open_form(app, pilot)
        if way == "pasted":
            typed(app, "url").post_message(events.Paste(TEXT))
        else:
            typed(app, "url").value = TEXT.replace("\n", "")
        await opened(pilot, PasteScreen)
        await until(pilot, lambda: WORDS in shown(app))
        if way == "typed":
            await pilot.press("escape", "escape")
            await opened(pilot, MainScreen)
            return
        # What comes in pieces goes on at the end.
        app.screen.query_one(TextArea).post_message(events.Paste(f"\n{YOUTUBE}/@two"))
        await until(pilot, lambda: "4 addresses: 2 channels" in shown(app))
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
        urls = [f"{YOUTUBE}/@one", f"{YOUTUBE}/playlist?list=PLabc", f"{YOUTUBE}/@two"]
        assert [each["url"] for each in channels_written(places)] == urls
        added = jobs.list(store.db, limit=1000)[: -downloads or None]
        assert sorted(job.kind.value for job in added) == ["download", *["fetch"] * 7]
        await pilot.press("z")
        await until(pilot, lambda: not channels_written(places))


async def test_a_single_video_goes_into_the_queue_and_a_sentence_around_an_address_is_left_out(
    make_app: MakeApp, store: Store, places: Places
) -> None:
    app = make_app(store)
    async with running(app) as pilot:
        await open_form(app, pilot)
        typed(app, "url").post_message(events.Paste("see https://youtu.be/dQw4w9WgXcQ?si=x, now\n"))
        await until(pilot, lambda: "a single video: it goes into the queue" in shown(app))
        assert typed(app, "url").value == "https://youtu.be/dQw4w9WgXcQ?si=x"
        await pilot.press("ctrl+s")
        await opened(pilot, MainScreen)
    newest = jobs.list(store.db, limit=1)[0]
    assert (newest.kind, newest.url) == ("download", f"{YOUTUBE}/watch?v=dQw4w9WgXcQ")
    assert channels_written(places) == []


@pytest.mark.parametrize(
    ("pieces", "pastes"),
    [
        ([f"{YOUTUBE}/@a\r{YOUTUBE}/@b\r"], [True]),
        ([f"{YOUTUBE}/@a\n{YOUTUBE}/@", f"b\n{YOUTUBE}/@c\n"], [True, True]),
        (["jjkk\rjjkk\r", f"{YOUTUBE}/@a\r\r", "\x1b[A\x1b[A"], [False, False, False]),
        ([f"\x1b[200~{YOUTUBE}/@a\n{YOUTUBE}/@b\n", f"{YOUTUBE}/@c\n{YOUTUBE}/@d", "\x1b[201~"], [False] * 3),
        (["\x1b[20", f"0~{YOUTUBE}/@a\n{YOUTUBE}/@b\n", "\x1b[201~", f"{YOUTUBE}/@c\n{YOUTUBE}/@d"],
         [False, False, False, True]),
    ],
)  # fmt: skip
def test_lines_of_addresses_are_a_paste_where_the_terminal_does_not_say_so(
    pieces: list[str], pastes: list[bool]
) -> None:
    detector = PasteDetector()
    assert [detector.is_paste(piece) for piece in pieces] == pastes
