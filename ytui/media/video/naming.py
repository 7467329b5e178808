"""File names: from a template and hostile titles to a path that stays inside the library."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ytui.media.log import plain

_LONGEST_NAME = 225
"""Bytes of a file's name; the 30 that are left of 255 are for suffixes such as ``.en-orig.vtt``."""

_DIRECTION_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SEPARATORS = re.compile(r"[/\\\x00\n\t]")


class UnsafePath(OSError):
    """A name that leads out of the library."""

    def __init__(self, relative: Path) -> None:
        super().__init__(errno.EINVAL, f"{relative} leads out of the library")


def safe_component(name: str, longest: int = _LONGEST_NAME) -> str:
    """One part of a path that is safe on any file system: not empty, not hidden, no dots at its end.

    ``longest`` is in bytes of UTF-8.
    """
    name = _encodable(name)
    name = _DIRECTION_MARKS.sub("", _SEPARATORS.sub("_", plain(name)))
    name = name.strip()
    if name.startswith("."):
        name = "_" + name
    name = _cut(name, longest).rstrip(". ")
    return name or "_"


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _cut(name: str, longest: int) -> str:
    return name.encode()[:longest].decode("utf-8", "ignore")


def relative_stem(
    ydl: Any, info: Mapping[str, Any], template: str, channel_name: str | None, extension: str
) -> Path:
    """Where the video goes in the library, relative and without its extension.

    Raises ``ValueError`` for a template that cannot be filled in.
    """
    # Half a surrogate pair, which a cut title may end in, cannot be written as a name.
    values = {key: _encodable(value) if isinstance(value, str) else value for key, value in info.items()}
    values["ext"] = extension
    name = channel_name or info.get("channel") or info.get("uploader")
    if name:
        values["channel"] = _encodable(name)
    try:
        text: str = ydl.evaluate_outtmpl(template, values, True)
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"Error in output template: {error}") from error
    parts = [part for part in text.split("/") if part not in ("", ".")]
    stem = (parts.pop() if parts else "").removesuffix(f".{extension}")
    room = _LONGEST_NAME - len(extension.encode()) - 1
    return Path(*(safe_component(part) for part in parts), safe_component(stem, room))


def folder_in(library: Path, relative: Path) -> Path:
    """Make and return the folder ``relative`` of the library.

    Raises :class:`UnsafePath` where a link on the way leads out of the library, or ``OSError``.
    """
    root = library.resolve(strict=True)
    folder = root
    for part in relative.parts:
        folder = folder / part
        try:
            folder.mkdir()
        except FileExistsError:
            if not folder.resolve().is_relative_to(root):
                raise UnsafePath(relative) from None
    return folder


def free_stem(folder: Path, stem: str, suffixes: list[str]) -> str:
    """``stem``, or ``stem (2)`` and so on: the first for which none of the files exists."""
    number = 1
    while True:
        candidate = stem if number == 1 else f"{stem} ({number})"
        if not any(os.path.lexists(folder / f"{candidate}{suffix}") for suffix in suffixes):
            return candidate
        number += 1
