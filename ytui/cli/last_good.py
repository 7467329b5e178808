"""The last good configuration, kept so that the application can open while the files have a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ytui import config
from ytui.config import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from ytui.config import Loaded
    from ytui.core.settings import Settings
    from ytui.paths import Places


def remember(places: Places, loaded: Loaded) -> None:
    """Keep a copy of these files, for the user's eyes alone; written only where it differs."""
    folder = _folder(places)
    kept = {_place(folder, stamp.path, first=not number): stamp for number, stamp in enumerate(loaded.files)}
    try:
        (folder / "channels.d").mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, stamp in kept.items():
            _copy(stamp.path, path)
        for path in (folder / "channels.d").iterdir():
            if path not in kept:
                path.unlink()
    except OSError:
        # A convenience for a bad day; a full disk today must not keep the application from opening.
        return


def recall(places: Places) -> Settings | None:
    """The settings of the files kept; None if there are none that are good for this version."""
    try:
        return config.load(_folder(places) / "config.toml").settings
    except (OSError, ConfigError):
        return None


def _copy(source: Path, copy: Path) -> None:
    content = source.read_bytes()
    if not copy.exists() or copy.read_bytes() != content:
        unfinished = copy.with_suffix(".part")
        unfinished.touch(mode=0o600)
        unfinished.write_bytes(content)
        unfinished.replace(copy)


def _place(folder: Path, path: Path, *, first: bool) -> Path:
    return folder / "config.toml" if first else folder / "channels.d" / path.name


def _folder(places: Places) -> Path:
    return places.data_dir / "last-good"
