"""``ytui metrics``: figures for monitoring, in the text format that Prometheus reads."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ytui import __version__
from ytui.cli.output import emit, json_option
from ytui.cli.session import session
from ytui.core.models import LowerCause

if TYPE_CHECKING:
    from prometheus_client.core import Metric
    from prometheus_client.registry import CollectorRegistry

    from ytui.cli.global_options import GlobalOptions
    from ytui.engine.figures import Figures, SiteFigures

WINDOWS = ("minute", "hour", "day")
SITE_STATES = ("ok", "cooldown", "probing")


@click.command()
@json_option
@click.pass_obj
def metrics(start: GlobalOptions, as_json: bool) -> None:
    """Print figures in Prometheus' text format, for its node exporter's textfile folder or a small server."""
    from prometheus_client import CollectorRegistry, generate_latest

    from ytui.engine.figures import read_figures
    from ytui.engine.ownership.lock import is_locked

    with session(start, quiet=True) as opened:
        figures = read_figures(opened.db, opened.settings, time.time())
        held = is_locked(opened.places)
    registry = CollectorRegistry()
    registry.register(_Collector(figures, held))
    if as_json:
        emit({"metrics": _samples(registry)})
    else:
        click.echo(generate_latest(registry), nl=False)


class _Collector:
    """What a registry asks for its metrics."""

    def __init__(self, figures: Figures, held: bool) -> None:
        self._figures = figures
        self._held = held

    def collect(self) -> Iterator[Metric]:
        """Every family, in the order in which it is printed."""
        from prometheus_client.core import InfoMetricFamily

        yield InfoMetricFamily("ytui_build", "What ytui this is.", {"version": __version__})
        yield from self._counts()
        yield from self._amounts()
        yield from self._of_sites()

    def _counts(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        figures = self._figures
        videos = GaugeMetricFamily("ytui_videos", "Videos known, by state.", labels=["state"])
        for state, number in figures.videos.items():
            videos.add_metric([state.value], number)
        yield videos
        jobs = GaugeMetricFamily("ytui_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        numbers: Counter[tuple[str, str]] = Counter()
        for kind, states in figures.jobs.items():
            for job_state, number in states.items():
                numbers[kind.word, job_state.value] += number
        for labels, number in numbers.items():
            jobs.add_metric(labels, number)
        yield jobs
        plan = GaugeMetricFamily(
            "ytui_plan_items", "Items of the work plan by class and state.", labels=["class", "state"]
        )
        for failure_class, by_state in figures.plan.items():
            for plan_state, number in by_state.items():
                plan.add_metric([failure_class, plan_state.value], number)
        yield plan
        lower = GaugeMetricFamily(
            "ytui_lower_than_offered",
            "Videos in the library that are lower than their site offers them, by cause.",
            labels=["cause"],
        )
        for cause in LowerCause:
            lower.add_metric([cause.value], figures.lower.get(cause, 0))
        yield lower

    def _amounts(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        figures = self._figures
        at_work = [row for row in figures.workers if row.job_id is not None] if self._held else []
        amounts = [
            ("ytui_held", "1 while a process runs the queue.", int(self._held)),
            ("ytui_paused", "1 while the queue is paused.", int(figures.paused)),
            ("ytui_channels", "Channels that are fetched.", figures.channels),
            ("ytui_workers_busy", "Workers with a job.", len(at_work)),
            ("ytui_speed_bytes", "Bytes a second of all transfers.", sum(row.speed or 0 for row in at_work)),
            ("ytui_queue_age_seconds", "Age of the oldest job in the queue.", figures.queue_age),
            ("ytui_library_bytes", "Size of all files in the library.", figures.library_bytes),
            ("ytui_free_bytes", "Free space of the library's disk.", figures.free_bytes),
            ("ytui_last_download_timestamp_seconds", "When a video arrived last.", figures.last_download),
        ]
        # What is not known is left out: nought would say that there is none.
        for name, words, value in amounts:
            if value is not None:
                yield GaugeMetricFamily(name, words, value)

    def _of_sites(self) -> Iterator[Metric]:
        from prometheus_client.core import GaugeMetricFamily

        left = GaugeMetricFamily(
            "ytui_site_requests_left", "Requests left of a site's budget.", labels=["site", "window"]
        )
        rate = GaugeMetricFamily(
            "ytui_site_requests_per_minute",
            "Requests a minute that a site is asked at most.",
            labels=["site"],
        )
        state = GaugeMetricFamily(
            "ytui_site_state",
            "1 for the state that a site is in.",
            labels=["site", "state"],
        )
        for site in self._figures.sites:
            for window, number in zip(WINDOWS, site.left, strict=True):
                left.add_metric([site.site, window], number)
            rate.add_metric([site.site], site.per_minute)
            for name in _states_of(site):
                state.add_metric([site.site, name], int(site.state == name))
        yield from (left, rate, state)


def _states_of(site: SiteFigures) -> list[str]:
    return sorted({*SITE_STATES, site.state})


def _samples(registry: CollectorRegistry) -> list[dict[str, object]]:
    return [
        {"name": sample.name, "labels": dict(sample.labels), "value": sample.value}
        for family in registry.collect()
        for sample in family.samples
    ]
