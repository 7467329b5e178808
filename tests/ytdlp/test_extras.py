"""Extras, against a server that has none of the thumbnails that were guessed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ytui.core.protocol import ExtraFailure, Progress
from ytui.core.tasks import Common, DownloadTask
from ytui.ytdlp.download.extras import fetch_extras
from ytui.ytdlp.download.finalize import FinishedFile
from ytui.ytdlp.download.progress import ProgressMeter
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate

GUESSES = 40


class Handler(BaseHTTPRequestHandler):
    """Has ``/stated`` and nothing else."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200 if self.path.startswith("/stated") else 404)
        self.end_headers()
        self.wfile.write(b"picture")

    def log_message(self, *_: object) -> None:
        """The test's output stays clean."""


@pytest.fixture
def site() -> Iterator[str]:
    Handler.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def thumbnail_of(
    tmp_path: Path, thumbnails: list[dict[str, Any]]
) -> tuple[list[FinishedFile], list[ExtraFailure]]:
    log, told = JobLog(-1), list[Progress]()
    task = DownloadTask(
        Common(1, tmp_path / "log"),
        "u",
        "v",
        tmp_path,
        tmp_path,
        "t",
        "best",
        extras=frozenset({"thumbnail"}),
    )
    with GatedYoutubeDL({"logger": log, "quiet": True, "proxy": ""}, RequestGate(log)) as ydl:
        info = {"id": "v", "thumbnails": thumbnails}
        return fetch_extras(task, ydl, info, tmp_path / "media", ProgressMeter(told.append, [], None))


def guesses(site: str) -> list[dict[str, Any]]:
    return [{"url": f"{site}/guess{number}.jpg"} for number in range(GUESSES)]


def test_missing_thumbnails_are_not_tried_one_after_the_other(tmp_path: Path, site: str) -> None:
    files, (failure,) = thumbnail_of(tmp_path, guesses(site))

    assert files == []
    assert failure.evidence.status == 404
    assert Handler.asked == [f"/guess{number}.jpg" for number in (39, 38, 37)]


def test_the_best_one_whose_size_is_stated_follows_the_best_guesses(tmp_path: Path, site: str) -> None:
    stated = [{"url": f"{site}/stated{width}.jpg", "width": width} for width in (120, 480)]
    files, failures = thumbnail_of(tmp_path, stated + guesses(site))

    assert failures == []
    assert [file.path.read_bytes() for file in files] == [b"picture"]
    assert len(Handler.asked) == 4
    assert Handler.asked[-1] == "/stated480.jpg"


def test_the_metadata_beside_a_video_holds_no_token_and_no_cookie(tmp_path: Path) -> None:
    base, log = tmp_path / "media", JobLog(-1)
    task = DownloadTask(
        *(Common(1, tmp_path / "log"), "u", "v", tmp_path, tmp_path, "t", "best"),
        extras=frozenset({"metadata"}),
    )
    address = {"url": "https://a.org/v?itag=18&pot=S3CRET&n=x", "cookies": "SID=S3CRET"}
    formats = [{**address, "manifest_url": "https://a.org/hls/pot/S3CRET/file.m3u8"}]
    info: dict[str, Any] = {"id": "v", "title": "?pot=kept", "formats": formats}
    with GatedYoutubeDL({"logger": log, "quiet": True}, RequestGate(log)) as ydl:
        ((file,), failures) = fetch_extras(
            task, ydl, info, base, ProgressMeter(list[Progress]().append, [], None)
        )
    text = file.path.read_text()
    assert failures == []
    assert "S3CRET" not in text
    assert json.loads(text)["title"] == "?pot=kept"
    assert json.loads(text)["formats"][0]["url"] == "https://a.org/v?itag=18&pot=***&n=x"
