"""Tags of channels in the lists: the conditions of ``tag:``, and channels by their first tag."""

from __future__ import annotations

from ytui.store.database import Database
from ytui.store.lists.query import ListQuery

_FIRST = "coalesce(json_extract(t.tags, '$[0]'), '')"


def by_first_tag(db: Database, channels: ListQuery) -> list[tuple[str, int]]:
    """Return the first tags of these channels and how many have each; those without one ('') at the end."""
    records = channels.aggregated(db, f"{_FIRST} AS tag, count(*) AS n", _FIRST)
    return sorted(((record[0], record[1]) for record in records), key=lambda group: (not group[0], group[0]))


def of_first_tag(channels: ListQuery, tag: str) -> ListQuery:
    """Return the query of those of the channels whose first tag it is."""
    return channels.within(f"{_FIRST} = '{tag.replace(chr(39), chr(39) * 2)}'")
