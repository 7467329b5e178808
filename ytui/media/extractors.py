"""Which extractors a job's ``YoutubeDL`` has, and opening one."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Sequence
from typing import Any

from ytui.media.gate import Gate
from ytui.media.tools import prepare
from ytui.media.video.embedding import FillingYoutubeDL


@contextlib.contextmanager
def opened(params: dict[str, Any], gate: Gate, modules: Sequence[str]) -> Iterator[FillingYoutubeDL]:
    """A ``YoutubeDL`` with the extractors of ``modules`` before yt-dlp's own; closed at the end.

    A cookie file that cannot be written back is a warning: it comes after the work was done.
    """
    prepare(params)
    ydl = FillingYoutubeDL(params, gate)
    for name in modules:
        importlib.import_module(name).register(ydl)
    ydl.add_default_info_extractors()
    try:
        yield ydl
    finally:
        try:
            ydl.close()
        except OSError as error:
            gate.log.warning(f"The cookies could not be saved: {error}")
