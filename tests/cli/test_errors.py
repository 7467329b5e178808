"""A mistake is one sentence on standard error with what to do, exit code 2, and with ``--json`` an object."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.waiting import PATIENCE
from ytui.cli.commands import lists
from ytui.cli.errors import EXIT_FAILED
from ytui.cli.main import run
from ytui.config import load
from ytui.store import journal, key_values, schema
from ytui.store.database import Database, trouble_words

MISTAKES = {
    "wrong type": ('[workers]\ncount = "five"\n', ["line 5", "count"]),
    "out of range": ("[workers]\ncount = 99\n", ["line 5", "16"]),
    "unknown key": ("[workers]\ncuont = 5\n", ["line 5", "cuont", "count"]),
    "broken TOML": ("[workers\n", ["line 4", "TOML"]),
    "URL without a host": ('[[channels]]\nurl = "https://"\n', ["line 5", "host"]),
    "unknown order": ('[workers]\norder = "biggest"\n', ["line 5", "shortest"]),
    "yt-dlp option": ('[ytdlp]\nargs = ["--no-such-thing"]\n', ["line 5", "ytdlp.args", "no-such-thing"]),
    "yt-dlp option that is ours": ('[ytdlp]\nargs = ["-o", "x"]\n', ["-o", "template"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_the_configuration_names_file_line_and_what_was_expected(ytui: Ytui, name: str) -> None:
    text, words = MISTAKES[name]
    ytui.configure(text)
    said = ytui("channels", "--json")
    assert said.code == 2
    assert json.loads(said.out) == {"error": said.sentence.removeprefix("ytui: "), "exit_code": 2}
    for word in ["config.toml", *words]:
        assert word in said.sentence


def test_args_of_a_channel_are_named_where_they_stand(ytui: Ytui) -> None:
    folder = ytui.places.config_file.parent / "channels.d"
    folder.mkdir()
    (folder / "more.toml").write_text(
        '[[channels]]\nurl = "https://A.example/one"\n\n'
        '[[channels]]\nurl = "https://A.example/two"\nargs = [\n  "--no-such-thing",\n]\n'
    )
    for command in (["channels"], ["add", "--dry-run", "https://a.example/three"]):
        said = ytui(*command)
        assert said.code == 2
        assert f"{folder}/more.toml line 6: channels.args must be options of the yt-dlp" in said.sentence
    (check,) = (check for check in ytui.json("doctor")["checks"] if check["name"] == "configuration")
    assert "more.toml line 6" in check["verdict"]


BAD_USE = [
    (["fly"], "fly"),
    (["run", "-w", "17"], "17"),
    (["run", "--for", "soon"], "soon"),
    (["run", "--until-idle", "--forever"], "--forever"),
    (["run", "--within", "24h"], "--until-idle"),
    (["add", "--name", "One", "https://a.example/1", "https://a.example/2"], "--name"),
    (["download", "not an address"], "not an address"),
    (["download", "https://"], "host"),
    (["download", "https://a.example/1", "--output", "~nobody-of-that-name/x"], "~nobody-of-that-name"),
    (["fetch", "Nobody"], "Nobody"),
    (["remove", "Nobody"], "Nobody"),
    (["videos", "--channel", "Nobody"], "Nobody"),
    (["videos", "--state", "lost"], "lost"),
    (["status", "41"], "41"),
    (["status", "--motd", "--watch"], "--motd"),
    (["why", "nothing"], "nothing"),
    (["why", "job:x"], "'x'"),
    (["why", "job:41"], "41"),
    (["status", str(2**63)], str(2**63)),
    (["events", "--job", "41"], "41"),
    (["events", "--job", str(2**63)], str(2**63)),
    (["logs", "--job", str(2**63)], str(2**63)),
    (["logs", "--limit", str(2**63)], str(2**63)),
    (["why", "-abcdefghij"], "goes behind --"),
    (["logs", "--since", "soon"], "soon"),
    (["logs", "--channel", "Nobody"], "Nobody"),
    (["plan", "show", "E-NONE"], "E-NONE"),
    (["plan", "create", "E-0001", "--all"], "E-0001"),
    (["plan", "create", "17", "--all"], "17"),
    (["plan", "create", "mine"], "--all"),
    (["plan", "retry", "E-0001", "--all"], "--all"),
    (["plan", "retry"], "--all"),
    (["plan", "retry", "E-NONE"], "E-NONE"),
    (["plan", "list", "--class", "bad_luck"], "bad_luck"),
    (["demo"], "--headless"),
    ([], "terminal"),
]


@pytest.mark.parametrize(("arguments", "word"), BAD_USE, ids=lambda value: " ".join(value) or "the app")
def test_bad_use_is_exit_code_2_and_says_what(ytui: Ytui, arguments: list[str], word: str) -> None:
    said = ytui(*arguments)
    assert (said.code, said.out) == (2, "")
    assert word in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["fly", "--json"], "fly"),
        (["run", "-w", "17", "--json"], "17"),
        (["plan", "export", "--format", "batch", "--json"], "-o"),
        (["demo", "--json"], "--headless"),
        (["status", "--watch", "--json"], "--watch"),
        (["why", "--json", "--", "-abcdefghij"], "-abcdefghij"),
    ],
)
def test_with_json_a_mistake_is_one_object_too(ytui: Ytui, arguments: list[str], word: str) -> None:
    said = ytui(*arguments)
    answer = json.loads(said.out)
    assert (said.code, answer["exit_code"]) == (2, 2)
    assert word in answer["error"]
    assert word in said.err


def test_what_stands_behind_two_dashes_is_no_option(ytui: Ytui) -> None:
    said = ytui("why", "--", "--json")
    assert (said.code, said.out) == (2, "")


def test_an_address_that_is_none_is_refused_and_the_others_are_added(ytui: Ytui) -> None:
    answer = ytui.json("add", "https://a.example/good", "https://", code=2)
    assert [row["url"] for row in answer["added"]] == ["https://a.example/good"]
    assert [row["url"] for row in answer["refused"]] == ["https://"]
    assert len(answer["jobs"]) > 0
    assert "a.example/good" in ytui.places.config_file.read_text()


@pytest.mark.parametrize("where", ["data-dir", "config"])
def test_a_place_that_cannot_be_written_is_told(ytui: Ytui, tmp_path: Path, where: str) -> None:
    wall = tmp_path / "a file"
    wall.write_text("in the way")
    options = {"data-dir": str(ytui.places.data_dir), "config": str(tmp_path / "none" / "config.toml")}
    options[where] = str(wall / "deeper")
    done = _ytui(*(word for name, value in options.items() for word in (f"--{name}", value)), "channels")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("ytui: ")
    assert str(wall) in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_is_none_or_too_new_is_told(ytui: Ytui, db: Database) -> None:
    db.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    assert "newer ytui" in ytui("jobs").sentence
    db.close()
    for path in ytui.places.data_dir.glob("ytui.db*"):
        path.unlink()
    ytui.places.database.write_text("My holiday, a diary. " * 500)
    said = ytui("jobs", "--json")
    assert said.code == 2
    assert "not a database" in said.sentence


def test_the_unexpected_is_a_sentence_and_the_log_has_the_traceback(
    ytui: Ytui, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("a \x1b[31mred\x1b[0m herring")

    monkeypatch.setattr(lists, "channel_names", broken)
    said = ytui("videos")
    assert (said.code, said.out) == (1, "")
    assert "red" in said.sentence
    assert "\x1b" not in said.err
    log = ytui.places.logs_dir / "ytui.log"
    assert str(log) in said.sentence
    assert "Traceback" in log.read_text()


def test_a_reader_that_has_seen_enough_is_no_mistake(ytui: Ytui) -> None:
    command = [sys.executable, "-m", "ytui", *ytui.options, "explain", "--json"]
    started = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdin
    assert started.stdout
    started.stdout.close()
    started.stdin.write(b"ERROR: Private video\n" * 10)
    started.stdin.close()
    assert started.stderr
    assert started.stderr.read() == b""
    assert started.wait(30) == 1


@pytest.mark.parametrize(
    ("closed", "arguments", "code"),
    [
        (0, ["explain"], 0),
        (0, ["add", "-"], 0),
        (0, ["import", "-"], 0),
        (1, ["explain", "Private video"], 0),
        (1, ["videos", "--json"], 0),
        (1, ["--version"], 0),
        (2, ["videos"], 0),
        (2, ["fly"], 2),
    ],
)
def test_a_standard_stream_may_be_closed(ytui: Ytui, closed: int, arguments: list[str], code: int) -> None:
    words = shlex.join([sys.executable, "-m", "ytui", *ytui.options, *arguments])
    redirection = "<&-" if closed == 0 else f"{closed}>&-"
    done = subprocess.run(
        ["sh", "-c", f"exec {words} {redirection}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (code, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--data-dir", "", "channels"], "--data-dir is empty: name a folder, or leave the option out"),
        (["--config=", "channels"], "--config is empty: name a file, or leave the option out"),
        (["demo", "--keep", ""], "--keep is empty: name a folder, or leave the option out"),
        (["download", "x", "--output", ""], "--output is empty: name a folder, or leave the option out"),
        (["export", "channels", "-o", ""], "--output is empty: name a file, or leave the option out"),
    ],
)
def test_an_empty_path_is_not_the_present_folder(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    assert capsys.readouterr().err == f"ytui: {sentence}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [["logs", "-f"], ["status", "--watch"]])
def test_following_ends_when_nobody_reads_it(ytui: Ytui, db: Database, arguments: list[str]) -> None:
    """With nothing new to write, too: a write alone would tell."""
    journal.write(db, at=1.0, level="info", type="runtime", message="news")
    with subprocess.Popen(
        [sys.executable, "-m", "ytui", *ytui.options, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.wait(60) == 1
        assert process.stderr.read() == b""


def test_output_that_finds_no_space_is_one_sentence(ytui: Ytui) -> None:
    for arguments in (["explain", "Private video"], ["videos", "--json"], ["doctor"], ["--version"]):
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [sys.executable, "-m", "ytui", *ytui.options, *arguments],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
                timeout=PATIENCE,
            )
        assert done.returncode == 1
        assert done.stderr.startswith("ytui: no space is left")
        assert done.stderr.count("\n") == 1
    assert not (ytui.places.logs_dir / "ytui.log").exists()


def test_a_database_that_finds_no_space_is_one_sentence(ytui: Ytui, db: Database) -> None:
    pages = db.value("PRAGMA page_count")
    limited = Database.__init__

    def small(self: Database, path: Path) -> None:
        limited(self, path)
        self.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", small)
        told = ytui.json("add", *(f"https://a.example/{n}" for n in range(200)), code=1)
    # As the held queue says it.
    assert told["error"] == f"the disk with {ytui.places.database} is full: make room there"
    assert load(ytui.places.config_file).settings.channels == ()
    assert not (ytui.places.logs_dir / "ytui.log").exists()


def _ytui(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ytui", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"},
    )


def test_a_database_that_another_program_keeps_locked(
    ytui: Ytui, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ytui.store.database.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(db.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        said = ytui("add", "https://example.org/channel")
    assert said.code == EXIT_FAILED
    assert said.sentence == f"ytui: another program keeps {db.path} locked: end it"
    assert load(ytui.places.config_file).settings.channels == ()


@pytest.mark.parametrize(
    ("pragma", "words"), [("max_page_count = 1", "is full: make room"), ("query_only = 1", "not written")]
)
def test_a_database_on_a_bad_disk_is_told_by_what_mends_it(db: Database, pragma: str, words: str) -> None:
    db.execute(f"PRAGMA {pragma}")
    with pytest.raises(sqlite3.OperationalError) as caught:
        key_values.put(db, "large", "x" * 10_000_000)
    assert words in trouble_words(db.path, caught.value)
