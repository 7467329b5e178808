"""Resume of a download: what the partial folder is of, and the journal of appended fragments.

yt-dlp appends a fragment to the part file and rewrites its ``.ytdl`` record afterwards; a kill between the
two leaves them at odds. The journal has one line for every append that is complete: the fragment's number
and the part file's size behind it. Before resuming, the part is cut back to the last line that it covers.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from functools import partialmethod
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from yt_dlp.utils import DownloadCancelled

from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.patches import append_fragment, prepare_fragments, replace_fragment_steps
from ytui.ytdlp.withheld import Withheld

_LINE = re.compile(r"(\d+) (\d+)")
_HEADER = re.compile(r"of (\d+)")


def install_journal(skipped: Callable[[], int] = lambda: 0) -> None:
    """Make yt-dlp's fragment downloaders of this process keep the journal, and skip the first fragments.

    ``skipped`` says how many: those that an earlier file has. The journal counts them along.
    """
    replace_fragment_steps(_append_and_note, partialmethod(_repair_and_prepare, skipped))


def journal_of(filename: str) -> Path:
    """The journal beside the file that is being put together."""
    return Path(f"{filename}.journal")


def _append_and_note(self: Any, ctx: dict[str, Any], frag_content: bytes) -> None:
    append_fragment(self, ctx, frag_content)
    if _resumes(self, ctx):
        behind = Path(ctx["tmpfilename"]).stat().st_size
        _note(journal_of(ctx["filename"]), f"{ctx['fragment_index']} {behind}\n")


def last_fragment(journal: Path) -> int:
    """The number of the fragment that was appended last; 0 if none was."""
    _, appends = _read_journal(journal)
    return appends[-1][0] if appends else 0


def _repair_and_prepare(self: Any, skipped: Callable[[], int], ctx: dict[str, Any]) -> None:
    filename, resumes = ctx["filename"], _resumes(self, ctx)
    journal, fragments = journal_of(filename), ctx["total_frags"] or 0
    if resumes:
        repair(Path(self.temp_name(filename)), Path(self.ytdl_filename(filename)), journal, fragments)
    prepare_fragments(self, ctx)
    if resumes and not journal.exists():
        _note(journal, f"of {fragments}\n")
    ctx["fragment_index"] = max(ctx["fragment_index"], skipped())


def _resumes(downloader: Any, ctx: dict[str, Any]) -> bool:
    """Whether this is resumed some day: a broadcast from its start may be, a test of a format is not."""
    return ctx.get("live") is not True and not downloader.params.get("test")


def _note(journal: Path, line: str) -> None:
    descriptor = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line.encode())
    finally:
        os.close(descriptor)


def repair(part: Path, record: Path, journal: Path, fragments: int) -> None:
    """Bring part file, ``.ytdl`` record and journal to the same fragment, or delete all three.

    ``fragments`` is how many there are in all; another number than the journal's means another video.
    """
    size = part.stat().st_size if part.exists() else 0
    total, appends = _read_journal(journal)
    sound = [(index, end) for index, end in appends if end <= size]
    if total != fragments or not sound:
        for path in (part, record, journal):
            path.unlink(missing_ok=True)
        return
    index, end = sound[-1]
    os.truncate(part, end)
    _set_index(record, index, fragments)
    lines = "".join(f"{number} {behind}\n" for number, behind in sound)
    draft = journal.with_suffix(".tmp")
    draft.write_text(f"of {fragments}\n{lines}", encoding="ascii")
    draft.replace(journal)


def _read_journal(journal: Path) -> tuple[int | None, list[tuple[int, int]]]:
    try:
        text = journal.read_bytes().decode("ascii", "replace")
    except OSError:
        return None, []
    header, *lines = text[: text.rfind("\n") + 1].split("\n")
    total = _HEADER.fullmatch(header)
    found = [_LINE.fullmatch(line) for line in lines if line]
    return (int(total[1]) if total else None), [(int(line[1]), int(line[2])) for line in found if line]


def _set_index(record: Path, index: int, fragments: int) -> None:
    """Rewrite yt-dlp's record; what it says of subtitles' time stamps holds only for its own index."""
    try:
        if json.loads(record.read_text(encoding="utf-8"))["downloader"]["current_fragment"]["index"] == index:
            return
    except (OSError, ValueError, KeyError, TypeError):
        # Torn in the middle of being rewritten, or missing: the journal knows what it said.
        record.unlink(missing_ok=True)
    downloader = {"current_fragment": {"index": index}, "fragment_count": fragments}
    record.write_text(json.dumps({"downloader": downloader}), encoding="utf-8")


BASENAME = "media"
"""Every file of the download is called so, whatever the video's title."""

RECORD_OF_LAST_STEP = "finish.json"
HALF_WRITTEN = "half-written"
"""Lies here while the finished file is changed in place; what it is found with later cannot be trusted."""
_RESUME = "resume.json"
_INFO = "info.json"

INFO_LIFETIME_S = 5 * 3600.0
"""Media addresses live about six hours; a stored info dict is used for five."""


class PartialMismatch(DownloadCancelled):  # type: ignore[misc]
    """What the server has now is not what the unfinished file is a part of."""


