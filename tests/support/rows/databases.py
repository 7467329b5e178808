"""An empty database for a test: made by the real migrations once a process, and copied from then on."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path

from ytui.store.database import Store


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ytui.db")
        store = Store.open(path)
        # The last connection to be closed leaves no log beside the file.
        assert store.db.value("PRAGMA integrity_check") == "ok"
        store.close_all()
        return path.read_bytes()


def new_store(path: Path) -> Store:
    """Open the store of a library, whose folder is there; a new one has no rows."""
    if not path.exists():
        path.write_bytes(_migrated())
    return Store.open(path, migrate=False)
