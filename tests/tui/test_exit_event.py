"""The event that ends the reading of keys."""

from __future__ import annotations

import select

from ytui.tui.terminal.driver import ExitEvent


def is_seen(event: ExitEvent) -> bool:
    return bool(select.select([event], [], [], 0)[0])


def test_whoever_selects_sees_it_for_as_long_as_it_is_set() -> None:
    event = ExitEvent()
    assert not is_seen(event)
    event.set()
    event.set()
    assert is_seen(event)
    assert is_seen(event)
    event.clear()
    assert not is_seen(event)
    assert not event.is_set()
    event.clear()
    event.set()
    assert is_seen(event)
