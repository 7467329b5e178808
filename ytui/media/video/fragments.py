"""A journal of appended fragments: what is made of many pieces resumes without a doubled or halved one.

yt-dlp appends a fragment to the part file and rewrites its ``.ytdl`` record afterwards; a kill between the
two leaves them at odds. The journal has one line for every append that is complete: the fragment's number
and the part file's size behind it. Before resuming, the part is cut back to the last line that it covers.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path
from typing import Any

from ytui.media.patches import append_fragment, prepare_fragments, replace_fragment_steps

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
    _, appends = _read(journal)
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
    total, appends = _read(journal)
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


def _read(journal: Path) -> tuple[int | None, list[tuple[int, int]]]:
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
