"""Where files lie: the configuration, the database, logs, cookies and caches."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class PlaceError(Exception):
    """A folder cannot be made or written; the text is one sentence with the path and what to do."""


@dataclass(frozen=True)
class Places:
    """Absolute paths of everything ytui keeps outside the library."""

    config_file: Path
    data_dir: Path
    cache_dir: Path

    @property
    def database(self) -> Path:
        """The store."""
        return self.data_dir / "ytui.db"

    @property
    def lock(self) -> Path:
        """Held by the one process that runs the queue."""
        return self.data_dir / "ytui.lock"

    @property
    def logs_dir(self) -> Path:
        """Logs of the application."""
        return self.data_dir / "logs"

    @property
    def job_logs_dir(self) -> Path:
        """One log a job."""
        return self.logs_dir / "jobs"

    @property
    def cookies_dir(self) -> Path:
        """Private copies of cookie files."""
        return self.data_dir / "cookies"

    @property
    def tokens_dir(self) -> Path:
        """PO tokens that all jobs share."""
        return self.data_dir / "tokens"

    @property
    def guests_dir(self) -> Path:
        """What sites set for jobs without credentials."""
        return self.data_dir / "guests"

    @property
    def player_code_dir(self) -> Path:
        """The code of sites' players; may be deleted at any time."""
        return self.cache_dir / "player-code"

    def ensure_directories(self) -> None:
        """Make what is missing, readable by the user alone; ``PlaceError`` where that is not possible."""
        own = (self.logs_dir, self.job_logs_dir, self.cookies_dir, self.tokens_dir, self.guests_dir)
        for directory in (self.data_dir, *own, self.cache_dir):
            _ensure_directory(directory)


def places(config: Path | None, data_dir: Path | None, environ: Mapping[str, str]) -> Places:
    """The places in force: an option, else ``YTUI_CONFIG`` or ``YTUI_DATA_DIR``, else the usual ones.

    A data folder that was chosen holds the cache too, so that nothing of it lies elsewhere.
    """
    config = config or _from_environment(environ, "YTUI_CONFIG")
    data_dir = data_dir or _from_environment(environ, "YTUI_DATA_DIR")
    if config and data_dir:
        return Places(_absolute(config), _absolute(data_dir), _absolute(data_dir) / "cache")

    # Only now: most test and scripted starts name both places and need not pay for the import.
    from platformdirs import PlatformDirs

    usual = PlatformDirs("ytui", appauthor=False)
    config_file = _absolute(config) if config else usual.user_config_path / "config.toml"
    if data_dir:
        return Places(config_file, _absolute(data_dir), _absolute(data_dir) / "cache")
    return Places(config_file, usual.user_data_path, usual.user_cache_path)


def nearest_existing(path: Path) -> Path:
    """``path``, or the nearest above it that is there: what would be written to, whose disk would be used."""
    return next((parent for parent in (path, *path.parents) if parent.exists()), path)


def completions(text: str) -> list[str]:
    """Return the paths that a path which is being typed may become; folders end in ``/``.

    Names that begin with a dot are left out unless one is typed, and so is what no line can show. Of a folder
    that cannot be read there are none.
    """
    begun = "" if text == "~" else text.rpartition("/")[2]
    folder = "~/" if text == "~" else text.removesuffix(begun)
    try:
        with os.scandir(Path(folder).expanduser()) as entries:
            found = [entry.name + "/" * entry.is_dir() for entry in entries if _fits(entry.name, begun)]
    except (OSError, RuntimeError, ValueError):
        return []
    return [folder + name for name in sorted(found)]


def _fits(name: str, begun: str) -> bool:
    hidden = name.startswith(".") and not begun.startswith(".")
    return name.startswith(begun) and not hidden and name.isprintable()


def folder_problem(folder: Path) -> str:
    """Return why a folder cannot be made, or written to where it is there already; empty if it can."""
    there = nearest_existing(folder)
    if not there.is_dir():
        return f"{there} is a file, no folder"
    if there == folder:
        return "" if os.access(folder, os.W_OK | os.X_OK) else f"{folder} cannot be written to"
    # Asking for the right to write is not enough: there are places where nobody can make a folder.
    first = there / folder.relative_to(there).parts[0]
    try:
        first.mkdir()
        first.rmdir()
    except OSError as error:
        return f"{folder} cannot be made: {first}: {error.strerror}"
    return ""


def _from_environment(environ: Mapping[str, str], name: str) -> Path | None:
    value = environ.get(name)
    return Path(value) if value else None


def _absolute(path: Path) -> Path:
    try:
        return path.expanduser().absolute()
    except RuntimeError as error:
        raise PlaceError(f"{path} has no meaning here ({error}): give the whole path") from error


def _ensure_directory(directory: Path) -> None:
    advice = "free it or name another folder with --data-dir or YTUI_DATA_DIR"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError as error:
        raise PlaceError(f"{directory} is a file where a folder is needed: {advice}") from error
    except OSError as error:
        raise PlaceError(f"{directory} cannot be made ({error.strerror}): {advice}") from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PlaceError(f"{directory} cannot be written: {advice}")
