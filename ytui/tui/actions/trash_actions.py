"""Trash actions: files go into the trash, come back, or are deleted for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ytui.core.formatting import format_duration, format_size, plural
from ytui.core.sanitize import clean
from ytui.engine.maintenance import trash
from ytui.store import trash as store
from ytui.store import videos
from ytui.store.database import Database
from ytui.store.trash import TrashEntry, TrashReason
from ytui.tui.command_runner import Command, CommandContext, Ids
from ytui.tui.lists.rows import Target
from ytui.tui.text import shorten
from ytui.tui.undo import Result, UndoStep

MOST_TITLE = 44
"""Cells of a title in a question."""
FOR_GOOD = "what is deleted for good cannot be brought back; z again undoes what was done before it"


def delete(context: CommandContext, target: Target) -> Command:
    """Take the files of these videos out of the library, into its trash."""
    found = [
        video for video in videos.by_ids(context.db, target.videos(context.db)) if video.path is not None
    ]
    ids = [video.id for video in found if trash.is_inside(video)]
    size = sum(video.size or 0 for video in found if trash.is_inside(video))
    what = _title(found[0].title) if len(found) == 1 else plural(len(ids), "video")
    days = format_duration(context.settings.library.trash)
    question = (
        f"Delete {what}, {format_size(size)}, with all that lies beside it?\n"
        f"The files go into the trash for {days}; d downloads the video again, unless never again is said."
    )
    outside = "it lies outside the library: delete it there" if found else "no file here to delete"
    return Command(
        ids,
        _deleting(context, ids, TrashReason.DELETED),
        question,
        outside,
        "delete",
        ("delete, and never again", _deleting(context, ids, TrashReason.NEVER_AGAIN)),
    )


def _deleting(context: CommandContext, ids: Ids, reason: TrashReason) -> Callable[[Database], Result]:
    library, settings = context.settings.library.path, context.settings

    def act(db: Database) -> Result:
        try:
            done = trash.delete(db, library, settings, videos.by_ids(db, ids), reason, context.now)
        except OSError as error:
            return Result(f"nothing was deleted: {error.strerror}", wrong=True)
        entries = [each.entry for each in done if each.entry is not None]
        stay = [each.why for each in done if each.why]
        gone = len(entries) - len(stay)
        words = [f"{plural(gone, 'video')} in the trash, 7 shows it"] if gone else []
        if stay:
            words.append(f"{len(stay)} could not be moved: {clean(stay[0])}")
        if len(entries) < len(ids):
            words.append(f"{plural(len(ids) - len(entries), 'video')} left alone: a job is at it")
        return Result(", ".join(words), _restoring(context, entries) if gone else None, wrong=not gone)

    return act


def _restoring(context: CommandContext, entries: Sequence[int]) -> UndoStep:
    def back(db: Database) -> str:
        return _bring_back(db, context, entries).words

    return UndoStep(back)


def restore(context: CommandContext, target: Target) -> Command:
    """Bring these back into the library."""
    ids = target.chosen(context.db)
    return Command(ids, lambda db: _bring_back(db, context, ids), nothing="nothing here to bring back")


def _bring_back(db: Database, context: CommandContext, entries: Sequence[int]) -> Result:
    library, settings = context.settings.library.path, context.settings
    try:
        outcomes = trash.restore(db, library, settings, entries, context.now)
    except OSError as error:
        return Result(f"nothing was brought back: {error.strerror}", wrong=True)
    refused = [why for _, why in outcomes if why]
    back = [entry.video_id for entry, why in outcomes if not why]
    words = [f"{plural(len(back), 'video')} restored"] if back else []
    words += [f"{len(refused)} not: {clean(refused[0])}"] if refused else []
    return Result(", ".join(words), wrong=not back)


def purge(context: CommandContext, target: Target) -> Command:
    """Delete these for good, or all that is in the trash."""
    chosen = store.by_ids(context.db, target.chosen(context.db))
    everything = store.entries(context.db)
    other = None
    if len(everything) > len(chosen):
        word = f"empty the trash: {plural(len(everything), 'video')}, {format_size(_size(everything))}"
        other = (word, _purging(context, everything))
    what = plural(len(chosen), "video")
    if len(chosen) == 1 and (video := videos.by_id(context.db, chosen[0].video_id)) is not None:
        what = _title(video.title)
    return Command(
        [entry.id for entry in chosen],
        _purging(context, chosen),
        f"Delete {what}, {format_size(_size(chosen))}, for good?",
        "the trash is empty",
        "delete for good",
        other,
    )


def _purging(context: CommandContext, entries: Sequence[TrashEntry]) -> Callable[[Database], Result]:
    library, settings = context.settings.library.path, context.settings

    def act(db: Database) -> Result:
        try:
            done = trash.purge(db, library, settings, [entry.id for entry in entries], context.now)
        except OSError as error:
            return Result(f"nothing was deleted: {error.strerror}", wrong=True)
        words = f"{plural(done.purged, 'video')} deleted for good"
        if done.refused:
            words += f", {len(done.refused)} could not be: {clean(done.refused[0][1])}"
        return Result(words, UndoStep(never=FOR_GOOD))

    return act


def _size(entries: Sequence[TrashEntry]) -> int:
    return sum(entry.bytes for entry in entries)


def _title(title: str) -> str:
    return f"“{shorten(clean(title), MOST_TITLE)}”"
