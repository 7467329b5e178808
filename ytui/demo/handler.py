"""HTTP of the sample site (keep-alive, Range, pacing, broken connections) and the log of its requests."""

from __future__ import annotations

import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ytui.demo.faults import CUTS, Effect, Misbehaviour


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


BLOCK = 16_384
TICK = 0.1
"""Seconds between two blocks of a paced body."""
GRACE = 0.2
"""Seconds before a reset: it discards what the client has not read yet."""
RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


@dataclass(frozen=True, slots=True)
class Response:
    """A whole answer, before Range, pace and faults. ``media``: paced, and may be asked for in parts."""

    body: bytes = b""
    content_type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media: bool = False
    fault: Misbehaviour | None = None


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1 alone. ``answer`` turns a request's target and cookies into a response."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[str, str], Response], log: RequestLog) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.answer = answer
        self.log = log
        self.bytes_per_second: float | None = None
        self.burst = 0
        self.latency = 0.0
        self.stopping = threading.Event()
        self.errors: list[BaseException] = []
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def opened(self, connection: socket.socket) -> None:
        """Notes a connection, so that ``hang_up`` finds it."""
        with self._lock:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forgets a connection."""
        with self._lock:
            self._connections.discard(connection)

    def hang_up(self) -> None:
        """Ends every wait and every connection, so that no thread outlives the site."""
        self.stopping.set()
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                self.closed(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keeps an error instead of printing it over the screen; a client that went away is none."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, OSError):
            self.errors.append(error)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "ytui-demo"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 60
    server: Server

    def setup(self) -> None:
        """Registers the connection."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Forgets the connection."""
        self.server.closed(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Answers a request, records it, and lets a client that went away go."""
        server = self.server
        request = server.log.begin(self.command, self.path, self.headers.get("Range", ""))
        try:
            response = server.answer(self.path, self.headers.get("Cookie", ""))
            if not response.media:
                server.stopping.wait(server.latency)
            self._send(response, request)
        except OSError:
            self.close_connection = True
        finally:
            server.log.update(request, finished=True)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Prints nothing: the terminal belongs to the application."""

    def _send(self, response: Response, request: Request) -> None:
        status, body, headers = _part(response, request.range)
        self.server.log.update(request, status=status, length=len(body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        fault = response.fault if response.fault is not None and response.fault.effect in CUTS else None
        limit = len(body) // 2 if fault else len(body)
        if self._write(body[:limit], request, paced=response.media) and fault:
            self._break(fault)

    def _write(self, body: bytes, request: Request, *, paced: bool) -> bool:
        """Sends ``body`` at the site's pace; False if the site was stopped meanwhile."""
        sent = 0
        while sent < len(body):
            rate = self.server.bytes_per_second if paced and sent >= self.server.burst else None
            block = max(1, int(rate * TICK)) if rate else BLOCK
            self.wfile.write(body[sent : sent + block])
            sent = min(len(body), sent + block)
            self.server.log.update(request, sent=sent)
            if rate and self.server.stopping.wait(TICK):
                self.close_connection = True
                return False
        return True

    def _break(self, fault: Misbehaviour) -> None:
        self.close_connection = True
        if fault.effect is Effect.STALL:
            self.server.stopping.wait(fault.stall)
        elif fault.effect is Effect.RESET:
            self.server.stopping.wait(GRACE)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.closed(self.connection)
            # Detached, because the ordinary way of closing says goodbye first, and a reset does not.
            socket.close(self.connection.detach())


def _part(response: Response, range_header: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers after the Range that was asked for."""
    headers = {"Content-Type": response.content_type} | response.headers
    status, body = response.status, response.body
    asked = RANGE.match(range_header) if response.media and status == 200 else None
    if response.media and status == 200:
        headers["Accept-Ranges"] = "bytes"
    if asked:
        start, end = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
        if start >= len(body):
            status, headers["Content-Range"], body = 416, f"bytes */{len(body)}", b""
        else:
            headers["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
            status, body = 206, body[start : end + 1]
    headers["Content-Length"] = str(len(body))
    return status, body, headers
