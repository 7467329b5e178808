"""The open application while nothing happens: its processor time, and what it weighs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.libraries import filled
from tests.benchmarks.measure import mib
from tests.benchmarks.opened import at_rest, cpu, opened, processes
from tests.benchmarks.table import Row

SECONDS = float(os.environ.get("IDLE_SECONDS", "60"))
SIZES = (0, 1_000_000)
GOAL, HEAVIEST = 0.005, 90 * 1024


def idle() -> Iterator[Row]:
    """Processor time of the idle application over a minute, its memory; with no video and a million."""
    for size in SIZES:
        name = f"{size:,} videos".replace(",", " ")
        with opened(filled(size)) as terminal:
            at_rest(terminal, 120)
            family = processes(terminal.pid)
            before = {pid: cpu(pid) for pid in family}
            terminal.look_on(SECONDS)
            spent = {pid: cpu(pid) - before[pid] for pid in family}
            weights = {pid: _weight(pid) for pid in family}
        share, own = sum(spent.values()) / SECONDS, spent[terminal.pid] / SECONDS
        yield Row(
            f"idle for {SECONDS:.0f} s, {name}: processor",
            f"≤ {GOAL:.1%}",
            f"{share:.2%}",
            f"the screen's process alone: {own:.2%}",
            share <= GOAL,
        )
        rss, pss = weights[terminal.pid]
        others = ", ".join(
            f"{words} {mib(weights[pid][0])}, {mib(weights[pid][1])}"
            for pid, words in family.items()
            if pid != terminal.pid
        )
        yield Row(
            f"idle, {name}: memory (RSS, PSS) of the screen's process",
            f"≤ {mib(HEAVIEST)}",
            f"{mib(rss)}, {mib(pss)}",
            others,
            rss <= HEAVIEST,
        )


def _weight(pid: int) -> tuple[int, int]:
    """Resident and proportional size in KiB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    fields = dict(line.split(":", 1) for line in lines)
    return int(fields["Rss"].split()[0]), int(fields["Pss"].split()[0])
