"""Header: two lines of what there is and how far it is, and a banner while the queue cannot go on.

Its figures come from the store, read in one go in a thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from ytui.core.formatting import (
    format_duration,
    format_size,
    format_speed,
    format_time_of_day,
    group_digits,
    plural,
)
from ytui.core.models import JobState
from ytui.core.sanitize import clean
from ytui.core.wait_reasons import THE_LINE
from ytui.engine.live_status import QueueView
from ytui.store import channels, jobs, key_values
from ytui.store.database import Database
from ytui.store.plan import needs_user_count
from ytui.store.sites import all_sites
from ytui.tui.keymap import keys_of, sign
from ytui.tui.keys import BY_NAME
from ytui.tui.text import Glyphs, shorten
from ytui.tui.time_input import countdown


@dataclass(frozen=True)
class SiteLine:
    """One site whose requests are not simply allowed, or the one most used."""

    site: str
    state: str
    until: float | None
    reason: str = ""
    per_minute: float | None = None
    """Requests a minute that the site is asked at most now."""
    left_hour: float | None = None
    """Requests left of the hour."""
    busy: bool = False
    """Whether a job of it runs."""


@dataclass(frozen=True)
class HeaderCounts:
    """Counts kept by the store; nothing here ever scans a large table."""

    channels: int = 0
    queued: int = 0
    waiting: int = 0
    running: int = 0
    need_you: int = 0
    paused: bool = False
    line_down: bool = False
    held: tuple[tuple[str, int], ...] = ()
    """What jobs wait for that many share, in words, and how many of the waiting ones do; most first."""
    sites: tuple[SiteLine, ...] = ()


def window_title(name: str, summary: HeaderCounts, queue: QueueView) -> str:
    """Return the title of the terminal's window."""
    running = queue.running or summary.running
    counts = (
        (running, "running"),
        (summary.queued, "queued"),
        (summary.need_you, "needs you" if summary.need_you == 1 else "need you"),
    )
    told = ", ".join(f"{number} {word}" for number, word in counts if number)
    return f"{name}: {told or 'idle'}"


def read_header_counts(db: Database) -> HeaderCounts:
    """Return the header's figures as they stand in the store."""
    from ytui.core.holds import WAITED_FOR
    from ytui.store.holds import waiting_by_cause

    states = jobs.state_counts(db)
    waiting = states.get(JobState.WAITING, 0)
    return HeaderCounts(
        channels=channels.count_subscribed(db),
        queued=states.get(JobState.QUEUED, 0),
        waiting=waiting,
        running=states.get(JobState.RUNNING, 0),
        need_you=needs_user_count(db),
        paused=key_values.is_paused(db),
        line_down=bool(waiting) and jobs.waits_for(db, THE_LINE),
        held=tuple((WAITED_FOR[cause], n) for cause, n in waiting_by_cause(db).items()),
        sites=tuple(_sites(db)),
    )


def _sites(db: Database) -> list[SiteLine]:
    """The sites that are closed, then those that are busy, then the one last asked."""
    running = jobs.running_sites(db)
    rows = sorted(
        all_sites(db), key=lambda row: (row.state == "ok", row.site not in running, -row.updated_at)
    )
    lines = [
        SiteLine(
            clean(row.site),
            row.state,
            row.until,
            clean(row.reason),
            row.data.get("per_minute"),
            row.data.get("left_hour"),
            row.site in running,
        )
        for row in rows
    ]
    return [line for number, line in enumerate(lines) if not number or line.busy or line.state != "ok"]


