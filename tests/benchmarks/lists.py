"""Lists of a thousand to a million rows: opened, filtered, sorted, and gone through to their end."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from statistics import median

from tests.benchmarks.libraries import filled
from tests.benchmarks.measure import milliseconds
from tests.benchmarks.opened import at_rest, environ, of_list, opened, title
from tests.benchmarks.painted import Cells, Painted
from tests.benchmarks.table import Row
from ytui.paths import Places

SIZES = (1_000, 100_000, 1_000_000)
IN_A_TABLE = SIZES[:2]
"""How many rows a ``DataTable`` is given; with a million it takes a minute and a half, and 700 MB."""
MILLION = "DataTable: 102 s as measured once, not run"
OPEN, ECHO, ROWS = 0.3, 0.05, 0.3
PAGES = 25
BETWEEN = 0.12
"""Seconds between two letters of somebody who types fast."""
LONGEST = 60.0
SORTS = ("state", "title", "length", "channel", "published", "size")
_ORDERS = (
    "t.state, t.id",
    "t.title COLLATE NOCASE, t.id",
    "t.duration, t.id",
    "(SELECT name FROM channels c WHERE c.id = t.channel_id) COLLATE NOCASE, t.id",
    "t.published_at DESC, t.id DESC",
    "t.size DESC, t.id DESC",
)
"""What the lists themselves sort by: the newest and the largest come first."""


@dataclass(frozen=True)
class _Filter:
    """What is typed, and what it means as SQL."""

    what: str
    text: str
    where: str


_FILTERS = (
    _Filter("a common word", "cooking", "title LIKE '%cooking%'"),
    _Filter("a rare word", "#197", "title LIKE '%#197%'"),
    _Filter(
        "two letters",
        "zz",
        "title LIKE '%zz%' OR channel_id IN (SELECT id FROM channels WHERE name LIKE '%zz%')",
    ),
    _Filter("a state", "state:failed", "state LIKE '%failed%'"),
    _Filter(
        "channel, length and word",
        "channel:amber >20min night",
        "channel_id IN (SELECT id FROM channels WHERE name LIKE '%amber%') AND duration > 1200 "
        "AND title LIKE '%night%'",
    ),
    _Filter("what nothing has", "xylophones", "0"),
)


def lists() -> Iterator[Row]:
    """Open, filter, sort and go through lists of 1 000 to 1 000 000 rows, beside a DataTable."""
    for size in SIZES:
        places = filled(size)
        name = f"{size:,} videos".replace(",", " ")
        with closing(sqlite3.connect(places.database)) as db:
            # A cursor that was moved stays with its row in every order: each part begins with a fresh screen.
            for part in (partial(_narrowed, places=places, size=size), _own_order):
                with opened(places, rows=40, columns=120) as terminal:
                    terminal.painted(lambda cells: title(cells, "Channels · "), 30)
                    at_rest(terminal)
                    yield from part(_Looker(terminal, db), name)


def _narrowed(looker: _Looker, name: str, *, places: Places, size: int) -> Iterator[Row]:
    seconds = looker.open("2", "Videos", "videos")
    baseline = f"DataTable: {_table(places):.2f} s" if size in IN_A_TABLE else MILLION
    yield Row(
        f"{name}: list open", f"≤ {milliseconds(OPEN)}", milliseconds(seconds), baseline, seconds <= OPEN
    )
    echoes: list[float] = []
    for wanted in _FILTERS:
        seconds, rows = looker.filter(wanted, echoes)
        yield Row(
            f"{name}: rows of {wanted.what}, {rows} of them",
            f"≤ {milliseconds(ROWS)}",
            milliseconds(seconds),
            wanted.text,
            seconds <= ROWS,
        )
    yield Row(
        f"{name}: letter of a filter echoed, worst of {len(echoes)}",
        f"≤ {milliseconds(ECHO)}",
        f"{milliseconds(max(echoes))}, median {milliseconds(median(echoes))}",
        "",
        max(echoes) <= ECHO,
    )
    times = looker.sorts()
    worst = max(times, key=times.__getitem__)
    every = ", ".join(f"{column} {milliseconds(seconds)}" for column, seconds in times.items())
    yield Row(f"{name}: sorted, worst of {len(times)}", "", f"{worst} {milliseconds(times[worst])}", every)
    answer, seconds = looker.end("t.size, t.id")
    yield Row(
        f"{name}: G by size", "", f"{milliseconds(answer)}, its rows {milliseconds(seconds)}", "no index"
    )


def _own_order(looker: _Looker, name: str) -> Iterator[Row]:
    looker.open("2", "Videos", "videos")
    answer, seconds = looker.end("t.published_at, t.id")
    yield Row(
        f"{name}: G to the end",
        f"≤ {milliseconds(ROWS)}",
        f"{milliseconds(answer)}, its rows {milliseconds(seconds)}",
        "",
        seconds <= ROWS,
    )
    answers, waits = looker.pages()
    yield Row(
        f"{name}: {PAGES} pages down, longest without an answer",
        f"≤ {milliseconds(ECHO)}",
        f"{milliseconds(max(answers))}, rows after {milliseconds(max(waits))} at worst",
        "",
        max(answers) <= ECHO,
    )
    others = {
        words: looker.open(key, words, table)
        for key, words, table in (("3", "Jobs", "jobs"), ("4", "Work plan", ""), ("5", "Log", "journal"))
    }
    yield Row(
        f"{name}: other lists open",
        f"≤ {milliseconds(OPEN)}",
        ", ".join(f"{words.lower()} {milliseconds(seconds)}" for words, seconds in others.items()),
        "",
        max(others.values()) <= OPEN,
    )


class _Looker:
    """Looks through one library; what it waits for is what the database says should come."""

    def __init__(self, terminal: Painted, db: sqlite3.Connection) -> None:
        self._terminal = terminal
        self._db = db

    def open(self, key: str, words: str, table: str) -> float:
        """Seconds until a view is there with its rows."""
        count = f" · {_spaced(self._value(f'SELECT count(*) FROM {table}'))} " if table else " · "
        return self._press(
            key, lambda cells: title(cells, words + count) and _rows(cells) and "…" not in _rows(cells)[0][:4]
        )

    def filter(self, wanted: _Filter, echoes: list[float]) -> tuple[float, int]:
        """Seconds from the last letter to the rows, and how many those are."""
        rows = int(self._value(f"SELECT count(*) FROM videos t WHERE {wanted.where}"))
        self._press("/", lambda cells: not _below(cells).startswith("state"))
        began = 0.0
        for end in range(1, len(wanted.text) + 1):
            typed = wanted.text[:end].strip()
            began = self._terminal.press(wanted.text[end - 1])
            if wanted.text[end - 1] != " ":
                painted = self._terminal.painted(lambda cells, typed=typed: _below(cells) == typed, LONGEST)  # type: ignore[misc]
                echoes.append(painted - began)
            self._terminal.look_on(
                max(0.0, began + BETWEEN - time.monotonic()) if end < len(wanted.text) else 0
            )
        found = _spaced(rows) if rows else "nothing matches"
        seconds = (
            self._terminal.painted(
                lambda cells: title(cells, f"Videos · {found} · filter “{wanted.text}"), LONGEST
            )
            - began
        )
        self._press("\x1b", lambda cells: _below(cells).startswith("state"))
        self._all()
        return seconds, rows

    def sorts(self) -> dict[str, float]:
        """Seconds until the rows are there by each column."""
        times = {}
        for number, column in enumerate(SORTS):
            first = self._title(_ORDERS[number])
            self._press("O", lambda cells: "Sort by" in "".join(cells.lines))
            self._terminal.look_on(0.2)
            # The choice begins with the column that is sorted by, if there is one.
            self._terminal.press("\x1b[B" if number else "")
            self._terminal.look_on(0.2)
            times[column] = self._press("\r", lambda cells, first=first: _first_has(cells, first))  # type: ignore[misc]
            self._terminal.look_on(0.3)
        return times

    def end(self, backwards: str) -> tuple[float, float]:
        """Seconds until ``G`` shows the last place, and until its row, the first one backwards, is there."""
        last = self._title(backwards)
        began = self._terminal.press("G")
        answer = self._terminal.painted(lambda cells: _cursor_line(cells) >= len(_rows(cells)) - 1, LONGEST)
        row = self._terminal.painted(lambda cells: last in _rows(cells)[-1], LONGEST)
        self._terminal.press("g")
        self._terminal.look_on(1.0)
        return answer - began, row - began

    def pages(self) -> tuple[list[float], list[float]]:
        """Seconds until each page's first change, and until its rows are there."""
        answers, waits = [], []
        for _ in range(PAGES):
            before = _rows(self._terminal.cells)
            began = self._terminal.press("\x1b[6~")
            answers.append(
                self._terminal.painted(lambda cells, before=before: _rows(cells) != before, LONGEST) - began  # type: ignore[misc]
            )
            waits.append(
                self._terminal.painted(
                    lambda cells: not any(line.strip("▸ ") == "…" for line in _rows(cells)), LONGEST
                )
                - began
            )
        return answers, waits

    def _all(self) -> None:
        """Wait for the whole list."""
        count = _spaced(self._value("SELECT count(*) FROM videos"))
        self._terminal.painted(lambda cells: title(cells, f"Videos · {count} "), LONGEST)
        self._terminal.look_on(0.5)

    def _press(self, key: str, painted: Callable[[Cells], object]) -> float:
        began = self._terminal.press(key)
        return self._terminal.painted(painted, LONGEST) - began

    def _title(self, order: str) -> str:
        """The beginning of the title of the first video in an order, as far as it is in one cell a letter."""
        words = str(self._value(f"SELECT t.title FROM videos t ORDER BY {order} LIMIT 1"))
        return words[:20].strip()

    def _value(self, sql: str) -> int | str:
        value: int | str = self._db.execute(sql).fetchone()[0]
        return value


