"""``run``, ``fetch`` and ``download`` on their own: real jobs, a real end, a true summary."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.waiting import PATIENCE, Clock, until
from tests.support.rows import factories
from tests.support.servers.demo_site import UNLIMITED, tiny_site
from ytui.cli.commands.demo import EXTRACTORS
from ytui.cli.headless import Begin, RunOptions, acquire_lock, run_headless
from ytui.cli.run_report import Summary
from ytui.cli.session import Session
from ytui.config import load
from ytui.core.models import JobKind, JobState, Priority, VideoState
from ytui.demo.site import Site
from ytui.engine.commands.queue_commands import download_urls, download_videos, fetch_channels
from ytui.engine.engine import Engine
from ytui.engine.ownership import ownership
from ytui.engine.ownership.lock import is_locked
from ytui.store import jobs, process_state, videos
from ytui.store.database import Database, Store

__all__ = ["tiny_site"]

SUMMARY = (
    "channels videos new downloaded bytes failed cancelled waiting retried elapsed_s plan by_channel "
    "handed_over failures due next_fetch queued lower_than_offered"
)
BY_CHANNEL = "name new downloaded failed error retries duration_s failures"
HOUR = 3600.0
NOBODY_LISTENS = "http://127.0.0.1:9/list"
IMPATIENT = """
[retry.network]
policy = "immediate"
base = "0 s"
cap = "0 s"
tries = 2
"""


@pytest.fixture
def session(ytui: Ytui, store: Store, tiny_site: Site) -> Session:
    """One channel of the small site, five videos."""
    ytui.configure(UNLIMITED + f'[[channels]]\nname = "Tiny"\nurl = "{tiny_site.channel_url("tiny1")}"\n')
    return Session(ytui.places, load(ytui.places.config_file), store)


def everything(session: Session) -> Begin:
    def begin(engine: Engine) -> None:
        fetch_channels(session.db, engine.settings, None, time.time(), asked=False)

    return begin


def run_it(session: Session, **run_options: Any) -> Summary:
    given = {"extractor_modules": EXTRACTORS, "quiet": True, "workers": 2, **run_options}
    return run_headless(session, acquire_lock(session), RunOptions(**given), everything(session))


def test_a_run_brings_everything_and_says_so(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    summary = run_it(session, quiet=False)
    answer = summary.as_object()
    assert " ".join(answer) == SUMMARY
    assert (answer["channels"], answer["videos"], answer["new"], answer["downloaded"]) == (1, 5, 5, 5)
    assert (answer["failed"], answer["plan"], summary.exit_code) == (0, {}, 0)
    (row,) = answer["by_channel"]
    assert " ".join(row) == BY_CHANNEL
    assert (row["name"], row["new"], row["downloaded"], row["error"]) == ("Tiny", 5, 5, None)
    library = session.settings.library.path
    assert answer["bytes"] == sum(path.stat().st_size for path in library.rglob("*.mp4"))
    assert process_state.holder(session.db) is None

    summary.show(as_json=False)
    said = capsys.readouterr().out
    assert said.count(": downloaded") == 5
    assert "5 videos downloaded" in said
    assert "\x1b" not in said

    again = run_it(session).as_object()
    assert (again["videos"], again["new"], again["downloaded"]) == (5, 0, 0)


def test_what_a_run_brought_is_told_when_it_ends(session: Session, tmp_path: Path) -> None:
    told = tmp_path / "told"
    command = json.dumps(["sh", "-c", f"cat > {told}.new && mv {told}.new {told}"])
    with session.places.config_file.open("a") as file:
        file.write(f"[notify]\ncommand = {command}\n")
    run_it(Session(session.places, load(session.places.config_file), session.store))
    until(told.exists)
    assert told.read_text().startswith("ytui: 5 arrived")


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """SIGINT is not ignored: it would be in a shell's background job, and in all that this starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_foreground")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_and_loses_nothing(
    session: Session, tiny_site: Site, number: signal.Signals, code: int
) -> None:
    tiny_site.trickle()
    with when_downloading(session, lambda: os.kill(os.getpid(), number)):
        summary = run_it(session)
    assert summary.exit_code == code
    assert summary.as_object()["cancelled"] == 0
    assert jobs.running(session.db) == []
    assert jobs.count(session.db, states=[JobState.QUEUED]) >= 2
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    tiny_site.bytes_per_second = None
    assert run_it(session).exit_code == 0
    assert videos.counts(session.db)[VideoState.DOWNLOADED] == 5


