"""By which settings a channel's videos were judged, so that an edit is found that nobody saw being made."""

from __future__ import annotations

import json
from dataclasses import replace

from ytui.core.settings import Backlog, BacklogKind, Channel
from ytui.engine.channels.backlog import judge_again
from ytui.store import key_values
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow

_PLAIN = (
    "download",
    "members",
    "after",
    "before",
    "min_duration",
    "max_duration",
    "title",
    "not_title",
    "live",
    "record_live",
)


def judge_if_changed(
    db: Database, row: ChannelRow, is_now: Channel, before: Channel | None, now: float
) -> None:
    """Judge a channel's videos again if other settings judged them last, be it by an edit while nothing ran.

    ``before`` is what a caller knows of them where the store does not.
    """
    key, words = key_values.judged_by(row.id), _words(is_now)
    stored = key_values.get(db, key)
    if stored == words:
        return
    was = before if stored is None else replace(is_now, backlog=_backlog_in(stored))
    with transaction(db):
        if was is not None and (stored is not None or _words(was) != words):
            judge_again(db, row, was, is_now, now)
        key_values.put(db, key, words)


def _words(channel: Channel) -> str:
    values: dict[str, object] = {name: str(getattr(channel, name)) for name in _PLAIN}
    for name, value in (("backlog", channel.backlog), ("keep", channel.keep)):
        values[name] = [value.kind.value, value.count]
    return json.dumps(values)


def _backlog_in(words: str) -> Backlog:
    kind, count = json.loads(words)["backlog"]
    return Backlog(BacklogKind(kind), count)
