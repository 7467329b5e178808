"""A server of feeds on loopback, as a site would have them: well-formed, broken or hostile."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/">'
)


def feed(ids: Iterable[str], published_at: float = 1_700_000_000.0) -> bytes:
    """A feed as YouTube writes it, of videos published at that time."""
    date = datetime.fromtimestamp(published_at, UTC).isoformat()
    entries = "".join(
        f"<entry><id>yt:video:{one}</id><yt:videoId>{one}</yt:videoId><title>T &amp; x</title>"
        f"<published>{date}</published><media:group><media:title>t</media:title></media:group></entry>"
        for one in ids
    )
    return f"{HEAD}<yt:channelId>x</yt:channelId><title>t</title>{entries}</feed>".encode()


class Feeds:
    """Answers every request with ``status`` and ``body``, which may be changed, and counts them."""

    def __init__(self, body: bytes = b"", status: int = 200) -> None:
        self.body, self.status, self.asked = body, status, 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(outer.body)))
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_: object) -> None:
                """Say nothing on the terminal."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/feeds/videos.xml?channel_id=UC"

    def __enter__(self) -> Feeds:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
