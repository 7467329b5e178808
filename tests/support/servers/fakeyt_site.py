"""The stand-in for YouTube that ``FAKEYT`` names: a proxy with an admin side, started once a session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.support.processes.waiting import until

PROGRAM = os.environ.get("FAKEYT", "")
needs_site = pytest.mark.skipif(not PROGRAM, reason="FAKEYT does not name a stand-in for YouTube")

WORLD = "seed=1,channels=8,videos=40,chan02.videos=250,chan04.videos=60,chan05.videos=60"
TABS = ("videos", "shorts", "streams")

_direct = build_opener(ProxyHandler({}))


class FakeSite:
    """A running stand-in; what it says is plain JSON."""

    def __init__(self, proxy: str, admin: str) -> None:
        self.proxy = proxy
        self._admin = admin
        self.world: dict[str, Any] = self._get("world")

    def clear(self) -> None:
        """No failures, no settings, and empty counters."""
        self._post("clear", {})
        self._post("reset", {})

    def forget_traffic(self) -> None:
        """Zero the counters and the log; failure rules begin to count anew."""
        self._post("reset", {})

    def configure(self, **settings: Any) -> None:
        self._post("config", settings)

    def stop_failing(self) -> None:
        """Drop all failure rules and keep the other settings."""
        self._post("config", {"rules": [], "videos": {}})

    def fail(self, *rules: dict[str, Any]) -> None:
        self._post("fail", list(rules))

    def publish(self, channel: str, count: int) -> set[str]:
        """Ids of new uploads at the top of the channel's videos."""
        return {video["id"] for video in self._post("add", {"channel": channel, "count": count})}

    def announce(self, kind: str, channel: str, **values: float) -> dict[str, Any]:
        """A live stream (``kind`` is ``live``) or a ``premiere`` of a channel; its description."""
        answer: dict[str, Any] = self._post(kind, {"channel": channel, **values})
        return answer

    def ids(self, channel: str, tab: str = "videos") -> list[str]:
        """Ids as first published, newest first."""
        return [video["id"] for video in self.world[channel][tab]]

    def log(self, kind: str | None = None, video: str | None = None) -> list[dict[str, Any]]:
        """Finished requests in order of their start; ``t`` is Unix time, ``ms`` their length."""
        parameters = {"limit": 100_000} | ({"kind": kind} if kind else {})
        rows: list[dict[str, Any]] = self._get(f"log?{urlencode(parameters)}")
        wanted = (row for row in rows if video is None or video_of(row) == video)
        return sorted(wanted, key=lambda row: float(row["t"]))

    def count(self, kind: str, video: str | None = None) -> int:
        """Finished requests of a kind."""
        return len(self.log(kind, video))

    def under_way(self, kind: str) -> int:
        """Requests that were begun and not yet answered."""
        return int(self._get("counters")["in_flight"].get(kind, 0))

    def visitors(self) -> dict[str, dict[str, Any]]:
        """Every guest or account since the last reset, by the id that its cookie holds."""
        found: dict[str, dict[str, Any]] = self._get("visitors")
        return found

    def cookies(self, account: str) -> str:
        """The text of a cookie file of an account's present session."""
        with _direct.open(f"{self._admin}cookies?{urlencode({'account': account})}", timeout=30) as answer:
            return str(answer.read().decode())

    def rotate_player(self) -> None:
        """Publish the next version of the player."""
        self._post("rotate_player", {})

    def players_fetched(self) -> int:
        """How often a player's code was fetched."""
        return sum(self._get("counters")["js"].values())

    def rotate_cookies(self, account: str) -> None:
        """Void every cookie file of an account that was given out so far."""
        self._post("rotate_cookies", {"account": account})

    def sha256(self, video: str, itag: int) -> tuple[str, int]:
        """What a whole download of a format hashes to, and its size."""
        found = self._get(f"sha256?{urlencode({'v': video, 'itag': itag})}")
        return found["sha256"], found["size"]

    def _get(self, what: str) -> Any:
        with _direct.open(self._admin + what, timeout=30) as answer:
            return json.load(answer)

    def _post(self, what: str, body: Any) -> Any:
        request = Request(self._admin + what, json.dumps(body).encode(), method="POST")
        with _direct.open(request, timeout=30) as answer:
            return json.load(answer)


def video_of(row: dict[str, Any]) -> str | None:
    """The video that a request of the log was for."""
    query = row["query"]
    found = query.get("v") or query.get("id") or (row.get("what") if row["kind"] == "player" else None)
    return str(found) if found else None


def watch(video: str) -> str:
    return f"https://www.youtube.com/watch?v={video}"


def first_byte(row: dict[str, Any]) -> int:
    """Where the Range of a media request begins."""
    text = str(row.get("range", "bytes=0-")).removeprefix("bytes=")
    return int(text.partition("-")[0] or 0)


@contextmanager
def running(state: Path, media: Path, port: int = 0) -> Iterator[FakeSite]:
    """Start it; media are made on the first start and kept in ``media``."""
    ready = state / "ready.json"
    command: Sequence[str | Path] = (
        *(sys.executable, Path(PROGRAM).resolve(), "--port", str(port), "--world", WORLD),
        *("--ready-file", ready, "--state", state / "state", "--media", media, "--log", "-"),
    )
    with (state / "output").open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        until(lambda: ready.exists() or process.poll() is not None, 90)
        assert process.poll() is None, (state / "output").read_text()
        answer = json.loads(ready.read_text())
        yield FakeSite(answer["proxy"], answer["admin"])
    finally:
        process.terminate()
        process.wait(10)
