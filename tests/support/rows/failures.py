"""Failures beside those of the usual library, and its site open again."""

from __future__ import annotations

from tests.support.terminals.stand_in_engine import NOW, insert
from ytui.store.database import Database, Store, transaction


def reopen(store: Store) -> None:
    store.db.execute("UPDATE sites SET state = 'ok', until = NULL")


def many_failures(db: Database, count: int) -> None:
    with transaction(db):
        for number in range(100, 100 + count):
            insert(
                db,
                "videos",
                id=number,
                site="youtube",
                video_id=f"m{number}",
                url=f"https://y/m{number}",
                title=f"Lost {number}",
                channel_id=1,
                state="failed",
                first_seen=NOW,
            )
            insert(
                db,
                "jobs",
                id=number,
                kind="download",
                state="failed",
                video_id=number,
                channel_id=1,
                site="youtube",
                url=f"https://y/m{number}",
                title=f"Lost {number}",
                priority=2,
                created_at=NOW,
                failure_class="server_error",
            )
            insert(
                db, "plan_items", job_id=number, video_id=number, channel_id=1,
                url=f"https://y/m{number}", title=f"Lost {number}", failure_class="server_error",
                group_name="server", advice="retry_backoff", state="open", created_at=NOW, updated_at=NOW,
            )  # fmt: skip
