"""What the sample site was asked and what it answered, in order, for tests and for ``GET /log``."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Request:
    """One request. ``range`` is the header as sent; ``length`` bytes were promised and ``sent`` were written.

    ``status`` is 0 until the answer begins, ``finished`` false until it ends, well or not; ``time`` is epoch
    seconds.
    """

    time: float
    method: str
    path: str
    range: str = ""
    status: int = 0
    length: int = 0
    sent: int = 0
    finished: bool = False


class RequestLog:
    """The requests in order of arrival. Safe between threads."""

    def __init__(self) -> None:
        self._requests: list[Request] = []
        self._changed = threading.Condition()

    def begin(self, method: str, path: str, range_header: str) -> Request:
        """Records an arriving request; the caller fills in the rest through ``update``."""
        request = Request(time.time(), method, path, range_header)
        with self._changed:
            self._requests.append(request)
            self._changed.notify_all()
        return request

    def update(self, request: Request, **values: Any) -> None:
        """Sets fields of a request and wakes whoever waits for them."""
        with self._changed:
            for name, value in values.items():
                setattr(request, name, value)
            self._changed.notify_all()

    def requests(self) -> list[Request]:
        """A copy of the list; the requests in it go on changing."""
        with self._changed:
            return list(self._requests)

    def clear(self) -> None:
        """Forgets everything."""
        with self._changed:
            self._requests.clear()

    def wait_for(self, predicate: Callable[[list[Request]], bool], timeout: float) -> bool:
        """Waits up to ``timeout`` seconds until ``predicate`` holds for the list; whether it does."""
        with self._changed:
            return self._changed.wait_for(lambda: predicate(self._requests), timeout)

    def as_json(self) -> list[dict[str, Any]]:
        """The log as plain values."""
        with self._changed:
            return [asdict(request) for request in self._requests]
