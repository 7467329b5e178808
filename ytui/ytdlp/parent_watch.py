"""Parent watch: whose child this process is, noted at import, which the fork server does first."""

from __future__ import annotations

import os

_PARENT = os.getppid()


def is_orphan() -> bool:
    """Whether that process is gone by now."""
    return os.getppid() != _PARENT