class PartialDownload:
    """The folder of one unfinished download."""

    def __init__(self, folder: Path, log: JobLog) -> None:
        # Two levels and no more: where the library is not mounted, nothing is made in the empty folder.
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        self.folder = folder
        self._log = log
        self._record: dict[str, Any] = _read_record(folder / _RESUME)

    @property
    def base(self) -> Path:
        """The path of its files, less their suffixes."""
        return self.folder / BASENAME

    @property
    def recorded_limit(self) -> int | None:
        """The short side in pixels of what was last tried."""
        side = self._record.get("short_side")
        return side if isinstance(side, int) else None

    @property
    def received(self) -> int:
        """How many bytes of media lie here."""
        return sum(_size(path) for path in self.folder.iterdir() if path.name.startswith(f"{BASENAME}."))

    @property
    def was_refused(self) -> bool:
        """Whether what was last tried was refused at the door: a format that works may be as good."""
        return bool(self._record.get("refused"))

    def note_refused(self) -> None:
        """Keep that for the next attempt."""
        self._record["refused"] = True
        self._save()

    def clear(self, *, keep_info: bool = False) -> None:
        """Delete everything that was begun."""
        for path in self.folder.iterdir():
            if path.is_file() and not (keep_info and path.name == _INFO):
                path.unlink(missing_ok=True)
        self._record = {}

    def begin(self, url: str, formats: list[dict[str, Any]], short_side: int | None) -> None:
        """Record what is about to be downloaded; what lies here of anything else is deleted first."""
        if (self.folder / HALF_WRITTEN).exists():
            self._log.info("A job ended while it changed the finished file: starting afresh")
            self.clear(keep_info=True)
        wanted = {found["format_id"]: _version(found) for found in formats}
        if self._record.get("url") == url and _compatible(self._record.get("formats"), wanted):
            self._record["short_side"] = short_side
            self._settle_parts()
        else:
            if self._has_parts():
                self._log.info("The unfinished download is of another format or size: starting afresh")
            self.clear(keep_info=True)
            self._record = {"url": url, "formats": wanted, "totals": {}, "short_side": short_side}
        self._record["time"] = time.time()
        self._save()

    def _settle_parts(self) -> None:
        """Give what was received whole its name, and delete what is more than that.

        Both come of a job that was killed at the wrong moment; of either a server has no more to send, which
        it says with an error.
        """
        totals = self._record.get("totals", {})
        for part in self.folder.glob("*.part"):
            total = totals.get(part.stem)
            if total is None or _size(part) < total:
                continue
            if _size(part) == total:
                part.replace(part.with_suffix(""))
            else:
                part.unlink()

    def check_total(self, part: str, url: str, total: int | None) -> None:
        """Compare a part's total size in bytes with what was recorded, or record it.

        Raises :class:`PartialMismatch` if an unfinished file belongs to another size.
        """
        name = Path(part).name
        totals = self._record.setdefault("totals", {})
        known, unfinished = totals.get(name), _size(Path(f"{part}.part"))
        if unfinished and total is not None and known is not None and known != total:
            raise PartialMismatch(f"{name} has {total} bytes now, the unfinished file was of {known}")
        if total is not None and known != total:
            totals[name] = total
            self._save()

    def store_info(self, url: str, info: dict[str, Any], withheld: Sequence[Withheld] = ()) -> None:
        """Keep an extraction's result, so that a resumed job need not ask for it again."""
        hidden = [found.to_json() for found in withheld]
        _write(self.folder / _INFO, {"url": url, "time": time.time(), "info": info, "withheld": hidden})

    def stored_withheld(self) -> tuple[Withheld, ...] | None:
        """What was withheld of the kept result; None where that is not known."""
        try:
            return tuple(
                Withheld.from_json(values) for values in _read_record(self.folder / _INFO)["withheld"]
            )
        except (KeyError, TypeError, ValueError):
            return None

    def stored_info(self, url: str) -> dict[str, Any] | None:
        """The kept result for this address, if it is young enough."""
        stored = _read_record(self.folder / _INFO)
        when, info = stored.get("time"), stored.get("info")
        if stored.get("url") != url or not isinstance(when, (int, float)) or not isinstance(info, dict):
            return None
        age = time.time() - when
        return info if 0 <= age < INFO_LIFETIME_S else None

    def forget_info(self) -> None:
        """Drop the kept result: its media addresses are refused."""
        (self.folder / _INFO).unlink(missing_ok=True)

    def forget_parts(self) -> None:
        """Delete what a finished download leaves; the record of its last step stays."""
        for path in self.folder.iterdir():
            if path.is_file() and path.name != RECORD_OF_LAST_STEP:
                path.unlink(missing_ok=True)

    def _has_parts(self) -> bool:
        return any(path.name.startswith(f"{BASENAME}.") for path in self.folder.iterdir())

    def _save(self) -> None:
        _write(self.folder / _RESUME, self._record)


def _version(found: dict[str, Any]) -> dict[str, Any]:
    """What tells one version of a format from another: its exact size, and YouTube's "last modified"."""
    query = parse_qs(urlsplit(str(found.get("url") or "")).query)
    return {"size": found.get("filesize"), "modified": next(iter(query.get("lmt", [])), None)}


def _compatible(recorded: object, wanted: dict[str, dict[str, Any]]) -> bool:
    if not isinstance(recorded, dict) or recorded.keys() != wanted.keys():
        return False
    return all(
        old is None or new is None or old == new
        for name, version in wanted.items()
        for old, new in ((recorded[name].get(key), value) for key, value in version.items())
    )


def _size(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_size
    return 0


def _read_record(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, value: dict[str, Any]) -> None:
    """Replace a file at once, readable by its owner alone: an info dict may carry cookies."""
    draft = path.with_suffix(".tmp")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(value, stream)
    draft.replace(path)
