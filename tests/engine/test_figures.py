"""Figures for commands and monitoring."""

from __future__ import annotations

from ytui.engine.figures import last_midnights

NOW = 1_790_000_000.0
DAY = 86_400.0


def test_days_begin_at_local_midnight() -> None:
    days = last_midnights(NOW, 3)
    assert [day % DAY for day in days] == [0.0, 0.0, 0.0]
    assert days[-1] <= NOW < days[-1] + DAY
