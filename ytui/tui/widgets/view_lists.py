"""Lists of the views: each made when it is first asked for, of all channels or of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ytui.core.settings import Settings
from ytui.store.database import Store
from ytui.tui.details.sections import RowDetail
from ytui.tui.keys import View
from ytui.tui.lists import columns
from ytui.tui.lists.rows import ListSource
from ytui.tui.text import Glyphs
from ytui.tui.widgets.detail_pane import DetailPane
from ytui.tui.widgets.list_pane import ListPane
from ytui.tui.widgets.log_pane import LogPane


@dataclass(frozen=True)
class ViewLists:
    """Makes the lists; ``logs`` is the folder of the jobs' own logs."""

    store: Store
    glyphs: Glyphs
    remapped: Mapping[str, str]
    settings: Callable[[], Settings]
    clock: Callable[[], float]
    logs: Path

    def make(self, view: View, channel: int | None = None) -> ListPane:
        """Make the list of a view, or a channel's part of it, and let it know the named filters."""
        pane = self._list_of(view, channel)
        pane.name_filters(self.named_filters)
        return pane

    def named_filters(self) -> Mapping[str, str]:
        """Return the filters that have names."""
        return self.settings().filters

    def _list_of(self, view: View, channel: int | None) -> ListPane:
        id = f"view-{view.value}" if channel is None else None
        if view is View.PLAN:
            from ytui.tui.widgets.plan_pane import PlanPane

            return PlanPane(self.store, self.glyphs, self.details(), self.clock, channel=channel, id=id)
        if view is View.LOG:
            return LogPane(self.store, self.glyphs, self.clock, self.details(), channel=channel, id=id)
        if view is View.TRASH:
            return self._trash(id)
        source, hint = {
            View.VIDEOS: (
                columns.videos(self.glyphs),
                "fetch a channel with u, or add one with o on the dashboard",
            ),
            View.JOBS: (
                columns.jobs(self.glyphs, self.settings, self.clock),
                "a fetch (u) or a download (d) makes one",
            ),
        }[view]
        chosen = self.settings().screen.columns
        return ListPane(
            view.value.capitalize(),
            source if channel is None else source.of_channel(channel),
            self.store,
            self.glyphs,
            empty="none yet",
            hints=("", hint),
            columns=chosen.videos if view is View.VIDEOS else chosen.jobs,
            details=self.details(),
            id=id,
        )

    def _trash(self, id: str | None) -> ListPane:
        from ytui.tui.lists.trash_list import trash

        return ListPane(
            "Trash",
            trash(self.glyphs, lambda: self.settings().library.trash),
            self.store,
            self.glyphs,
            empty="empty",
            hints=("", "what is deleted, or let go by keep, lies here for a while"),
            details=self.details(),
            id=id,
        )

    def details(self) -> DetailPane:
        """Make what shows the details of a list's row."""
        return DetailPane(self._read_details, self.glyphs, self.remapped)

    def _read_details(self, source: ListSource, key: int) -> RowDetail | None:
        """Read what is known of a row, in a thread."""
        # Imported here: it has much that the first frame does not need.
        from ytui.tui.details.row_details import RowDetails

        return RowDetails(self.store, self.logs, self.settings, self.clock).read(source, key)
