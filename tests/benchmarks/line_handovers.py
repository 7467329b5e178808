"""Handing over: back and forth while one file downloads, and two applications opened at the same moment."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest import mock

from tests.benchmarks.measure import until
from tests.benchmarks.table import Row
from tests.support.processes.tty_home import Home, a_home
from tests.support.terminals.pty_terminal import Terminal, is_alive
from tests.support.terminals.tmux import Window
from ytui.demo import clips

HANDOVERS = 20
PADDING = 2_000_000
"""Bytes by which the file is made longer, for it to last through all of them."""
RATE = 40_000.0
MOMENTS = 50
ASKS, LEFT_ALONE = "Take it over?", "the library stays where it is"

Opens = Callable[[Home], AbstractContextManager[Terminal | Window]]
"""Opens the application on a home."""
OpensTwo = Callable[[Home], AbstractContextManager[tuple[Terminal | Window, Terminal | Window]]]
"""Opens it twice at the same moment."""


def handovers() -> Iterator[Row]:
    """Hand over 20 times while one file downloads; open two applications at the same moment, 50 times."""
    yield back_and_forth(Home.open, "hand-overs of one transfer")
    yield moments(_two, "two opened at once: exactly one holder")


def back_and_forth(opens: Opens, what: str) -> Row:
    """One file goes from the application to its successor and back, and so on."""
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
        for number in range(1, HANDOVERS + 2, 2):
            with opens(home) as terminal:
                home.moves(number)
                terminal.hang_up()
                terminal.gone()
            home.moves(number + 1)
        home.complete()
        # A busy machine leaves more of a fast transfer unread.
        home.sent_once(lost=RATE)
        (requests,) = home.transfers().values()
        sent, size = sum(request.sent for request in requests), len(clips.content("blocks", "480p.mp4"))
        pages = home.pages()
    done = len(requests) - 1
    return Row(
        f"{HANDOVERS} {what}",
        "each byte asked for once, give or take a block; one page request",
        f"{done} hand-overs, {sent / size - 1:.1%} sent twice, {pages} page request",
        "",
        done >= HANDOVERS and pages == 1,
    )


def moments(opens: OpensTwo, what: str) -> Row:
    """Two applications on a new library, many times."""
    ones = sum(_one_holder(opens) for _ in range(MOMENTS))
    return Row(what, f"{MOMENTS} of {MOMENTS}", f"{ones} of {MOMENTS}", "", ones == MOMENTS)


@contextmanager
def _two(home: Home) -> Iterator[tuple[Terminal, Terminal]]:
    with home.open() as one, home.open() as other:
        yield one, other


def _one_holder(opens: OpensTwo) -> bool:
    with (
        tempfile.TemporaryDirectory(prefix="ytui-handover-") as folder,
        a_home(Path(folder), videos=1, rate=None, fresh=True) as home,
        opens(home) as (one, other),
    ):
        until(lambda: ASKS in one.text + other.text, 20, 0.02)
        holder, asker = (other, one) if ASKS in one.text else (one, other)
        holder.shows("Channels")
        asker.type("\r")
        asker.gone()
        return LEFT_ALONE in asker.text and is_alive(holder.pid) and ASKS not in holder.text
