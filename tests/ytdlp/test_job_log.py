"""No secret reaches the log, and no control character."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ytui.core.sanitize import plain_text
from ytui.ytdlp.job_log import JobLog, redact


@pytest.mark.parametrize(
    "text",
    [
        "GET https://r1.googlevideo.com/videoplayback?itag=137&sig=SECRET&clen=10",
        "https://manifest.googlevideo.com/api/manifest/hls/sig/SECRET/playlist.m3u8",
        "https://example.org/v?id=1&pot=SECRET#t",
        "Cookie: SID=SECRET; HSID=SECRET",
        "{'Cookie': 'SID=SECRET'}",
        "Set-Cookie: a=SECRET",
        "authorization: Bearer SECRET",
        "Proxy-Authorization: Basic SECRET",
        "Unable to connect to proxy http://me:SECRET@127.0.0.1:3128/",
        "socks5h://SECRET@127.0.0.1:1080",
        "command: yt-dlp --username me --password SECRET url",
        "?access_token=SECRET",
    ],
)
def test_secrets_are_taken_out(text: str) -> None:
    assert "SECRET" not in redact(text)


def test_the_rest_stays() -> None:
    text = "[youtube] abc: Downloading https://www.youtube.com/watch?v=abc&list=def"

    assert redact(text) == text


def test_control_characters_are_taken_out() -> None:
    assert plain_text("\x1b[31mred\x1b[0m\r\nnext\x07\x9b2J") == "red\nnext2J"


def test_warnings_are_kept_and_written(tmp_path: Path) -> None:
    path = tmp_path / "log"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    log = JobLog(descriptor)
    for number in range(60):
        log.warning(f"number {number} ?sig=SECRET")
    os.close(descriptor)
    log.warning("written nowhere")

    assert len(log.warnings) == 50
    assert log.warnings[-1] == "written nowhere"
    assert "SECRET" not in path.read_text() + "".join(log.warnings)
    assert path.read_text().count("WARNING: number") == 60
