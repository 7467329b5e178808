"""What one worker's pane says, as pieces of text: pure, so that it is easy to look at in a test."""

from __future__ import annotations

from rich.cells import cell_len

from ytui.core.models import Stage
from ytui.engine.board import SlotState, SlotView
from ytui.tui.rows import Tone
from ytui.tui.text import Glyphs, clean, fit, shorten, span, speed, time_of_day
from ytui.tui.times import countdown

Piece = tuple[str, Tone]
Line = list[Piece]

STAGE_CELLS = 11
NARROW_BAR = 8
WIDE_BAR = 20


def worker_lines(view: SlotView, width: int, height: int, glyphs: Glyphs, now: float) -> list[Line]:
    """Return what worker ``view`` shows in ``height`` lines (1 or more) of ``width`` cells."""
    if view.state in (SlotState.IDLE, SlotState.WAITING) or view.job is None:
        lines = _resting(view, width, height, glyphs, now)
    elif height == 1:
        lines = [_one_line(view, width, glyphs, now)]
    else:
        lines = [_first(view, width, glyphs, now), _second(view, width, glyphs)]
    return [*lines, *[_blank(width)] * (height - len(lines))]


def _blank(width: int) -> Line:
    return [(" " * width, Tone.PLAIN)]


def _head(view: SlotView, glyphs: Glyphs, now: float) -> Line:
    """The worker's number, its sign and its word: a job that is being cancelled says so until it is gone."""
    number: Piece = (f"{view.slot:>2} ", Tone.DIM)
    if view.state in (SlotState.CANCELLING, SlotState.STOPPING):
        return [number, (fit(f"{glyphs.state(view.state)} {view.state}{glyphs.ellipsis}", 14), Tone.WARN)]
    if view.waiting_for:
        # It runs, but stands in line for a permit: that is no standstill without a reason.
        left = f" {countdown(view.waiting_until, now)}" if view.waiting_until is not None else ""
        words = f"{glyphs.state(SlotState.WAITING)} waits{left}: {clean(view.waiting_for)} "
        return [number, (words, Tone.WARN)]
    stage = (view.stage or Stage.STARTING).value
    sign = glyphs.state(view.kind.value if view.kind else "running")
    return [number, (fit(f"{sign} {stage}", STAGE_CELLS + 3), Tone.BUSY)]


def _resting(view: SlotView, width: int, height: int, glyphs: Glyphs, now: float) -> list[Line]:
    state = SlotState.WAITING if view.state is SlotState.WAITING else SlotState.IDLE
    tone = Tone.WARN if state is SlotState.WAITING else Tone.DIM
    text = f"{glyphs.state(state)} {state}"
    if view.waiting_until is not None:
        text += f" until {time_of_day(view.waiting_until)[:5]}, {countdown(view.waiting_until, now)}"
    reason = clean(view.waiting_for)
    if height == 1 and reason:
        text += f": {reason}"
    lines: list[Line] = [
        [(f"{view.slot:>2} ", Tone.DIM), (fit(text, width - 3, ellipsis=glyphs.ellipsis), tone)]
    ]
    if height > 1:
        lines.append([("     ", Tone.PLAIN), (fit(reason, width - 5, ellipsis=glyphs.ellipsis), Tone.DIM)])
    return [_cut(line, width) for line in lines]


def _title(view: SlotView) -> str:
    return clean(view.title) or clean(view.channel) or (f"job {view.job}" if view.job else "")


def percent(fraction: float | None) -> str:
    """Return a share as ``72 %`` in five cells; blank for an unknown one."""
    return f"{int(min(1.0, max(0.0, fraction)) * 100):3d} %" if fraction is not None else "     "


def _one_line(view: SlotView, width: int, glyphs: Glyphs, now: float) -> Line:
    head = _head(view, glyphs, now)
    bar = NARROW_BAR if width >= 56 and view.fraction is not None else 0
    tail: Line = [(" ", Tone.PLAIN), *_bar(view.fraction, bar, glyphs)] if bar else []
    tail.append((f" {percent(view.fraction)}", Tone.STRONG))
    return _joined(head, _title(view), tail, width, glyphs)


def _first(view: SlotView, width: int, glyphs: Glyphs, now: float) -> Line:
    title = _title(view)
    channel = clean(view.channel)
    if channel and channel not in title and width >= 76:
        title = f"{title} {glyphs.dot} {channel}"
    return _joined(
        _head(view, glyphs, now), title, [(f" {percent(view.fraction)}", Tone.STRONG)], width, glyphs
    )


def _joined(head: Line, title: str, tail: Line, width: int, glyphs: Glyphs) -> Line:
    used = sum(cell_len(text) for text, _ in head + tail)
    line = [*head, (fit(title, max(0, width - used), ellipsis=glyphs.ellipsis), Tone.PLAIN), *tail]
    return _cut(line, width)


def _second(view: SlotView, width: int, glyphs: Glyphs) -> Line:
    bar = min(WIDE_BAR, max(NARROW_BAR, width // 5))
    line: Line = [(" " * (3 if view.fraction is not None else 5), Tone.PLAIN)]
    if view.fraction is not None:
        line += [*_bar(view.fraction, bar, glyphs), (" ", Tone.PLAIN)]
    room = max(0, width - sum(cell_len(text) for text, _ in line))
    text = _figures(view, "attempt")
    if cell_len(text) > room:
        text = shorten(_figures(view, "try"), room, glyphs.ellipsis)
    line.append((text, Tone.DIM))
    used = sum(cell_len(text) for text, _ in line)
    line.append((" " * max(0, width - used), Tone.PLAIN))
    return _cut(line, width)


def _figures(view: SlotView, attempt: str) -> str:
    facts = [
        clean(view.detail),
        speed(view.speed),
        f"{span(view.eta)} left" if view.eta is not None else "",
        f"{attempt} {view.attempt}" if view.attempt else "",
    ]
    return "  ".join(fact for fact in facts if fact)


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
