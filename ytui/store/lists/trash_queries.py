"""List query of the trash."""

from __future__ import annotations

from ytui.store.lists.query import ListQuery
from ytui.store.trash import TrashReason

_OF_VIDEO = "(SELECT v.{} FROM videos v WHERE v.id = t.video_id)"
_CHANNEL = "(SELECT c.name FROM videos v JOIN channels c ON c.id = v.channel_id WHERE v.id = t.video_id)"


def trash() -> ListQuery:
    """Return the query of what is in the trash or on its way, the newest first.

    Beside their own columns: ``title``, ``url`` and ``channel_name``.
    """
    return ListQuery(
        table="trash",
        joined="",
        select=f"t.*, {_OF_VIDEO.format('title')} AS title, {_OF_VIDEO.format('url')} AS url, "
        f"{_CHANNEL} AS channel_name",
        searched=(_OF_VIDEO.format("title"), _CHANNEL, "t.reason", "t.path"),
        sorts={
            "title": f"{_OF_VIDEO.format('title')} COLLATE NOCASE",
            "size": "t.bytes",
            "reason": "t.reason",
            "channel": f"{_CHANNEL} COLLATE NOCASE",
            "at": "t.at",
        },
        words={"channel": _CHANNEL, "why": "t.reason"},
        values={"why": tuple(TrashReason)},
        dated="t.at",
        order=("t.at", "t.id"),
        descending=True,
        groups=("t.state <> 'refused'",),
    )
