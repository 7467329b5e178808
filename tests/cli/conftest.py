"""The command line in this process, on a data folder of its own, as a person or a script would see it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.docs.json_page import undocumented
from tests.support.rows.databases import new_store
from ytui.cli.main import run
from ytui.engine.ownership.lock import LibraryLock
from ytui.paths import Places
from ytui.store.database import Database, Store


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error."""
        lines = self.err.strip().splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


class Ytui:
    """Runs commands in this process; every call is a fresh start on the same folders.

    What is printed for scripts has the keys that the manual names, and no others.
    """

    def __init__(
        self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.root = root
        self.places = Places(root / "config.toml", root / "data", root / "data" / "cache")
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str, stdin: str = "") -> Said:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        self._capsys.readouterr()
        code = run([*self.options, *arguments])
        captured = self._capsys.readouterr()
        if "--json" in arguments or arguments[:1] == ("events",):
            for line in captured.out.splitlines():
                assert undocumented(arguments, json.loads(line)) == []
        return Said(code, captured.out, captured.err)

    @property
    def options(self) -> list[str]:
        return ["--config", str(self.places.config_file), "--data-dir", str(self.places.data_dir)]

    def json(self, *arguments: str, code: int = 0, stdin: str = "") -> dict[str, Any]:
        """The one object that a command prints, and nothing else."""
        said = self(*arguments, "--json", stdin=stdin)
        assert said.code == code, said
        assert said.out.count("\n") == 1
        answer = json.loads(said.out)
        assert isinstance(answer, dict)
        return answer

    def configure(self, text: str = "") -> None:
        """Write the configuration; the library lies in this test's folder."""
        head = "" if "[library]" in text else f'[library]\npath = "{self.root}/library"\nreserve = "1 MB"\n'
        self.places.config_file.write_text(head + text)


@pytest.fixture
def ytui(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ytui:
    home = Ytui(tmp_path, capsys, monkeypatch)
    home.configure()
    return home


@pytest.fixture
def store(ytui: Ytui) -> Iterator[Store]:
    ytui.places.ensure_directories()
    opened = new_store(ytui.places.database)
    yield opened
    opened.close_all()


@pytest.fixture
def db(store: Store) -> Database:
    return store.db


@pytest.fixture
def held(ytui: Ytui, store: Store) -> Iterator[None]:
    """Another process has the library and does nothing."""
    library_lock = LibraryLock.acquire(ytui.places)
    library_lock.announce(store, "app")
    yield
    library_lock.release(store)
