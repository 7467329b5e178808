"""What is told, and that it is told once."""

from __future__ import annotations

import pytest
from textual.timer import Timer
from textual.widgets._toast import Toast

from tests.support.terminals.app_screen import running, shown, until
from tests.tui.conftest import MakeApp
from ytui.store.database import Store
from ytui.tui.app import YtuiApp


def told(app: YtuiApp) -> list[str]:
    return [toast._notification.message for toast in app.screen.query(Toast)]


async def test_a_key_pressed_ten_times_tells_the_same_once(make_app: MakeApp, empty_store: Store) -> None:
    app = make_app(empty_store)
    async with running(app) as pilot:
        await pilot.press(*["e"] * 10)
        await until(pilot, lambda: "nothing here" in shown(app))
        await pilot.press(*["y"] * 10, *["e"] * 10)
        await until(pilot, lambda: "nothing here to copy" in shown(app))
        await until(
            pilot, lambda: all(worker.is_finished for worker in app.workers if worker.group != "slots")
        )
        await pilot.pause()
        assert told(app) == ["nothing here", "nothing here to copy"]


async def test_what_is_told_again_stays_for_as_long_again(
    make_app: MakeApp, empty_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(empty_store)
    async with running(app) as pilot:
        app.tell("the same")
        await until(pilot, lambda: told(app) == ["the same"])
        began_anew: list[Timer] = []
        monkeypatch.setattr(Timer, "reset", lambda timer: began_anew.append(timer))
        notice = next(iter(app._notifications))
        notice.raised_at = long_ago = notice.raised_at - 2
        app.tell("the same")
        await until(pilot, lambda: notice.raised_at > long_ago + 1)
        assert [timer._interval for timer in began_anew] == [pytest.approx(app.NOTIFICATION_TIMEOUT, abs=1)]
        assert told(app) == ["the same"]


async def test_a_mistake_is_not_hidden_by_the_same_words_told_as_news(
    make_app: MakeApp, empty_store: Store
) -> None:
    app = make_app(empty_store)
    async with running(app) as pilot:
        app.tell("the same")
        app.tell("the same", wrong=True)
        await until(pilot, lambda: told(app) == ["the same", "the same"])
