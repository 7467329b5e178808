"""TOML edits that leave everything else letter for letter.

An edit touches the few lines of one block where it can: ``tomlkit`` then sees that block alone, which is fast
and cannot reorder the rest. Whatever way is taken, a result that does not say exactly
what was wanted is not used.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from ytui.config.toml_lines import Block, KeyPath, layout
from ytui.core.declarations import keys_of
from ytui.core.settings import Channel

CHANNELS = "channels"


def with_values(text: str, table: KeyPath, values: Mapping[str, object]) -> str | None:
    """``text`` with these keys of a table set, or taken away where the value is None.

    None if the table is written in a way that cannot be changed without touching the rest.
    """
    plain = {key: _plain(value) for key, value in values.items()}
    wanted = tomllib.loads(text)
    _put(_walk(wanted, table), plain)
    return _first_right(
        wanted,
        text,
        (
            partial(_in_block, text, table, plain),
            partial(_in_new_block, text, table, plain),
            partial(_in_document, text, lambda document: _put(_walk(document, table), plain)),
        ),
    )


def with_channels(text: str, channels: Sequence[Mapping[str, object]]) -> str | None:
    """``text`` with these channels after everything else; None as in ``with_values``."""
    plain = [_in_usual_order(channel) for channel in channels]
    wanted = tomllib.loads(text)
    wanted.setdefault(CHANNELS, []).extend(plain)
    return _first_right(
        wanted,
        text,
        (
            partial(_after, text, {CHANNELS: plain}),
            partial(_in_document, text, lambda document: document[CHANNELS].extend(plain)),
        ),
    )


def without_channel(text: str, index: int) -> str | None:
    """``text`` without its channel of this position; comments above it stay. None as in ``with_values``."""
    wanted = tomllib.loads(text)
    del wanted[CHANNELS][index]
    if not wanted[CHANNELS]:
        del wanted[CHANNELS]

    def remove(document: Any) -> None:
        del document[CHANNELS][index]
        if not document[CHANNELS]:
            del document[CHANNELS]

    return _first_right(
        wanted,
        text,
        (
            partial(_without_block, text, (CHANNELS, index)),
            partial(_in_document, text, remove),
        ),
    )


def _first_right(wanted: object, text: str, ways: Iterable[Callable[[], str | None]]) -> str | None:
    # Imported here: only a save needs tomlkit, and a start should not wait for it.
    from tomlkit.exceptions import TOMLKitError

    for way in ways:
        try:
            result = way()
            if result is not None and tomllib.loads(result) == wanted:
                return result
        except (tomllib.TOMLDecodeError, TOMLKitError):
            # This way does not suit how the file is written; the next one may.
            continue
    return None


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float | date):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(_plain(entry) for entry in value)
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return str(value)


def _in_usual_order(channel: Mapping[str, object]) -> dict[str, Any]:
    usual = keys_of(Channel)
    known = [key for key in usual if key in channel]
    keys = known + [key for key in channel if key not in usual]
    return {key: _plain(channel[key]) for key in keys if channel[key] is not None}


def _walk(document: Any, table: KeyPath) -> Any:
    for part in table:
        if isinstance(part, str) and part not in document:
            document[part] = {}
        document = document[part]
    return document


def _put(table: Any, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if value is not None:
            table[key] = copy.deepcopy(value)
        elif key in table:
            del table[key]


def _block(text: str, path: KeyPath) -> Block | None:
    return next((block for block in layout(text).blocks if block.path == path), None)


def _in_block(text: str, table: KeyPath, values: Mapping[str, Any]) -> str | None:
    import tomlkit

    block = _block(text, table)
    if block is None or not table:
        return None
    lines = text.split("\n")
    own = "\n".join(lines[block.first - 1 : block.last])
    unix = own.replace("\r\n", "\n").removesuffix("\r")
    document = tomlkit.parse(unix)
    # Alone in its document, the block is the first entry of every list around it.
    _put(_walk(document, tuple(0 if isinstance(part, int) else part for part in table)), values)
    result = tomlkit.dumps(document).removesuffix("\n")
    if "\r" in own:
        result = result.replace("\n", "\r\n") + "\r"
    return "\n".join([*lines[: block.first - 1], result, *lines[block.last :]])


def _in_new_block(text: str, table: KeyPath, values: Mapping[str, Any]) -> str | None:
    if not table or not all(isinstance(part, str) for part in table):
        return None
    nested: dict[str, Any] = {}
    _put(_walk(nested, table), values)
    return _after(text, nested)


def _after(text: str, data: Mapping[str, Any]) -> str:
    import tomlkit

    block = tomlkit.dumps(data)
    gap = "\n" if text.endswith("\n") else "\n\n"
    added = gap + block if text else block
    return text + (added.replace("\n", "\r\n") if "\r\n" in text else added)


def _in_document(text: str, change: Callable[[Any], None]) -> str | None:
    import tomlkit

    document = tomlkit.parse(text)
    if tomlkit.dumps(document) != text:
        # It would move what the user has put in another order.
        return None
    change(document)
    return tomlkit.dumps(document)


def _without_block(text: str, path: KeyPath) -> str | None:
    block = _block(text, path)
    if block is None:
        return None
    lines = text.split("\n")
    before, after = lines[: block.first - 1], lines[block.last :]
    blank_before = not before or not before[-1].strip()
    if after and not after[0].strip() and blank_before:
        after = after[1:]
    return "\n".join([*before, *after])
