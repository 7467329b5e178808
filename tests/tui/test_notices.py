"""Every key that queues says what keeps from starting that it queued."""

from __future__ import annotations

import pytest

from tests.support.terminals.app_screen import running, show, shown, until, value
from tests.support.terminals.stand_in_engine import NOW
from tests.tui.conftest import MakeApp
from ytui.store import key_values, sites
from ytui.store.database import Store
from ytui.store.rows import SiteRow

PAUSED = "the queue is paused (P goes on)"


@pytest.mark.parametrize(
    ("view", "keys"),
    [
        ("1", ("u",)),
        ("1", ("u", "d")),
        ("2", ("j", "j", "d")),
        ("3", ("G", "k", "r")),
        ("4", ("j", "r")),
        ("4", ("j", "f")),
        ("4", ("j", "l")),
    ],
)
async def test_while_the_queue_is_paused(
    make_app: MakeApp, store: Store, view: str, keys: tuple[str, ...]
) -> None:
    key_values.put(store.db, key_values.PAUSED, "1")
    store.db.execute("DELETE FROM sites")
    app = make_app(store)
    queued = value(store, "SELECT count(*) FROM jobs WHERE state = 'queued'")
    async with running(app) as pilot:
        await show(app, pilot, view)
        await pilot.press(*keys)
        await until(pilot, lambda: value(store, "SELECT count(*) FROM jobs WHERE state = 'queued'") != queued)
        await until(pilot, lambda: PAUSED in " ".join(note.message for note in app._notifications))


async def test_a_site_that_rests_says_until_when_and_a_free_queue_nothing(
    make_app: MakeApp, store: Store
) -> None:
    store.db.execute("DELETE FROM sites")
    app = make_app(store)
    async with running(app) as pilot:
        await show(app, pilot, "2")
        await pilot.press("j", "j", "d")
        await until(pilot, lambda: "queued" in " ".join(note.message for note in app._notifications))
        assert "; " not in " ".join(note.message for note in app._notifications)
        await pilot.press("z")
        await until(pilot, lambda: "undone" in shown(app))
        site = value(store, "SELECT site FROM jobs ORDER BY id DESC LIMIT 1")
        sites.save(store.db, SiteRow(str(site), "cooldown", NOW + 900, "429", 1, None, NOW, {}))
        await pilot.press("d")
        await until(
            pilot, lambda: f"{site} rests until 14:29" in " ".join(n.message for n in app._notifications)
        )
