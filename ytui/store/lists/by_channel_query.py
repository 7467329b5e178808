"""List query by channel: its rows are read a channel at a time where a person sorts by the channel's name."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ytui.store.database import Database
from ytui.store.lists.conditions import CHANNEL_ORDER
from ytui.store.lists.query import ListQuery, Record, stamp

NONE = 0
"""Stands in ``of_each`` for the channel of rows that have none; they come before all others."""


@dataclass(frozen=True)
class ByChannelQuery(ListQuery):
    """List query whose rows are found by their channel along an index.

    To put a million rows in the order of a thousand names takes as long as looking up a million names; this
    puts the names in order, and then knows by the channels' numbers of rows where a page lies. A filter
    leaves too few rows for that, and is sorted as by any other column.
    """

    of_each: str = ""
    """Selects each channel (``NONE`` for none) and its number of rows."""

    def page(self, db: Database, offset: int, limit: int) -> list[Record]:
        """Return up to ``limit`` rows, the first at ``offset``."""
        if not self._a_channel_at_a_time:
            return super().page(db, offset, limit)
        rows: list[Record] = []
        for channel, count in self._channels(db):
            if offset < count and limit > len(rows):
                rows += self._of(channel, count).page(db, offset, limit - len(rows))
            offset = max(0, offset - count)
        return rows

    def position(self, db: Database, key: int) -> int | None:
        """Return the offset of a row; None if it is not (any more) among them."""
        if not self._a_channel_at_a_time:
            return super().position(db, key)
        record = db.one(f"SELECT coalesce(channel_id, {NONE}) FROM {self.table} WHERE id = ?", [key])
        before = 0
        for channel, count in self._channels(db) if record is not None else ():
            if channel == record[0]:
                place = self._of(channel, count).position(db, key)
                return None if place is None else before + place
            before += count
        return None

    @property
    def _a_channel_at_a_time(self) -> bool:
        by_channel = self.sort is not None and self.sorts[self.sort] == CHANNEL_ORDER
        return by_channel and not self.wanted

    def _channels(self, db: Database) -> list[tuple[int, int]]:
        """Each channel that has rows and how many, in order; counted anew once somebody has written."""
        now = stamp(db)
        at, known = self._counted.get("channels", (None, []))
        if at != now:
            names = db.all("SELECT id FROM channels ORDER BY name COLLATE NOCASE, id")
            counts = {record[0]: record[1] for record in db.all(self.of_each)}
            order = [NONE, *(record[0] for record in names)]
            known = [(channel, counts[channel]) for channel in order if counts.get(channel)]
            known = known[::-1] if self.descending else known
            self._counted["channels"] = now, known
        return list(known)

    def _of(self, channel: int, count: int) -> ListQuery:
        """Return one channel's rows."""
        which = "t.channel_id IS NULL" if channel == NONE else f"t.channel_id = {channel}"
        return replace(self, order=("t.id",), groups=(which,), kept=(str(count),), sort=None, _counted={})
