"""Whether a terminal can show the application; asked before Textual is imported."""

from __future__ import annotations

import sys
from collections.abc import Mapping


def unsupported(environ: Mapping[str, str]) -> str:
    """Why this terminal cannot show the application, in one sentence; empty if it can."""
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return (
            f"this terminal says it is {term or 'none'}, which cannot show a full-screen application; "
            "set TERM (for example xterm-256color), or use the commands: ytui run, ytui status"
        )
    if sys.platform == "win32":
        return "the application needs a terminal of a Unix system; use the commands: ytui run, ytui status"
    return ""
