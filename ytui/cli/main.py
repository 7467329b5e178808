"""From arguments to an exit code, whatever happens in between."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from ytui.cli.mistakes import INTERRUPTED, SOMETHING_FAILED, Mistake
from ytui.cli.root import root
from ytui.cli.start import Start


def run(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` say; returns the exit code and raises nothing."""
    start = Start()
    try:
        result = root.main(args=list(arguments), prog_name="ytui", standalone_mode=False, obj=start)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except Mistake as mistake:
        mistake.show()
        return mistake.code
    except click.ClickException as misuse:
        misuse.show()
        return misuse.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe has seen enough; the interpreter must not complain when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SOMETHING_FAILED
    except Exception as error:  # noqa: BLE001  the last resort: a person gets a sentence, the log the traceback
        _report(start, error)
        return SOMETHING_FAILED


def _report(start: Start, error: Exception) -> None:
    place = _log(start, error)
    where = f"; the details are in {place}" if place else ""
    Mistake(f"something unexpected went wrong ({type(error).__name__}: {error}){where}").show()


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
