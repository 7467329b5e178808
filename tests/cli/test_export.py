"""``export``: what other programs get, whole files over none by accident, and back in by ``import``."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows.factories import NOW
from ytui import config
from ytui.engine.exporting import csv_lines
from ytui.store import bulk, channels, videos
from ytui.store.bulk import Brought
from ytui.store.database import Database

OWN_ID = "UC" + "a" * 22
CHANNELS = """
[[channels]]
name = "A & <b> \\"c\\""
url = "https://www.youtube.com/@films"
quality = "720p"
extras = []
after = 2024-01-01
keep = "last 5"
[[channels]]
url = "https://example.org/list"
args = ["--proxy", "http://127.0.0.1:1"]
"""


@pytest.fixture
def other(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ytui:
    """Another machine."""
    root = tmp_path / "other"
    root.mkdir()
    home = Ytui(root, capsys, monkeypatch)
    home.configure()
    return home


def test_channels_go_round_as_toml_with_every_setting(ytui: Ytui, other: Ytui) -> None:
    ytui.configure(CHANNELS)
    path = ytui.root / "channels.toml"
    assert ytui.json("export", "channels", "--format", "toml", "-o", str(path)) == {
        "exported": 2,
        "file": str(path),
    }
    assert other.json("import", str(path))["added"] == 2
    here, there = (config.load(each.places.config_file).settings.channels for each in (ytui, other))
    # What is inherited here is written there: its defaults may be others.
    assert [replace(each, written=None) for each in there] == [replace(each, written=None) for each in here]
    assert "backlog" in (there[1].written or ())
    assert ytui.json("import", str(path))["known"] == 2


def test_channels_go_round_as_opml(ytui: Ytui, other: Ytui, db: Database) -> None:
    ytui.configure(CHANNELS)
    ytui.json("channels")
    row = channels.by_url(db, "https://www.youtube.com/@films")
    assert row is not None
    channels.set_identity(db, row.id, channel_id=OWN_ID)
    text = ytui("export", "channels").out
    assert f'xmlUrl="https://www.youtube.com/feeds/videos.xml?channel_id={OWN_ID}"' in text
    assert ytui.json("import", "-", stdin=text)["known"] == 2
    assert [(each["name"], each["url"]) for each in other.json("import", "-", stdin=text)["channels"]] == [
        ('A & <b> "c"', f"https://www.youtube.com/channel/{OWN_ID}"),
        ("list", "https://example.org/list"),
    ]


def test_the_archive_goes_round(ytui: Ytui, other: Ytui, db: Database) -> None:
    lines = "youtube -aaaaaaaaaA\nvimeo 12\n"
    ytui.json("import", "-", stdin=lines)
    videos.add_single(db, site="x.org", video_id="https://x.org/v", url="https://x.org/v", title="", now=NOW)
    assert ytui("export", "archive").out == lines
    other.json("import", "-", stdin=ytui("export", "archive").out)
    assert other("export", "archive").out == lines


def fill(db: Database, *titles: str) -> None:
    batch = [
        Brought("youtube", f"-{number}", f"https://x.org/{number}", title=title, path=f"{number}.mp4", size=9)
        for number, title in enumerate(titles)
    ]
    bulk.take_in(db, batch, lambda path: True, NOW)


def test_the_library_as_json_lines_and_as_a_table(ytui: Ytui, db: Database) -> None:
    fill(db, '=HYPERLINK("http://evil")', "+1+1", "-plain", 'a "b",\nc', "日本")
    rows = [json.loads(line) for line in ytui("export", "library").out.splitlines()]
    assert rows[0]["title"] == '=HYPERLINK("http://evil")'
    assert rows[0] == ytui.json("videos")["videos"][-1]
    table = list(csv.DictReader(io.StringIO(ytui("export", "library", "--format", "csv").out)))
    assert [row["title"] for row in table] == [
        '\'=HYPERLINK("http://evil")',
        "'+1+1",
        "-plain",
        'a "b",\nc',
        "日本",
    ]
    assert [row["id"] for row in table] == ["-0", "-1", "-2", "-3", "-4"]
    assert table[0]["path"] == str(ytui.root / "library" / "0.mp4")
    assert ytui("export", "library", "--state", "new").out == ""


def test_a_file_is_written_whole_and_over_none(ytui: Ytui, db: Database) -> None:
    fill(db, "one")
    path = ytui.root / "out.jsonl"
    said = ytui("export", "library", "-o", str(path))
    assert (said.out, said.sentence) == ("", f"1 video written to {path}")
    whole = path.read_text()
    for command in (("export", "archive"), ("plan", "export", "--all"), ("export", "plan", "--all")):
        said = ytui(*command, "-o", str(path))
        assert said.code == 2
        assert "--force" in said.sentence
        assert path.read_text() == whole
    ytui("export", "archive", "-o", str(path), "--force")
    assert path.read_text() == "youtube -0\n"
    assert ytui("export", "archive", "-o", str(ytui.root / "none" / "x")).code == 2
    assert sorted(each.name for each in ytui.root.iterdir() if "out" in each.name) == ["out.jsonl"]
    assert ytui("export", "archive", "-o", os.devnull, "--force").code == 0
    assert not Path(os.devnull).is_file()
    assert ytui("export", "library", "--json").code == 2


def test_a_large_library_needs_no_memory() -> None:
    row = {"id": "x" * 100, "title": "y" * 1000}
    tracemalloc.start()
    size = sum(len(line) for line in csv_lines(("id", "title"), (row for _ in range(20_000))))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 20_000_000
    assert most < 500_000


def test_a_reader_that_has_seen_enough(ytui: Ytui, db: Database) -> None:
    fill(db, *("a title of some length" * 5 for _ in range(3000)))
    command = [sys.executable, "-m", "ytui", *ytui.options, "export", "library"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(20) == 1
