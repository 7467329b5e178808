"""Prompts: keys that first ask for something typed or chosen (a time, cookies, a name, a plan)."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from ytui.core.formatting import format_time, plural
from ytui.core.models import JobState
from ytui.core.sanitize import clean
from ytui.core.states import PENDING_STATES, RETRYABLE_STATES
from ytui.engine.commands import plan_commands
from ytui.engine.commands.plan_commands import export_json
from ytui.engine.cookie_files import CookieFile, store_cookie_file
from ytui.store import named_plans, plan
from ytui.store.database import Database
from ytui.store.rows import PlanItem
from ytui.tui.actions import cookie_actions
from ytui.tui.actions.plan_actions import HEADING, waiting_until
from ytui.tui.context import AppContext
from ytui.tui.lists.rows import RowKind
from ytui.tui.screens.cookies_screen import CookiesScreen
from ytui.tui.screens.dialogs import ChooseScreen, PromptScreen
from ytui.tui.time_input import EXPECTED, countdown, parse_time
from ytui.tui.undo import Result, UndoStep

EXPORT_NAME = "plan.json"
NAME, PATH = "a name, such as: after the holidays", "the path of a file"
"""What is expected, said in a line that is empty."""


class Prompts:
    """Finds what a key is about in a thread, asks, and does it in a thread."""

    def __init__(self, context: AppContext) -> None:
        self._context = context

    # --- a time

    def wait_until(self) -> None:
        """Let the chosen jobs wait until a time."""
        self._with_jobs(RETRYABLE_STATES | PENDING_STATES, self._ask_time)

    def _ask_time(self, ids: list[int]) -> None:
        def check(text: str) -> str:
            now = self._context.clock()
            at = parse_time(text, now)
            return f"{format_time(at)}, {countdown(at, now)}"

        def answered(text: str | None) -> None:
            if text is not None:
                now = self._context.clock()
                self._context.runner.do(waiting_until(ids, parse_time(text, now), now))

        title = f"Let {plural(len(ids), 'item')} wait until"
        self._context.app.push_screen(PromptScreen(title, EXPECTED, check), answered)

    # --- cookies

    def cookies(self) -> None:
        """Take cookies in for the chosen items, their channel or their site."""
        self._with_jobs(RETRYABLE_STATES, self._ask_cookies)

    def _ask_cookies(self, ids: list[int]) -> None:
        def stored(text: str) -> CookieFile:
            now = self._context.clock()
            return store_cookie_file(self._context.places, text, f"given-{now:.0f}", now)

        def answered(answer: tuple[str, Path] | None) -> None:
            if answer is not None:
                now = self._context.clock()
                self._context.runner.do(
                    partial(cookie_actions.give_cookies, self._context.places, ids, *answer, now)
                )

        scopes = cookie_actions.scopes(self._context.store.db, ids)
        self._context.app.push_screen(CookiesScreen(stored, scopes), answered)

    # --- named plans and export

    def save_plan(self) -> None:
        """Save the marked items, else all that are shown, as a named plan."""
        self._with_items(self._ask_name)

    def _ask_name(self, ids: list[int]) -> None:
        def check(text: str) -> str:
            if not text:
                raise ValueError(NAME)
            known = named_plans.by_name(self._context.store.db, text)
            return f"added to the {plural(known.items, 'item')} of that plan" if known else "a new plan"

        def answered(name: str | None) -> None:
            if name is not None:
                self._context.runner.do(partial(self._save, ids, name))

        self._context.app.push_screen(
            PromptScreen(f"Save {plural(len(ids), 'item')} as", NAME, check), answered
        )

    def _save(self, ids: list[int], name: str, db: Database) -> Result:
        known = named_plans.by_name(db, name)
        there = {item.id for item in named_plans.items(db, known.id)} if known else set()
        saved = named_plans.create(db, name, ids, self._context.clock())
        added = [number for number in ids if number not in there]

        def back(db: Database) -> str:
            if known is None:
                named_plans.delete(db, saved.id)
                return f"“{clean(name)}” is no named plan any more; its items are where they were"
            named_plans.take_out(db, saved.id, added)
            return f"{plural(len(added), 'item')} taken out of “{clean(name)}”"

        undo = UndoStep(back) if added or known is None else None
        return Result(f"“{clean(saved.name)}” has {plural(saved.items, 'item')}; # shows it", undo)

    def named_plans(self) -> None:
        """Choose a named plan to be shown."""
        plans = named_plans.all_plans(self._context.store.db)
        if not plans:
            self._context.app.notify(
                "there is no named plan yet: S saves what is marked as one", markup=False
            )
            return

        def answered(number: int | None) -> None:
            if number is not None:
                name = plans[number].name.replace('"', "")
                self._context.main.pane.open_filter(f'plan:"{name}"')

        words = [f"{row.name}  {plural(row.items, 'item')}, {row.unresolved} unresolved" for row in plans]
        self._context.app.push_screen(ChooseScreen("Show a named plan", words), answered)

    def export(self) -> None:
        """Write the marked items, else all that are shown, to a file: JSON, or a batch file for yt-dlp."""
        self._with_items(self._ask_file)

    def _ask_file(self, ids: list[int]) -> None:
        def check(text: str) -> str:
            path = _path(text)
            form = "JSON" if path.suffix == ".json" else "a batch file for yt-dlp -a (.json writes JSON)"
            return f"{'replaces' if path.exists() else 'writes'} {path}: {form}"

        def answered(text: str | None) -> None:
            if text is not None:
                self._context.runner.do(partial(self._export, ids, _path(text)))

        title = f"Export {plural(len(ids), 'item')} to"
        self._context.app.push_screen(
            PromptScreen(title, PATH, check, text=f"~/{EXPORT_NAME}", is_path=True), answered
        )

    def _export(self, ids: list[int], path: Path, db: Database) -> Result:
        items: list[PlanItem] = [item for number in ids if (item := plan.by_id(db, number)) is not None]
        as_json = path.suffix == ".json"
        text = export_json(db, items) if as_json else plan_commands.export_batch(db, items)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            return Result(f"{path}: {error.strerror or error}", wrong=True)
        return Result(f"{plural(len(items), 'item')} written to {path}")

    # --- the order of a list

    def sort(self) -> None:
        """Choose the column to sort by; the present one again turns the order round."""
        pane = self._context.main.pane
        source = pane.source
        columns = [number for number, column in enumerate(source.columns) if column.sort]

        def answered(choice: int | None) -> None:
            if choice is not None:
                column = columns[choice]
                falling = source.columns[column].largest_first
                if column == source.sort:
                    falling = not source.descending
                pane.show_source(source.sorted_by(column, falling))

        words = [source.columns[number].title for number in columns]
        if source.sort is not None:
            words[columns.index(source.sort)] += " (again: the other way round)"
        first = columns.index(source.sort) if source.sort in columns else 0
        self._context.app.push_screen(ChooseScreen("Sort by", words, first=first), answered)

    # --- what it is about

    def _with_jobs(self, states: Collection[JobState], ask: Callable[[list[int]], None]) -> None:
        target = self._context.navigator.target()
        if target is not None:
            self._later(lambda db: target.jobs(db, states), ask, "nothing here that waits or has failed")

    def _with_items(self, ask: Callable[[list[int]], None]) -> None:
        target = self._context.navigator.target()
        if target is None or target.kind is not RowKind.PLAN:
            return
        marked = bool(self._context.main.pane.rows.selection)
        self._later(lambda db: target.chosen(db) if marked else target.shown(db), ask, "no item is shown")

    def _later(
        self, find: Callable[[Database], list[int]], ask: Callable[[list[int]], None], nothing: str
    ) -> None:
        self._context.runner.find(find, lambda ids: ask(ids) if ids else self._nothing(nothing))

    def _nothing(self, words: str) -> None:
        cursor = self._context.main.pane.rows.key
        self._context.app.notify(HEADING if cursor is not None and cursor < 0 else words, markup=False)


def _path(text: str) -> Path:
    """Return the file a person names; ``ValueError`` says what is wrong with it."""
    if not text:
        raise ValueError(PATH)
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise ValueError("there is no such home") from error
    if path.is_dir():
        raise ValueError("that is a folder; name a file in it")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {path.parent}: make it first, or name another")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise ValueError(f"{path if path.exists() else path.parent} cannot be written to: name another file")
    return path
