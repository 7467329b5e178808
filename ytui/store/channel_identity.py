"""Identity of channels: by which addresses and ids a row is known, and two rows of one channel made one."""

from __future__ import annotations

from dataclasses import dataclass

from ytui.core.channel_address import channel_key, identity_keys
from ytui.core.models import Tab
from ytui.core.settings import CHANNEL_TABS
from ytui.core.urls import listings
from ytui.store import jobs, key_values
from ytui.store.database import Database, transaction
from ytui.store.rows import CHANNEL, Channel, TabRow
from ytui.store.tabs import ensure_tab, tabs_of


@dataclass(frozen=True)
class MergeResult:
    """What the row that is gone had, and the other has now."""

    videos: int
    protected: int
    """Files that are kept for good now, because the rule that counts is another one than before."""


def by_key(db: Database, key: str) -> Channel | None:
    """The channel that is known by a key of :func:`ytui.core.channel_address.channel_key`."""
    sql = f"SELECT {CHANNEL.sql} FROM channels WHERE id = (SELECT channel_id FROM channel_keys WHERE key = ?)"
    row = db.one(sql, (key,))
    return None if row is None else CHANNEL.read(row)


def all_keys(db: Database) -> dict[str, int]:
    """The row of the channel that is known by each key."""
    return dict(tuple(row) for row in db.all("SELECT key, channel_id FROM channel_keys"))


def note_keys(db: Database, channel: Channel, *also: str) -> None:
    """Let a channel be known by its address, its id and ``also``; a key of another channel stays with it."""
    with transaction(db):
        for key in (*identity_keys(channel.url, channel.channel_id), *also):
            db.execute(
                "INSERT OR IGNORE INTO channel_keys (key, channel_id) VALUES (?, ?)", (key, channel.id)
            )


def forget_key(db: Database, key: str) -> None:
    """An address that names another channel by now is no key of this one any more."""
    with transaction(db):
        db.execute("DELETE FROM channel_keys WHERE key = ?", (key,))


def twin_of(db: Database, channel: Channel) -> Channel | None:
    """Another row that is known by this channel's address or id: the two are one channel."""
    for key in identity_keys(channel.url, channel.channel_id):
        other = by_key(db, key)
        if other is not None and other.id != channel.id:
            return other
    return None


def set_address(db: Database, row_id: int, url: str) -> None:
    """Give a channel another address: its tabs are listed there, with all that is known of them."""
    with transaction(db):
        old = db.value("SELECT url FROM channels WHERE id = ?", (row_id,))
        if old is None or old == url:
            return
        db.execute("UPDATE channels SET url = ? WHERE id = ?", (url, row_id))
        for tab in tabs_of(db, row_id):
            place = _listing(url, tab.tab)
            if place is not None and tab.url in (old, _listing(old, tab.tab)):
                # What is not there at one address may be at the other.
                db.execute(
                    "UPDATE OR IGNORE tabs SET url = ?, empty_until = NULL WHERE id = ?", (place, tab.id)
                )
        db.execute(
            "INSERT OR IGNORE INTO channel_keys (key, channel_id) VALUES (?, ?)", (channel_key(url), row_id)
        )


def runs(db: Database, row_id: int) -> bool:
    """Whether a listing of this channel runs: its rows are not moved under it."""
    sql = "SELECT 1 FROM jobs WHERE channel_id = ? AND kind = 'fetch' AND state = 'running' LIMIT 1"
    return db.one(sql, (row_id,)) is not None


def merge(db: Database, kept: Channel, gone: Channel, now: float, *, protect: bool) -> MergeResult:
    """Make two rows of one channel one; videos, jobs, plan items and the log of ``gone`` are ``kept``'s then.

    ``protect``: what ``gone`` has downloaded is kept for good, whatever the retention of ``kept`` says.
    """
    with transaction(db):
        # What was never begun is owed to nobody: the other row lists the channel.
        db.execute(
            "DELETE FROM jobs WHERE channel_id = ? AND kind = 'fetch' AND state = 'queued' AND attempt = 0 "
            "AND id NOT IN (SELECT job_id FROM plan_items)",
            (gone.id,),
        )
        jobs.stop_fetching(db, gone.id, now)
        protected = 0
        if protect:
            protected = db.execute(
                "UPDATE videos SET keep = 1 WHERE channel_id = ? AND path IS NOT NULL AND keep = 0",
                (gone.id,),
            ).rowcount
        _merge_tabs(db, kept, gone)
        moved = db.execute(
            "UPDATE videos SET channel_id = ? WHERE channel_id = ?", (kept.id, gone.id)
        ).rowcount
        for table in ("plan_items", "jobs", "journal", "channel_keys"):
            db.execute(f"UPDATE {table} SET channel_id = ? WHERE channel_id = ?", (kept.id, gone.id))
        key_values.put(db, key_values.judged_by(gone.id), None)
        db.execute("DELETE FROM channels WHERE id = ?", (gone.id,))
        db.execute(
            "UPDATE channels SET channel_id = coalesce(channel_id, ?), "
            "first_listed_at = min(coalesce(first_listed_at, ?), coalesce(?, first_listed_at)) WHERE id = ?",
            (gone.channel_id, gone.first_listed_at, gone.first_listed_at, kept.id),
        )
        if gone.subscribed and not kept.subscribed:
            # Its address is the one that the configuration has.
            set_address(db, kept.id, gone.url)
            db.execute(
                "UPDATE channels SET subscribed = 1, paused = ?, next_fetch = NULL WHERE id = ?",
                (gone.paused, kept.id),
            )
    return MergeResult(moved, protected)


def _merge_tabs(db: Database, kept: Channel, gone: Channel) -> None:
    theirs = {tab.tab: tab for tab in tabs_of(db, kept.id)}
    for tab in tabs_of(db, gone.id):
        same = theirs.get(tab.tab)
        place = _listing(kept.url, tab.tab)
        if same is None and place is not None:
            db.execute("UPDATE tabs SET channel_id = ?, url = ? WHERE id = ?", (kept.id, place, tab.id))
            continue
        if same is not None:
            db.execute(
                "INSERT OR IGNORE INTO entries (tab_id, video_id, position, walk, known) "
                "SELECT ?, video_id, position, ?, known FROM entries WHERE tab_id = ?",
                (same.id, same.walk, tab.id),
            )
        into = same or next(iter(theirs.values()), None) or _first_tab(db, kept)
        db.execute("UPDATE jobs SET tab_id = ? WHERE tab_id = ?", (into.id, tab.id))
        db.execute("DELETE FROM entries WHERE tab_id = ?", (tab.id,))
        db.execute("DELETE FROM tabs WHERE id = ?", (tab.id,))


def _first_tab(db: Database, channel: Channel) -> TabRow:
    return ensure_tab(db, channel.id, *listings(channel.url, CHANNEL_TABS)[0])


def _listing(url: str, tab: str) -> str | None:
    """Where a channel at an address lists a tab of this kind; None where it lists no such tab."""
    return next((place for kind, place in listings(url, [Tab(tab)]) if kind == tab), None)
