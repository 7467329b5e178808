"""Plug-in of yt-dlp (public interface of its PO token framework): the shared token cache.

Registered when it is imported, which the fork server does once; a job says with :func:`use` where its tokens
lie. yt-dlp asks its own cache (memory of one process) first and fills it from this one.
"""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

from yt_dlp.extractor.youtube.pot import cache as pot_cache
from yt_dlp.extractor.youtube.pot import provider as pot_provider

from ytui.ytdlp.token_cache import TokenCache

_BEHIND_MEMORY = 5_000
"""yt-dlp's memory cache says 10000."""
_LAST = -1_000_000
"""Behind every provider that makes tokens."""

_NAME = "ytui"
_TOKEN = re.compile(r"[A-Za-z0-9_+/-]{4,8000}={0,2}")
"""Base64 in either alphabet, as yt-dlp keeps it."""


class _Process:
    """What the providers of one process share; yt-dlp makes new ones for each of its extractors."""

    tokens: TokenCache | None = None


def use(folder: Path | None) -> None:
    """Share the tokens in ``folder`` from now on; None: none are shared."""
    _Process.tokens = None if folder is None else TokenCache(folder)


def forget_served() -> None:
    """Delete the tokens that this process used: the site refused what they were sent with."""
    if _Process.tokens is not None:
        _Process.tokens.forget_served()


@pot_cache.register_provider
class YtuiFolderPCP(pot_cache.PoTokenCacheProvider):  # type: ignore[misc]
    """Token cache in a folder; an error of the folder is a miss, told once."""

    PROVIDER_NAME = _NAME
    BUG_REPORT_LOCATION = "ytui"

    def is_available(self) -> bool:
        """Whether the job shares tokens."""
        return _Process.tokens is not None

    def get(self, key: str) -> str | None:
        """The token's JSON, or None."""
        tokens = _Process.tokens
        if tokens is None:
            return None
        try:
            value = tokens.get(key)
            if value is None or _is_token(value):
                return value
            tokens.delete(key)
        except OSError as error:
            self._complain(error)
        return None

    def store(self, key: str, value: str, expires_at: int) -> None:
        """Keep a token's JSON until ``expires_at`` (Unix seconds)."""
        if _Process.tokens is None:
            return
        try:
            _Process.tokens.store(key, value, expires_at)
        except OSError as error:
            self._complain(error)

    def delete(self, key: str) -> None:
        """Forget a token that yt-dlp finds invalid."""
        if _Process.tokens is not None:
            try:
                _Process.tokens.delete(key)
            except OSError as error:
                self._complain(error)

    def close(self) -> None:
        """The extractor is done."""
        if _Process.tokens is not None:
            _Process.tokens.land()

    def _complain(self, error: OSError) -> None:
        self.logger.warning(f"Tokens cannot be shared with other jobs: {error.strerror}", once=True)


@pot_cache.register_preference(YtuiFolderPCP)  # type: ignore[untyped-decorator]
def _behind_memory(provider: Any, request: Any) -> int:
    return _BEHIND_MEMORY


@pot_provider.register_provider
class YtuiNoTokenPTP(pot_provider.PoTokenProvider):  # type: ignore[misc]
    """Provider that is asked last and makes no token: no other could, so the others need not wait for it."""

    PROVIDER_NAME = _NAME
    BUG_REPORT_LOCATION = "ytui"
    _SUPPORTED_CONTEXTS = None
    _SUPPORTED_CLIENTS = None
    _SUPPORTED_EXTERNAL_REQUEST_FEATURES = None

    def is_available(self) -> bool:
        """Whether the job shares tokens."""
        return _Process.tokens is not None

    def _real_request_pot(self, request: Any) -> Any:
        if _Process.tokens is not None:
            _Process.tokens.land()
        raise pot_provider.PoTokenProviderRejectedRequest("no provider made a token")


@pot_provider.register_preference(YtuiNoTokenPTP)  # type: ignore[untyped-decorator]
def _last_of_all(provider: Any, request: Any) -> int:
    return _LAST


def _is_token(value: str) -> bool:
    """Whether yt-dlp would take it; what it does not take it prints, tokens and all."""
    try:
        response = pot_provider.PoTokenResponse(**json.loads(value))
    except (TypeError, ValueError, RecursionError):
        return False
    token, expires = response.po_token, response.expires_at
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        return False
    return expires is None or (isinstance(expires, int) and (expires <= 0 or expires > time.time()))
