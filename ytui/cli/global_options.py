"""Global options: what stood on the command line before the command."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ytui.cli.errors import CliError

if TYPE_CHECKING:
    from ytui.paths import Places


@dataclass
class GlobalOptions:
    """What stood before the command; handed to every command as ``ctx.obj``."""

    config: Path | None = None
    data_dir: Path | None = None
    fps: float | None = None
    mouse: bool = True

    @property
    def places(self) -> Places:
        """Where files lie; ``CliError`` where a path has no meaning."""
        from ytui.paths import PlaceError, places

        try:
            return places(self.config, self.data_dir, os.environ)
        except PlaceError as error:
            raise CliError(str(error)) from error
