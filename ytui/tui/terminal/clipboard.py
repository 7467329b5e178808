"""Copying over SSH: the terminal's own sequence (OSC 52), wrapped for what stands in between."""

from __future__ import annotations

import base64
from collections.abc import Mapping

MOST = 74_000
"""Bytes of text that are sent: many terminals take no more than 100 000 characters of base64."""
SCREEN_CHUNK = 250
"""GNU screen drops a longer string inside one of its escapes."""


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """Return what makes the terminal put ``text`` on its clipboard, whatever multiplexer is in between."""
    data = text.encode("utf-8", "replace")[:MOST].decode("utf-8", "ignore").encode()
    sequence = f"\x1b]52;c;{base64.b64encode(data).decode()}\x07"
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        chunks = [sequence[at : at + SCREEN_CHUNK] for at in range(0, len(sequence), SCREEN_CHUNK)]
        return "".join(f"\x1bP{chunk}\x1b\\" for chunk in chunks)
    return sequence
