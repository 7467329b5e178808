"""Handing over: back and forth while one file downloads, and two applications opened at the same moment."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.tty.home import a_home
from ytui.demo import clips

HANDOVERS = 20
PADDING = 2_000_000
"""Bytes by which the file is made longer, for it to last through all of them."""
RATE = 40_000.0
MOMENTS = 50


def handovers() -> Iterator[Row]:
    """Hand over 20 times while one file downloads; open two applications at the same moment, 50 times."""
    plain = clips.content

    def padded(clip: str, name: str) -> bytes:
        # A box of MP4 that players skip.
        body = plain(clip, name)
        return body + struct.pack(">I4s", PADDING + 8, b"free") + clips.noise(PADDING)

    with (
        mock.patch.object(clips, "content", padded),
        tempfile.TemporaryDirectory(prefix="ytui-handover-") as folder,
        a_home(Path(folder), videos=1, rate=RATE) as home,
    ):
        for number in range(1, HANDOVERS + 1, 2):
            with home.open() as terminal:
                home.moves(number)
                terminal.hang_up()
                terminal.gone()
            home.moves(number + 1)
        home.complete()
        home.sent_once()
        (requests,) = home.transfers().values()
        sent, size = sum(request.sent for request in requests), len(clips.content("blocks", "480p.mp4"))
        pages = home.pages()
    yield Row(
        f"{HANDOVERS - 1} hand-overs of one transfer",
        "each byte asked for once, give or take a block; one page request",
        f"{len(requests)} requests, {sent / size - 1:.1%} sent twice, {pages} page request",
        "",
        len(requests) == HANDOVERS and pages == 1,
    )
    yield _moments()


def _moments() -> Row:
    ones = sum(_one_holder() for _ in range(MOMENTS))
    goal = f"{MOMENTS} of {MOMENTS}"
    return Row("two opened at once: exactly one holder", goal, f"{ones} of {MOMENTS}", "", ones == MOMENTS)


def _one_holder() -> bool:
    with (
        tempfile.TemporaryDirectory(prefix="ytui-handover-") as folder,
        a_home(Path(folder), videos=1, rate=None, fresh=True) as home,
        home.open() as one,
        home.open() as other,
    ):
        until(lambda: "Take it over?" in one.text + other.text, 20, 0.02)
        holder, asker = (other, one) if "Take it over?" in one.text else (one, other)
        holder.shows("Channels")
        asker.type("\r")
        asker.gone()
        return asker.code == 3 and holder.code is None and "Take it over?" not in holder.text
