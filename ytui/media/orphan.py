"""Whose child this process is: noted when this is imported, which the fork server does first of all."""

from __future__ import annotations

import os

_PARENT = os.getppid()


def is_orphan() -> bool:
    """Whether that process is gone by now."""
    return os.getppid() != _PARENT
