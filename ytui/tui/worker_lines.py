"""Lines of one worker's pane as pieces of text, pure; and the history of stages and speeds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len

from ytui.core.formatting import format_duration, format_length, format_size, format_speed, format_time_of_day
from ytui.core.models import JobKind, Stage
from ytui.core.sanitize import clean
from ytui.engine.live_status import SlotState, SlotView, slot_name
from ytui.tui.lists.rows import Tone
from ytui.tui.text import Glyphs, fit, shorten
from ytui.tui.time_input import countdown

SPEEDS = 16
"""Speeds that are kept, the latest ones."""
SPEED_SECONDS = 1.0
"""Seconds from one of them to the next: each is a repaint."""
SETTLES = 3.0
"""Seconds without a job after which a worker is one of those that rest."""


@dataclass(frozen=True)
class WorkerHistory:
    """The past of one job on one worker."""

    job: int | None = None
    attempt: int = 0
    stages: tuple[Stage, ...] = ()
    """In the order they came; the last one is what it does now."""
    speeds: tuple[float, ...] = ()
    """Bytes a second, the latest last."""
    taken_at: float = 0.0
    worked_at: float | None = None
    """When it was last seen at work."""

    def after(self, view: SlotView, now: float) -> WorkerHistory:
        """Return it with what the worker does at ``now`` (Unix time)."""
        history = self
        if (view.job, view.attempt) != (self.job, self.attempt):
            history = WorkerHistory(view.job, view.attempt, worked_at=self.worked_at)
        if not is_resting(view):
            history = replace(history, worked_at=now)
        stage = view.stage
        if stage is not None and stage is not Stage.STARTING and stage not in history.stages[-1:]:
            earlier = tuple(known for known in history.stages if known is not stage)
            history = replace(history, stages=(*earlier, stage))
        if view.speed is not None and now - history.taken_at >= SPEED_SECONDS:
            history = replace(history, speeds=(*history.speeds, view.speed)[-SPEEDS:], taken_at=now)
        return history

    def has_settled(self, now: float) -> bool:
        """Whether a worker without a job has been so for a while: between two jobs it keeps its place."""
        return self.worked_at is None or now - self.worked_at >= SETTLES


NO_HISTORY = WorkerHistory()


MINUTES = 60


class SpeedHistory:
    """The mean speed of each of the last 60 minutes, in bytes a second; kept in memory alone."""

    def __init__(self) -> None:
        self._sums: deque[tuple[float, int]] = deque([(0.0, 0)] * MINUTES, MINUTES)
        self._minute: int | None = None

    def add(self, at: float, speed: float) -> None:
        """Take note of the speed at a Unix time; minutes that nobody looked at had none."""
        minute = int(at // 60)
        if self._minute is not None:
            self._sums.extend([(0.0, 0)] * min(MINUTES, max(0, minute - self._minute)))
        self._minute = minute if self._minute is None else max(minute, self._minute)
        total, looks = self._sums[-1]
        self._sums[-1] = (total + speed, looks + 1)

    def minutes(self) -> tuple[float, ...]:
        """The means, the present minute last."""
        return tuple(total / looks if looks else 0.0 for total, looks in self._sums)


Piece = tuple[str, Tone]
Line = list[Piece]
_INDENT: Piece = ("     ", Tone.PLAIN)
"""Up to below the word of the first line."""
_SHORT_INDENT: Piece = ("   ", Tone.PLAIN)
"""Up to below its sign."""

STAGE_CELLS = 11
NARROW_BAR = 8
WIDE_BAR = 24
LEAST_SPEEDS = 4
"""So many, and the cells for them, make it worth while to draw how fast it was."""


def worker_lines(
    view: SlotView, width: int, height: int, glyphs: Glyphs, now: float, history: WorkerHistory = NO_HISTORY
) -> list[Line]:
    """Return what worker ``view`` shows in ``height`` lines (1 or more) of ``width`` cells."""
    if is_resting(view):
        lines = [resting_line([view], width, glyphs, now)]
    elif height == 1:
        lines = [_one_line(view, width, glyphs, now)]
    else:
        lines = [_first(view, width, glyphs, now), _second(view, width, glyphs, now, full=height > 2)]
        if height > 2:
            third = _third(view, width, glyphs, history)
            lines = [*lines, third] if any(text.strip() for text, _ in lines[1]) else [lines[0], third]
    return [*lines, *[_blank(width)] * (height - len(lines))]


def _blank(width: int) -> Line:
    return [(" " * width, Tone.PLAIN)]


def _head(view: SlotView, glyphs: Glyphs, now: float) -> Line:
    """The worker's number, its sign and its word: a job that is being cancelled says so until it is gone."""
    number: Piece = (f"{slot_name(view.slot):>2} ", Tone.DIM)
    if view.state in (SlotState.CANCELLING, SlotState.STOPPING):
        return [number, (fit(f"{glyphs.state(view.state)} {view.state}{glyphs.ellipsis}", 14), Tone.WARN)]
    if view.waiting_for:
        # It runs, but stands in line for a permit: that is no standstill without a reason.
        left = f" {countdown(view.waiting_until, now)}" if view.waiting_until is not None else ""
        words = f"{glyphs.state(SlotState.WAITING)} waits{left}: {clean(view.waiting_for)} "
        return [number, (words, Tone.WARN)]
    stage = (view.stage or Stage.STARTING).value
    sign = glyphs.state(view.kind.word if view.kind else "running")
    return [number, (fit(f"{sign} {stage}", STAGE_CELLS + 3), Tone.BUSY)]


