"""Credentials in yt-dlp's parameters: whether a job says who asks, from whatever source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_PARAMS = (
    *("cookiefile", "cookiesfrombrowser"),
    *("username", "password", "twofactor", "videopassword"),
    *("usenetrc", "netrc_cmd"),
    *("ap_mso", "ap_username", "ap_password"),
    *("client_certificate", "client_certificate_key"),
)
"""Parameters of ``YoutubeDL`` that hold a credential or name where one is."""

_HARMLESS_HEADERS = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "cache-control", "connection", "dnt", "origin"),
        *("pragma", "range", "referer", "upgrade-insecure-requests", "user-agent", "x-forwarded-for"),
    }
)
"""Any other header may say who asks (Authorization, Cookie, a site's own), save for those of ``Sec-``."""

_IDENTITY_ARGUMENTS = frozenset({"visitor_data", "data_sync_id", "po_token", "api_key", "device_id"})
"""Extractor arguments that are an identity of the person's own, or belong to one."""


def credential_in(params: Mapping[str, Any]) -> str:
    """The name of the first parameter, header or extractor argument that says who asks; "" if none does.

    ``params`` are those that ``YoutubeDL`` is made with: its constructor takes a Cookie header out of them.
    """
    named = next((name for name in _PARAMS if params.get(name)), "")
    return named or _header_in(params) or _argument_in(params)


def credential_in_url(url: str) -> bool:
    """Whether an address carries a user's name before its host, which yt-dlp sends as Authorization."""
    try:
        return "@" in urlsplit(url).netloc
    except ValueError:
        return False


def _header_in(params: Mapping[str, Any]) -> str:
    headers = (str(name) for name in params.get("http_headers") or ())
    return next(
        (
            name
            for name in headers
            if name.lower() not in _HARMLESS_HEADERS and not name.lower().startswith("sec-")
        ),
        "",
    )


def _argument_in(params: Mapping[str, Any]) -> str:
    arguments = params.get("extractor_args") or {}
    return next((key for given in arguments.values() for key in given if key in _IDENTITY_ARGUMENTS), "")
