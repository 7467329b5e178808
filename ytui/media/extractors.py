"""Which extractors a job's ``YoutubeDL`` has, and opening one."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ytui.core.tasks import Common
from ytui.media import plugins
from ytui.media.credentials import credential_in
from ytui.media.gate import Gate
from ytui.media.options import plugin_folders
from ytui.media.tools import prepare
from ytui.media.video.embedding import FillingYoutubeDL

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
def opened(params: dict[str, Any], gate: Gate, common: Common) -> Iterator[FillingYoutubeDL]:
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
    ydl = FillingYoutubeDL(params, gate)
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
