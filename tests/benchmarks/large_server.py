"""Serves one file as fast as it is taken and says how long each whole answer took.

``python -m tests.benchmarks.large_server FILE`` prints its port, then for every body that was taken to its
end one line with the seconds from its first byte to its last. A process of its own: it slows nobody down.
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    path_served: Path

    def do_GET(self) -> None:
        """Send the whole file, whatever was asked for."""
        size = self.path_served.stat().st_size
        self.send_response(200)
        self.send_header("Content-Type", "video/mp4")
        self.send_header("Content-Length", str(size))
        self.end_headers()
        if self.command == "HEAD":
            return
        began = time.monotonic()
        try:
            with self.path_served.open("rb") as file:
                self.connection.sendfile(file)
        except OSError:
            # Whoever only looks at the beginning hangs up.
            self.close_connection = True
            return
        print(time.monotonic() - began, flush=True)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing else."""


def main() -> None:
    """Serve until killed."""
    _Handler.path_served = Path(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
