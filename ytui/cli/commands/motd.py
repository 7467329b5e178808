"""``ytui status --motd``: a line or two for a login shell, in the time that nobody notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ytui.cli.output import emit, say
from ytui.core.formatting import iso_time

if TYPE_CHECKING:
    from ytui.engine.ownership.absence_summary import AbsenceSummary
    from ytui.paths import Places


def motd(places: Places, *, as_json: bool) -> None:
    """Say what came since the application was last closed and what needs the user; nothing if nothing did.

    Reads no configuration, and stays silent without a database of this version: a login is no place for
    complaints, ``ytui status`` and ``ytui doctor`` have them.
    """
    from ytui.store.database import Store
    from ytui.store.open_database import StoreError

    away, waiting = None, 0
    if places.database.exists():
        from ytui.engine.ownership.absence_summary import read_absence
        from ytui.engine.ownership.lock import is_locked
        from ytui.store.plan import needs_user_count

        try:
            store = Store.open(places.database, migrate=False)
        except StoreError:
            store = None
        if store is not None:
            away = read_absence(store.db, free=not is_locked(places))
            waiting = needs_user_count(store.db)
            store.close_all()
    if as_json:
        emit(_object(away, waiting))
        return
    for line in _lines(away, waiting):
        say(line)


def _object(away: AbsenceSummary | None, waiting: int) -> dict[str, object]:
    return {
        "since": iso_time(away.since) if away else None,
        "downloaded": away.downloaded if away else 0,
        "bytes": away.size if away else 0,
        "healed": away.healed if away else 0,
        "closed": [
            {"site": row.site, "at": iso_time(row.at), "reason": row.reason}
            for row in (away.closed if away else ())
        ],
        "needs_you": waiting,
    }


def _lines(away: AbsenceSummary | None, waiting: int) -> list[str]:
    from ytui.core.formatting import format_size, format_time, plural
    from ytui.core.sanitize import clean

    lines = []
    if away is not None and away.anything:
        parts = []
        if away.downloaded:
            parts.append(f"{plural(away.downloaded, 'video')} ({format_size(away.size)}) arrived")
        if away.healed:
            parts.append(f"{plural(away.healed, 'failure')} healed by themselves")
        if away.closed:
            sites = sorted({row.site for row in away.closed})
            parts.append(f"{clean(', '.join(sites))} pushed back, last at {format_time(away.closed[-1].at)}")
        lines.append(f"ytui: since {format_time(away.since)} {', '.join(parts)}")
    if waiting:
        lines.append(
            f"ytui: {plural(waiting, 'thing needs', 'things need')} you: ytui plan list --state open"
        )
    return lines
