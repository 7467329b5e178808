"""The token provider that belongs to the stand-in for YouTube, and what the real plug-in needs to ask it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

from tests.support.processes.waiting import until

HAS_PLUGIN = any(distributions(name="bgutil-ytdlp-pot-provider"))
"""Asked of pip: yt-dlp's finder of plug-ins raises where there are none."""
MWEB = ("--extractor-args", "youtube:player_client=mweb", "--format", "140", "--fixup", "never")
"""Options with which yt-dlp asks for a format of a client that needs a token."""
_direct = build_opener(ProxyHandler({}))


class Provider:
    """A token provider as a program of its own, with the seconds that it takes for a token."""

    def __init__(self, folder: Path, *, latency: float = 0.2, port: int = 0) -> None:
        ready = folder / f"provider-{port}.json"
        ready.unlink(missing_ok=True)
        program = Path(os.environ["FAKEYT"]).resolve().with_name("pot_provider.py")
        words = ("--port", str(port), "--latency", str(latency), "--ready-file", str(ready))
        self._process = subprocess.Popen(
            [sys.executable, str(program), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(ready.exists)
        self.url = str(json.loads(ready.read_text())["url"])

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def args(self) -> tuple[str, ...]:
        """The options with which the plug-in finds it."""
        return ("--extractor-args", f"youtubepot-bgutilhttp:base_url={self.url}")

    def counters(self) -> dict[str, Any]:
        with _direct.open(f"{self.url}/counters", timeout=30) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    def configure(self, **options: object) -> None:
        request = Request(f"{self.url}/config", json.dumps(options).encode(), method="POST")
        _direct.open(request, timeout=30).close()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
