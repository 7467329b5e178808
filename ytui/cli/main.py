"""From arguments to an exit code, whatever happens in between."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import re
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from ytui.cli.mistakes import INTERRUPTED, SOMETHING_FAILED, Mistake
from ytui.cli.output import emit, note
from ytui.cli.root import root
from ytui.cli.start import Start

_FULL = (errno.ENOSPC, errno.EDQUOT)
_ID = re.compile(r"-[\w-]{10}", re.ASCII)
"""What may be the id of a video and was taken for an option."""


def run(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` say; returns the exit code and raises nothing."""
    _open_streams()
    start = Start()
    try:
        result = root.main(args=list(arguments), prog_name="ytui", standalone_mode=False, obj=start)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe has seen enough.
        _write_no_more()
        return SOMETHING_FAILED
    except click.ClickException as mistake:
        return _refuse(mistake, arguments)
    except Exception as error:  # noqa: BLE001  the last resort: a person gets a sentence, the log the traceback
        return _refuse(_no_room(start, error) or _unexpected(start, error), arguments)


def _open_streams() -> None:
    """Have all three standard streams: a parent may have closed some, and files would get their numbers."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  for good


def _write_no_more() -> None:
    """What is still to be written goes nowhere: the interpreter must not complain when it flushes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(mistake: click.ClickException, arguments: Sequence[str]) -> int:
    """Say what is wrong, with ``--json`` as an object too; the exit code."""
    from ytui.core.outside import clean

    with contextlib.suppress(OSError):
        mistake.show()
        if any(_ID.fullmatch(word) for word in arguments) and isinstance(mistake, click.UsageError):
            note("ytui: an id that begins with - goes behind --, and options before it")
    code = mistake.code if isinstance(mistake, Mistake) else mistake.exit_code
    if "--json" in itertools.takewhile(lambda word: word != "--", arguments):
        with contextlib.suppress(OSError):
            emit({"error": clean(mistake.format_message(), 2000), "exit_code": code})
    return code


def _no_room(start: Start, error: Exception) -> Mistake | None:
    """What to say where there was no space to write; None for another error."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        return Mistake(_of_the_database(start, error), SOMETHING_FAILED)
    if isinstance(error, OSError) and error.errno in _FULL:
        if error.filename is None:
            _write_no_more()
        sentence = (
            f"no space is left for {error.filename or 'the output'}: make room, and give the command again"
        )
        return Mistake(sentence, SOMETHING_FAILED)
    return None


def _unexpected(start: Start, error: Exception) -> Mistake:
    place = _log(start, error)
    where = f"; the details are in {place}" if place else ""
    unexpected = f"something unexpected went wrong ({type(error).__name__}: {error}){where}"
    return Mistake(_of_the_database(start, error) or unexpected, SOMETHING_FAILED)


def _of_the_database(start: Start, error: Exception) -> str:
    """What is wrong with the database, if that is what went wrong; else nothing."""
    import sqlite3

    from ytui.store.errors import trouble_words

    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        return "; ".join([trouble_words(start.places.database, error), *getattr(error, "__notes__", ())])
    return ""


def _log(start: Start, error: Exception) -> str | None:
    """Append the traceback to the log; its path, or None where even that is not possible."""
    try:
        logs = start.places.logs_dir
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = logs / "ytui.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} pid {os.getpid()}\n")
            log.write("".join(traceback.format_exception(error)) + "\n")
    except (OSError, Mistake):
        return None
    return str(path)