def is_resting(view: SlotView) -> bool:
    """Whether a worker has no job."""
    return view.state in (SlotState.IDLE, SlotState.WAITING) or view.job is None


def resting_groups(views: Iterable[SlotView]) -> list[tuple[SlotView, ...]]:
    """Return workers without a job together as far as they wait for the same; those that wait first."""
    groups: dict[tuple[bool, str], list[SlotView]] = {}
    for view in views:
        groups.setdefault((view.state is not SlotState.WAITING, view.waiting_for), []).append(view)
    return [tuple(groups[key]) for key in sorted(groups, key=lambda key: key[0])]


def resting_line(views: Sequence[SlotView], width: int, glyphs: Glyphs, now: float) -> Line:
    """Return the one line of workers that rest for the same reason: how many they are, and why."""
    first = views[0]
    state = SlotState.WAITING if first.state is SlotState.WAITING else SlotState.IDLE
    text = f"{glyphs.state(state)} {len(views)} {state}"
    if reason := clean(first.waiting_for):
        text += f": {reason}"
    times = [view.waiting_until for view in views if view.waiting_until is not None]
    if times:
        # Why before when: of a narrow line the end is cut off.
        text += f", until {format_time_of_day(min(times))[:5]}, {countdown(min(times), now)}"
    tone = Tone.WARN if state is SlotState.WAITING else Tone.DIM
    return _cut([("   ", Tone.DIM), (fit(text, width - 3, ellipsis=glyphs.ellipsis), tone)], width)


def _title(view: SlotView) -> str:
    return clean(view.title) or clean(view.channel) or (f"job {view.job}" if view.job else "")


def percent(fraction: float | None) -> str:
    """Return a share as ``72 %`` in five cells; blank for an unknown one."""
    return f"{int(min(1.0, max(0.0, fraction)) * 100):3d} %" if fraction is not None else "     "


def _one_line(view: SlotView, width: int, glyphs: Glyphs, now: float) -> Line:
    head = _head(view, glyphs, now)
    if view.since is not None:
        return _joined(head, _title(view), [(f" {_recorded(view, now)}", Tone.STRONG)], width, glyphs)
    bar = NARROW_BAR if width >= 56 and view.fraction is not None else 0
    tail: Line = [(" ", Tone.PLAIN), *_bar(view.fraction, bar, glyphs)] if bar else []
    tail.append((f" {percent(view.fraction)}", Tone.STRONG))
    return _joined(head, _title(view), tail, width, glyphs)


def _first(view: SlotView, width: int, glyphs: Glyphs, now: float) -> Line:
    title = _title(view)
    channel = clean(view.channel)
    if channel and channel not in title and width >= 60:
        title = f"{title} {glyphs.dot} {channel}"
    return _joined(
        _head(view, glyphs, now), title, [(f" {percent(view.fraction)}", Tone.STRONG)], width, glyphs
    )


def _joined(head: Line, title: str, tail: Line, width: int, glyphs: Glyphs) -> Line:
    used = _used(head + tail)
    line = [*head, (fit(title, max(0, width - used), ellipsis=glyphs.ellipsis), Tone.PLAIN), *tail]
    return _cut(line, width)


