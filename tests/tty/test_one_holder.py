"""Two applications opened at the same moment on a new library: exactly one has it."""

from __future__ import annotations

from pathlib import Path

from tests.support.processes.tty_home import a_home
from tests.support.processes.waiting import until

ASKS = "Take it over?"
HELD = 3


def test_exactly_one_has_it(tmp_path: Path) -> None:
    with a_home(tmp_path, videos=1, rate=None, fresh=True) as home, home.open() as one, home.open() as other:
        until(lambda: ASKS in one.text or ASKS in other.text)
        first, second = (other, one) if ASKS in one.text else (one, other)
        first.shows("Channels")
        assert ASKS not in first.text
        second.type("\r")
        second.gone()
        assert second.code == HELD
        assert "Channels" not in second.text
        assert first.code is None
        home.held_by(first.pid)
        home.complete()
