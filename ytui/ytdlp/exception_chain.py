"""Exception chain: causes behind an exception, the system's errno, the wait that a site asked for."""

from __future__ import annotations

import email.utils
import itertools
import traceback
from collections.abc import Collection, Iterator, Mapping

from ytui.core.failures.evidence import HELPERS, LOGS_IN

_MAX_CHAIN = 40


def exception_chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything behind it, outermost first, each once."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting and len(seen) < _MAX_CHAIN:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = getattr(link, "exc_info", None)
        waiting += [
            inner[1] if isinstance(inner, tuple) and len(inner) > 1 else None,
            getattr(link, "cause", None),
            getattr(link, "reason", None),
            link.__cause__,
            link.__context__,
            *(argument for argument in link.args if isinstance(argument, BaseException)),
        ]


def errno_of(error: BaseException) -> int | None:
    """The first operating system error number in the chain."""
    for link in exception_chain(error):
        if isinstance(link, OSError) and isinstance(link.errno, int):
            return link.errno
    return None


def raised_by(error: BaseException) -> str | None:
    """yt-dlp's helper among an exception's innermost frames; else its login, where that is what failed."""
    names = [frame.f_code.co_name for frame, _line in traceback.walk_tb(error.__traceback__)]
    return _helper_among(names[-_INNERMOST:]) or (LOGS_IN if LOGS_IN in names else None)


def calling_helper() -> str | None:
    """yt-dlp's helper among the callers: where formats may be missing, it warns instead of raising."""
    frames = itertools.islice(traceback.walk_stack(None), _CALLERS)
    return _helper_among([frame.f_code.co_name for frame, _line in frames])


def _helper_among(names: Collection[str]) -> str | None:
    return next((helper for helper in HELPERS if helper in names), None)


_INNERMOST = 3
"""Frames in which a helper stands: it raises itself, or through one other."""
_CALLERS = 10
"""The same for one that warns: between it and the log are yt-dlp's and our ways of warning."""


def retry_after_of(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by a Retry-After header, given as seconds or as an HTTP date; None without one."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (TypeError, ValueError):
        return None
