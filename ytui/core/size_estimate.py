"""Size estimate of a video before its formats are known: duration times a usual rate of its height."""

from __future__ import annotations

USUAL_DURATION = 300.0
"""Seconds assumed where a listing gives no duration."""
SHORT_DURATION = 60.0
"""Seconds assumed for a short, whose listing never gives one."""

_BYTES_A_SECOND = (
    (360, 60_000),
    (480, 100_000),
    (720, 180_000),
    (1080, 350_000),
    (1440, 900_000),
    (2160, 1_900_000),
)


def bytes_a_second(height: int | None) -> int:
    """Bytes to expect of a second of a video at most ``height`` pixels high (None: 1080)."""
    wanted = 1080 if height is None else height
    return next((rate for limit, rate in _BYTES_A_SECOND if limit >= wanted), _BYTES_A_SECOND[-1][1])
