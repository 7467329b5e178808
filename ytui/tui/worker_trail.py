"""What a worker has come through with its job: the stages, and how fast it was; kept while it is watched."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ytui.core.models import Stage
from ytui.engine.board import SlotView

SPEEDS = 16
"""Speeds that are kept, the latest ones."""
SPEED_SECONDS = 1.0
"""Seconds from one of them to the next: each is a repaint."""


@dataclass(frozen=True)
class Trail:
    """The past of one job on one worker."""

    job: int | None = None
    attempt: int = 0
    stages: tuple[Stage, ...] = ()
    """In the order they came; the last one is what it does now."""
    speeds: tuple[float, ...] = ()
    """Bytes a second, the latest last."""
    taken_at: float = 0.0

    def after(self, view: SlotView, now: float) -> Trail:
        """Return it with what the worker does at ``now`` (Unix time)."""
        trail = self
        if (view.job, view.attempt) != (self.job, self.attempt):
            trail = Trail(view.job, view.attempt)
        stage = view.stage
        if stage is not None and stage is not Stage.STARTING and stage not in trail.stages[-1:]:
            earlier = tuple(known for known in trail.stages if known is not stage)
            trail = replace(trail, stages=(*earlier, stage))
        if view.speed is not None and now - trail.taken_at >= SPEED_SECONDS:
            trail = replace(trail, speeds=(*trail.speeds, view.speed)[-SPEEDS:], taken_at=now)
        return trail


NO_TRAIL = Trail()
