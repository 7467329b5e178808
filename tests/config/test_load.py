"""What a good configuration means, and when it counts as changed."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.config.conftest import Folder
from ytui.config import changed, channel_values, load
from ytui.core.models import Tab
from ytui.core.settings import (
    Backlog,
    BacklogKind,
    Channel,
    CookieUse,
    Extra,
    Keep,
    KeepKind,
    Members,
    Quality,
    Settings,
)
from ytui.core.settings.tables import (
    GuestUse,
    LimitMode,
    OnDisconnect,
    Order,
    Policy,
    RetryOperation,
    SiteLimits,
)

EVERYTHING = """
ssh.on_disconnect = "stop"
[library]
path = "media"
template = "%(id)s.%(ext)s"
reserve = "2 GB"
[workers]
count = 16
order = "oldest"
[retry]
max_retries = 0
[retry.network]
policy = "linear"
base = "500 ms"
cap = "1 h 30 min"
tries = 7
[retry.processing]
base = "2 min"
[retry.classes.bot_check]
policy = "immediate"
[limits]
mode = "independent"
bandwidth = "4 MB/s"
hours = "23:30-06:00, 12:00-13:15"
[limits.sites.youtube]
requests_per_day = 500
[limits.sites."example.com"]
concurrency = 1
cooldown = 90
guest = "keep"
[details]
max_age = "2 days"
[ytdlp]
args = ["--proxy", "http://127.0.0.1:3128"]
[screen]
theme = "nord"
fps = 2
mouse = false
title = true
thumbnails = true
[screen.keys]
fetch = "F"
[[channels]]
name = " Blender Studio "
url = "https://m.youtube.com/@BlenderOfficial/videos?si=x"
tabs = ["streams", "videos"]
download = false
backlog = "newest 30"
quality = "audio"
fallback = false
recheck = "off"
extras = ["nfo", "subtitles"]
subtitle_langs = ["de", "en.*"]
members = "try"
after = 2024-01-01
before = "2025-06-30"
min_duration = "20 min"
max_duration = 7200
title = "open movie"
not_title = "trailer|teaser"
live = false
every = "6 h"
keep = "90 days"
cookies = "cookies.txt"
use_cookies = "always"
args = ["--limit-rate", "1M"]
[[channels]]
url = "http://127.0.0.1:8080/list/"
"""


def test_every_key_is_read(folder: Folder) -> None:
    settings = load(folder.write(EVERYTHING)).settings
    assert settings.library.path == folder.path / "media"
    assert settings.library.reserve == 2_000_000_000
    assert settings.library.reserve_bytes(10**15) == 2_000_000_000
    assert (settings.workers.count, settings.workers.order) == (16, Order.OLDEST)
    assert settings.retry.max_retries == 0
    assert settings.retry.network == RetryOperation(Policy.LINEAR, 0.5, 5400.0, 7)
    assert settings.retry.processing == RetryOperation(Policy.FIXED, 120.0, 120.0, 2)
    assert settings.retry.classes == {"bot_check": RetryOperation(Policy.IMMEDIATE)}
    assert settings.limits.mode is LimitMode.INDEPENDENT
    assert settings.limits.bandwidth == 4_000_000
    assert settings.limits.hours == ((1410, 360), (720, 795))
    assert settings.limits.for_site("youtube") == SiteLimits(60, 900, 500, 50, 3, 3600.0, GuestUse.KEEP)
    assert settings.limits.for_site("example.com") == SiteLimits(30, 600, 8000, 200, 1, 90.0, GuestUse.KEEP)
    assert settings.limits.for_site("other.org") == SiteLimits(30, 600, 8000, 200, 2, 3600.0)
    assert settings.details.max_age == 172800.0
    assert settings.ssh.on_disconnect is OnDisconnect.STOP
    assert settings.ytdlp.args == ("--proxy", "http://127.0.0.1:3128")
    screen = settings.screen
    assert (screen.theme, screen.fps, screen.mouse, screen.title) == ("nord", 2.0, False, True)
    assert screen.thumbnails
    assert screen.keys == {"fetch": "F"}
    assert tuple(replace(each, written=None) for each in settings.channels) == (
        Channel(
            name="Blender Studio",
            url="https://www.youtube.com/@BlenderOfficial",
            tabs=(Tab.STREAMS, Tab.VIDEOS),
            download=False,
            backlog=Backlog(BacklogKind.NEWEST, 30),
            quality=Quality.AUDIO,
            fallback=False,
            recheck=None,
            extras=frozenset({Extra.NFO, Extra.SUBTITLES}),
            subtitle_langs=("de", "en.*"),
            members=Members.TRY,
            after=date(2024, 1, 1),
            before=date(2025, 6, 30),
            min_duration=1200.0,
            max_duration=7200.0,
            title="open movie",
            not_title="trailer|teaser",
            live=False,
            every=21600.0,
            keep=Keep(KeepKind.DAYS, 90),
            cookies=folder.path / "cookies.txt",
            use_cookies=CookieUse.ALWAYS,
            args=("--limit-rate", "1M"),
        ),
        Channel(url="http://127.0.0.1:8080/list"),
    )


def test_an_empty_file_means_the_defaults(folder: Folder) -> None:
    assert load(folder.write("")).settings == Settings()


def test_a_mark_of_byte_order_and_foreign_line_ends_are_read(folder: Folder) -> None:
    assert load(folder.write("\ufeff[workers]\r\ncount = 3\r\n")).settings.workers.count == 3


def test_a_channel_as_values_reads_back_as_itself(folder: Folder) -> None:
    channels = load(folder.write(EVERYTHING)).settings.channels
    assert channel_values(channels[1]) == {"url": "http://127.0.0.1:8080/list"}
    from ytui.config import add_channels, remove_channel

    for channel in channels:
        remove_channel(folder.config, channel.url)
    assert "channels" not in folder.text()
    assert add_channels(folder.config, map(channel_values, channels)).settings.channels == channels


def test_channels_come_file_by_file_and_editors_leftovers_are_passed_over(folder: Folder) -> None:
    folder.write('[[channels]]\nurl = "https://a.example/1"\n')
    folder.write('[[channels]]\nurl = "https://a.example/3"\ncookies = "c.txt"\n', "channels.d/b.toml")
    folder.write('[[channels]]\nurl = "https://a.example/2"\n', "channels.d/a.toml")
    folder.write("broken [", "channels.d/a.toml~")
    (folder.path / "channels.d/.#a.toml").symlink_to("nowhere")
    loaded = load(folder.config)
    assert [channel.url[-1] for channel in loaded.settings.channels] == ["1", "2", "3"]
    assert loaded.settings.channels[2].cookies == folder.path / "channels.d/c.txt"
    assert [stamp.path.name for stamp in loaded.files] == ["config.toml", "a.toml", "b.toml"]


def test_changed_sees_edits_renames_and_other_files(folder: Folder) -> None:
    loaded = load(folder.write("[workers]\ncount = 5\n"))
    assert not changed(loaded)
    os.utime(folder.config, ns=(1, 1))
    assert changed(loaded)
    loaded = load(folder.config)
    folder.write("", "channels.d/a.toml")
    assert changed(loaded)
    loaded = load(folder.config)
    assert not changed(loaded)
    (folder.path / "channels.d/a.toml").unlink()
    assert changed(loaded)
    loaded = load(folder.config)
    status = folder.config.stat()
    other = folder.write("[workers]\ncount = 6\n", "other")
    os.utime(other, ns=(status.st_mtime_ns, status.st_mtime_ns))
    other.rename(folder.config)
    assert changed(loaded), "same size and time, but another file"
    loaded = load(folder.config)
    folder.config.unlink()
    assert changed(loaded)


def test_no_file_is_told_apart_from_a_wrong_one(folder: Folder) -> None:
    with pytest.raises(FileNotFoundError):
        load(folder.config)


def test_a_thousand_channels_are_read_without_tomlkit_or_line_numbers(folder: Folder) -> None:
    folder.write(
        "".join(
            f'[[channels]]\nname = "Channel {number}"\nurl = "https://www.youtube.com/@c{number}"\n'
            'quality = "720p"\nafter = 2024-01-01\nkeep = "last 50"\n'
            for number in range(1000)
        )
    )
    script = (
        "import sys; from pathlib import Path; from ytui.config import load;"
        f"print(len(load(Path({str(folder.config)!r})).settings.channels));"
        "print([name for name in ('tomlkit', 'difflib', 'platformdirs', 'yt_dlp') if name in sys.modules])"
    )
    output = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert output.split("\n")[:2] == ["1000", "[]"]


def test_home_is_expanded(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.path / "home"))
    settings = load(folder.write('[library]\npath = "~/Videos"\n')).settings
    assert settings.library.path == folder.path / "home/Videos"
    assert Settings().library.path == Path(folder.path / "home/Videos/ytui")
