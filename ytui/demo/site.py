"""Web server of the sample site, to start, ask and stop: on loopback, over a ``World``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType

from ytui.demo.faults import Conduct, Misbehaviour
from ytui.demo.handler import BLOCK, Request, RequestLog, Response, Server
from ytui.demo.responses import SESSION_COOKIE, Responses
from ytui.demo.sample import sample
from ytui.demo.world import Broadcast, Video, World

TRICKLE = 200.0
"""Bytes a second."""
BURST = 3 * BLOCK
"""Bytes: a client that reads twice as much each time has written down more than 20 000 of them."""


class Site:
    """Serves a world on 127.0.0.1 between ``start`` and ``stop``; also a context manager.

    ``port`` 0 takes any free one. ``bytes_per_second`` (a media response, None: no limit) and ``latency``
    (seconds before a page) may be changed while it runs. ``clock`` says when faults heal, in epoch seconds.
    """

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        bytes_per_second: float | None = None,
        latency: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.world = world
        self.traffic = RequestLog()
        self._clock = clock
        self._conduct = Conduct(world.faults(), epoch=world.now, clock=clock)
        self._pages = Responses(world, self._conduct, lambda: self.base_url)
        self._server = Server(port, self._answer, self.traffic)
        self._server.bytes_per_second = bytes_per_second
        self._server.latency = latency
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-site", daemon=True
        )

    @classmethod
    def sample(cls, now: float, *, fast: bool, port: int = 0) -> Site:
        """The demo's own site at its own pace; not started yet. ``OSError`` if the port is taken."""
        world = sample(now, fast=fast)
        pace = world.pace
        return cls(world, port=port, bytes_per_second=pace.bytes_per_second, latency=pace.latency)

    def start(self) -> None:
        """Begins to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Ends all connections and frees the port. A stopped site stays stopped."""
        self._server.hang_up()
        if self._thread.ident is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def __enter__(self) -> Site:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:PORT``."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """Where it is served on loopback."""
        return int(self._server.server_address[1])

    @property
    def log(self) -> list[Request]:
        """Every request so far, in order of arrival."""
        return self.traffic.requests()

    @property
    def errors(self) -> list[BaseException]:
        """What went wrong in the site itself; empty unless it has a defect."""
        return list(self._server.errors)

    @property
    def bytes_per_second(self) -> float | None:
        """Bytes a second of one media response; None: no limit."""
        return self._server.bytes_per_second

    @bytes_per_second.setter
    def bytes_per_second(self, rate: float | None) -> None:
        self._server.bytes_per_second = rate
        self._server.burst = 0

    def trickle(self) -> None:
        """Lets a transfer begin, and last for minutes: 48 KiB of a response at once, then 200 bytes a second.

        Until ``bytes_per_second`` is set to something else, which holds for what is under way, too.
        """
        self._server.bytes_per_second = TRICKLE
        self._server.burst = BURST

    @property
    def latency(self) -> float:
        """Seconds before each page, listing, caption and image is answered."""
        return self._server.latency

    @latency.setter
    def latency(self, seconds: float) -> None:
        self._server.latency = seconds

    def channel_urls(self) -> list[tuple[str, str]]:
        """Name and root address of every channel."""
        return [(channel.name, self.channel_url(channel.handle)) for channel in self.world.channels]

    def channel_url(self, handle: str, tab: str = "") -> str:
        """The address of a channel, or of one of its tabs."""
        return f"{self.base_url}/channel/{handle}" + (f"/{tab}" if tab else "")

    def video_url(self, video_id: str) -> str:
        """The address of a video's page."""
        return f"{self.base_url}/watch/{video_id}"

    def cookies_file(self) -> str:
        """The text of a cookie file that opens what asks for an account."""
        expires = int(self._clock()) + 365 * 86_400
        fields = ["127.0.0.1", "FALSE", "/", "FALSE", str(expires), SESSION_COOKIE, "member"]
        return "# Netscape HTTP Cookie File\n" + "\t".join(fields) + "\n"

    def publish(self, handle: str, count: int, tab: str = "videos") -> list[Video]:
        """Adds new videos at the top of a tab; see ``World.publish``."""
        return self.world.publish(handle, count, tab, now=self._clock())

    def announce(
        self,
        handle: str,
        *,
        starts_in: float,
        lasts: float,
        premiere: bool = False,
        kept: int | None = None,
        afterwards: str = "",
        stands_still: float = 0.0,
        rewinds: bool = False,
    ) -> Video:
        """Adds a broadcast that begins in so many seconds; see ``World.announce``.

        ``kept`` is how many segments of it are offered when it is over, by default all; ``afterwards`` the
        clip that they are of then; ``stands_still`` for how many seconds from now no segment seems to come;
        ``rewinds`` lets ffmpeg have it from its start, not yt-dlp.
        """
        now = self._clock()
        start = now + starts_in
        broadcast = Broadcast(
            start,
            start + lasts,
            premiere,
            afterwards=afterwards,
            stands_still=(now, now + stands_still),
            rewinds=rewinds,
        )
        return self.world.announce(handle, broadcast if kept is None else replace(broadcast, kept=kept))

    def misbehave(self, key: str, fault: Misbehaviour | str | None) -> None:
        """Gives a video (its id) or a listing (``handle/tab``) this fault, itself or its name, or none.

        What was counted before is forgotten. Raises ``KeyError`` for a name that no fault has.
        """
        if isinstance(fault, str):
            fault = self.world.misbehaviours()[fault]
        self._conduct.set(key, fault)

    def _answer(self, target: str, cookies: str) -> Response:
        if target == "/log":
            return Response(json.dumps(self.traffic.as_json()).encode())
        return self._pages.answer(target, cookies)
