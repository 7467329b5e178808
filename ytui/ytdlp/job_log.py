"""Job log: its recent warnings too, without secrets."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import deque

from ytui.core.sanitize import plain_text
from ytui.ytdlp.exception_chain import calling_helper

_RECENT = 50
"""Warnings that go along with a failure."""

_SECRET_NAMES = (
    r"sig|signature|lsig|pot|token|access_token|auth|auth_token|id_token|refresh_token|api_?key|key|"
    r"pass|passwd|password|session|sessionid|sid|hdnea|hdnts|hmac|policy|visitor_?data|data_sync_id"
)

_REDACTIONS = (
    (re.compile(r"(?i)\b((?:set-)?cookies?|(?:proxy-)?authorization)(['\"]?\s*[:=]\s*)[^\r\n]+"), r"\1\2***"),
    (re.compile(rf"(?i)([?&;](?:{_SECRET_NAMES})=)[^&;\s'\"<>]+"), r"\1***"),
    (re.compile(r"(?i)(\bpo_?token(?:\\?['\"])?\s*[:=]\s*)[^\s,)}&]+"), r"\1***"),
    (re.compile(r"(Generated POT: )\S+"), r"\1***"),
    (re.compile(r"(/(?:sig|signature|lsig|pot|hmac)/)[^/\s'\"]+"), r"\1***"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@'\"]+@"), r"\1***@"),
    (re.compile(r"(?i)((?:--?)(?:password|video-password|ap-password|twofactor)[=\s]+)\S+"), r"\1***"),
)


def redact(text: str) -> str:
    """``text`` without cookies, authorization, signatures, tokens and passwords."""
    for pattern, replacement in _REDACTIONS:
        text = pattern.sub(replacement, text)
    return text


class JobLog:
    """yt-dlp's ``logger``: writes lines to a descriptor and remembers the recent warnings."""

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._warnings: deque[str] = deque(maxlen=_RECENT)
        self._helpers: deque[tuple[str, str]] = deque(maxlen=_RECENT)
        self.warned = 0
        """How many warnings there were in all."""

    def debug(self, message: str) -> None:
        """What yt-dlp would show on a terminal, and its debug lines."""
        self._write("", message)

    def info(self, message: str) -> None:
        """A plain line."""
        self._write("", message)

    def warning(self, message: str, *, once: bool = False) -> None:
        """A warning; it goes along with a failure as evidence."""
        line = redact(plain_text(str(message))).strip()
        helper = calling_helper()
        with self._lock:
            self.warned += 1
            if helper is not None:
                self._helpers.append((line, helper))
            if not (once and line in self._warnings):
                self._warnings.append(line)
        self._write("WARNING: ", message)

    def error(self, message: str) -> None:
        """An error line; the exception that follows is what counts."""
        self._write("", message)

    def warned_by(self, line: str) -> str | None:
        """The helper of yt-dlp that gave this warning; None for any other."""
        with self._lock:
            return dict(self._helpers).get(line)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The recent warnings, oldest first."""
        with self._lock:
            return tuple(self._warnings)

    def _write(self, prefix: str, message: object) -> None:
        text = redact(plain_text(str(message))).rstrip("\n")
        stamp = time.strftime("%H:%M:%S")
        lines = "".join(f"{stamp} {prefix}{line}\n" for line in text.split("\n"))
        try:
            os.write(self._descriptor, lines.encode("utf-8", "backslashreplace"))
        except OSError:
            # A full disk must not end the job through its log; the job's own writes will say so.
            return
