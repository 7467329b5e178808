"""The last good settings, kept so that the application can open while the configuration has a mistake."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

from ytui import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from ytui.core.settings import Settings
    from ytui.paths import Places


def remember(places: Places, settings: Settings) -> None:
    """Keep these; written only when they differ from what is kept."""
    path = _file(places)
    content = pickle.dumps((__version__, settings))
    try:
        if not path.exists() or path.read_bytes() != content:
            unfinished = path.with_suffix(".part")
            unfinished.write_bytes(content)
            unfinished.replace(path)
    except OSError:
        # A convenience for a bad day; a full disk today must not keep the application from opening.
        return


def recall(places: Places) -> Settings | None:
    """What this version of ytui kept, in the user's own data folder; None if there is nothing of use."""
    try:
        version, settings = pickle.loads(_file(places).read_bytes())
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, ValueError, TypeError):
        return None
    return settings if version == __version__ else None


def _file(places: Places) -> Path:
    return places.data_dir / "settings.last-good"
