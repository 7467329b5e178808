"""Extractors: which ones a job's ``YoutubeDL`` has, opening one, and which takes an address."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from yt_dlp.extractor import gen_extractor_classes

from ytui.core.protocol import ExtractorFound
from ytui.core.tasks import Common, ListingTask, Task
from ytui.ytdlp import plugins
from ytui.ytdlp.download.embedding import EmbeddingYoutubeDL
from ytui.ytdlp.ffmpeg_tools import prepare
from ytui.ytdlp.guest_session import credential_in
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.options import params_for, plugin_folders
from ytui.ytdlp.request_gate import RequestGate

PROVIDER_ARGUMENTS = "youtubepot-"
"""How yt-dlp calls the extractor arguments of a token provider."""


def provider_addresses(extractor_args: Mapping[str, Mapping[str, Sequence[str]]]) -> list[str]:
    """The addresses of token providers that the options name (``youtubepot-bgutilhttp:base_url=…``)."""
    values = (
        value
        for key, settings in extractor_args.items()
        if key.startswith(PROVIDER_ARGUMENTS)
        for given in settings.values()
        for value in given
    )
    return [value for value in values if _is_address(value)]


def misnamed_addresses(extractor_args: Mapping[str, Mapping[str, Sequence[str]]]) -> list[str]:
    """What is given as the ``base_url`` of a token provider and is no address of HTTP."""
    values = (
        value
        for key, settings in extractor_args.items()
        if key.startswith(PROVIDER_ARGUMENTS)
        for value in settings.get("base_url", ())
    )
    return [value for value in values if not _is_address(value)]


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        # Reading the port checks it.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def provider_hosts(extractor_args: Mapping[str, Mapping[str, Sequence[str]]]) -> frozenset[str]:
    """The hosts of :func:`provider_addresses`."""
    return frozenset(host for url in provider_addresses(extractor_args) if (host := urlsplit(url).hostname))


@contextlib.contextmanager
def opened(params: dict[str, Any], gate: RequestGate, common: Common) -> Iterator[EmbeddingYoutubeDL]:
    """A ``YoutubeDL`` with the task's own extractors and plug-ins before yt-dlp's own; closed at the end.

    Without a credential in ``params`` it visits as the gate's guest, if that has one.
    A cookie file that cannot be written back is a warning: it comes after the work was done. Raises
    ``ValueError`` where a folder of plug-ins is missing.
    """
    if said := plugins.load(plugin_folders(common.args)):
        gate.log.info(said)
    prepare(params)
    gate.provider_hosts = provider_hosts(params.get("extractor_args") or {})
    # Before the constructor, which takes a Cookie header out of the parameters.
    guest = None if credential_in(params) else gate.guest
    ydl = EmbeddingYoutubeDL(params, gate)
    if guest is not None:
        guest.begin(ydl)
    for name in common.extractor_modules:
        importlib.import_module(name).register(ydl)
    ydl.add_default_info_extractors()
    try:
        yield ydl
    finally:
        try:
            ydl.close()
        except OSError as error:
            gate.log.warning(f"The cookies could not be saved: {error}")


def knows(url: str) -> bool:
    """Whether an extractor takes ``url`` that was written for its site; the generic one takes anything.

    Plug-ins are not asked, and nothing is built.
    """
    return any(
        extractor.suitable(url) for extractor in gen_extractor_classes() if extractor.IE_NAME != "generic"
    )


def extractor_for(task: ListingTask) -> ExtractorFound:
    """The name of the first extractor that takes the task's address; ``generic`` looks at any page."""
    log = JobLog()
    with opened(params_for(task, log), RequestGate(log, None), task.common) as ydl:
        for key, extractor in ydl.extractors.items():
            if extractor.suitable(task.url):
                return ExtractorFound(str(getattr(extractor, "IE_NAME", key)))
    return ExtractorFound("")


def run_extractor_for(task: Task, connection: Connection) -> None:
    """The body of a process of its own, which says :class:`ExtractorFound` and ends."""
    os.setpgid(0, 0)
    assert isinstance(task, ListingTask)
    connection.send(extractor_for(task))
