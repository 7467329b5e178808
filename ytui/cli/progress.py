"""What a person sees while a command works: lines as things happen and, on a terminal, the workers below."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from ytui.cli.output import say

if TYPE_CHECKING:
    from ytui.engine.board import BoardSnapshot, SlotView
    from ytui.store.database import Database

_SHOWN = 8
"""Workers painted at most."""


class Progress:
    """Prints on standard output; ``quiet`` prints nothing at all."""

    def __init__(self, db: Database, *, quiet: bool) -> None:
        from ytui.store import journal

        self._db = db
        self._quiet = quiet
        self._live = not quiet and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._last = journal.last_id(db)
        self._painted: list[str] = []

    def update(self, board: BoardSnapshot) -> None:
        """Print what the journal has gained, and paint the workers anew if they look different."""
        if self._quiet:
            return
        news = self._news()
        lines = _workers(board) if self._live else []
        if not news and lines == self._painted:
            return
        self._erase()
        for line in news:
            say(line)
        self._paint(lines)

    def end(self) -> None:
        """Print the rest and leave nothing painted."""
        if not self._quiet:
            news = self._news()
            self._erase()
            for line in news:
                say(line)

    def _news(self) -> list[str]:
        from ytui.core.moments import time_of_day
        from ytui.core.outside import clean
        from ytui.store import journal

        rows = journal.tail(self._db, after_id=self._last, limit=500)
        if rows:
            self._last = max(row.id for row in rows)
        return [f"{time_of_day(row.at)} {clean(row.message)}" for row in rows if row.level != "debug"]

    def _paint(self, lines: list[str]) -> None:
        from ytui.tui.text import shorten

        width = shutil.get_terminal_size().columns - 1
        for line in lines:
            say(shorten(line, width))
        self._painted = lines

    def _erase(self) -> None:
        if self._painted:
            sys.stdout.write(f"\x1b[{len(self._painted)}A\x1b[J")
            self._painted = []


def _workers(board: BoardSnapshot) -> list[str]:
    from ytui.core.amounts import span, speed

    queue = board.queue
    parts = [
        f"fetch {queue.fetch_done}/{queue.fetch_total}",
        f"download {queue.download_done}/{queue.download_total}",
    ]
    if queue.speed:
        parts.append(speed(queue.speed))
    if queue.eta is not None:
        parts.append(f"{span(queue.eta)} left")
    if queue.held:
        parts.append(f"held: {queue.held}")
    busy = [slot for slot in board.slots if slot.job is not None]
    return ["-- " + "   ".join(parts), *(_worker(slot) for slot in busy[:_SHOWN])]


def _worker(slot: SlotView) -> str:
    from ytui.core.amounts import size, speed
    from ytui.core.moments import time_of_day
    from ytui.core.outside import clean
    from ytui.engine.board import slot_name

    percent = "" if slot.fraction is None else f"{slot.fraction:4.0%}"
    stage = slot.stage.value if slot.stage else ""
    told = slot.detail or speed(slot.speed)
    if slot.since is not None:
        told = f"{size(slot.done_bytes)} since {time_of_day(slot.since)[:5]}"
    return clean(f"{slot_name(slot.slot):>2} {stage:<10} {percent:>4}  {told:<16}  {slot.title}")
