"""Trash list: what was taken out of the library, and until when it can be brought back."""

from __future__ import annotations

from collections.abc import Callable

from ytui.core.formatting import format_size, format_time
from ytui.core.sanitize import clean
from ytui.store.lists import trash_queries
from ytui.store.lists.query import Record
from ytui.store.trash import TrashState
from ytui.tui.lists.columns import named
from ytui.tui.lists.rows import Cell, Column, ListSource, Row, RowKind, Tone
from ytui.tui.text import Glyphs


def trash(glyphs: Glyphs, keeps: Callable[[], float]) -> ListSource:
    """Return what is in the trash, the newest first; it ``keeps`` it for so many seconds."""

    def make(record: Record) -> Row:
        state = TrashState(record["state"])
        until = format_time(record["at"] + keeps())
        cells = (
            Cell(named(record)),
            Cell(format_size(record["bytes"]), Tone.DIM),
            Cell(record["reason"], Tone.DIM),
            Cell(clean(record["channel_name"] or ""), Tone.DIM),
            Cell(
                until if state is TrashState.THERE else state.value,
                Tone.DIM if state is TrashState.THERE else Tone.WARN,
            ),
        )
        note = (
            clean(record["problem"])
            or f"taken out {format_time(record['at'])} {glyphs.dot} {clean(record['path'])}"
        )
        return Row(record["id"], cells, note)

    return ListSource(
        kind=RowKind.TRASH,
        columns=(
            Column("title", 20, flex=True, sort="title"),
            Column("size", 8, right=True, least=46, sort="size", largest_first=True),
            Column("why", 11, least=58, sort="reason"),
            Column("channel", 18, least=90, sort="channel"),
            Column("until", 16, least=36, sort="at", largest_first=True),
        ),
        query=trash_queries.trash(),
        make_row=make,
    )
