"""Entry of the command line: from arguments to an exit code; commands are loaded only when asked for."""

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
from importlib import import_module
from pathlib import Path
from typing import cast

import click

from ytui import __version__
from ytui.cli.errors import EXIT_FAILED, EXIT_INTERRUPTED, CliError
from ytui.cli.groups import CommandGroup
from ytui.cli.output import emit, note
from ytui.cli.params import GlobalOptions, PathParam

_COMMANDS = {
    "demo": "demo:demo",
    "run": "run:run",
    "add": "channels:add",
    "channels": "channels:channels",
    "remove": "channels:remove",
    "edit": "edit:edit",
    "fetch": "run:fetch",
    "download": "run:download",
    "pause": "queue:pause",
    "resume": "queue:resume",
    "cancel": "queue:cancel",
    "info": "info:info",
    "videos": "lists:videos",
    "jobs": "lists:jobs",
    "status": "status:status",
    "why": "why:why",
    "search": "search:search",
    "logs": "logs:logs",
    "events": "logs:events",
    "plan": "plan:plan",
    "import": "import_:import_",
    "export": "export:export",
    "retention": "retention:retention",
    "trash": "trash:trash",
    "delete": "delete:delete",
    "keep": "delete:keep",
    "explain": "why:explain",
    "stats": "stats:stats",
    "metrics": "stats:metrics",
    "doctor": "doctor:doctor",
    "upgrade": "upgrade:upgrade",
    "completion": "completion:completion",
    "help": "help:help",
}


class _Commands(CommandGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name].split(":")
        return cast(click.Command, getattr(import_module(f"ytui.cli.commands.{module}"), attribute))


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--config", type=PathParam(folder=False), help="Another config.toml.")
@click.option(
    "--data-dir", type=PathParam(folder=True, checked=False), help="Another folder for database and logs."
)
@click.option("--fps", type=click.FloatRange(0.5, 60), help="Repaints a second of the application.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.version_option(__version__, message="ytui %(version)s")
@click.pass_context
def root(
    ctx: click.Context, config: Path | None, data_dir: Path | None, fps: float | None, no_mouse: bool
) -> None:
    """Keep an archive of video channels. Without a command the application opens."""
    start = ctx.ensure_object(GlobalOptions)
    start.config, start.data_dir, start.fps, start.mouse = config, data_dir, fps, not no_mouse
    if ctx.invoked_subcommand is None:
        from ytui.cli.open_app import open_app

        ctx.exit(open_app(start))


COMPLETE = "_YTUI_COMPLETE"
"""The variable by which a shell asks for its script, or for what can stand at the cursor."""
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ID = re.compile(r"-[\w-]{10}", re.ASCII)
"""What may be the id of a video and was taken for an option."""


def run(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` say; returns the exit code and raises nothing."""
    _open_streams()
    start = GlobalOptions()
    if COMPLETE in os.environ:
        # Its classes make themselves known to click.
        import_module("ytui.cli.completion")
    try:
        result = root.main(
            args=list(arguments), prog_name="ytui", standalone_mode=False, obj=start, complete_var=COMPLETE
        )
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except (click.exceptions.Abort, KeyboardInterrupt):
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe has seen enough.
        _write_no_more()
        return EXIT_FAILED
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
    from ytui.core.sanitize import clean

    with contextlib.suppress(OSError):
        mistake.show()
        if any(_ID.fullmatch(word) for word in arguments) and isinstance(mistake, click.UsageError):
            note("ytui: an id that begins with - goes behind --, and options before it")
    code = mistake.code if isinstance(mistake, CliError) else mistake.exit_code
    if "--json" in itertools.takewhile(lambda word: word != "--", arguments):
        with contextlib.suppress(OSError):
            emit({"error": clean(mistake.format_message(), 2000), "exit_code": code})
    return code


def _no_room(start: GlobalOptions, error: Exception) -> CliError | None:
    """What to say where there was no space to write; None for another error."""
    if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL":
        return CliError(_of_the_database(start, error), EXIT_FAILED)
    if isinstance(error, OSError) and error.errno in _FULL:
        if error.filename is None:
            _write_no_more()
        sentence = (
            f"no space is left for {error.filename or 'the output'}: make room, and give the command again"
        )
        return CliError(sentence, EXIT_FAILED)
    return None


def _unexpected(start: GlobalOptions, error: Exception) -> CliError:
    place = _log(start, error)
    where = f"; the details are in {place}" if place else ""
    unexpected = f"something unexpected went wrong ({type(error).__name__}: {error}){where}"
    return CliError(_of_the_database(start, error) or unexpected, EXIT_FAILED)


def _of_the_database(start: GlobalOptions, error: Exception) -> str:
    """What is wrong with the database, if that is what went wrong; else nothing."""
    import sqlite3

    from ytui.store.database import trouble_words

    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        return "; ".join([trouble_words(start.places.database, error), *getattr(error, "__notes__", ())])
    return ""


def _log(start: GlobalOptions, error: Exception) -> str | None:
    """Append the traceback to the log; its path, or None where even that is not possible."""
    try:
        logs = start.places.logs_dir
        logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = logs / "ytui.log"
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} pid {os.getpid()}\n")
            log.write("".join(traceback.format_exception(error)) + "\n")
    except (OSError, CliError):
        return None
    return str(path)
