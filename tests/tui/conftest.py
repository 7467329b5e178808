"""A library to look at: a real store with known rows, a board filled by hand, an engine that runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

from tests.support.processes.time_zone import zone
from tests.support.rows.databases import new_store
from tests.support.terminals.stand_in_engine import NOW, StandInEngine, fill, running_board
from ytui.core.settings import Settings
from ytui.core.settings.tables import Screen as ScreenSettings
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.app import YtuiApp


@pytest.fixture(autouse=True)
def _same_time_everywhere() -> Iterator[None]:
    with zone("UTC"):
        yield


@pytest.fixture(autouse=True)
def _same_machine_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ytui.tui.notifications.missing_tools", list)
    monkeypatch.setattr("ytui.tui.actions.upgrade_action.old_ytdlp", lambda db, today: [])


_parse = Stylesheet._parse_rules
_parsed: dict[object, list[RuleSet]] = {}


def _parse_once(self: Stylesheet, *source: Any, **options: Any) -> list[RuleSet]:
    key = source, tuple(options.items()), tuple(self._variables.items())
    if key not in _parsed:
        _parsed[key] = _parse(self, *source, **options)
    return _parsed[key]


@pytest.fixture(autouse=True)
def _stylesheets_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual parses them for each app: a seventh of what its start costs."""
    monkeypatch.setattr(Stylesheet, "_parse_rules", _parse_once)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path / "config.toml", tmp_path / "data", tmp_path / "cache")
    places.ensure_directories()
    places.config_file.write_text(f'[library]\npath = "{tmp_path / "library"}"\n')
    return places


@pytest.fixture
def empty_store(places: Places) -> Iterator[Store]:
    store = new_store(places.database)
    yield store
    store.close_all()


@pytest.fixture
def store(empty_store: Store, places: Places) -> Store:
    fill(empty_store.db, places)
    return empty_store


@pytest.fixture
def engine() -> StandInEngine:
    return StandInEngine(running_board())


MakeApp = Callable[..., YtuiApp]


@pytest.fixture
def make_app(places: Places, engine: StandInEngine) -> MakeApp:
    """Build an app on a store; nothing in it moves by itself."""

    def make(
        store: Store,
        *,
        keys: dict[str, str] | None = None,
        encoding: str = "utf-8",
        environ: dict[str, str] | None = None,
        notices: tuple[str, ...] = (),
        clock: Callable[[], float] = lambda: NOW,
    ) -> YtuiApp:
        engine.settings = Settings(screen=ScreenSettings(keys=keys or {}))
        return YtuiApp(
            store,
            engine.built_with,
            places,
            engine.settings,
            clock=clock,
            environ={"COLORTERM": "truecolor"} if environ is None else environ,
            encoding=encoding,
            notices=notices,
        )

    return make
