"""Files and folders that a person names on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ytui.cli.mistakes import Mistake


class NamedPath(click.Path):
    """A path; an empty one is a ``Mistake``, since it would mean the folder that the command is given in."""

    def __init__(self, *, folder: bool, checked: bool = True) -> None:
        """``checked``: what is there already must be a folder, or a file; else whoever uses it says so."""
        super().__init__(dir_okay=folder or not checked, file_okay=not (folder and checked), path_type=Path)
        self._kind = "folder" if folder else "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if value == "" and param is not None:
            raise Mistake(f"{param.opts[-1]} is empty: name a {self._kind}, or leave the option out")
        return super().convert(value, param, ctx)
