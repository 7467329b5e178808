"""Evidence of a failure, in plain data: an exception, and what passed on the wire."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from yt_dlp.networking.exceptions import HTTPError, TransportError
from yt_dlp.utils import ExtractorError

from ytui.core.failures.evidence import Evidence
from ytui.core.protocol import Offer
from ytui.core.sanitize import plain_text
from ytui.ytdlp.exception_chain import errno_of, exception_chain, raised_by, retry_after_of
from ytui.ytdlp.job_log import redact
from ytui.ytdlp.request_gate import RequestGate

_MAX_MESSAGE = 4000
"""Characters of a message that are kept."""


class NotYetReleased(Exception):
    """The video starts later; ``release_at`` is Unix time, where known."""

    def __init__(self, message: str, release_at: float | None) -> None:
        super().__init__(message)
        self.release_at = release_at


class AboveBound(ExtractorError):  # type: ignore[misc]
    """All on offer exceeds the quality that was asked for; ``lowest`` is a short side in pixels."""

    def __init__(self, lowest: int, bound: int) -> None:
        super().__init__(
            f"Requested format is not available: the lowest that the site offers is {lowest}p, "
            f"and quality allows {bound}p at most",
            expected=True,
        )
        self.lowest = lowest


class LowerThanOffered(Exception):
    """Less is to be had than the site offers, and that is not wanted, or nothing is."""

    def __init__(self, message: str, offer: Offer) -> None:
        super().__init__(message)
        self.offer = offer


class MediaRefused(Exception):
    """The site refuses the media addresses that it has just given out, and not for the first time."""

    def __init__(self, message: str, offer: Offer) -> None:
        super().__init__(message)
        self.offer = offer


def offer_behind(error: BaseException) -> Offer | None:
    """What the site offers, where a failure is that not as much was to be had."""
    failures = (link for link in exception_chain(error) if isinstance(link, LowerThanOffered | MediaRefused))
    return next((link.offer for link in failures), None)


def evidence_of(error: BaseException, gate: RequestGate | None = None) -> Evidence:
    """The evidence of a failure; what the gate saw last fills in what the exceptions do not say."""
    links = list(exception_chain(error))
    http = next((link for link in links if isinstance(link, HTTPError)), None)
    # A video that has not started, or is to be had lower, is no failure of the wire.
    own = isinstance(error, (NotYetReleased, LowerThanOffered))
    on_wire = gate.failure_behind(error) if gate and not own else None
    status = http.status if http else on_wire.status if on_wire else None
    retry_after = retry_after_of(http.response.headers, time.time()) if http else None
    if retry_after is None and on_wire:
        retry_after = on_wire.retry_after
    number = errno_of(error)
    if number is None and on_wire:
        number = on_wire.errno
    host = on_wire.host if on_wire else urlsplit(http.response.url or "").hostname if http else None
    provider = gate.provider_failure if gate else None
    types = [type(link).__name__ for link in links]
    if on_wire:
        types += [name for name in on_wire.exception_types if name not in types]
    offer = offer_behind(error)
    extractor = next((link for link in links if isinstance(link, ExtractorError)), None)
    return Evidence(
        message=_message(error, links),
        exception_types=tuple(types),
        status=status,
        host=host,
        request_kind=on_wire.kind if on_wire else None,
        retry_after=retry_after,
        errno=number,
        warnings=gate.log.warnings if gate else (),
        signal=None,
        provider=provider.provider if provider else None,
        provider_trouble=provider.trouble if provider else None,
        release_at=next((link.release_at for link in links if isinstance(link, NotYetReleased)), None),
        lower_cause=offer.cause if offer else None,
        offered=offer.best if offer else None,
        available=offer.available if offer else None,
        lowest=next((link.lowest for link in links if isinstance(link, AboveBound)), None),
        raised_by=_raised_by(extractor, gate) if extractor else None,
        expected=bool(extractor.expected) if extractor else None,
    )


def _raised_by(error: ExtractorError, gate: RequestGate | None) -> str | None:
    # What the site said instead of giving formats was a warning; ytui made an error of it.
    return raised_by(error) or (gate.log.warned_by(str(error)) if gate else None)


def _message(error: BaseException, links: list[BaseException]) -> str:
    """The outermost text that says something, cleaned; the class name where none does."""
    for link in links:
        text = (
            redact(plain_text(str(link)))
            .strip()
            .removeprefix("ERROR:")
            .strip()
            .removeprefix("[download] Got error: ")
        )
        if text and text != "None":
            # A bare KeyError says only 'x', a TypeError may say nothing of yt-dlp: the name tells them apart.
            ours = isinstance(link, (TransportError, HTTPError)) or type(link).__module__.startswith(
                ("yt_dlp", "ytui")
            )
            prefix = "" if ours or isinstance(link, OSError) else f"{type(link).__name__}: "
            return (prefix + text)[:_MAX_MESSAGE]
    return type(error).__name__
