"""Copying: what a row is for other programs (a report, an address, a file), sent to the clipboard."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ytui.core.formatting import plural
from ytui.core.remote_lines import SshAddress, cat_line, scp_line, sftp_line, ssh_address
from ytui.core.sanitize import clean, plain_text
from ytui.core.settings import Settings
from ytui.engine.commands import plan_commands
from ytui.store import channels, journal, plan, videos
from ytui.store.database import Database
from ytui.store.lists import related
from ytui.store.rows import PlanItem
from ytui.tui.actions.plan_actions import nothing_here
from ytui.tui.context import AppContext
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.dialogs import TextScreen
from ytui.tui.screens.menu_screen import MenuEntry, MenuScreen
from ytui.tui.terminal.driver import osc52
from ytui.tui.text import shorten

NOTHING = "nothing here to copy"
MOST_CELLS = 60
"""Cells of a line in the menu of what can be copied."""


@dataclass(frozen=True)
class Thing:
    """What a row speaks of: a video with its file, or a channel with its folder."""

    url: str
    title: str
    path: Path | None = None
    is_folder: bool = False


@dataclass(frozen=True)
class Copyable:
    """One text that can be copied, with its letter and what it is."""

    letter: str
    what: str
    text: str


def things_of(db: Database, target: Target, library: Path) -> list[Thing]:
    """Return the videos that the chosen rows speak of; for rows that speak of none, their channels."""
    found = [
        Thing(video.url, video.title, library / video.path if video.path is not None else None)
        for video in videos.by_ids(db, target.videos(db))
    ]
    if found:
        return found
    rows = [channels.by_id(db, number) for number in _channels_of(db, target)]
    return [
        Thing(row.url, row.name, library / folder if (folder := videos.folder_of(db, row.id)) else None, True)
        for row in rows
        if row is not None
    ]


def _channels_of(db: Database, target: Target) -> list[int]:
    found = [related.channel_of(db, target.kind, key) for key in target.chosen(db)]
    return list(dict.fromkeys(number for number in found if number is not None))


def copy_text(db: Database, target: Target) -> str:
    """Return what is copied at once of some rows: reports of failures, lines of the log, else addresses."""
    return "\n".join(text for key in target.chosen(db) if (text := _copy_one(db, target.kind, key)))


def _copy_one(db: Database, kind: RowKind, key: int) -> str:
    if kind is RowKind.LOG:
        line = journal.by_id(db, key)
        return clean(line.message) if line is not None else ""
    item = _item_of(db, kind, key) if kind in (RowKind.PLAN, RowKind.JOB) else None
    if item is not None:
        return plan_commands.report(db, item)
    return clean(related.url_of(db, kind, key))


def _item_of(db: Database, kind: RowKind, key: int) -> PlanItem | None:
    if kind is RowKind.PLAN:
        return plan.by_id(db, key)
    number = key if kind is RowKind.JOB else related.latest_job(db, kind, key)
    return plan.of_job(db, number) if number is not None else None


def copyables(db: Database, target: Target, library: Path, address: SshAddress) -> list[Copyable]:
    """Return everything that can be copied of some rows."""
    things = things_of(db, target, library)
    many, folders = "s" * (len(things) > 1), bool(things) and things[0].is_folder
    found = [
        Copyable("a", "addresses" if many else "address", _lines([thing.url for thing in things])),
        Copyable("t", ("name" if folders else "title") + many, _lines([thing.title for thing in things])),
    ]
    # What a terminal would take for something else could not be pasted.
    paths = [str(thing.path) for thing in things if thing.path is not None]
    if paths := [path for path in paths if plain_text(path) == path and not {"\n", "\t"} & set(path)]:
        found.append(Copyable("p", ("folder" if folders else "path") + many, "\n".join(paths)))
        found += _lines_for(address, paths, folders=folders)
    if target.kind is RowKind.LOG:
        found.append(Copyable("l", "line of the log", copy_text(db, target)))
    else:
        found.append(Copyable("r", "report of the failure", _reports(db, target)))
    return [each for each in found if each.text]


def _lines_for(address: SshAddress, paths: Sequence[str], *, folders: bool) -> list[Copyable]:
    """Return the lines for a shell of another machine."""
    found = [Copyable("s", "scp, to fetch it", scp_line(address, paths, folders=folders))]
    if not folders:
        found.append(Copyable("m", "mpv over SFTP", sftp_line(address, paths)))
    if not folders and len(paths) == 1:
        found.append(Copyable("c", "mpv behind ssh and cat", cat_line(address, paths[0])))
    return found


def _reports(db: Database, target: Target) -> str:
    """Return the reports of failures; of videos only of those that are not mended."""
    if target.kind in (RowKind.CHANNEL, RowKind.TRASH):
        return ""
    found = [_item_of(db, target.kind, key) for key in target.chosen(db)]
    items = [item for item in found if item is not None]
    if target.kind is RowKind.VIDEO:
        items = [item for item in items if item.resolved_at is None]
    return "\n".join(plan_commands.report(db, item) for item in items)


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(clean(text) for text in texts if text)


def this_machine(context: AppContext, settings: Settings) -> SshAddress:
    """Return where this machine is for another one."""
    user = context.environ.get("LOGNAME") or context.environ.get("USER", "")
    return ssh_address(settings.screen.ssh_host, context.environ, user, socket.gethostname())


def copy_at_once(context: AppContext) -> None:
    """Copy a failure's report or an address, and show the text."""
    target = _target(context)
    if target is not None:
        context.runner.find(lambda db: copy_text(db, target), partial(copied, context))


def choose_copy(context: AppContext) -> None:
    """Let the person choose what of the rows is copied."""
    target, settings = _target(context), context.host.settings
    if target is None:
        return

    def find(db: Database) -> list[Copyable]:
        return copyables(db, target, settings.library.path, this_machine(context, settings))

    def ask(found: list[Copyable]) -> None:
        def chosen(letter: str | None) -> None:
            if letter is not None:
                copied(context, next(each.text for each in found if each.letter == letter))

        if not found:
            context.app.tell(NOTHING)
            return
        entries = [MenuEntry(each.letter, each.letter, _words(each)) for each in found]
        context.app.push_screen(MenuScreen("Copy", entries), chosen)

    context.runner.find(find, ask)


def _words(each: Copyable) -> str:
    lines = each.text.splitlines()
    if len(lines) > 1 and each.letter != "r":
        return f"{each.what}: {plural(len(lines), 'line')}"
    return shorten(clean(f"{each.what}: {lines[0]}"), MOST_CELLS)


def copied(context: AppContext, text: str) -> None:
    """Send it to the terminal's clipboard, and show it for terminals that take none."""
    if context.app.driver is not None:
        context.app.driver.write(osc52(text, context.environ))
    context.app.push_screen(TextScreen("Copied", text))


def _target(context: AppContext) -> Target | None:
    """Return what a key acts on; None, and it is said, where there is nothing."""
    target = context.navigator.target()
    if target is not None and not target.keys:
        context.app.tell(nothing_here(target, NOTHING))
        return None
    return target
