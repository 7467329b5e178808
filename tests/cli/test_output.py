"""Output for eyes: aligned, harmless whatever a title holds, plain in a pipe."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.cli.output import table
from ytui.cli.run_report import ProgressLines
from ytui.core.formatting import iso_time
from ytui.core.models import JobKind, Stage
from ytui.engine.live_status import QueueView, SlotState, SlotView, StatusSnapshot
from ytui.engine.sites.site_states import cool_down
from ytui.store import journal
from ytui.store.database import Database

HOSTILE = "\x1b]0;pwned\x07[bold]日本語[/b]\n\u202eevil"


class Terminal:
    """A standard output that says it is a terminal."""

    encoding = "utf-8"

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return True


def test_tables_are_aligned_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    table(("N", "TITLE", "STATE"), [(5, HOSTILE, "new"), (12345, None, "done")], right=(0,))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].endswith("new")
    assert not {"\x1b", "\x07", "\u202e"} & set("".join(lines))
    assert "[bold]日本語[/b]" in lines[1]
    assert lines[2] == "12345" + lines[2][5:]
    assert lines[2].index("done") == lines[0].index("STATE")


def test_a_table_ends_at_the_terminals_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", "20")
    table(("TITLE",), [("日本" * 20,), ("short",)])
    assert [line for line in terminal.text.splitlines() if "short" in line] == ["short"]
    assert terminal.text.splitlines()[1].endswith("…")
    assert len(terminal.text.splitlines()[1]) <= 11


def test_times_are_utc_to_the_second() -> None:
    assert iso_time(1_700_000_000.9) == "2023-11-14T22:13:20Z"
    assert iso_time(None) is None


def test_the_tables_of_the_commands_hold_the_words(ytui: Ytui, db: Database) -> None:
    channel = factories.add_channel(db)
    video, _ = factories.add_videos(
        db, channel, factories.entry("aaa", title=HOSTILE), factories.entry("bbb")
    )
    factories.fail(db, factories.run(db, factories.queue_job(db, video)), factories.PRIVATE, factories.NEVER)
    ytui.configure(f'[[channels]]\nname = "Films"\nurl = "{channel.url}"\n')
    for command, word in (
        ("channels", "Films"),
        ("videos", "aaa"),
        ("jobs", "private"),
        ("status", "failed"),
    ):
        said = ytui(command)
        assert (said.code, said.err) == (0, "")
        assert word in said.out
        assert "\x1b" not in said.out
    assert "E-0001" in ytui("plan", "list").out
    assert "E-0001" in ytui("status", "1").out
    assert "1 job queued again" in ytui("plan", "retry", "--class", "private").out


@pytest.fixture
def far_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock is on the wall five and a half hours before Greenwich's."""
    monkeypatch.setenv("TZ", "XXX-5:30")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("far_away")
def test_times_for_eyes_are_local_in_every_command(ytui: Ytui, db: Database) -> None:
    job = factories.run(db, factories.queue_job(db, factories.add_video(db)))
    factories.fail(db, job)
    db.execute("UPDATE videos SET downloaded_at = ?", (factories.NOW,))
    cool_down(db, "youtube", until=2e9, reason="bot check", now=factories.NOW)
    assert "2033-05-18 09:03" in ytui("status").out
    for command in (("status", str(job.id)), ("plan", "show", "E-0001"), ("stats",), ("status",)):
        said = ytui(*command).out
        assert "2023-11-15 03:4" in said or command == ("status",), said
        assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:", said), said


def test_progress_repaints_below_the_lines_on_a_terminal(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("TERM", "xterm")
    journal.write(db, at=factories.NOW, level="info", type="runtime", message="before my time")
    progress = ProgressLines(db, quiet=False)
    slot = SlotView(
        1,
        SlotState.RUNNING,
        job=7,
        kind=JobKind.DOWNLOAD,
        title=HOSTILE,
        stage=Stage.VIDEO,
        fraction=0.5,
        speed=2e6,
    )
    busy = StatusSnapshot((slot,), QueueView(download_done=1, download_total=3), 0.0)
    progress.update(busy)
    assert "download 1/3" in terminal.text
    assert "50%" in terminal.text
    assert "\x1b" not in terminal.text

    painted, terminal.text = terminal.text, ""
    progress.update(busy)
    assert terminal.text == ""
    journal.write(db, at=factories.NOW, level="info", type="runtime", message="A film: in the library")
    progress.update(busy)
    erase, _, rest = terminal.text.partition("\x1b[J")
    assert erase == f"\x1b[{painted.count(chr(10))}A"
    assert rest.splitlines()[0].endswith("A film: in the library")
    assert "before my time" not in rest


def test_progress_in_a_pipe_is_plain_lines(db: Database, capsys: pytest.CaptureFixture[str]) -> None:
    progress = ProgressLines(db, quiet=False)
    journal.write(db, at=factories.NOW, level="debug", type="runtime", message="detail")
    journal.write(db, at=factories.NOW, level="error", type="failed", message=HOSTILE)
    progress.update(StatusSnapshot((SlotView(1, SlotState.RUNNING, job=7),), QueueView(), 0.0))
    progress.end()
    (line,) = capsys.readouterr().out.splitlines()
    assert "日本語" in line
    assert "\x1b" not in line
