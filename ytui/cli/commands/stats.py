"""``ytui stats``: how large the archive is, how it grows, what fails and what heals."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.output import emit, json_option, say, table
from ytui.cli.params import local_time
from ytui.cli.session import Session, session
from ytui.core.formatting import iso_time

if TYPE_CHECKING:
    from ytui.cli.global_options import GlobalOptions

_CHANNELS = 10


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How far back.")
@json_option
@click.pass_obj
def stats(start: GlobalOptions, days: int, as_json: bool) -> None:
    """Show the archive in figures: videos, sizes, downloads a day, failures and how they healed."""
    with session(start, quiet=as_json) as opened:
        answer = _object(opened, days)
    if as_json:
        emit(answer)
    else:
        _print(answer)


def _object(opened: Session, days: int) -> dict[str, Any]:
    from ytui.engine.figures import last_midnights, read_figures
    from ytui.store import offers, statistics

    db, now = opened.db, time.time()
    figures = read_figures(db, opened.settings, now)
    midnights = last_midnights(now, days)
    arrived = statistics.downloads_between(db, [*midnights, now + 1])
    return {
        "videos": {state.value: number for state, number in figures.videos.items()},
        "channels": figures.channels,
        "bytes": figures.library_bytes,
        "free_bytes": figures.free_bytes,
        "last_download": iso_time(figures.last_download),
        "days": [
            {"day": f"{datetime.fromtimestamp(midnight):%Y-%m-%d}", "downloaded": number}
            for midnight, number in zip(midnights, arrived, strict=True)
        ],
        "largest": [
            {"name": channel.name, "bytes": channel.bytes}
            for channel in statistics.largest_channels(db, _CHANNELS)
        ],
        "failures": [
            {
                "class": failure.failure_class,
                "unresolved": failure.unresolved,
                "healed_after_1": failure.healed[0],
                "healed_after_2": failure.healed[1],
                "healed_after_3_or_more": failure.healed[2],
            }
            for failure in statistics.failures(db)
        ],
        "lower_than_offered": {
            cause.value: number for cause, number in sorted(offers.lower_counts(db).items())
        },
        "sites": [
            {"site": site.site, "state": site.state, "left_day": site.left[2]} for site in figures.sites
        ],
    }


def _print(answer: dict[str, Any]) -> None:
    from ytui.core.formatting import format_size
    from ytui.core.lower_quality import AGAIN, lower_counts
    from ytui.core.models import LowerCause

    known = "   ".join(f"{number} {state}" for state, number in answer["videos"].items() if number)
    say(known or "no videos yet")
    free = "" if answer["free_bytes"] is None else f", {format_size(answer['free_bytes'])} free"
    last = f", the last one came {local_time(answer['last_download'])}" if answer["last_download"] else ""
    say(f"{format_size(answer['bytes'])} in the library{free}{last}")
    lower = {LowerCause(cause): number for cause, number in answer["lower_than_offered"].items()}
    if lower:
        say(f"lower than offered: {lower_counts(lower)}; {AGAIN}")
    days = [day for day in answer["days"] if day["downloaded"]]
    _section(("DAY", "DOWNLOADED"), [(day["day"], day["downloaded"]) for day in days], (1,))
    _section(
        ("CHANNEL", "SIZE"), [(row["name"], format_size(row["bytes"])) for row in answer["largest"]], (1,)
    )
    keys = ("class", "unresolved", "healed_after_1", "healed_after_2", "healed_after_3_or_more")
    _section(
        ("FAILURE", "UNRESOLVED", "HEALED AFTER 1", "2", "3+"),
        [tuple(row[key] for key in keys) for row in answer["failures"]],
        (1, 2, 3, 4),
    )
    _section(
        ("SITE", "STATE", "LEFT TODAY"),
        [(row["site"], row["state"], row["left_day"]) for row in answer["sites"]],
        (2,),
    )


def _section(headings: tuple[str, ...], rows: list[tuple[Any, ...]], right: tuple[int, ...]) -> None:
    if rows:
        say()
        table(headings, rows, right=right)
