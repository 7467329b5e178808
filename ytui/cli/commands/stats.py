"""``ytui stats`` and ``metrics``: the archive in figures, for eyes, for scripts and for Prometheus."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ytui import __version__
from ytui.cli.output import emit, json_option, say, table
from ytui.cli.params import local_time
from ytui.cli.session import Session, session
from ytui.core.formatting import format_size, iso_time
from ytui.core.lower_quality import AGAIN, lower_counts
from ytui.core.models import LowerCause

if TYPE_CHECKING:
    from prometheus_client.core import Metric
    from prometheus_client.registry import CollectorRegistry

    from ytui.cli.params import GlobalOptions
    from ytui.engine.figures import Figures


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
    known = "   ".join(f"{number} {state}" for state, number in answer["videos"].items() if number)
    say(known or "no videos yet")
    free = "" if answer["free_bytes"] is None else f", {format_size(answer['free_bytes'])} free"
    last = f", the last one {local_time(answer['last_download'])}" if answer["last_download"] else ""
    say(f"{format_size(answer['bytes'])} downloaded{free}{last}")
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


WINDOWS = ("minute", "hour", "day")
SITE_STATES = ("ok", "cooldown", "probing")


@click.command()
@json_option
@click.pass_obj
def metrics(start: GlobalOptions, as_json: bool) -> None:
    """Print figures in Prometheus' text format, for its node exporter's textfile folder or a small server."""
    from prometheus_client import CollectorRegistry, generate_latest

    from ytui.engine.figures import read_figures

    with session(start, quiet=True) as opened:
        figures = read_figures(opened.db, opened.settings, time.time())
        in_use = opened.in_use
    registry = CollectorRegistry()
    registry.register(_Collector(figures, in_use))
    if as_json:
        emit({"metrics": _samples(registry)})
    else:
        click.echo(generate_latest(registry), nl=False)


Samples = Iterable[tuple[Sequence[str], float]]
"""A number for each of some labels' values."""


class _Collector:
    """What a registry asks for its metrics."""

    def __init__(self, figures: Figures, in_use: bool) -> None:
        self._figures = figures
        self._in_use = in_use

    def collect(self) -> Iterator[Metric]:
        """Every family, in the order in which it is printed."""
        from prometheus_client.core import InfoMetricFamily

        yield InfoMetricFamily("ytui_build", "What ytui this is.", {"version": __version__})
        yield from self._counts()
        yield from self._amounts()
        yield from self._of_sites()

    def _counts(self) -> Iterator[Metric]:
        figures = self._figures
        videos = (((state.value,), number) for state, number in figures.videos.items())
        yield _gauge("ytui_videos", "Videos known, by state.", ("state",), videos)
        jobs: Counter[tuple[str, str]] = Counter()
        for kind, states in figures.jobs.items():
            for job_state, number in states.items():
                jobs[kind.word, job_state.value] += number
        yield _gauge("ytui_jobs", "Jobs by kind and state.", ("kind", "state"), jobs.items())
        plan = (
            ((failure_class, state.value), number)
            for failure_class, by_state in figures.plan.items()
            for state, number in by_state.items()
        )
        words = "Items of the work plan by class and state."
        yield _gauge("ytui_plan_items", words, ("class", "state"), plan)
        lower = (((cause.value,), figures.lower.get(cause, 0)) for cause in LowerCause)
        words = "Videos downloaded lower than their site offers them, by cause."
        yield _gauge("ytui_lower_than_offered", words, ("cause",), lower)

    def _amounts(self) -> Iterator[Metric]:
        figures = self._figures
        at_work = [row for row in figures.workers if row.job_id is not None] if self._in_use else []
        amounts = [
            ("ytui_held", "1 while a process runs the queue.", int(self._in_use)),
            ("ytui_paused", "1 while the queue is paused.", int(figures.paused)),
            ("ytui_channels", "Channels that are fetched.", figures.channels),
            ("ytui_workers_busy", "Workers with a job.", len(at_work)),
            ("ytui_speed_bytes", "Bytes a second of all transfers.", sum(row.speed or 0 for row in at_work)),
            ("ytui_queue_age_seconds", "Age of the oldest job in the queue.", figures.queue_age),
            ("ytui_library_bytes", "Size of all files in the library.", figures.library_bytes),
            ("ytui_free_bytes", "Free space of the library's disk.", figures.free_bytes),
            (
                "ytui_last_download_timestamp_seconds",
                "When the last video came.",
                figures.last_download,
            ),
        ]
        # What is not known is left out: nought would say that there is none.
        for name, words, value in amounts:
            if value is not None:
                yield _gauge(name, words, (), [((), value)])

    def _of_sites(self) -> Iterator[Metric]:
        sites = self._figures.sites
        left = (
            ((site.site, window), number)
            for site in sites
            for window, number in zip(WINDOWS, site.left, strict=True)
        )
        words = "Requests left of a site's budget."
        yield _gauge("ytui_site_requests_left", words, ("site", "window"), left)
        words = "Requests a minute that a site is asked at most."
        rates = (((site.site,), site.per_minute) for site in sites)
        yield _gauge("ytui_site_requests_per_minute", words, ("site",), rates)
        states = (
            ((site.site, name), int(site.state == name))
            for site in sites
            for name in sorted({*SITE_STATES, site.state})
        )
        yield _gauge("ytui_site_state", "1 for the state that a site is in.", ("site", "state"), states)


def _gauge(name: str, words: str, labels: Sequence[str], samples: Samples) -> Metric:
    from prometheus_client.core import GaugeMetricFamily

    family = GaugeMetricFamily(name, words, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _samples(registry: CollectorRegistry) -> list[dict[str, object]]:
    return [
        {"name": sample.name, "labels": dict(sample.labels), "value": sample.value}
        for family in registry.collect()
        for sample in family.samples
    ]
