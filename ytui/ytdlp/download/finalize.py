"""Finalizing a download: files move from the partial folder into the library, whole, and over nothing.

What is to be moved is written down first. A job that dies in between is finished by the next one, without a
request, and a video is never in the library twice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
from pathlib import Path
from typing import Any

from ytui.core.failures.classifier import Evidence
from ytui.core.models import LowerCause
from ytui.core.protocol import Downloaded, ExtraFailure, Offer, VideoFacts
from ytui.core.tasks import DownloadTask
from ytui.ytdlp.download.layout import folder_in, free_stem
from ytui.ytdlp.download.resume import RECORD_OF_LAST_STEP

_NO_HARD_LINKS = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}
)


@dataclasses.dataclass(frozen=True)
class FinishedFile:
    """A file of the partial folder and the suffix that its name in the library has."""

    path: Path
    suffix: str


def move_into_library(
    task: DownloadTask, stem: Path, files: list[FinishedFile], outcome: Downloaded
) -> Downloaded:
    """Move ``files`` (the media first) to ``stem`` in the library; the outcome with their paths.

    The media moves last: once it is there, everything is. Raises ``OSError`` or ``UnsafePath``.
    """
    for file in files:
        _to_disk(file.path)
    folder = folder_in(task.library, stem.parent)
    name = _name_in(task, folder, stem, files)
    targets = [stem.parent / f"{name}{file.suffix}" for file in files]
    outcome = dataclasses.replace(
        outcome,
        path=str(targets[0]),
        size=files[0].path.stat().st_size,
        files=tuple(str(target) for target in targets),
    )
    moves = [
        {"from": file.path.name, "to": str(target), **_identity(file.path), "over": _is_old(task, target)}
        for file, target in zip(files, targets, strict=True)
    ]
    _write(
        task, {"task": _of(task), "moves": moves, "outcome": _plain(outcome), "failures": _failures(outcome)}
    )
    for file, target in reversed(list(zip(files, targets, strict=True))):
        _file_away(task, file.path, folder / target.name, over=_is_old(task, target))
    _names_to_disk(task.library, stem.parent)
    return outcome


def finish_interrupted_move(task: DownloadTask) -> Downloaded | None:
    """The outcome of an earlier job that had begun to move its files, all in place now; else None."""
    try:
        record = json.loads((task.partial / RECORD_OF_LAST_STEP).read_text(encoding="utf-8"))
        if record["task"] != _of(task):
            return None
        for move in reversed(record["moves"]):
            if not _completed(task, move):
                return None
            _names_to_disk(task.library, Path(move["to"]).parent)
        return _outcome(record["outcome"], record["failures"])
    except (OSError, ValueError, KeyError, TypeError):
        # Nothing was begun, or the record is torn or foreign: the download is simply made again.
        return None


def _completed(task: DownloadTask, move: dict[str, Any]) -> bool:
    source, target = task.partial / move["from"], task.library / move["to"]
    over = bool(move.get("over"))
    if os.path.lexists(target) and not (over and not _is_same(target, move)):
        if not _is_same(target, move):
            return False
        source.unlink(missing_ok=True)
        return True
    if not source.exists() or not _is_same(source, move):
        return False
    folder = folder_in(task.library, Path(move["to"]).parent)
    _file_away(task, source, folder / target.name, over=over)
    return True


def _name_in(task: DownloadTask, folder: Path, stem: Path, files: list[FinishedFile]) -> str:
    """The stem of the files' names: that of what they replace, or one that is free."""
    targets = [stem.parent / f"{stem.name}{file.suffix}" for file in files]
    if task.replaces is not None or task.leftover is not None:
        others = [name for name in targets if not _is_old(task, name)]
        if not any(os.path.lexists(task.library / name) for name in others):
            return stem.name
    return free_stem(folder, stem.name, [file.suffix for file in files])


def _is_old(task: DownloadTask, target: Path) -> bool:
    """Whether this is a file of the video that is to be replaced, or that is left of it."""
    old = task.replaces or task.leftover
    return old is not None and str(target) in old.files


def _file_away(task: DownloadTask, source: Path, target: Path, *, over: bool) -> None:
    """Give a file its final name; what it replaces has a second name among the replaced before."""
    old = task.replaces or task.leftover
    if old is None or not over or not os.path.lexists(target):
        move_file(source, target)
        return
    _set_aside(target, old.aside)
    source.replace(target)


def _set_aside(path: Path, aside: Path) -> None:
    """Give a file of the library a second name in the folder ``aside``, by a link; ``OSError``.

    Where there are no links it is moved there: for a moment it has that name alone.
    """
    aside.mkdir(parents=True, exist_ok=True)
    kept = aside / path.name
    if os.path.lexists(kept):
        if kept.samefile(path):
            return
        kept = aside / f"{free_stem(aside, path.stem, [path.suffix])}{path.suffix}"
    try:
        os.link(path, kept)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        path.rename(kept)


def _to_disk(path: Path) -> None:
    """Have the kernel write a file, so that a power cut leaves no empty one of that name; ``OSError``."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _names_to_disk(library: Path, relative: Path) -> None:
    """The same for the folders that name it; some network shares cannot, and do it by themselves."""
    for folder in (relative, *relative.parents):
        with contextlib.suppress(OSError):
            _to_disk(library / folder)


def move_file(source: Path, target: Path) -> None:
    """Give a file its final name; fails, and changes nothing, if that name is taken."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        source.rename(target)
        return
    source.unlink()


def _identity(path: Path) -> dict[str, int]:
    return _numbers(path.stat())


def _numbers(found: os.stat_result) -> dict[str, int]:
    return {"size": found.st_size, "inode": found.st_ino, "mtime_ns": found.st_mtime_ns}


def _is_same(path: Path, move: dict[str, Any]) -> bool:
    found = path.lstat()
    return bool({key: move[key] for key in ("size", "inode", "mtime_ns")} == _numbers(found))


def _of(task: DownloadTask) -> dict[str, Any]:
    replaces = {} if task.replaces is None else {"replaces": task.replaces.path}
    return replaces | {
        "url": task.url,
        "quality": task.quality,
        "metadata_only": task.metadata_only,
        "extras": sorted(task.extras),
        "beside": task.beside,
    }


def _plain(outcome: Downloaded) -> dict[str, Any]:
    return dataclasses.asdict(dataclasses.replace(outcome, extra_failures=()))


def _failures(outcome: Downloaded) -> list[dict[str, Any]]:
    return [{"extra": f.extra, "evidence": f.evidence.to_json()} for f in outcome.extra_failures]


def _outcome(record: dict[str, Any], failures: list[dict[str, Any]]) -> Downloaded:
    facts = VideoFacts(**record["facts"])
    offer = _offer(record.get("offer"))
    kept = tuple(ExtraFailure(f["extra"], Evidence.from_json(f["evidence"])) for f in failures)
    values = {"facts": facts, "files": tuple(record["files"]), "extra_failures": kept, "offer": offer}
    return Downloaded(**{**record, **values})


def _offer(record: dict[str, Any] | None) -> Offer | None:
    if record is None:
        return None
    cause = record["cause"] and LowerCause(record["cause"])
    return Offer(**{**record, "cause": cause, "withheld": tuple(map(LowerCause, record["withheld"]))})


def _write(task: DownloadTask, record: dict[str, Any]) -> None:
    target = task.partial / RECORD_OF_LAST_STEP
    draft = target.with_suffix(".tmp")
    draft.write_text(json.dumps(record), encoding="utf-8")
    draft.replace(target)
