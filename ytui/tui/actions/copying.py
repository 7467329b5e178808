"""What is copied of rows: reports of failures, addresses, log lines."""

from __future__ import annotations

from textual.message import Message

from ytui.core.outside import clean
from ytui.engine import plan_actions
from ytui.store import journal, plan
from ytui.store.database import Database
from ytui.store.lists import related
from ytui.tui.actions.doing import Target
from ytui.tui.tables.rows import RowKind


class Copied(Message):
    """A text to copy."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def copy_text(db: Database, target: Target) -> str:
    """Return what is worth copying of some rows."""
    return "\n".join(text for key in target.chosen(db) if (text := _copy_one(db, target.kind, key)))


def _copy_one(db: Database, kind: RowKind, key: int) -> str:
    if kind is RowKind.LOG:
        line = journal.by_id(db, key)
        return clean(line.message) if line is not None else ""
    item = plan.by_id(db, key) if kind is RowKind.PLAN else None
    if kind is RowKind.JOB:
        item = plan.of_job(db, key)
    if item is not None:
        return plan_actions.report(db, item)
    return clean(related.url_of(db, kind, key))
