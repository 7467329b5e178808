"""The rows that benchmarks make, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Row:
    """One figure beside its goal and what it is measured against, in the same run."""

    what: str
    goal: str
    measured: str
    baseline: str
    ok: bool | None = None
    """Whether the goal is met; None where there is none."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as text."""
        verdict = {True: "ok", False: "missed", None: ""}[self.ok]
        return (*astuple(self)[:4], verdict)


HEADINGS = ("what", "goal", "measured", "baseline", "verdict")


def ratio(what: str, goal: float, ours: float, theirs: float, unit: str, against: str) -> Row:
    """A row for "at most ``goal`` of what ``against`` takes"."""
    share = ours / theirs
    return Row(
        what=what,
        goal=f"≤ {goal:.3g} of it",
        measured=f"{ours:.2f} {unit} ({share:.2f} of it)",
        baseline=f"{against}: {theirs:.2f} {unit}",
        ok=share <= goal,
    )


def lines(rows: Sequence[Row]) -> list[str]:
    """The table, columns aligned."""
    cells = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    made = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return [made[0], "  ".join("─" * width for width in widths), *made[1:]]
