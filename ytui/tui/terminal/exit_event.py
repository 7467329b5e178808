"""The end of reading keys, as something that can be waited for together with them."""

from __future__ import annotations

import os
import threading


class ExitEvent(threading.Event):
    """An event that a selector sees too: readable while it is set."""

    def __init__(self) -> None:
        super().__init__()
        self._read, self._write = os.pipe()

    def fileno(self) -> int:
        """The descriptor to wait for."""
        return self._read

    def set(self) -> None:
        """Set it, and wake whoever waits for it."""
        if not self.is_set():
            super().set()
            os.write(self._write, b"x")

    def clear(self) -> None:
        """Take it back."""
        if self.is_set():
            super().clear()
            os.read(self._read, 1)
