"""Loaded by a job instead of extractors: its listing has an entry that cannot go over a pipe."""

from typing import Any


class Unpicklable(str):
    def __reduce__(self) -> Any:
        raise TypeError("stays here")


def register(ydl: Any) -> None:
    ydl.extract_info = lambda *_args, **_named: {
        "_type": "playlist",
        "extractor_key": "Test",
        "entries": [{"id": "a", "live_status": Unpicklable("x"), "url": "u"}],
    }
