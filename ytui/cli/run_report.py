"""Report of a run: lines as things happen, the workers below them, and the last word at its end."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ytui.cli.errors import EXIT_FAILED, EXIT_OK
from ytui.cli.output import emit, say, table
from ytui.core.formatting import (
    format_duration,
    format_size,
    format_speed,
    format_time,
    format_time_of_day,
    iso_time,
    itself,
    plural,
)
from ytui.core.lower_quality import AGAIN, lower_counts
from ytui.core.sanitize import clean
from ytui.store.statistics import ChannelTally, Tally

if TYPE_CHECKING:
    from ytui.engine.live_status import SlotView, StatusSnapshot
    from ytui.store.database import Database

_SHOWN = 8
"""Workers painted at most."""


class ProgressLines:
    """Prints on standard output; ``quiet`` prints nothing at all."""

    def __init__(self, db: Database, *, quiet: bool) -> None:
        from ytui.store import journal

        self._db = db
        self._quiet = quiet
        self._live = not quiet and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._last = journal.last_id(db)
        self._painted: list[str] = []

    def update(self, live_status: StatusSnapshot) -> None:
        """Print what the journal has gained, and paint the workers anew if they look different."""
        if self._quiet:
            return
        news = self._news()
        lines = _workers(live_status) if self._live else []
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
        from ytui.store import journal

        rows = journal.tail(self._db, after_id=self._last, limit=500)
        if rows:
            self._last = max(row.id for row in rows)
        return [f"{format_time_of_day(row.at)} {clean(row.message)}" for row in rows if row.level != "debug"]

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


def _workers(live_status: StatusSnapshot) -> list[str]:
    queue = live_status.queue
    parts = [
        f"fetch {queue.fetch_done}/{queue.fetch_total}",
        f"download {queue.download_done}/{queue.download_total}",
    ]
    if queue.speed:
        parts.append(format_speed(queue.speed))
    if queue.eta is not None:
        parts.append(f"{format_duration(queue.eta)} left")
    if queue.held:
        parts.append(f"held: {queue.held}")
    busy = [slot for slot in live_status.slots if slot.job is not None]
    return ["-- " + "   ".join(parts), *(_worker(slot) for slot in busy[:_SHOWN])]


def _worker(slot: SlotView) -> str:
    from ytui.engine.live_status import slot_name

    percent = "" if slot.fraction is None else f"{slot.fraction:4.0%}"
    stage = slot.stage.value if slot.stage else ""
    progress = slot.detail or format_speed(slot.speed)
    if slot.since is not None:
        progress = f"{format_size(slot.done_bytes)} since {format_time_of_day(slot.since)[:5]}"
    return clean(f"{slot_name(slot.slot):>2} {stage:<10} {percent:>4}  {progress:<16}  {slot.title}")


@dataclass(frozen=True)
class Ending:
    """How it ended: the signal if one came, whether another ytui took over, what held the queue; seconds."""

    signal: int
    handed_over: bool
    held: str
    elapsed: float
    obstacle: str = ""
    """Why what was queued still could not start, where nothing of it could."""


@dataclass(frozen=True)
class Summary:
    """What a run did and how it ended."""

    tally: Tally
    ending: Ending

    @property
    def exit_code(self) -> int:
        """130 and the like after a signal; 1 when something failed or the queue is held; else 0."""
        if self.ending.signal:
            return 128 + self.ending.signal
        wrong = self.ending.held or self.tally.troubled or self._sum("failed")
        return EXIT_FAILED if wrong else EXIT_OK

    def as_object(self) -> dict[str, Any]:
        """What scripts rely on."""
        tally = self.tally
        return {
            "channels": tally.channels,
            "videos": tally.videos,
            "new": self._sum("new"),
            "downloaded": self._sum("downloaded"),
            "bytes": self._sum("bytes"),
            "failed": self._sum("failed"),
            "cancelled": self._sum("cancelled"),
            "waiting": tally.waiting,
            "retried": self._sum("retries"),
            "elapsed_s": round(self.ending.elapsed, 1),
            "plan": tally.plan,
            "by_channel": [_channel(entry) for entry in tally.by_channel],
            "handed_over": self.ending.handed_over,
            "failures": self._failures(),
            "due": [
                {"class": due.failure_class, "at": iso_time(due.at), "items": due.items}
                for due in self.tally.due
            ],
            "next_fetch": iso_time(tally.next_fetch),
            "queued": tally.queued,
            "lower_than_offered": {cause.value: number for cause, number in sorted(tally.lower.items())},
        }

    def show(self, *, as_json: bool, extra: Mapping[str, Any] | None = None) -> None:
        """Print it; ``extra`` joins the object."""
        if as_json:
            emit({**self.as_object(), **(extra or {})})
            return
        self._show_channels()
        self._show_total()
        self._show_plan()

    def _show_channels(self) -> None:
        shown = [entry for entry in self.tally.by_channel if entry.duration_s or entry.new or entry.error]
        if not shown:
            return
        say()
        table(
            ("CHANNEL", "NEW", "DOWNLOADED", "FAILED", "RETRIES", "TIME", "SIZE", "FAILURES", "ERROR"),
            (
                (
                    entry.name or "single videos",
                    entry.new,
                    entry.downloaded,
                    entry.failed,
                    entry.retries,
                    format_duration(entry.duration_s),
                    format_size(entry.bytes),
                    _by_class(entry.failures),
                    entry.error,
                )
                for entry in shown
            ),
            right=(1, 2, 3, 4, 5, 6),
        )

    def _show_total(self) -> None:
        say()
        parts = [
            f"{plural(self._sum('downloaded'), 'video')} downloaded ({format_size(self._sum('bytes'))})",
            f"{self._sum('new')} new",
            f"{self._sum('failed')} failed",
            f"{self.tally.waiting} waiting",
            *([f"{self.tally.queued} still queued"] if self.tally.queued else []),
            f"{self._sum('retries')} tried again",
        ]
        if self._sum("cancelled"):
            parts.append(f"{self._sum('cancelled')} cancelled")
        say(f"{', '.join(parts)} in {format_duration(self.ending.elapsed)}")
        if self.tally.lower:
            say(f"lower than offered: {lower_counts(self.tally.lower)}; {AGAIN}")
        if self._failures():
            say(f"failed in this run: {_by_class(self._failures())}")
        if self.tally.queued and self.ending.obstacle and not self.ending.held:
            say(f"what is still queued cannot start: {self.ending.obstacle}")
        if self.ending.handed_over:
            say("another ytui goes on with the queue")

    def _show_plan(self) -> None:
        if self.tally.plan:
            say(f"on the plan: {_by_class(self.tally.plan)}")
        for due in self.tally.due:
            when = f"from {format_time(due.at)} on" if (due.at or 0.0) > time.time() else "when it can go on"
            say(f"  {due.items} {due.failure_class}: tried again by {itself(due.items)}, {when}")
        if self.tally.plan:
            say("`ytui plan list` says why, and what to do")
        if self.tally.next_fetch is not None:
            due_now = self.tally.next_fetch <= time.time()
            say(f"the next channel is due {'now' if due_now else format_time(self.tally.next_fetch)}")

    def _failures(self) -> dict[str, int]:
        """This run's failures by class, over all channels."""
        total: Counter[str] = Counter()
        for entry in self.tally.by_channel:
            total.update(entry.failures)
        return dict(sorted(total.items()))

    def _sum(self, name: str) -> int:
        return sum(getattr(entry, name) for entry in self.tally.by_channel)


def _channel(entry: ChannelTally) -> dict[str, Any]:
    keys = ("name", "new", "downloaded", "failed", "error", "retries", "duration_s", "failures")
    return {key: getattr(entry, key) for key in keys}


def _by_class(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in numbers.items())
