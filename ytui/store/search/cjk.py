"""Chinese, Japanese and Korean: no blanks divide their words, so that each sign is one in the index.

What is looked for is then a phrase of signs, and found wherever it stands in a text. SQLite's tokenizers know
nothing of the kind (its trigrams find nothing shorter than three signs, and most Chinese words have two).
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata

_SIGNS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3100-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
"""Radicals, kana, bopomofo, Hangul, and every block of ideographs."""
_SIGN = re.compile(f"[{_SIGNS}]")


def has_signs(text: str | None) -> bool:
    """Whether any of a text is of such a script."""
    return text is not None and _SIGN.search(text) is not None


def spaced(text: str | None, between: str = " ") -> str | None:
    """The text with ``between`` around each sign, composed as a keyboard types it; others as they are."""
    if not has_signs(text):
        return text
    assert text is not None
    return _SIGN.sub(rf"{between}\g<0>{between}", unicodedata.normalize("NFC", text))


def add_functions(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the triggers of the index call.

    They are given bytes: what comes out of JSON may be no Unicode.
    """
    connection.create_function("has_signs", 1, lambda text: has_signs(_decoded(text)), deterministic=True)
    connection.create_function("spaced", 1, lambda text: spaced(_decoded(text)), deterministic=True)


def _decoded(text: bytes | None) -> str | None:
    return None if text is None else text.decode("utf-8", "replace")