def _table(places: Places) -> float:
    """Seconds until Textual's own table shows the same videos."""
    words = [sys.executable, "-m", "tests.benchmarks.bare", str(places.database)]
    with Painted(words, environ(), rows=40, columns=120) as terminal:
        terminal.painted(lambda cells: cells.lines[0].startswith("bare"), 30)
        began = terminal.press("2")
        return terminal.painted(lambda cells: any("state" in line for line in cells.lines), 120) - began


def _spaced(number: int | str) -> str:
    return f"{int(number):,}".replace(",", " ")


def _top(cells: Cells) -> int:
    """The line of the first pane's title."""
    return next((number for number, line in enumerate(cells.lines[:6]) if line.startswith("─")), 0)


def _below(cells: Cells) -> str:
    return of_list(cells)[_top(cells) + 1].strip()


def _rows(cells: Cells) -> list[str]:
    """The lines of the list: below the columns' names, above footer and, without details, note."""
    lines = of_list(cells)
    names = (number for number, line in enumerate(lines[:8]) if line.startswith(("  state", "  time")))
    return lines[next(names, 6) + 1 : -1 if lines != cells.lines else -2]


def _first_has(cells: Cells, words: str) -> bool:
    return words in _rows(cells)[0]


def _cursor_line(cells: Cells) -> int:
    return next((number for number, line in enumerate(_rows(cells)) if line.startswith("▸")), -1)
