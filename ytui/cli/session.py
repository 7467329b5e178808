"""Session of a command: places, configuration and store, or one clear sentence on what is wrong."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ytui.cli.errors import CliError
from ytui.core.formatting import format_size, format_time, iso_time

if TYPE_CHECKING:
    from pathlib import Path

    from ytui.cli.params import GlobalOptions
    from ytui.config import Loaded
    from ytui.core.settings import Settings
    from ytui.paths import Places
    from ytui.store.database import Database, Store
    from ytui.store.rows import Holder


@dataclass(frozen=True)
class Session:
    """An open store with the configuration in force."""

    places: Places
    loaded: Loaded
    store: Store

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.loaded.settings

    @property
    def db(self) -> Database:
        """This thread's connection."""
        return self.store.db

    @property
    def in_use(self) -> bool:
        """Whether a process has the library: this one, or another."""
        from ytui.engine.ownership.lock import is_locked

        return is_locked(self.places)

    @property
    def holder(self) -> Holder | None:
        """Who has the library, where that has been said."""
        from ytui.engine.ownership.lock import holder_of

        return holder_of(self.places, self.store)

    def need_library(self, otherwise: str) -> None:
        """Make sure that the library is there; ``CliError``, with what is so ``otherwise``."""
        from ytui.store.library_marker import check_library

        found = check_library(self.db, self.settings.library.path)
        if not found.ok:
            raise CliError(f"{found.reason}; {otherwise}")


@contextmanager
def session(start: GlobalOptions, *, quiet: bool = False) -> Iterator[Session]:
    """Open everything that the options name; ``quiet`` asks nothing even on a terminal."""
    places = ready_places(start)
    log_to_file(places)
    loaded = load_config(places, ask=not quiet)
    check_arguments(loaded)
    store = open_store(places)
    try:
        yield Session(places, loaded, store)
    finally:
        store.close_all()


def ready_places(start: GlobalOptions) -> Places:
    """The places in force, their folders made."""
    from ytui.paths import PlaceError

    places = start.places
    try:
        places.ensure_directories()
    except PlaceError as error:
        raise CliError(str(error)) from error
    return places


def log_to_file(places: Places) -> None:
    """Send what the parts log of themselves to a file: nothing may be printed over a screen or an answer."""
    handler = logging.FileHandler(places.logs_dir / "ytui.log", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("ytui")
    log.handlers = [handler]
    log.propagate = False
    # A log that cannot be written (the disk is full) is no reason to print a traceback over the screen.
    logging.raiseExceptions = False


def load_config(places: Places, *, ask: bool) -> Loaded:
    """Read the configuration, writing the first one where there is none; ``CliError`` with file and line."""
    from ytui import config

    try:
        if not places.config_file.exists():
            config.ensure(places.config_file, _ask_library() if ask and interactive() else None)
        return config.load(places.config_file)
    except config.ConfigError as error:
        raise CliError(f"{places.config_file.parent}/{error}") from error
    except OSError as error:
        sentence = f"{places.config_file} cannot be read ({error.strerror}): name another with --config"
        raise CliError(sentence) from error


def _ask_library() -> Path:
    """Ask until a folder is named that is there, or can be made, and can be written to."""
    import shutil
    from pathlib import Path

    import click

    from ytui.core.settings.tables import DEFAULT_LIBRARY
    from ytui.paths import folder_problem, nearest_existing

    _complete_paths()
    click.echo("Where shall the videos go? (tab completes a path)")
    while True:
        answer = click.prompt("Folder", default=str(DEFAULT_LIBRARY))
        try:
            folder = Path(answer).expanduser()
            if not folder.is_absolute():
                raise ValueError("Please give the whole path, beginning with / or ~")
            if problem := folder_problem(folder):
                raise ValueError(f"{problem}. Please name another folder, or mend that first.")
            free = format_size(shutil.disk_usage(nearest_existing(folder)).free)
            if not click.confirm(f"{folder}: {free} free there. Use it?", default=True):
                continue
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            click.echo(f"{folder} cannot be made ({error.strerror}). Please name another folder.")
        except (ValueError, RuntimeError) as error:
            click.echo(str(error))
        else:
            return Path(answer)


def _complete_paths() -> None:
    """Have tab complete paths at the next prompts, where this Python was built with a line editor."""
    try:
        import readline
    except ImportError:
        return
    from ytui.paths import completions

    def completer(text: str, number: int) -> str | None:
        found = completions(text)
        return found[number] if number < len(found) else None

    # What is typed is one path, whatever stands in it.
    readline.set_completer_delims("")
    readline.set_completer(completer)
    readline.parse_and_bind("tab: complete")


INHERITED_ARGS = ""
"""Stands for the address of a channel that has its options from ``[defaults]``."""


def check_arguments(loaded: Loaded) -> None:
    """``CliError`` where options for the yt-dlp command are none; asked only where there are any."""
    settings = loaded.settings
    given: dict[tuple[str, ...], str | None] = {
        settings.ytdlp.args: None,
        settings.inherited.args: INHERITED_ARGS,
    }
    for channel in settings.channels:
        # Inherited ones are looked at once.
        given.setdefault(channel.args, channel.url)
    wanted = [(url, list(args)) for args, url in given.items() if args]
    if not wanted:
        return
    from ytui.ytdlp.options import check_args

    for url, args in wanted:
        problems = check_args(args, trusted=True)
        if problems:
            raise _refused(loaded.files[0].path, url, problems[0])


def _refused(config: Path, url: str | None, why: str) -> CliError:
    from ytui.config import ConfigError
    from ytui.config.read_settings import locate_refused_arguments

    try:
        error = locate_refused_arguments(config, url, why)
    except ConfigError as changed:
        error = changed
    except OSError as gone:
        return CliError(f"{config} cannot be read ({gone.strerror}): name another with --config")
    return CliError(f"{config.parent}/{error}")


def open_store(places: Places) -> Store:
    """Open the store; beside another process that has the library nothing is migrated."""
    from ytui.engine.ownership.lock import is_locked
    from ytui.store.database import Store, StoreError

    try:
        return Store.open(places.database, migrate=not is_locked(places))
    except StoreError as error:
        raise CliError(str(error)) from error
    except OSError as error:
        sentence = f"{places.lock} cannot be used ({error.strerror}): mend it, or choose another --data-dir"
        raise CliError(sentence) from error


def holder_words(holder: Holder | None) -> str:
    """Who runs the queue, for a sentence; None for one that has not said so yet."""
    if holder is None:
        return "another process"
    where = f"on {holder.terminal}" if holder.terminal else "without a terminal"
    name = "ytui" if holder.kind == "app" else f"ytui {holder.kind}"
    return f"{name} (pid {holder.pid} {where}, since {format_time(holder.since)})"


def holder_object(holder: Holder | None) -> dict[str, Any] | None:
    """Who runs the queue, for scripts."""
    if holder is None:
        return None
    return {
        "pid": holder.pid,
        "since": iso_time(holder.since),
        "terminal": holder.terminal,
        "host": holder.host,
        "kind": holder.kind,
    }


def confirmed(question: str, *, yes: bool, quiet: bool) -> bool:
    """Whether a person says yes, or did so already; ``CliError`` where there is nobody to be asked."""
    import click

    if yes:
        return True
    if quiet or not interactive():
        raise CliError(f"{question} There is no terminal to ask on: say so with --yes")
    return click.confirm(question, default=False, err=True)


def interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
