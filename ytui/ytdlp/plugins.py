"""Plug-ins of yt-dlp: loaded in every job from the folders that its options name, never in the server.

The folders are a global of yt-dlp (``yt_dlp.globals.plugin_dirs``), not one of ``YoutubeDL``'s parameters,
and what was loaded once cannot be unloaded: so importing this module keeps ``YoutubeDL`` from loading any.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from yt_dlp.globals import all_plugins_loaded, plugin_dirs, plugin_ies, plugin_ies_overrides
from yt_dlp.plugins import PACKAGE_NAME, load_all_plugins

all_plugins_loaded.value = True

DEFAULT = "default"
"""Stands for the folders of yt-dlp's own configuration and for what pip has installed."""


@dataclass(frozen=True)
class FailedPlugin:
    """A module of a plug-in that could not be imported, and the error's last line."""

    module: str
    problem: str


class _Loaded:
    """What this process has loaded."""

    folders: list[str] = []
    failed: list[FailedPlugin] = []


def load(folders: Sequence[str]) -> str:
    """Load the plug-ins of ``folders`` that this process has not loaded yet; what was printed meanwhile.

    Raises ``ValueError`` where a folder is missing, as the yt-dlp command does.
    """
    new = [folder for folder in folders if folder not in _Loaded.folders]
    if not new:
        return ""
    if _Loaded.folders:
        # The packages that the earlier folders make up are looked up anew.
        importlib.invalidate_caches()
    said = io.StringIO()
    plugin_dirs.value = new
    try:
        # What a plug-in prints would end up in the middle of a command's answer.
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            load_all_plugins()
    finally:
        plugin_dirs.value = [*_Loaded.folders, *new]
    _Loaded.folders += new
    _Loaded.failed += _failures(said.getvalue())
    return said.getvalue()


def failed() -> list[FailedPlugin]:
    """Modules of all plug-ins of this process that could not be imported."""
    return list(_Loaded.failed)


def change_extractors() -> bool:
    """Whether a plug-in that was loaded brings an extractor, or replaces one of yt-dlp's."""
    return bool(plugin_ies.value or any(plugin_ies_overrides.value.values()))


_FAILURE = re.compile(rf"Error while importing module '({PACKAGE_NAME}\.[\w.]+)'\n")


def _failures(said: str) -> list[FailedPlugin]:
    _, *pieces = _FAILURE.split(said)
    failures = zip(pieces[::2], pieces[1::2], strict=True)
    return [FailedPlugin(module, _error_line(text)) for module, text in failures]


def _error_line(text: str) -> str:
    # What follows the error without being indented was printed by the next plug-in.
    found = re.search(r"^(?!Traceback)(\w[\w.]*(?:: .*)?)$", text, re.MULTILINE)
    return found[1] if found else "it cannot be imported"