def test_a_time_is_kept_by_finishing_what_runs(
    session: Session, tiny_site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_it(session, kinds=(JobKind.FETCH,))
    tiny_site.trickle()
    clock = Clock()
    monkeypatch.setattr("ytui.engine.run_end.time", SimpleNamespace(monotonic=clock))
    engines: list[Engine] = []

    def begin(engine: Engine) -> None:
        engines.append(engine)

    def time_is_over() -> None:
        clock.forward(HOUR)
        until(lambda: engines[0]._context.stopping)
        tiny_site.bytes_per_second = None

    run_options = RunOptions(extractor_modules=EXTRACTORS, quiet=True, workers=2, at_most=HOUR)
    with when_downloading(session, time_is_over):
        summary = run_headless(session, acquire_lock(session), run_options, begin)
    answer = summary.as_object()
    assert (summary.exit_code, answer["downloaded"], answer["queued"]) == (0, 2, 3)
    summary.show(as_json=False)
    assert ", 0 waiting, 3 still queued, " in capsys.readouterr().out
    assert jobs.running(session.db) == []
    assert session.db.all("SELECT * FROM attempts WHERE outcome = 'interrupted'") == []
    assert jobs.count(session.db, states=[JobState.QUEUED]) > 0


def test_another_ytui_may_take_over(session: Session, tiny_site: Site) -> None:
    tiny_site.trickle()

    def ask() -> None:
        process_state.post_request(session.db, "hand_over", {}, time.time())
        session.store.close()

    with when_downloading(session, ask):
        answer = run_it(session).as_object()
    assert answer["handed_over"] is True
    assert process_state.open_requests(session.db) == []
    acquire_lock(session).release(session.store)


def test_what_fails_is_exit_code_1_and_in_the_plan(ytui: Ytui) -> None:
    ytui.configure(IMPATIENT + f'[[channels]]\nname = "Gone"\nurl = "{NOBODY_LISTENS}"\n')
    done = subprocess.run(
        [sys.executable, "-m", "ytui", *ytui.options, "run", "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (1, "")
    answer = json.loads(done.stdout)
    assert answer["plan"] == {"network_connection": 1}
    assert (answer["waiting"], answer["retried"]) == (1, 1)
    (row,) = answer["by_channel"]
    assert row["name"] == "Gone"
    assert row["error"]
    assert row["failures"] == answer["failures"] == {"network_connection": 1}
    (due,) = answer["due"]
    assert (due["class"], due["items"]) == ("network_connection", 1)
    assert datetime.fromisoformat(due["at"]).timestamp() > time.time()
    assert ytui.json("plan", "list")["items"][0]["url"] == NOBODY_LISTENS


def test_a_single_video_is_called_by_its_title_once_that_is_known(session: Session, tiny_site: Site) -> None:
    page = tiny_site.world.page("tiny1", "videos", 1)
    assert page
    video = page.videos[0]

    def single(engine: Engine) -> list[int]:
        return download_urls(session.db, session.settings, [tiny_site.video_url(video.id)], time.time())

    run_headless(session, acquire_lock(session), RunOptions(extractor_modules=EXTRACTORS, quiet=True), single)
    (job,) = jobs.list(session.db)
    assert (job.title, job.url) == (video.title, tiny_site.video_url(video.id))


def test_metadata_alone_is_no_video_downloaded(
    session: Session, tiny_site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    run_it(session, kinds=(JobKind.FETCH,))
    (video, *_) = videos.page(session.db)

    def metadata(engine: Engine) -> list[int]:
        return download_videos(session.db, session.settings, [video.id], time.time(), metadata_only=True)

    run_options = RunOptions(workers=1, extractor_modules=EXTRACTORS, priorities=(Priority.ASKED,))
    answer = run_headless(session, acquire_lock(session), run_options, metadata).as_object()
    assert (answer["downloaded"], answer["bytes"]) == (0, 0)
    assert f"{video.title}: everything but the media" in capsys.readouterr().out
    assert list(session.settings.library.path.rglob("*.info.json"))


def test_a_successor_waits_until_its_predecessor_is_gone(ytui: Ytui, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[tuple[int, bool]] = []

    def lives(pid: int) -> bool:
        looks.append((pid, is_locked(ytui.places)))
        return len(looks) < 3

    ytui.places.ensure_directories()
    monkeypatch.setattr(ownership, "_lives", lives)
    monkeypatch.setenv(ownership.PREDECESSOR, "4321")
    assert ytui("run", "--no-fetch", "--quiet").code == 0
    assert looks == [(4321, False)] * 3


def test_a_successor_leaves_what_waits_for_a_person(
    ytui: Ytui, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ytui.configure(IMPATIENT + '[[channels]]\nurl = "https://example.org/Films"\n')
    factories.add_videos(db, factories.add_channel(db), factories.entry("left", url=NOBODY_LISTENS))
    monkeypatch.setenv(ownership.PREDECESSOR, "")
    assert ytui("run", "--no-fetch", "--quiet").code == 0
    assert videos.counts(db)[VideoState.NEW] == 1
    assert ytui("run", "--no-fetch", "--quiet").code == 1
    assert videos.counts(db)[VideoState.NEW] == 0


def test_fetch_and_download_do_the_work_themselves(ytui: Ytui) -> None:
    ytui.configure(IMPATIENT + f'[[channels]]\nname = "Gone"\nurl = "{NOBODY_LISTENS}"\n')
    fetched = ytui.json("fetch", "Gone", code=1)
    assert (fetched["plan"], len(fetched["jobs"]), fetched["holder"]) == ({"network_connection": 1}, 1, None)
    loaded = ytui.json("download", "http://127.0.0.1:9/watch", "--quality", "360p", code=1)
    assert (loaded["downloaded"], loaded["plan"]) == (0, {"network_connection": 2})
    (job,) = [row for row in ytui.json("jobs")["jobs"] if row["kind"] == "download"]
    assert (job["state"], job["class"]) == ("waiting", "network_connection")


def test_what_names_no_video_is_refused_before_anything_starts(ytui: Ytui) -> None:
    for text in ("https://www.youtube.com/@somebody", "https://www.youtube.com/playlist?list=PL1"):
        said = ytui("download", text)
        assert (said.code, said.sentence) == (
            2,
            f"ytui: {text} names no video: channels and lists are for `ytui add`",
        )
    assert ytui("download", "nonsense").code == 2
    assert ytui.json("videos") == {"videos": []}


def test_what_is_in_the_library_already_is_said_to_be(ytui: Ytui, db: Database) -> None:
    video = factories.add_video(db, "dQw4w9WgXcQ")
    db.execute("UPDATE videos SET state = 'downloaded', title = 'Spring' WHERE id = ?", (video.id,))
    said = ytui("download", "https://youtu.be/dQw4w9WgXcQ", "--json")
    assert (said.code, said.sentence) == (0, "ytui: Spring is downloaded already")
    assert json.loads(said.out)["jobs"] == []


def test_a_library_that_is_not_there_holds_the_queue(ytui: Ytui, tmp_path: Path) -> None:
    (tmp_path / "wall").write_text("a file")
    ytui.configure(
        f'[library]\npath = "{tmp_path}/wall/library"\n'
        f'[[channels]]\nname = "Gone"\nurl = "{NOBODY_LISTENS}"\n'
    )
    said = ytui("download", NOBODY_LISTENS, "--json")
    assert said.code == 1
    assert "library not writable" in said.sentence
    assert json.loads(said.out)["downloaded"] == 0
    assert ytui.json("jobs", "--state", "queued")["jobs"] != []


class when_downloading:
    """Does something, once, from another thread as soon as two downloads receive bytes."""

    def __init__(self, session: Session, action: Any) -> None:
        self._session, self._action = session, action
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        db: Database = self._session.db
        until(lambda: sum((row.done_bytes or 0) > 0 for row in process_state.read_board(db)) >= 2)
        self._session.store.close()
        self._action()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._thread.join()
