"""What Textual alone does: ``python -m tests.benchmarks.bare`` paints a word, with a database a table of it.

``python -m tests.benchmarks.bare DATABASE``: the key ``2`` opens all its videos in a ``DataTable``.
"""

from __future__ import annotations

import sys

from textual.app import App, ComposeResult
from textual.widgets import Static

WORD = "bare"
COLUMNS = ("state", "title", "length", "channel", "published", "size")
_ROWS = (
    "SELECT v.state, replace(v.title, '[', '\\['), v.duration, c.name, v.published_at, v.size FROM videos v "
    "LEFT JOIN channels c ON c.id = v.channel_id ORDER BY v.published_at DESC, v.id DESC"
)


class Bare(App[None]):
    """One widget, and on a key a table."""

    def compose(self) -> ComposeResult:
        """Say the word."""
        yield Static(WORD)

    async def key_2(self) -> None:
        """Open the table."""
        import sqlite3

        from textual.widgets import DataTable

        table: DataTable[object] = DataTable(cursor_type="row")
        table.add_columns(*COLUMNS)
        table.add_rows(sqlite3.connect(sys.argv[1]).execute(_ROWS))
        await self.mount(table)


if __name__ == "__main__":
    Bare().run()
