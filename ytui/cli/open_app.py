"""Opening the application: the library is taken, over if need be, and then Textual is imported."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ytui import config
from ytui.cli.errors import EXIT_FAILED, EXIT_LIBRARY_IN_USE, EXIT_OK, CliError
from ytui.cli.output import note
from ytui.cli.session import Session, holder_words, load_config, log_to_file, open_store, ready_places
from ytui.config import ConfigError
from ytui.core.settings import Channel, Settings
from ytui.tui.terminal.startup import keep_signals, pause_collector, unsupported

if TYPE_CHECKING:
    from pathlib import Path

    from ytui.cli.params import GlobalOptions
    from ytui.config import Loaded
    from ytui.core.settings import Settings
    from ytui.engine.engine import Engine
    from ytui.engine.ownership.lock import LibraryLock
    from ytui.paths import Places
    from ytui.store.database import Database
    from ytui.store.rows import Holder


def save_last_good(places: Places, loaded: Loaded) -> None:
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


def load_last_good(places: Places) -> Settings | None:
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


LOG = logging.getLogger(__name__)
PANICKED = 1
"""The code of an application that Textual ended because of a mistake in it."""


def open_app(start: GlobalOptions) -> int:
    """Open it on the configured library; returns the exit code."""
    need_terminal("`ytui run` works without one, `ytui --help` lists the rest")
    pause_collector()
    places = ready_places(start)
    log_to_file(places)
    store = open_store(places)
    try:
        loaded, notices = _configuration(places, store.db)
        return show(start, Session(places, loaded, store), notices=notices)
    finally:
        store.close_all()


def need_terminal(instead: str) -> None:
    """``CliError`` where nobody sits in front, or where the terminal cannot show it.

    Textual reads standard input and paints on standard error.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise CliError(f"the application needs a terminal; {instead}")
    problem = unsupported(os.environ)
    if problem:
        raise CliError(problem)


def show(
    start: GlobalOptions,
    session: Session,
    *,
    notices: tuple[str, ...] = (),
    extractor_modules: tuple[str, ...] = (),
    workers: int | None = None,
) -> int:
    """Run the application on an open session, as the holder of its library; returns the exit code."""
    import sqlite3

    from ytui.cli.open_app import take_library
    from ytui.engine.ownership.absence_summary import read_absence
    from ytui.engine.ownership.ownership import LibraryOwnership

    library_lock = take_library(session)
    keep_signals()
    ownership = LibraryOwnership(session.places, session.store, library_lock, lasting=not extractor_modules)
    try:
        library_lock.announce(session.store, "app")
        os.environ["TEXTUAL_ANIMATIONS"] = "none"
        from ytui.tui.app import YtuiApp

        app = YtuiApp(
            session.store,
            _factory(session, extractor_modules, workers),
            session.places,
            session.settings,
            title_suffix="demo" if extractor_modules else "",
            fps=start.fps,
            notices=notices,
            encoding=sys.stdout.encoding,
            ownership=ownership,
            away=read_absence(session.db, settings=lambda: session.settings, now=time.time()),
        )
        app.run(mouse=start.mouse and session.settings.screen.mouse)
    except sqlite3.OperationalError:
        # A disk that is full, or a database that stays locked: no mistake, and its own sentence says so.
        raise
    except Exception as error:
        LOG.exception("the application could not go on")
        raise _crashed(session.places) from error
    finally:
        ownership.give_away(successor=False)
    if app.return_code == PANICKED:
        raise _crashed(session.places)
    return app.return_code or EXIT_OK


def _crashed(places: Places) -> CliError:
    sentence = "the application ended by a mistake of its own; nothing is lost"
    return CliError(f"{sentence}, and {places.logs_dir / 'ytui.log'} says where it was made", EXIT_FAILED)


def _factory(
    session: Session, extractor_modules: tuple[str, ...], workers: int | None
) -> Callable[[Callable[[int], None]], Engine]:
    def build(spawn_slot: Callable[[int], None]) -> Engine:
        from ytui.engine.engine import Engine
        from ytui.engine.jobs.fork_server import start_server

        # After the first frame: the server takes a processor for half a second, and that frame needs it more.
        start_server(session.settings.ytdlp.args)
        return Engine(
            session.store,
            session.places,
            session.loaded,
            spawn_slot=spawn_slot,
            extractor_modules=extractor_modules,
            workers=workers,
        )

    return build


def _configuration(places: Places, db: Database) -> tuple[Loaded, tuple[str, ...]]:
    """The configuration; with a mistake in it the last good one, and the sentence that says what is wrong."""
    from ytui.config import Loaded

    try:
        loaded = load_config(places, ask=True)
    except CliError as mistake:
        from ytui.config.files import Stamp

        settings = load_last_good(places) or _stand_in(db)
        # A stamp that fits no file: the engine looks again, and takes the file as soon as it is mended.
        return Loaded(settings, (Stamp(places.config_file, 0, 0, 0),)), (mistake.message,)
    save_last_good(places, loaded)
    return loaded, ()


def _stand_in(db: Database) -> Settings:
    """Settings where none were ever good: the channels stay subscribed, and nothing is downloaded unasked."""
    from ytui.store import channels

    known = channels.all_channels(db)
    return Settings(channels=tuple(Channel(url=row.url, name=row.name, download=False) for row in known))


ANNOUNCED = 1.0
"""Seconds that a process which has just taken the library is given to say who it is."""
_LOOK = 0.05


def take_library(session: Session) -> LibraryLock:
    """Take the library, over if need be; ``CliError`` with exit code 3 where it stays with its holder.

    Whatever runs without a screen hands over unasked; another application is left alone unless the person
    at this terminal wants it.
    """
    from ytui.engine.ownership.lock import LibraryInUse, LibraryLock

    try:
        return LibraryLock.acquire(session.places)
    except LibraryInUse:
        holder = _who(session)
    who = holder_words(holder)
    if holder is not None and holder.kind != "app":
        note(f"{who} runs the queue; taking over…")
    else:
        note(f"The library is in use by {who}.")
        if not click.confirm("Take it over?", default=False, err=True):
            raise CliError("the library stays where it is; the commands work beside it", EXIT_LIBRARY_IN_USE)
    return _over(session, who)


def _over(session: Session, who: str) -> LibraryLock:
    from ytui.engine.ownership.lock import LibraryInUse
    from ytui.engine.ownership.ownership import PATIENCE, take_over

    try:
        return take_over(session.places, session.store)
    except LibraryInUse as error:
        sentence = f"{who} did not let the library go within {PATIENCE:.0f} s: end it there, or kill it"
        raise CliError(f"{sentence}; nothing is lost either way", EXIT_LIBRARY_IN_USE) from error


def _who(session: Session) -> Holder | None:
    """Who has it; waited for where it has not said so yet."""
    deadline = time.monotonic() + ANNOUNCED
    while (holder := session.holder) is None:
        if not session.in_use or time.monotonic() >= deadline:
            return None
        time.sleep(_LOOK)
    return holder
