"""Column actions: which columns a list shows is chosen from a list, and kept in the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ytui.tui.context import AppContext
from ytui.tui.screens.dialogs import ChooseScreen
from ytui.tui.undo import Result, write_setting
from ytui.tui.widgets.list_pane import ListPane

USUAL = "the usual ones, by the room there is"


def choose_columns(context: AppContext) -> None:
    """Take or leave one column after the other; ``esc`` ends it."""
    pane = context.main.pane
    if not pane.source.chosen:
        context.app.tell("the columns of this list cannot be chosen")
        return
    _ask(context, pane, 0)


def _ask(context: AppContext, pane: ListPane, first: int) -> None:
    columns = [column for column in pane.source.columns if column.name]
    words = [f"[{' ' if column.hidden else 'x'}] {column.title}" for column in columns]

    def answered(choice: int | None) -> None:
        if choice is None:
            return
        if choice == len(columns):
            _take(context, pane, None)
            return
        chosen = set(pane.source.chosen) ^ {columns[choice].name}
        _take(context, pane, [column.name for column in columns if column.name in chosen])
        _ask(context, pane, choice)

    context.app.push_screen(ChooseScreen("Columns", [*words, USUAL], first=first), answered)


def _take(context: AppContext, pane: ListPane, names: Sequence[str] | None) -> None:
    """Show these at once, and keep them."""
    pane.show_columns(names)
    file, key = context.places.config_file, f"screen.columns.{pane.columns_key}"
    context.runner.tell(lambda db: _keep(file, key, names))


def _keep(config_file: Path, key: str, names: Sequence[str] | None) -> Result:
    """Write the columns to the configuration, and what to tell; blocks."""
    shown = "the usual columns" if names is None else f"columns: {', '.join(names) or 'none'}"
    return write_setting(
        config_file, key, None if names is None else list(names), shown, "the columns are not kept"
    )
