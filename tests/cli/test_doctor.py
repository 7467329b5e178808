"""``doctor`` finds what is missing and says how to get it."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.cli.commands.doctor_checks import ytdlp
from ytui.store import key_values, videos
from ytui.store.database import Database
from ytui.store.library_marker import check_library, create_library
from ytui.ytdlp.guest_jar import GuestJar, SavedCookie


def verdicts(ytui: Ytui) -> dict[str, dict[str, object]]:
    checks = ytui.json("doctor")["checks"]
    assert all(list(check) == ["name", "ok", "verdict", "mend"] for check in checks)
    assert all(check["ok"] or check["mend"] for check in checks)
    return {check["name"]: check for check in checks}


def test_a_fresh_machine_is_looked_over_and_left_alone(ytui: Ytui) -> None:
    ytui.places.config_file.unlink()
    checks = verdicts(ytui)
    assert set(checks) >= {
        "yt-dlp",
        "javascript",
        "ffmpeg",
        "ffprobe",
        "curl-cffi",
        "library",
        "locale",
        "terminal",
    }
    assert checks["configuration"]["ok"]
    assert checks["database"]["ok"]
    assert list(ytui.root.iterdir()) == []


def test_what_is_missing_is_told_with_its_remedy(ytui: Ytui, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(ytui.root))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(ytui.root))
    monkeypatch.setattr("sys.executable", str(ytui.root / "python"))
    monkeypatch.setattr("ytui.ytdlp.ffmpeg.bundled", lambda: None)
    checks = verdicts(ytui)
    assert not any(checks[name]["ok"] for name in ("javascript", "ffmpeg", "ffprobe"))
    assert "apt install ffmpeg" in str(checks["ffmpeg"]["mend"])
    assert ytui("doctor", "--check").code == 1
    assert ytui("doctor").code == 0
    assert "MISSING" in ytui("doctor").out


def a_program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_ffmpeg_in_use_is_named_with_its_version_and_how_it_came(
    ytui: Ytui, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ytui.root / "programs"
    monkeypatch.setenv("PATH", str(folder))
    found = verdicts(ytui)["ffmpeg"]
    assert found["ok"]
    assert re.match(r"\S*\d+\.\d+\S*, came with ytui: /", str(found["verdict"]))
    assert "not needed" in str(verdicts(ytui)["ffprobe"]["verdict"])

    system = a_program(folder / "ffmpeg", "ffmpeg version 5.1.9 Copyright")
    assert verdicts(ytui)["ffmpeg"]["verdict"] == f"5.1.9, the system's: {system}"
    a_program(folder / "ffprobe", "ffprobe version 5.1.8 Copyright")
    assert str(verdicts(ytui)["ffprobe"]["verdict"]).startswith("5.1.8, the system's")

    own = a_program(ytui.root / "own" / "ffmpeg", "ffmpeg version 4.0 Copyright")
    for named in (own, own.parent):
        ytui.configure(f'[ytdlp]\nargs = ["--ffmpeg-location", "{named}"]\n')
        assert verdicts(ytui)["ffmpeg"]["verdict"] == f"4.0, named by --ffmpeg-location: {own}"
        assert "not needed" in str(verdicts(ytui)["ffprobe"]["verdict"])

    ytui.configure(f'[ytdlp]\nargs = ["--ffmpeg-location", "{ytui.root / "none"}"]\n')
    missing = verdicts(ytui)["ffmpeg"]
    assert missing["verdict"] == "not found (named by --ffmpeg-location)"
    assert str(missing["mend"]).startswith("correct --ffmpeg-location in `args`")


DENO = """#!/bin/sh
case "$1" in --version) echo "deno {version}";; *) {runs};; esac
"""


@pytest.mark.parametrize(
    ("version", "runs", "ok", "verdict"),
    [
        ("2.9.8", "echo ytui", True, "deno 2.9.8"),
        ("2.1.0", "echo ytui", False, "deno 2.1.0 is older than 2.3.0"),
        ("2.9.8", "kill -9 $$", False, "deno 2.9.8 is killed by signal 9, perhaps by a memory limit"),
        ("2.9.8", "echo no >&2; exit 1", False, "deno 2.9.8 does not run: no"),
    ],
)
def test_a_runtime_is_judged_by_starting_it(
    ytui: Ytui, monkeypatch: pytest.MonkeyPatch, version: str, runs: str, ok: bool, verdict: str
) -> None:
    path = a_program(ytui.root / "deno", "")
    path.write_text(DENO.format(version=version, runs=runs))
    monkeypatch.setenv("PATH", str(ytui.root))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(ytui.root))
    found = verdicts(ytui)["javascript"]
    assert (found["ok"], found["verdict"]) == (ok, verdict)


def test_a_runtime_whose_loader_speaks_first_is_none_to_yt_dlp(
    ytui: Ytui, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_program(ytui.root / "deno", "")
    text = DENO.format(version="2.9.8", runs="echo ytui")
    path.write_text(text.replace("#!/bin/sh\n", "#!/bin/sh\necho ld.so: a notice >&2\n"))
    monkeypatch.setenv("PATH", str(ytui.root))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(ytui.root))
    found = verdicts(ytui)["javascript"]
    assert not found["ok"]
    assert found["verdict"] == (
        "deno does not run: yt-dlp finds no version in what it says first: ld.so: a notice"
    )


@pytest.mark.parametrize(
    ("args", "verdict"),
    [
        ("[]", "deno 2.9.8 has nothing to run: yt-dlp-ejs is not installed"),
        ('["--remote-components", "ejs:github"]', "deno 2.9.8"),
    ],
)
def test_a_runtime_without_the_scripts_is_of_use_only_where_they_may_be_fetched(
    ytui: Ytui, monkeypatch: pytest.MonkeyPatch, args: str, verdict: str
) -> None:
    path = a_program(ytui.root / "deno", "")
    path.write_text(DENO.format(version="2.9.8", runs="echo ytui"))
    monkeypatch.setenv("PATH", str(ytui.root))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(ytui.root))
    monkeypatch.setattr("ytui.ytdlp.js_runtime_check.yt_dlp_ejs", None)
    ytui.configure(f"[ytdlp]\nargs = {args}\n")
    assert verdicts(ytui)["javascript"]["verdict"] == verdict


def test_runtimes_are_judged_with_the_options_that_jobs_have(
    ytui: Ytui, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = a_program(ytui.root / "apart" / "deno", "")
    path.write_text(DENO.format(version="2.9.8", runs="echo ytui"))
    monkeypatch.setenv("PATH", str(ytui.root))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(ytui.root))
    own = f'["--js-runtimes", "deno:{path}"]'
    ytui.configure(
        '[ytdlp]\nargs = ["--no-js-runtimes"]\n'
        f'[[channels]]\nurl = "https://a.org/c"\nname = "Films"\nargs = {own}\n'
        '[[channels]]\nurl = "https://a.org/d"\n'
    )
    found = {name: check for name, check in verdicts(ytui).items() if name.startswith("javascript")}
    assert {name: check["ok"] for name, check in found.items()} == {
        "javascript": False,
        "javascript of Films": True,
    }
    assert found["javascript"]["verdict"] == "none is installed"


def test_guests_are_told_of_without_what_is_in_them(ytui: Ytui) -> None:
    ytui.places.guests_dir.mkdir(parents=True)
    now = time.time()
    cookie = SavedCookie(".a.org", "/", "visitor", "SECRET", None, True)
    jar = GuestJar(ytui.places.guests_dir, ["a.org", "1"], "a.org through proxy:3128")
    guest = jar.merge(None, {cookie.key: cookie}, now - 3 * 86400 - 60)
    assert guest is not None
    jar.strike(guest, now)
    damaged = GuestJar(ytui.places.guests_dir, ["a.org", "2"])
    damaged.path.write_text("{")
    said = ytui("doctor").out
    assert "a.org through proxy:3128: 3 days old, 1 cookie, refused 1 time in a row" in said
    assert "whose file is damaged: the next job makes another" in said
    assert "SECRET" not in said


def test_an_old_ytdlp_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ytui.engine.maintenance.ytdlp_upgrade.metadata.version", lambda _: "2026.3.1")
    assert ytdlp(date(2026, 4, 30)).ok
    assert not ytdlp(date(2026, 5, 1)).ok
    assert not ytdlp(date(2026, 9, 1)).ok


def test_a_mistake_in_the_configuration_is_told(ytui: Ytui) -> None:
    ytui.configure("[workers]\ncount = 99\n")
    check = verdicts(ytui)["configuration"]
    assert not check["ok"]
    assert "line 5" in str(check["verdict"])


def test_a_library_whose_mark_was_deleted_gets_it_back_by_what_doctor_says(ytui: Ytui, db: Database) -> None:
    root = ytui.root / "a library"
    ytui.configure(f'[library]\npath = "{root}"\nreserve = "1 MB"\n')
    video = factories.add_video(db)
    factories.run(db, factories.queue_job(db, video))
    videos.set_downloaded(
        db, video.id, path="b.mp4", size=1, files=["b.mp4"], format_id="18", height=360, now=factories.NOW
    )
    key_values.put(db, key_values.LIBRARY_ID, create_library(root))
    (root / "b.mp4").write_text("x")
    assert verdicts(ytui)["library"]["ok"]
    shutil.rmtree(root / ".ytui")
    check = verdicts(ytui)["library"]
    assert not check["ok"]
    command = str(check["mend"]).partition(": ")[2]
    subprocess.run(command, shell=True, check=True)
    assert verdicts(ytui)["library"]["ok"]
    assert check_library(db, root).ok


def test_a_library_that_is_gone_and_a_damaged_database_are_told(
    ytui: Ytui, db: Database, tmp_path: Path
) -> None:
    video = factories.add_video(db)
    factories.run(db, factories.queue_job(db, video))
    videos.set_downloaded(
        db, video.id, path="b.mp4", size=1, files=["b.mp4"], format_id="18", height=360, now=factories.NOW
    )
    assert "not mounted" in str(verdicts(ytui)["library"]["verdict"])
    assert "mount it" in str(verdicts(ytui)["library"]["mend"])
    db.close()
    for path in ytui.places.data_dir.glob("ytui.db-*"):
        path.unlink()
    with ytui.places.database.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)
    assert not verdicts(ytui)["database"]["ok"]


def test_a_full_disk_is_told(ytui: Ytui) -> None:
    ytui.configure(f'[library]\npath = "{ytui.root}/library"\nreserve = "900 TB"\n')
    assert "reserve" in str(verdicts(ytui)["library"]["verdict"])


def test_a_broken_configuration_is_not_called_a_missing_library(ytui: Ytui, db: Database) -> None:
    video = factories.add_video(db)
    assert check_library(db, ytui.root / "library").ok
    job = factories.run(db, factories.queue_job(db, video))
    videos.set_downloaded(
        db, job.video_id or 0, path="a", size=1, files=["a"], format_id="18", height=360, now=factories.NOW
    )
    ytui.configure("[bogus]\n")
    checks = verdicts(ytui)
    assert "bogus" in str(checks["configuration"]["verdict"])
    assert checks["library"]["mend"] == "mend the configuration first"
    assert "cookies" not in checks