def _second(view: SlotView, width: int, glyphs: Glyphs, now: float, *, full: bool) -> Line:
    bar = min(WIDE_BAR, max(NARROW_BAR, width // (4 if full else 5)))
    line: Line = [_INDENT if full or view.fraction is None else _SHORT_INDENT]
    if view.fraction is not None:
        line += [*_bar(view.fraction, bar, glyphs), ("  ", Tone.PLAIN)]
    room = max(0, width - _used(line))
    # With a third line the attempt stands there, and what is loaded so far has room here.
    ways = [("", _loaded(view)), ("", "")] if full else [("attempt", ""), ("try", "")]
    texts = [_figures(view, attempt, loaded, now) for attempt, loaded in ways]
    text = next((text for text in texts if cell_len(text) <= room), texts[-1])
    return _filled([*line, (shorten(text, room, glyphs.ellipsis), Tone.DIM)], width)


def _third(view: SlotView, width: int, glyphs: Glyphs, history: WorkerHistory) -> Line:
    """The stages it has come through, the attempt, and how fast it was."""
    attempt = f"attempt {view.attempt}" if view.attempt else ""
    room = width - _used([_INDENT]) - len(attempt)
    done, present, ahead = _steps(view, history, glyphs)
    if _used(present + ahead) + 2 * len(present + ahead) > room:
        ahead = []
    steps = [*done, *present, *ahead]
    while steps and _used(steps) + 2 * len(steps) > room:
        steps.pop(0)
    line: Line = [_INDENT]
    for text, tone in steps:
        line += [(text, tone), ("  ", Tone.PLAIN)]
    line.append((attempt, Tone.DIM))
    cells = width - _used(line) - 2 if len(history.speeds) >= LEAST_SPEEDS else 0
    speeds = glyphs.sparkline(history.speeds[-cells:]) if cells >= LEAST_SPEEDS else ""
    return [*_filled(line, width - len(speeds)), (speeds, Tone.BUSY)]


def _steps(view: SlotView, history: WorkerHistory, glyphs: Glyphs) -> tuple[Line, Line, Line]:
    """What is behind it, what it does, what is still to come; nothing where there is but one step."""
    last = Stage.FINISHING
    ahead = [last] if view.kind is JobKind.DOWNLOAD and last not in history.stages else []
    if len(history.stages) + len(ahead) < 2:
        return [], [], []
    return (
        [(f"{glyphs.state('done')} {stage}", Tone.DIM) for stage in history.stages[:-1]],
        [(f"{glyphs.state('running')} {stage}", Tone.BUSY) for stage in history.stages[-1:]],
        [(f"{glyphs.state('queued')} {stage}", Tone.DIM) for stage in ahead],
    )


def _loaded(view: SlotView) -> str:
    if not view.done_bytes:
        return ""
    return format_size(view.done_bytes) + (f" of {format_size(view.total_bytes)}" if view.total_bytes else "")


def _figures(view: SlotView, attempt: str, loaded: str, now: float) -> str:
    facts = [
        _recorded(view, now),
        clean(view.detail),
        loaded if view.since is None else "",
        format_speed(view.speed),
        f"{format_duration(view.eta)} left" if view.eta is not None else "",
        f"{attempt} {view.attempt}" if attempt and view.attempt else "",
    ]
    return "  ".join(fact for fact in facts if fact)


def _recorded(view: SlotView, now: float) -> str:
    """How long a broadcast has been recorded, since when, and how much that is."""
    if view.since is None:
        return ""
    lasted = format_length(max(0.0, now - view.since))
    amount = f", {format_size(view.done_bytes)}" if view.done_bytes else ""
    return f"{lasted} since {format_time_of_day(view.since)[:5]}{amount}"


def _used(line: Line) -> int:
    return sum(cell_len(text) for text, _ in line)


def _filled(line: Line, width: int) -> Line:
    return _cut([*line, (" " * max(0, width - _used(line)), Tone.PLAIN)], width)


def _bar(fraction: float | None, cells: int, glyphs: Glyphs) -> Line:
    done, left = glyphs.progress(fraction, cells)
    return [(done, Tone.BUSY), (left, Tone.DIM)]


def _cut(line: Line, width: int) -> Line:
    """Cut a line off where the pane is narrower than its fixed parts."""
    kept: Line = []
    for text, tone in line:
        cells = min(width, cell_len(text))
        kept.append((text if cells == cell_len(text) else fit(text, cells, ellipsis=""), tone))
        width -= cells
    return kept
