"""Saving the configuration: each edit is made on the files as they are now, never over one made meanwhile.

Every function reads the files again, applies its change, checks that the result loads, and renames it into
place only if the file is still the one that was read. It raises ``ConfigError``, writing nothing, where
the result would not load or cannot be written, and ``FileNotFoundError`` where there is no configuration yet.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from ytui.config.files import Loaded, Source, Stamp, parse, read_sources, stamp_of
from ytui.config.first_file import first_text
from ytui.config.problems import ConfigError, Problem, shown
from ytui.config.read_settings import DEFAULTS, settings_from
from ytui.config.toml_text import (
    CHANNELS,
    KeyPath,
    split_key,
    with_channels,
    with_values,
    without_channel,
)
from ytui.core.settings.tables import DEFAULT_LIBRARY
from ytui.core.urls import looks_like_url, normalise_url

_MARK = "\ufeff"
_ATTEMPTS = 3

Edit = Callable[[list[Source]], tuple[Source, str | None]]


def ensure(path: Path, library: Path | None) -> bool:
    """Write the commented first file, with ``library`` as its folder, if there is none; True if written.

    The file is the user's alone (0600), a folder made for it too (0700).
    """
    if path.exists():
        return False
    text = first_text(str(library or DEFAULT_LIBRARY))
    try:
        content = text.encode()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except UnicodeEncodeError as error:
        raise _failure(path, "the library's path must be UTF-8 text") from error
    except OSError as error:
        raise _failure(path, f"cannot be written: {error.strerror}") from error
    settings_from([Source(Stamp(path, 0, 0, 0), text, parse(path, text))])
    with _locked(path), _writing(path):
        if path.exists():
            return False
        _put(path.resolve(), content, None, lambda: True)
    return True


def add_channels(path: Path, channels: Iterable[Mapping[str, object]]) -> Loaded:
    """Add many channels in one save: all of them or, if one is wrong or known already, none."""
    added = list(channels)

    def edit(sources: list[Source]) -> tuple[Source, str | None]:
        return sources[0], with_channels(_body(sources[0]), added) if added else _body(sources[0])

    return _save(path, edit)


def remove_channel(path: Path, url: str) -> Loaded:
    """Take a channel out of the file that names it; any spelling of its address will do."""

    def edit(sources: list[Source]) -> tuple[Source, str | None]:
        ((source, index),) = _find(sources, [url])
        return source, without_channel(_body(source), index)

    return _save(path, edit)


def update_channel(path: Path, url: str, values: Mapping[str, object]) -> Loaded:
    """Set keys of a channel where it stands; None takes a key away, so that what is inherited holds again."""
    return update_channels(path, {url: values})


def update_channels(path: Path, changes: Mapping[str, Mapping[str, object]]) -> Loaded:
    """Set keys of many channels, each where it stands and as :func:`update_channel` does; one save a file."""
    sources = read_sources(path)
    loaded = Loaded(settings_from(sources), tuple(source.stamp for source in sources))
    for file in dict.fromkeys(source.path for source, _ in _find(sources, changes)):
        loaded = _save(path, partial(_edit_channels, file, changes))
    return loaded


def _edit_channels(
    file: Path, changes: Mapping[str, Mapping[str, object]], sources: list[Source]
) -> tuple[Source, str | None]:
    source = next(each for each in sources if each.path == file)
    places = zip(_find(sources, changes), changes.values(), strict=True)
    tables: dict[KeyPath, Mapping[str, object]] = {
        (CHANNELS, index): values for (each, index), values in places if each is source
    }
    return source, with_values(_body(source), tables) if tables else _body(source)


def update_defaults(path: Path, values: Mapping[str, object]) -> Loaded:
    """Set keys of ``[defaults]``; None takes a key away."""

    def edit(sources: list[Source]) -> tuple[Source, str | None]:
        return sources[0], with_values(_body(sources[0]), {(DEFAULTS,): values})

    return _save(path, edit)


def set_value(path: Path, key: str, value: object) -> Loaded:
    """Set one key of ``config.toml``, such as ``workers.count``; None takes it away."""
    parts = split_key(key)

    def edit(sources: list[Source]) -> tuple[Source, str | None]:
        return sources[0], with_values(_body(sources[0]), {parts[:-1]: {str(parts[-1]): value}})

    return _save(path, edit)


def texts(path: Path) -> dict[Path, str]:
    """What each file of the configuration says now, for :func:`put_back`."""
    return {source.path: source.text for source in read_sources(path)}


def put_back(path: Path, before: Mapping[Path, str], after: Mapping[Path, str]) -> Loaded | None:
    """Let the files say what they said ``before``, letter for letter, if they still say what ``after`` has.

    None, with nothing written, if one of them was changed since.
    """
    changed = [file for file, text in after.items() if before.get(file) != text]
    with _locked(path):
        sources = read_sources(path)
        now = {source.path: source.text for source in sources}
        if any(file not in before or now.get(file) != after[file] for file in changed):
            return None
        loaded: Loaded | None = Loaded(settings_from(sources), tuple(source.stamp for source in sources))
        for file in changed:
            sources = read_sources(path)
            source = next(each for each in sources if each.path == file)
            loaded = _replaced(sources, source, before[file].removeprefix(_MARK))
        return loaded


def _body(source: Source) -> str:
    return source.text.removeprefix(_MARK)


def _find(sources: list[Source], urls: Iterable[str]) -> list[tuple[Source, int]]:
    """The file and the place in it of each channel."""
    places = {
        normalise_url(channel["url"]): (source, index)
        for source in sources
        for index, channel in enumerate(source.data.get(CHANNELS, []))
    }
    wanted = [normalise_url(url) if looks_like_url(url.strip()) else url for url in urls]
    for url in wanted:
        if url not in places:
            raise _failure(sources[0].path, f"no channel has the address {shown(url)}")
    return [places[url] for url in wanted]


def _save(path: Path, edit: Edit) -> Loaded:
    with _locked(path):
        for _ in range(_ATTEMPTS):
            sources = read_sources(path)
            # Mistakes that stand in the files already are named with their lines before anything is changed.
            settings = settings_from(sources)
            source, body = edit(sources)
            if body is None:
                raise _failure(source.path, "is written in a way that ytui cannot change: change it by hand")
            if body == _body(source):
                return Loaded(settings, tuple(each.stamp for each in sources))
            loaded = _replaced(sources, source, body)
            if loaded:
                return loaded
    raise _failure(path, "was changed again and again while it was saved: try again")


def _replaced(sources: list[Source], source: Source, body: str) -> Loaded | None:
    """Put the new text in the place of ``source``; None if another edit came first."""
    text = _MARK + body if source.text.startswith(_MARK) else body
    new = Source(source.stamp, text, parse(source.path, text))
    try:
        settings = settings_from([new if each is source else each for each in sources])
    except ConfigError as error:
        # The lines are those of a text that was never written.
        raise ConfigError([replace(problem, line=None) for problem in error.problems]) from error

    def unchanged() -> bool:
        try:
            return stamp_of(source.path, source.path.stat()) == source.stamp
        except FileNotFoundError:
            return False

    with _writing(source.path):
        target = source.path.resolve()
        status = _put(target, text.encode(), target.stat(), unchanged)
    if status is None:
        return None
    stamps = (stamp_of(each.path, status) if each is source else each.stamp for each in sources)
    return Loaded(settings, tuple(stamps))


def _put(
    target: Path, content: bytes, like: os.stat_result | None, still: Callable[[], bool]
) -> os.stat_result | None:
    """Write beside ``target`` and rename over it if ``still`` says so; the new file's status, or None."""
    # One name is enough under the lock, and what a killed process left behind is written over.
    temporary = target.with_name(f".{target.name}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if like is not None:
                # Only root can give a file away; for anybody else it already belongs to the right user.
                with suppress(PermissionError):
                    os.fchown(descriptor, like.st_uid, like.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(like.st_mode))
            os.fsync(descriptor)
            status = os.fstat(descriptor)
        if not still():
            return None
        temporary.rename(target)
        _sync_folder(target.parent)
        return status
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other savers out, of this process and of others, until the block is left."""
    real = path.resolve()
    with _writing(path):
        descriptor = os.open(real.with_name(f".{real.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _failure(path, f"cannot be written: {error.strerror}") from error


def _failure(path: Path, sentence: str) -> ConfigError:
    return ConfigError([Problem(path, None, sentence)])
