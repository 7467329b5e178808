"""Key-value store: single facts that outlive a process, each under a key that is named here."""

from __future__ import annotations

from ytui.store.database import Database, transaction

PAUSED = "paused"
"""``1`` while the whole queue is paused."""
QUEUE_ENDED = "queue_ended"
"""How many jobs of each kind have ended since the queue was last empty (JSON)."""
SERVED = "served"
"""How many starts each channel has had since the queue was last empty (JSON)."""
LIBRARY_ID = "library_id"
"""The mark in the library's root, see ``library_marker.py``."""
LEFT_AT = "left at"
"""When the application was last left (Unix seconds)."""
FILES_LOOKED_AT = "files_looked_at"
"""When the library's files were last looked for (Unix seconds)."""
JOURNAL_WRITTEN = "journal_written"
"""The id of the last line of the journal that is in the log file, too."""
NOTIFIED_AT = "notified_at"
"""When a notification was last sent (Unix seconds)."""
CONFIG_FILES = "config_files"
"""The names of the files that the configuration had when all its channels were taken in (JSON)."""
MISSING_ASKED = "missing_asked"
"""The channels that are missing in the configuration and asked about, and which were paused for it (JSON)."""
WRITE_TRIED = "written_again"
"""When it was last tried whether the store can be written again (Unix seconds); of no other use."""
OLD_YTDLP_TOLD = "old_ytdlp_told"
"""The day on which it was last said that yt-dlp is old (ISO date)."""

CJK_FILLED_DOWN_TO = "cjk_filled_down_to"
"""The video from which on all are in the index of signs (``cjk_index.py``); none once all are."""

NEWEST_VERSIONS = "newest_versions"
"""The newest versions of yt-dlp and its plug-ins when the index was last asked (JSON)."""


def judged_by(channel_id: int) -> str:
    """Key of the settings by which a channel's videos were last judged (JSON)."""
    return f"judged:{channel_id}"


def filters_of(name: str) -> str:
    """Key of what was typed into the filter of a list (JSON)."""
    return f"filters of: {name}"


def removed_jobs(channel_id: int) -> str:
    """Key of the jobs that ended when a channel was taken out by hand, as they were before (JSON)."""
    return f"removed jobs: {channel_id}"


def second_entry(url: str) -> str:
    """Key of the address whose settings count instead of this entry's of the configuration, once told."""
    return f"second entry: {url}"


def dead_cookies(source: object) -> str:
    """Key of the login that a source of cookies had when it was found dead."""
    return f"cookies dead: {source}"


def extra_held_until(site: str, extra: str) -> str:
    """Key of the time until which a site is not asked for an extra (Unix seconds)."""
    return f"extra held until: {site} {extra}"


def get(db: Database, key: str) -> str | None:
    """The value of a key, or ``None``."""
    value: str | None = db.value("SELECT value FROM facts WHERE key = ?", (key,))
    return value


def put(db: Database, key: str, value: str | None) -> None:
    """Set the value of a key; ``None`` forgets it."""
    with transaction(db):
        if value is None:
            db.execute("DELETE FROM facts WHERE key = ?", (key,))
        else:
            db.execute(
                "INSERT INTO facts (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )


def is_paused(db: Database) -> bool:
    """Whether the whole queue is paused."""
    return get(db, PAUSED) == "1"
