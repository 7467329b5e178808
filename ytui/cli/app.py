"""Open the application: everything that must happen before Textual is imported, and then Textual."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from ytui.cli.last_good import recall, remember
from ytui.cli.mistakes import ALL_WELL, SOMETHING_FAILED, Mistake
from ytui.cli.session import Session, load_config, log_to_file, open_store, ready_places
from ytui.tui.terminal.check import unsupported
from ytui.tui.terminal.early import keep_signals, pause_collector

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.config import Loaded
    from ytui.core.settings import Settings
    from ytui.engine.engine import Engine
    from ytui.paths import Places
    from ytui.store.database import Database

LOG = logging.getLogger(__name__)
PANICKED = 1
"""The code of an application that Textual ended because of a mistake in it."""


def open_app(start: Start) -> int:
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
    """``Mistake`` where nobody sits in front, or where the terminal cannot show it.

    Textual reads standard input and paints on standard error.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Mistake(f"the application needs a terminal; {instead}")
    problem = unsupported(os.environ)
    if problem:
        raise Mistake(problem)


def show(
    start: Start,
    session: Session,
    *,
    notices: tuple[str, ...] = (),
    extractor_modules: tuple[str, ...] = (),
    workers: int | None = None,
) -> int:
    """Run the application on an open session, as the holder of its library; returns the exit code."""
    import sqlite3

    from ytui.cli.taking import take
    from ytui.engine.holder.away import while_away
    from ytui.engine.holder.tenancy import Tenancy

    instance = take(session)
    keep_signals()
    tenancy = Tenancy(session.places, session.store, instance, lasting=not extractor_modules)
    try:
        instance.announce(session.store, "app")
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
            tenancy=tenancy,
            away=while_away(session.db),
        )
        app.run(mouse=start.mouse and session.settings.screen.mouse)
    except sqlite3.OperationalError:
        # A disk that is full, or a database that stays locked: no mistake, and its own sentence says so.
        raise
    except Exception as error:
        LOG.exception("the application could not go on")
        raise _crashed(session.places) from error
    finally:
        tenancy.give_away(successor=False)
    if app.return_code == PANICKED:
        raise _crashed(session.places)
    return app.return_code or ALL_WELL


def _crashed(places: Places) -> Mistake:
    sentence = "the application ended by a mistake of its own; nothing is lost"
    return Mistake(f"{sentence}, and {places.logs_dir / 'ytui.log'} says where it was made", SOMETHING_FAILED)


def _factory(
    session: Session, extractor_modules: tuple[str, ...], workers: int | None
) -> Callable[[Callable[[int], None]], Engine]:
    def build(spawn_slot: Callable[[int], None]) -> Engine:
        from ytui.engine.engine import Engine
        from ytui.engine.jobs.server import start_server

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
    except Mistake as mistake:
        from ytui.config.files import Stamp

        settings = recall(places) or _stand_in(db)
        # A stamp that fits no file: the engine looks again, and takes the file as soon as it is mended.
        return Loaded(settings, (Stamp(places.config_file, 0, 0, 0),)), (mistake.message,)
    remember(places, loaded)
    return loaded, ()


def _stand_in(db: Database) -> Settings:
    """Settings where none were ever good: the channels stay subscribed, and nothing is downloaded unasked."""
    from ytui.core.settings import Channel, Settings
    from ytui.store import channels

    known = channels.all_channels(db)
    return Settings(channels=tuple(Channel(url=row.url, name=row.name, download=False) for row in known))