def banner_words(summary: HeaderCounts, queue: QueueView, now: float) -> tuple[str, bool]:
    """Return what the line says, most urgent first (nothing while all goes its way), and if probing helps.

    A countdown goes by the minute until its last one.
    """
    words = [clean(queue.mistake)] if queue.mistake else []
    words += [f"the queue is held: {clean(queue.held)}"] if queue.held else []
    closed = False
    if summary.line_down:
        words.append("the line is down: nothing is charged, one job tries every 30 s")
    for site in summary.sites:
        reason = f": {site.reason}" if site.reason else ""
        if site.state == "probing":
            words.append(f"{site.site} is being probed{reason}; the rest waits for the answer")
        elif site.state == "cooldown" and site.until is not None and site.until > now:
            at = f"probe at {format_time_of_day(site.until)[:5]}, {countdown(site.until, now)}"
            # When before why: a long reason is what may be cut off.
            words.append(f"{site.site} cools down; {at}{reason}")
            closed = True
        elif site.state == "cooldown":
            words.append(f"{site.site} cools down{reason}; its next job is the probe")
    return "  |  ".join(words), closed


class Banner(Widget):
    """Takes no room while there is nothing to say."""

    DEFAULT_CSS = """
    Banner { height: 1; display: none; text-wrap: nowrap; background: $panel; }
    Banner.said { display: block; }
    """

    def __init__(self, glyphs: Glyphs, remapped: Mapping[str, str]) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._probe = sign(keys_of(BY_NAME["probe"], remapped)[0])
        self._words = ""
        self._can_probe = False

    def show(self, summary: HeaderCounts, queue: QueueView, now: float) -> None:
        """Show how things stand; nothing is painted if it says the same."""
        words, closed = banner_words(summary, queue, now)
        if (words, closed) != (self._words, self._can_probe):
            self._words, self._can_probe = words, closed
            self.set_class(bool(words), "said")
            self.refresh()

    def render(self) -> Content:
        """Paint the line."""
        key = f" {self._glyphs.dot} {self._probe} probes now" if self._can_probe else ""
        text = f" {self._glyphs.state('held')} {self._words}"
        shown = shorten(text, self.size.width - cell_len(key), self._glyphs.ellipsis) + key
        return Content.styled(shown, "bold $warning")


Part = tuple[str, str]
"""A text and its style."""

GAP = "   "
NARROW_GAP = "  "
LONGEST_BAR = 24


def status_parts(summary: HeaderCounts, queue: QueueView) -> list[tuple[int, Part]]:
    """Return the parts of the first line from left to right, each with its rank: high ones go first."""
    parts: list[tuple[int, Part]] = []
    if queue.held:
        parts.append((0, (f"held: {clean(queue.held)}", "bold $warning")))
    elif queue.paused or summary.paused:
        parts.append((0, ("queue paused", "bold $warning")))
    parts.append((6, (plural(summary.channels, "channel"), "")))
    running = queue.running or summary.running
    if running or summary.queued:
        parts.append((2, (f"{running} running  {summary.queued} queued", "$accent" if running else "")))
    else:
        parts.append((3, ("idle", "$dim")))
    if summary.waiting:
        parts.append((8, (f"{summary.waiting} waiting", "")))
    if summary.need_you:
        parts.append((1, (plural(summary.need_you, "needs you", "need you"), "bold $error")))
    if queue.speed:
        parts.append((4, (format_speed(queue.speed), "$accent")))
    parts += [_site(site, number) for number, site in enumerate(summary.sites[:3])]
    if queue.free_bytes is not None:
        parts.append((5, (f"{format_size(queue.free_bytes)} free", "")))
    return parts


def _site(line: SiteLine, number: int) -> tuple[int, Part]:
    """The first site is the one that matters most; the others are shown where there is room."""
    rate = f" {group_digits(round(line.per_minute))}/min" if line.per_minute else ""
    if line.state == "ok":
        left = (
            f", {group_digits(round(line.left_hour))} left this hour"
            if line.left_hour is not None and line.busy
            else ""
        )
        return (7 if not number else 9 + number), (f"{line.site} ok{rate}{left}", "$success")
    until = f" until {format_time_of_day(line.until)[:5]}" if line.until and line.state == "cooldown" else ""
    return 3 + number, (f"{line.site} {line.state}{until}", "bold $warning")


