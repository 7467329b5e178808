"""Preview of a channel before it is added: its extractor, and the newest entries. No row is written.

Like every job of a site it runs in a process of its own, and each request needs the governor's permit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from ytui.core.failures.classifier import classify
from ytui.core.models import Tab
from ytui.core.protocol import (
    Declined,
    ExtractorFound,
    JobFailed,
    Listed,
    ListingEntry,
    ListingPage,
    Permit,
    Reply,
)
from ytui.core.request_budget import Requester
from ytui.core.settings import Channel, Settings
from ytui.core.sites import site_of
from ytui.core.tasks import Common, ListingTask, Task
from ytui.core.urls import listings
from ytui.engine.context import EngineContext
from ytui.engine.jobs.cookie_jars import guest_folder
from ytui.engine.jobs.job_process import JobProcess
from ytui.engine.sites.rate_limiter import PermitRequest
from ytui.paths import Places

NOTHING = "there is nothing in it"
NO_SLOT = 0
"""A preview runs beside the slots; the governor knows it by this number."""

Ask = Callable[[Permit, JobProcess], None]
"""Answers a permit, now or later, with a reply to the process."""


@dataclass(frozen=True)
class Preview:
    """What a channel looks like now, its newest entries first; texts are outside text."""

    name: str
    entries: tuple[ListingEntry, ...] = ()
    more: bool = False
    """The list goes on."""
    other_tabs: bool = False
    """The channel has tabs that were not looked at."""
    problem: str = ""
    """Why nothing can be shown, in a sentence."""
    failure: str = ""
    """The class of the failure that is why; empty where there is simply nothing."""


def _suitable_main(task: Task, connection: Connection) -> None:
    """What that process runs; imported here alone, so that the engine's own process never loads yt-dlp."""
    from ytui.ytdlp.extractors import run_extractor_for

    run_extractor_for(task, connection)


def extractor_of(places: Places, url: str, modules: tuple[str, ...] = ()) -> str:
    """The extractor of yt-dlp that takes an address; empty if none does. Sends no request."""
    process = JobProcess(_task(places, url, Tab.LIST, modules, ()), _suitable_main)
    found = ""
    for report in process.reports():
        if isinstance(report, ExtractorFound):
            found = report.extractor
    return found


def preview(
    places: Places,
    settings: Settings,
    channel: Channel,
    *,
    modules: tuple[str, ...] = (),
    ask: Ask | None = None,
    on_start: Callable[[JobProcess], None] = lambda process: None,
) -> Preview:
    """List the first page of the channel's first tab that has any; blocks until it is there.

    ``ask`` answers permits (None: no request needs one); ``on_start`` is given each process, so that
    another thread may cancel it. Raises ``OSError`` where no process can be had.
    """
    shown = Preview("", problem=NOTHING)
    tabs = listings(channel.url, channel.tabs)
    looks = preview_tabs(places, settings, channel, modules=modules, ask=ask, on_start=on_start)
    for number, (_, shown) in enumerate(looks, 1):
        if shown.entries:
            return replace(shown, other_tabs=number < len(tabs))
    return shown


def preview_tabs(
    places: Places,
    settings: Settings,
    channel: Channel,
    *,
    modules: tuple[str, ...] = (),
    ask: Ask | None = None,
    on_start: Callable[[JobProcess], None] = lambda process: None,
) -> Iterator[tuple[Tab, Preview]]:
    """The first page of each of the channel's tabs, listed as they are asked for; ends after a failure."""
    guests = guest_folder(places, settings.limits, site_of(channel.url))
    for tab, url in listings(channel.url, channel.tabs):
        args = (*settings.ytdlp.args, *channel.args)
        task = _task(places, url, tab, modules, args, guests=guests, asks=ask is not None)
        process = JobProcess(task)
        on_start(process)
        shown = _first_page(process, ask)
        yield tab, shown
        if process.cancelled or shown.failure:
            return


def preview_under(context: EngineContext, channel: Channel) -> Preview:
    """The same under the engine's governor: it spends the site's budget as what a person asks for."""

    def ask(permit: Permit, process: JobProcess) -> None:
        def answer(go: bool, reason: str) -> None:
            process.reply(Reply(permit.ask, go, reason))

        asker = Requester(asked=True, listing=True)
        context.rate_limiter.ask(PermitRequest(NO_SLOT, permit.host, asker, answer, lambda site, until: None))

    try:
        return preview(context.places, context.settings, channel, modules=context.extractor_modules, ask=ask)
    finally:
        context.rate_limiter.forget(NO_SLOT)


def _task(
    places: Places,
    url: str,
    tab: Tab,
    modules: tuple[str, ...],
    args: tuple[str, ...],
    *,
    guests: Path | None = None,
    asks: bool = False,
) -> ListingTask:
    common = Common(
        job=0,
        log=places.job_logs_dir / "preview.log",
        args=args,
        extractor_modules=modules,
        guests=guests,
        asks_permits=asks,
    )
    return ListingTask(common, url, tab, first_page_only=True)


def _first_page(process: JobProcess, ask: Ask | None) -> Preview:
    page: ListingPage | None = None
    for report in process.reports():
        if isinstance(report, ListingPage):
            # The first may go on, so that the end of a short list is seen; a second page is not wanted.
            process.reply(Reply(report.ask, go=page is None, reason="a preview needs no more"))
            page = page or report
        elif isinstance(report, Permit) and ask is not None:
            ask(report, process)
    if page is not None:
        listed = process.outcome
        more = not (isinstance(listed, Listed) and listed.complete)
        return Preview(page.channel_name or "", page.entries, more)
    return _nothing_shown(process)


def _nothing_shown(process: JobProcess) -> Preview:
    outcome = process.outcome
    if isinstance(outcome, JobFailed):
        failure = classify(outcome.evidence)
        problem = f"{failure.reason} {failure.remedy}".strip()
        return Preview("", problem=problem, failure=failure.failure_class.value)
    if isinstance(outcome, Listed):
        return Preview("", problem=NOTHING)
    reason = outcome.reason if isinstance(outcome, Declined) else "it could not be listed"
    return Preview("", problem=reason, failure="unknown")
