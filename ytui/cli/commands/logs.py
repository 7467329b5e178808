"""``ytui logs``: the journal, for eyes and for scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.lists import channel_id, channel_names
from ytui.cli.output import emit, json_option, rest, row_number, say
from ytui.cli.session import session
from ytui.cli.times import Moment
from ytui.core.moments import iso

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.store.database import Database
    from ytui.store.rows import JournalRow

LOOK = 0.25
"""Seconds between looks at whether the journal has grown."""
_PAGE = 500
_TIMES = ("until",)
"""What holds a time in a line's data."""
_MOST = 1_000_000


@click.command()
@click.option("-f", "--follow", is_flag=True, help="Stay and print what comes; ctrl+c ends it.")
@click.option(
    "--level", type=click.Choice(["debug", "info", "warning", "error"]), help="This level and above."
)
@click.option("--channel", help="Only lines of this channel (its name or address).")
@click.option("--job", "job_id", type=row_number, help="Only lines of this job.")
@click.option("--type", type=click.Choice(["runtime", "failed", "report"]), help="Only lines of this type.")
@click.option("--since", type=Moment(), help="From then on: 2h (ago), 2026-11-20, '2026-11-20 14:00'.")
@click.option("--until", type=Moment(end=True), help="Only before then.")
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=100, show_default=True, help="The newest so many."
)
@json_option
@click.pass_obj
def logs(start: Start, /, follow: bool, channel: str | None, limit: int, as_json: bool, **where: Any) -> None:
    """Print the journal's newest lines, the oldest of them first."""
    from ytui.store import journal

    with session(start, quiet=as_json) as opened:
        db = opened.db
        where["channel_id"] = channel_id(db, channel)
        names: dict[int, str] = {}
        # Read before the lines are: one that is written meanwhile is printed now or next, never lost.
        last = journal.last_id(db)
        rows = journal.tail(db, limit=limit, **where)
        if as_json and not follow:
            emit({"lines": [line_object(db, row, names) for row in rows]})
            return
        last = max([last, *(row.id for row in rows)])
        for row in rows:
            _print(db, row, names, as_json)
        while follow:
            rest(LOOK)
            for row in news(db, last, where):
                last = row.id
                _print(db, row, names, as_json)


def news(db: Database, last: int, where: dict[str, Any]) -> Iterator[JournalRow]:
    """The lines after the id ``last``, in the order they were written."""
    from ytui.store import journal

    if journal.last_id(db) <= last:
        return
    while rows := journal.tail(db, after_id=last, limit=_PAGE, **where):
        yield from rows
        last = rows[-1].id


def line_object(db: Database, row: JournalRow, names: dict[int, str]) -> dict[str, Any]:
    """A line as scripts see it; ``names`` are the channels' labels, read again when a new one turns up."""
    if row.channel_id is not None and row.channel_id not in names:
        names.update(channel_names(db))
    return {
        "id": row.id,
        "at": iso(row.at),
        "level": row.level,
        "type": row.type,
        "message": row.message,
        "job": row.job_id,
        "channel": names.get(row.channel_id or 0),
        "video": row.video_id,
        "data": {key: iso(value) if key in _TIMES else value for key, value in row.data.items()},
    }


def _print(db: Database, row: JournalRow, names: dict[int, str], as_json: bool) -> None:
    if as_json:
        emit(line_object(db, row, names))
        return
    from ytui.core.moments import moment, time_of_day
    from ytui.core.outside import clean

    job = f" job {row.job_id}" if row.job_id is not None else ""
    say(f"{moment(row.at)[:10]} {time_of_day(row.at)} {row.level:<7}{job} {clean(row.message, 2000)}")
