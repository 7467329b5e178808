"""A module that a fork server begins to load and never has: as on a machine that is busy beyond measure."""

from __future__ import annotations

import os
import threading

from ytui.ytdlp.parent_watch import is_orphan

while not is_orphan():
    threading.Event().wait(0.1)
os._exit(0)
