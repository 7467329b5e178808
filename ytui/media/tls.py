"""TLS settings that a job finds ready: reading the certificates anew would cost it 15 ms.

They are memory alone, so what the fork server has made is safe to fork, and the jobs' copies are their own.
"""

from __future__ import annotations

from typing import Any

_MADE: dict[tuple[object, ...], Any] = {}


def share_contexts(director: Any) -> None:
    """Let the request handlers of ``director`` take contexts that were made before with the same settings.

    One with a client certificate makes its own. Where yt-dlp no longer makes contexts in this way, nothing
    is shared.
    """
    for handler in director.handlers.values():
        if hasattr(handler, "_make_sslcontext") and not getattr(handler, "_client_cert", None):
            handler._make_sslcontext = _sharing(handler)


def make_contexts(director: Any) -> None:
    """Make the contexts that handlers of ``director`` will ask for."""
    for handler in director.handlers.values():
        if hasattr(handler, "_make_sslcontext"):
            handler._make_sslcontext(legacy_ssl_support=None)


def _sharing(handler: Any) -> Any:
    make = handler._make_sslcontext
    settings = tuple(
        getattr(handler, name, None) for name in ("verify", "prefer_system_certs", "legacy_ssl_support")
    )

    def shared(*given: Any, **named: Any) -> Any:
        key = (getattr(type(handler), "_make_sslcontext", None), settings, given, *sorted(named.items()))
        if key not in _MADE:
            _MADE[key] = make(*given, **named)
        return _MADE[key]

    return shared
