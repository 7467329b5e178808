"""Groups of the list of channels: each under the first of its tags, those without one at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ytui.core.sanitize import clean
from ytui.store.database import Database
from ytui.store.lists import channel_tags
from ytui.tui.lists.grouped_list import GroupedSource, RowGroup, heading_key
from ytui.tui.lists.rows import Cell, ListSource, Row, Tone
from ytui.tui.text import Glyphs

WITHOUT = "without a tag"


@dataclass(frozen=True)
class TagGroup:
    """The channels whose first tag it is; none for those that have no tag."""

    tag: str
    count: int
    source: ListSource

    @property
    def key(self) -> int:
        """The heading's key."""
        return heading_key(f"tag {self.tag}")


class TagSource(GroupedSource):
    """Channels under their tags, by name."""

    def find_groups(self, db: Database) -> Sequence[RowGroup]:
        """Return the groups, by tag."""
        return [
            TagGroup(tag, count, self.plain(channel_tags.of_first_tag(self.query, tag)))
            for tag, count in channel_tags.by_first_tag(db, self.query)
        ]

    def heading(self, group: TagGroup) -> Row:
        """Return the tag and how many there are."""
        cells = (
            Cell(f"{self.fold_sign(group)} {clean(group.tag) or WITHOUT}", Tone.STRONG),
            Cell(str(group.count), Tone.DIM),
        )
        return Row(group.key, cells, heading=True)


def by_tag(source: ListSource, glyphs: Glyphs) -> TagSource:
    """Return the same channels in groups."""
    return TagSource(source.kind, source.columns, source.query, source.make_row, glyphs)
