"""The one question of the first start: the library's folder, with the room that is free there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click


def ask_library() -> Path:
    """Ask until a folder is named that is there, or can be made, and can be written to."""
    from ytui.core.amounts import size
    from ytui.core.setting_tables import DEFAULT_LIBRARY
    from ytui.paths import nearest_existing

    click.echo("Where shall the videos go?")
    while True:
        answer = click.prompt("Folder", default=str(DEFAULT_LIBRARY))
        try:
            folder = Path(answer).expanduser()
            if not folder.is_absolute():
                raise ValueError("Please give the whole path, beginning with / or ~")
            free = size(shutil.disk_usage(nearest_existing(folder)).free)
            if not click.confirm(f"{folder}: {free} free there. Use it?", default=True):
                continue
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise ValueError(f"{folder} cannot be written to. Please name another folder.")
        except OSError as error:
            click.echo(f"{folder} cannot be made ({error.strerror}). Please name another folder.")
        except (ValueError, RuntimeError) as error:
            click.echo(str(error))
        else:
            return Path(answer)