def fitting(parts: list[tuple[int, Part]], width: int) -> list[Part]:
    """Return as many parts as fit in ``width`` cells; one that is alone is shortened instead."""
    kept = list(parts)
    while len(kept) > 1 and sum(cell_len(part[0]) + len(NARROW_GAP) for _, part in kept) > width:
        kept.remove(max(kept, key=lambda entry: entry[0]))
    return [part for _, part in kept]


class StatusLine(Widget):
    """Counts, speed, the site's state and free space; no clock: an idle screen sends nothing."""

    DEFAULT_CSS = "StatusLine { height: 1; text-wrap: nowrap; width: 1fr; }"

    def __init__(self, name: str, glyphs: Glyphs) -> None:
        super().__init__()
        self._title = name
        self._glyphs = glyphs
        self._parts: list[tuple[int, Part]] = []

    def show(self, summary: HeaderCounts, queue: QueueView) -> None:
        """Show these figures; nothing is painted if they are the same."""
        parts = status_parts(summary, queue)
        if parts != self._parts:
            self._parts = parts
            self.refresh()

    def render(self) -> Content:
        """Paint the line."""
        room = self.size.width - cell_len(self._title) - 2
        parts = fitting(self._parts, room)
        used = sum(cell_len(text) for text, _ in parts)
        gap = GAP if used + len(GAP) * len(parts) <= room else NARROW_GAP
        line: list[Part | str] = [(f" {self._title}", "bold $primary")]
        for text, style in parts:
            line += [gap, (shorten(text, room - len(gap), self._glyphs.ellipsis), style)]
        return Content.assemble(*line)


class ProgressLine(Widget):
    """How much of what was asked for is done: listings, downloads, and when it will all be there."""

    DEFAULT_CSS = "ProgressLine { height: 1; text-wrap: nowrap; width: 1fr; }"

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__()
        self._glyphs = glyphs
        self._queue = QueueView()
        self._idle = ""
        self._shown: tuple[object, ...] = ()

    def show(self, summary: HeaderCounts, queue: QueueView) -> None:
        """Show this progress; nothing is painted if it looks the same."""
        self._idle = _idle_words(summary)
        shown = (
            self._idle,
            queue.fetch_done,
            queue.fetch_total,
            queue.download_done,
            queue.download_total,
            format_duration(queue.eta),
        )
        self._queue = queue
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render(self) -> Content:
        """Paint a bar for listings and one for downloads, as wide as the line allows."""
        queue = self._queue
        counts = [
            (word, done, total)
            for word, done, total in (
                ("fetch", queue.fetch_done, queue.fetch_total),
                ("download", queue.download_done, queue.download_total),
            )
            if total
        ]
        if not counts:
            return Content.styled(f" {self._idle}", "$dim")
        tail = f"{format_duration(queue.eta)} left" if queue.eta is not None else ""
        words = [f" {word} {done}/{total} " for word, done, total in counts]
        share = f" {int(min(1.0, counts[-1][1] / counts[-1][2]) * 100)} %"
        gaps = len(counts) + len(NARROW_GAP)
        spare = self.size.width - sum(map(len, words)) - len(share) - len(tail) - gaps
        bar = max(0, min(LONGEST_BAR, spare // len(counts)))
        parts: list[Part | str] = []
        for text, (_, done, total) in zip(words, counts, strict=True):
            full, left = self._glyphs.progress(done / total, bar)
            parts += [text, (full, "$accent"), (left, "$rule"), " "]
        return Content.assemble(*parts, (share, "bold"), NARROW_GAP, tail)


def _idle_words(summary: HeaderCounts) -> str:
    """Say what is in the queue while nothing of it is counted: what waits for its time is."""
    if summary.running or summary.queued:
        return ""
    rest = summary.waiting - sum(number for _, number in summary.held)
    waits = [*summary.held, *([("another time", rest)] if rest > 0 else [])]
    if not waits:
        return "nothing in the queue"
    (first, number), *more = waits
    words = [f"{plural(number, 'job waits', 'jobs wait')} for {first}"]
    return ", ".join([*words, *(f"{number} for {what}" for what, number in more)])
