"""Filter actions: a filter is given a name, and one with a name is chosen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from ytui.core.sanitize import clean
from ytui.core.settings import FILTER_NAME, FILTER_NAME_WORDS
from ytui.store.database import Database
from ytui.tui.context import AppContext
from ytui.tui.screens.dialogs import ChooseScreen, PromptScreen
from ytui.tui.undo import Result, write_setting

NONE_YET = "no filter has a name yet: `. F` gives the one of this list a name"
NO_FILTER = "there is no filter to name: / opens the line for one"


def choose_filter(context: AppContext) -> None:
    """Show only what a filter with a name leaves."""
    named = context.host.settings.filters
    names = sorted(named)
    if not names:
        context.app.tell(NONE_YET)
        return

    def answered(choice: int | None) -> None:
        if choice is not None:
            context.main.pane.open_filter(f"@{names[choice]}")

    words = [f"@{name}  {named[name]}" for name in names]
    context.app.push_screen(ChooseScreen("Filters", words), answered)


def name_filter(context: AppContext) -> None:
    """Keep the filter of this list under a name."""
    text = context.main.pane.filter_text
    if not text:
        context.app.tell(NO_FILTER)
        return
    named = context.host.settings.filters

    def check(name: str) -> str:
        if FILTER_NAME.fullmatch(name) is None:
            raise ValueError(f"a name is {FILTER_NAME_WORDS}")
        return f"replaces {clean(named[name])}" if name in named else f"/ and @{name} shows it again"

    def answered(name: str | None) -> None:
        if name is not None:
            context.runner.tell(partial(_keep, context.places.config_file, name, text))

    title = f"Name the filter “{clean(text)}”"
    context.app.push_screen(PromptScreen(title, "a name, such as big", check), answered)


def _keep(config_file: Path, name: str, text: str, db: Database) -> Result:
    """Write the filter to the configuration, and what to tell; blocks."""
    words = f"@{name} is “{clean(text)}”"
    return write_setting(config_file, f"filters.{name}", text, words, "the filter is not kept")
