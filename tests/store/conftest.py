from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rows.databases import new_store
from ytui.store.database import Database, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "ytui.db")
    yield opened
    opened.close_all()


@pytest.fixture
def db(store: Store) -> Database:
    return store.db
