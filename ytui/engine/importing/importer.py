"""Importer: everything that was read is compared with what is known, and what is new is taken in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ytui import config
from ytui.core.settings import Settings
from ytui.engine.importing.channel_import import NewChannels
from ytui.engine.importing.model import FoundOption, ImportContents
from ytui.engine.importing.video_import import VideoImport, VideoImportResult
from ytui.paths import Places
from ytui.store import journal
from ytui.store.bulk import Fate
from ytui.store.database import Database
from ytui.store.library_marker import check_library

Progress = Callable[[str, int, int], None]
"""Told the name of a file or folder, and how many of how many of its entries are done."""


class LibraryMissing(Exception):
    """Files of the library were brought, and it is not there to record them; the message is a sentence."""


@dataclass
class ImportResult:
    """What became of one file or folder."""

    found: ImportContents
    channels: list[dict[str, object]] = field(default_factory=list)
    """Tables of ``[[channels]]`` that are new."""
    options: list[FoundOption] = field(default_factory=list)
    """Options that are new in ``[ytdlp] args``."""
    arrivals: VideoImportResult = field(default_factory=VideoImportResult)

    @property
    def added(self) -> int:
        """How many entries changed something."""
        fates = self.arrivals.fates
        return len(self.channels) + len(self.options) + fates[Fate.DOWNLOADED] + fates[Fate.ARCHIVED]

    @property
    def known(self) -> int:
        """How many entries said nothing new."""
        found = self.found
        entries = len(found.channels) + len(found.options)
        return entries - len(self.channels) - len(self.options) + self.arrivals.fates[Fate.KNOWN]


def run_import(
    db: Database,
    places: Places,
    settings: Settings,
    everything: Sequence[ImportContents],
    now: float,
    *,
    dry_run: bool = False,
    progress: Progress = lambda name, done, total: None,
) -> list[ImportResult]:
    """Take in what was found, or with ``dry_run`` only say what that would do.

    Channels and options are written first and at once, videos follow in batches: what is cut short is
    finished by doing it again. Raises ``ConfigError``, ``OSError`` or ``LibraryMissing`` before any video.
    """
    newcomers = NewChannels(db, settings)
    taken = [ImportResult(found, channels=newcomers.among(found.channels)) for found in everything]
    args = list(settings.ytdlp.args)
    for each in taken:
        each.options = _new_options(args, each.found.options)
    if not dry_run:
        _need_library(db, settings.library.path, everything)
        newcomers.write(places, now)
        if len(args) > len(settings.ytdlp.args):
            config.set_value(places.config_file, "ytdlp.args", args)
    videos = VideoImport(db, settings.library.path, now, dry_run=dry_run)
    for each in taken:

        def told(done: int, total: int, name: str = each.found.name) -> None:
            progress(name, done, total)

        each.arrivals = videos.take(each.found, told)
    if not dry_run:
        _write_down(db, taken, now)
    return taken


def _new_options(args: list[str], options: Sequence[FoundOption]) -> list[FoundOption]:
    """The options that ``args`` do not have yet, added to them."""
    new = []
    for option in options:
        length = len(option.words)
        if not any(tuple(args[at : at + length]) == option.words for at in range(len(args))):
            new.append(option)
            args += option.words
    return new


def _need_library(db: Database, root: Path, everything: Sequence[ImportContents]) -> None:
    real = root.resolve()
    paths = (video.path for found in everything for video in found.videos if video.path is not None)
    if any(path.resolve().is_relative_to(real) for path in paths):
        check = check_library(db, root)
        if not check.ok:
            raise LibraryMissing(check.reason)


def _write_down(db: Database, taken: Sequence[ImportResult], now: float) -> None:
    counts = (
        (sum(len(each.channels) for each in taken), "channel", "channels"),
        (sum(each.arrivals.fates[Fate.DOWNLOADED] for each in taken), "file", "files"),
        (sum(each.arrivals.fates[Fate.ARCHIVED] for each in taken), "archived video", "archived videos"),
        (sum(len(each.options) for each in taken), "option", "options"),
    )
    words = ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counts if number)
    if words:
        journal.write(db, at=now, level="info", type="runtime", message=f"imported: {words}")
