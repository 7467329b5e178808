"""Notifications: told once, in batches, by real commands and by Apprise to a real address."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.engine.conftest import Home
from tests.support.processes.waiting import until
from tests.support.rows.factories import NEVER, PRIVATE, USER, add_video, fail, queue_job, run
from tests.support.rows.library_queries import context_of
from ytui.engine.maintenance import digest_notifier
from ytui.engine.maintenance.digest_notifier import Notifier
from ytui.store import jobs, journal, videos

NOW = 1_790_000_000.0


def configure(home: Home, text: str) -> None:
    with home.places.config_file.open("a") as file:
        file.write(f'\n[notify]\nevery = "10 min"\n{text}\n')


def arrive(home: Home, name: str, at: float) -> None:
    video = add_video(home.db, name)
    job = run(home.db, queue_job(home.db, video))
    path = f"{name}.mp4"
    videos.set_downloaded(
        home.db, video.id, path=path, size=10**6, files=[path], format_id="18", height=360, now=at
    )
    jobs.finish(home.db, job.id, now=at)


def writer(target: Path) -> str:
    """A command that appends its argument and its input to a file."""
    code = f"import sys; open({str(target)!r}, 'a').write(sys.argv[1] + '|' + sys.stdin.read() + '---')"
    return f"command = {json.dumps([sys.executable, '-c', code, '{title}'])}"


def test_what_happened_is_told_once_and_in_batches(home: Home, tmp_path: Path) -> None:
    told = tmp_path / "told"
    configure(home, writer(told))
    notifier = Notifier(context_of(home))
    notifier.tick(NOW)
    queue_job(home.db, add_video(home.db, "waits"))
    arrive(home, "one", NOW + 1)
    fail(home.db, run(home.db, queue_job(home.db, add_video(home.db, "two"))), PRIVATE, USER, now=NOW + 2)
    notifier.tick(NOW + 30)
    assert not told.exists(), "the queue is at work, and ten minutes are not over"
    arrive(home, "three", NOW + 40)
    notifier.tick(NOW + 601)
    until(lambda: told.exists() and told.read_text().endswith("---"))
    (message,) = told.read_text().split("---")[:-1]
    title, _, text = message.partition("|")
    assert title == "ytui: 2 arrived (2.0 MB), 1 need you"
    assert "A film: " in text
    notifier.tick(NOW + 1300)
    Notifier(context_of(home)).tick(NOW + 2000)
    arrive(home, "four", NOW + 2001)
    notifier.tick(NOW + 2700)
    until(lambda: told.read_text().count("---") == 2)
    assert "ytui: 1 arrived" in told.read_text()


def test_the_end_of_the_queue_is_told_at_once(home: Home, tmp_path: Path) -> None:
    told = tmp_path / "told"
    configure(home, writer(told) + '\non = ["done"]')
    notifier = Notifier(context_of(home))
    notifier.tick(NOW)
    fail(home.db, run(home.db, queue_job(home.db, add_video(home.db, "two"))), PRIVATE, NEVER, now=NOW + 2)
    notifier.tick(NOW + 3)
    arrive(home, "one", NOW + 4)
    notifier.tick(NOW + 5)
    until(lambda: told.exists() and told.read_text().endswith("---"))
    assert told.read_text().count("---") == 1
    assert "failed" not in told.read_text()


def test_a_command_that_fails_is_a_line_of_the_journal(home: Home) -> None:
    failing = (["/nowhere/at/all"], [sys.executable, "-c", "raise SystemExit(3)"])
    for at, command in enumerate(failing, start=int(NOW)):
        home.places.config_file.write_text(
            f'[library]\npath = "{home.library}"\n[notify]\ncommand = {json.dumps(command)}\n'
        )
        notifier = Notifier(context_of(home))
        notifier.tick(at)
        arrive(home, f"video{at}", at + 0.5)
        notifier.tick(at + 0.6)

    def both_told() -> bool:
        notifier.tick(NOW + 3)
        return len(journal.tail(home.db, level="warning")) == 2

    until(both_told)
    first, second = (line.message for line in journal.tail(home.db, level="warning"))
    assert "could not be started: No such file" in first
    assert second.endswith("ended with 3")


def test_a_command_that_hangs_is_ended(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(home, f"command = {json.dumps([sys.executable, '-c', 'import signal; signal.pause()'])}")
    notifier = Notifier(context_of(home))
    notifier.tick(NOW)
    arrive(home, "one", NOW + 1)
    notifier.tick(NOW + 2)
    monkeypatch.setattr(digest_notifier, "PATIENCE", 0.0)
    notifier.tick(NOW + 3)
    (line,) = journal.tail(home.db, level="warning")
    assert "was stopped" in line.message


@contextmanager
def receiver() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """The far end of an Apprise address."""
    got: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"json://127.0.0.1:{server.server_port}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_apprise_address_is_told(home: Home) -> None:
    with receiver() as (address, got):
        configure(home, f'urls = ["{address}"]')
        notifier = Notifier(context_of(home))
        notifier.tick(NOW)
        arrive(home, "one", NOW + 1)
        notifier.tick(NOW + 2)
        until(lambda: got)
    assert got[0]["title"] == "ytui: 1 arrived (1.0 MB)"
