"""The last word of a run: one object for scripts, a table for eyes, and the exit code."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ytui.cli.mistakes import ALL_WELL, SOMETHING_FAILED
from ytui.cli.output import emit, say, table
from ytui.core.moments import iso
from ytui.store.run_stats import ChannelTally, Tally


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
        return SOMETHING_FAILED if wrong else ALL_WELL

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
                {"class": due.failure_class, "at": iso(due.at), "items": due.items} for due in self.tally.due
            ],
            "next_fetch": iso(tally.next_fetch),
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
        from ytui.core.amounts import size, span

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
                    span(entry.duration_s),
                    size(entry.bytes),
                    _by_class(entry.failures),
                    entry.error,
                )
                for entry in shown
            ),
            right=(1, 2, 3, 4, 5, 6),
        )

    def _show_total(self) -> None:
        from ytui.core.amounts import count, size, span
        from ytui.core.lower import AGAIN, lower_counts

        say()
        parts = [
            f"{count(self._sum('downloaded'), 'video')} downloaded ({size(self._sum('bytes'))})",
            f"{self._sum('new')} new",
            f"{self._sum('failed')} failed",
            f"{self.tally.waiting} waiting",
            *([f"{self.tally.queued} still queued"] if self.tally.queued else []),
            f"{self._sum('retries')} tried again",
        ]
        if self._sum("cancelled"):
            parts.append(f"{self._sum('cancelled')} cancelled")
        say(f"{', '.join(parts)} in {span(self.ending.elapsed)}")
        if self.tally.lower:
            say(f"Lower than offered: {lower_counts(self.tally.lower)}; {AGAIN}")
        if self._failures():
            say(f"Failed in this run: {_by_class(self._failures())}")
        if self.tally.queued and self.ending.obstacle and not self.ending.held:
            say(f"What is still queued cannot start: {self.ending.obstacle}")
        if self.ending.handed_over:
            say("Another ytui has taken over.")

    def _show_plan(self) -> None:
        from ytui.core.moments import moment

        if self.tally.plan:
            say(f"Not arrived: {_by_class(self.tally.plan)}")
        for due in self.tally.due:
            when = f"from {moment(due.at)} on" if (due.at or 0.0) > time.time() else "when it can go on"
            say(f"  {due.items} {due.failure_class}: by itself, {when}")
        if self.tally.plan:
            say("`ytui plan list` says why, and what to do.")
        if self.tally.next_fetch is not None:
            due_now = self.tally.next_fetch <= time.time()
            say(f"The next channel is due {'now' if due_now else moment(self.tally.next_fetch)}.")

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
