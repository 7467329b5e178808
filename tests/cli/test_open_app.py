"""What stands before the application: settings for a day on which the configuration has a mistake."""

from __future__ import annotations

import io
import time
from typing import Any, ClassVar

import pytest

from tests.cli.conftest import Said, Ytui
from tests.support.rows import factories
from ytui.cli import open_app
from ytui.cli.errors import CliError
from ytui.cli.open_app import load_last_good, save_last_good
from ytui.cli.params import GlobalOptions
from ytui.cli.session import Session
from ytui.config import load
from ytui.engine.ownership.absence_summary import AbsenceSummary
from ytui.engine.ownership.lock import is_locked
from ytui.engine.ownership.ownership import LibraryOwnership
from ytui.store import process_state
from ytui.store.database import Database, Store

MISTAKE = "[workers]\ncount = 99\n"


@pytest.fixture
def shown(ytui: Ytui, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Session, tuple[str, ...]]]:
    """What would be shown, each time the application opens."""
    seen: list[tuple[Session, tuple[str, ...]]] = []

    def show(start: GlobalOptions, session: Session, *, notices: tuple[str, ...] = (), **_: Any) -> int:
        seen.append((session, notices))
        return 0

    monkeypatch.setattr(open_app, "show", show)
    monkeypatch.setattr(open_app, "need_terminal", lambda instead: None)
    return seen


def test_a_mistake_opens_with_the_last_good_settings_and_says_so(
    ytui: Ytui, shown: list[tuple[Session, tuple[str, ...]]]
) -> None:
    ytui.configure("[workers]\ncount = 7\n")
    assert ytui().code == 0
    ytui.configure(MISTAKE)
    assert ytui().code == 0
    (good, nothing), (bad, notices) = shown
    assert nothing == ()
    assert bad.settings == good.settings
    assert bad.settings.workers.count == 7
    assert "line 5" in notices[0]


def test_where_nothing_was_ever_good_no_channel_is_lost_and_nothing_is_downloaded(
    ytui: Ytui, db: Database, shown: list[tuple[Session, tuple[str, ...]]]
) -> None:
    channel = factories.add_channel(db)
    ytui.configure(MISTAKE)
    assert ytui().code == 0
    ((session, _),) = shown
    (kept,) = session.settings.channels
    assert (kept.url, kept.name, kept.download) == (channel.url, channel.name, False)


def test_every_file_is_kept_and_what_is_no_good_is_not_used(ytui: Ytui) -> None:
    ytui.places.ensure_directories()
    assert load_last_good(ytui.places) is None
    ytui.configure("[workers]\ncount = 3\n")
    more = ytui.places.config_file.parent / "channels.d" / "more.toml"
    more.parent.mkdir()
    more.write_text('[[channels]]\nurl = "https://example.org/one"\n')
    save_last_good(ytui.places, load(ytui.places.config_file))
    settings = load_last_good(ytui.places)
    assert settings is not None
    assert (settings.workers.count, [channel.url for channel in settings.channels]) == (
        3,
        ["https://example.org/one"],
    )
    more.unlink()
    save_last_good(ytui.places, load(ytui.places.config_file))
    settings = load_last_good(ytui.places)
    assert settings is not None
    assert settings.channels == ()
    kept = ytui.places.data_dir / "last-good" / "config.toml"
    assert kept.stat().st_mode & 0o077 == 0
    kept.write_text(MISTAKE)
    assert load_last_good(ytui.places) is None


def test_a_terminal_that_cannot_show_it_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(f"sys.{name}", io.StringIO())
        monkeypatch.setattr(f"sys.{name}.isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    with pytest.raises(CliError, match="dumb") as refused:
        open_app.need_terminal("never mind")
    assert refused.value.code == 2


class StandIn:
    """The application as far as its opening and its end go."""

    return_code: int | None = 0

    def __init__(
        self, store: Store, *_: Any, ownership: LibraryOwnership, away: AbsenceSummary | None, **__: Any
    ) -> None:
        self.seen = (process_state.holder(store.db), away)
        StandIn.opened.append(self)

    opened: ClassVar[list[StandIn]] = []

    def run(self, *, mouse: bool) -> None:
        """Nobody presses a key."""


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
    monkeypatch.setattr(open_app, "need_terminal", lambda instead: None)
    monkeypatch.setattr("ytui.tui.app.YtuiApp", StandIn)
    monkeypatch.setattr(StandIn, "opened", [])
    return StandIn


def test_it_holds_the_library_while_it_is_open_and_knows_when_it_was_closed(
    ytui: Ytui, store: Store, stand_in: type[StandIn]
) -> None:
    for _ in range(2):
        assert ytui() == Said(0, "", "")
        assert not is_locked(ytui.places)
    (holder, nothing), (_, away) = (one.seen for one in stand_in.opened)
    assert holder is not None
    assert holder.kind == "app"
    assert nothing is None
    assert away is not None
    assert time.time() - 60 < away.since <= time.time()


def test_a_crash_is_one_sentence_and_lets_the_library_go(
    ytui: Ytui, store: Store, stand_in: type[StandIn], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = ytui.places.logs_dir / "ytui.log"
    monkeypatch.setattr(stand_in, "return_code", open_app.PANICKED)
    said = ytui()
    assert (said.code, said.out) == (1, "")
    assert str(log) in said.sentence

    def fall_over(self: StandIn, *, mouse: bool) -> None:
        raise LookupError("a herring")

    monkeypatch.setattr(stand_in, "run", fall_over)
    assert ytui().sentence == said.sentence
    assert "a herring" in log.read_text()
    assert not is_locked(ytui.places)


def test_the_engine_of_the_application_is_built_on_the_session(ytui: Ytui, store: Store) -> None:
    ytui.configure("[workers]\ncount = 7\n")
    session = Session(ytui.places, load(ytui.places.config_file), store)
    assert open_app._factory(session, (), None)(lambda slot: None).workers == 7
    assert open_app._factory(session, (), 2)(lambda slot: None).workers == 2
