"""When the recorded parts of a broadcast stay beside their whole."""

from __future__ import annotations

import pytest

from ytui.core.part_comparison import why_kept
from ytui.core.protocol import Compared, Measured


def quiet(seconds: float, *silences: tuple[float, float]) -> Measured:
    return Measured(seconds, 720, silences)


@pytest.mark.parametrize(
    ("whole", "parts", "why"),
    [
        (quiet(100, (0, 3)), [quiet(60)], ""),
        (quiet(100, (0, 3)), [quiet(60), quiet(60)], ""),
        (quiet(100, (0, 3)), [quiet(103)], "were recorded, the whole has"),
        (quiet(100, (0, 3)), [quiet(90), quiet(50)], "were recorded"),
        (Measured(100, 360, ((0, 3),)), [quiet(60)], "they are of 720p, the whole is of 360p"),
        (quiet(100, (0, 40)), [quiet(60, (0, 1))], "the whole is silent for 40 s, they are for 1 s"),
        (quiet(100, (0, 40)), [quiet(60, (0, 38))], ""),
        (quiet(600, (0, 90), (300, 330)), [quiet(60, (10, 22))], ""),
        (Measured(100, 720, None), [quiet(60, (0, 1))], "whether the whole has its sound"),
        (quiet(100), [Measured(60, 720, None)], "whether the whole has its sound"),
        (Measured(), [], "whether the whole is as long"),
        (quiet(100), [quiet(60), Measured()], "whether the whole is as long"),
    ],
)
def test_parts_stay_where_the_whole_has_not_all_that_they_have(
    whole: Measured, parts: list[Measured], why: str
) -> None:
    found = why_kept(Compared(whole, tuple(parts)), [None] * (len(parts) or 1))
    assert why in found
    assert bool(why) == bool(found)


@pytest.mark.parametrize(
    ("whole", "parts", "why"),
    [
        # Nothing was heard before the recording began, and after it ended.
        (quiet(3600, (0, 600), (2000, 3600)), [(600, quiet(1400))], ""),
        (quiet(3600, (0, 600)), [(622, quiet(1400))], ""),
        (quiet(3600, (0, 600), (2000, 2400)), [(600, quiet(1400)), (2400, quiet(1200))], ""),
        # Muted where it was recorded, be that little beside the silence of a part.
        (quiet(3600, (700, 730)), [(600, quiet(1400))], "is silent for 30 s where they are not"),
        (
            quiet(3600, (700, 730), (900, 960)),
            [(600, quiet(1400, (310, 370)))],
            "for 30 s where they are not",
        ),
        (quiet(3600, (2500, 2530)), [(0, quiet(1400, (0, 600))), (2400, quiet(600))], "for 30 s where"),
        (quiet(3600, (0, 3600)), [(0, quiet(1400))], "is silent for 23 min where they are not"),
        # The same silences, which the clock has elsewhere: a stream is shown late.
        (quiet(3600, (980, 1040)), [(600, quiet(1400, (400, 460)))], ""),
        (quiet(3600, (940, 1000)), [(600, quiet(1400, (400, 460)))], "for 29 s where"),
        # A recording that begins with the broadcast has nowhere else to be.
        (quiet(1400, (0, 20)), [(0, quiet(1400))], "for 20 s where they are not"),
        # Another clock than that of the whole: nobody knows where it was recorded.
        (quiet(3600, (0, 600)), [(9000, quiet(1400))], "the whole is silent for 10 min, they are for 0 s"),
        (quiet(3600, (0, 600)), [(9000, quiet(1400, (0, 240)))], ""),
    ],
)
def test_silence_counts_where_a_part_was_recorded(
    whole: Measured, parts: list[tuple[float, Measured]], why: str
) -> None:
    found = why_kept(Compared(whole, tuple(part for _, part in parts)), [at for at, _ in parts])
    assert why in found
    assert bool(why) == bool(found)
