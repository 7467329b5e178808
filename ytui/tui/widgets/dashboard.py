"""Dashboard, the first view: channels, workers and the end of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from ytui.core.models import JobState
from ytui.engine.live_status import StatusSnapshot
from ytui.store.database import Store
from ytui.tui.keys import Pane
from ytui.tui.lists import columns
from ytui.tui.lists.acting import Here
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.text import Glyphs
from ytui.tui.widgets.detail_pane import DetailPane
from ytui.tui.widgets.list_pane import ListPane, PaneTitle
from ytui.tui.widgets.row_list import RowList
from ytui.tui.widgets.workers_pane import WorkersPane

FIRST_RUN = (
    "",
    "o  adds a channel by its address",
    "`ytui import FILE` takes yours",
    "?  shows every key",
    "`ytui demo` is a sample site",
)
"""What an empty library says to do."""
LEAST_LOG, LEAST_LOG_TALL = 6, 11
LEAST_UPPER = 8
"""Lines that the log, and the panes above it, have at least; the log's are more from ``TALL`` lines on."""
TALL = 28


class Dashboard(Vertical):
    """Three panes, or one of them where there is room for one; ``tab`` goes from one to the next."""

    # Its widgets cover all of it.
    BLANK = True

    def __init__(
        self,
        store: Store,
        glyphs: Glyphs,
        clock: Callable[[], float],
        chosen: Sequence[str] | None,
        details: DetailPane,
        *,
        id: str | None = None,
    ) -> None:
        """``chosen``: the columns of the channels that a person chose; ``details``: those of a channel."""
        super().__init__(id=id)
        self.channels = ListPane(
            "Channels",
            columns.channels(glyphs),
            store,
            glyphs,
            empty="none yet: o adds one",
            names=False,
            hints=FIRST_RUN,
            columns=chosen,
            details=details,
            id="channels",
        )
        self.log_pane = ListPane(
            "Log",
            columns.log(glyphs, clock),
            store,
            glyphs,
            empty="nothing yet",
            names=False,
            follow=True,
            note=False,
            id="log-tail",
        )
        self.workers_pane = WorkersPane(glyphs)
        self._upper, self._workers = Horizontal(id="upper"), Vertical(id="workers")
        self._workers_title = PaneTitle("Workers", glyphs)
        self._glyphs = glyphs
        self._counts = (0, 0)
        self._single = self._low = False
        self._here = Pane.CHANNELS
        """The pane that is shown where there is room for one."""

    def compose(self) -> ComposeResult:
        """Channels on the left, workers on the right, the log below."""
        with self._upper:
            yield self.channels
            with self._workers:
                yield self._workers_title
                yield self.workers_pane
        yield self.log_pane

    @property
    def panes(self) -> list[ListPane]:
        """The lists of this view."""
        return [self.channels, self.log_pane]

    @property
    def pane(self) -> ListPane:
        """The list that has the keyboard, else the channels."""
        return self.log_pane if self.log_pane.has_focus_within else self.channels

    @property
    def pane_here(self) -> Pane:
        """Which pane has the keyboard, else the channels."""
        if self.workers_pane.has_focus:
            return Pane.WORKERS
        return Pane.LOG if self.log_pane.has_focus_within else Pane.CHANNELS

    @property
    def mover(self) -> RowList | WorkersPane:
        """What the keys for moving move."""
        return self.workers_pane if self.workers_pane.has_focus else self.pane.rows

    def target(self, *, single: bool = False) -> Target:
        """Return what a key acts on: channels, a log line's job, or the job of a worker."""
        if self.workers_pane.has_focus:
            job = self.workers_pane.job
            return Target(RowKind.JOB, (job,) if job is not None else ())
        return self.pane.target(single=single)

    def here(self, around: frozenset[str]) -> Here:
        """Return what keys are about: the row under the cursor, or the job of a worker."""
        if self.workers_pane.has_focus:
            running = None if self.workers_pane.job is None else frozenset({JobState.RUNNING})
            return Here(RowKind.JOB, running, around=around)
        return self.pane.here(around)

    def show(self, snapshot: StatusSnapshot) -> None:
        """Show what the workers do; while this view is hidden that is only remembered."""
        self.workers_pane.take(snapshot.slots, snapshot.taken_at)
        self._counts = (len(snapshot.slots), snapshot.queue.running)
        if self.display:
            self.show_workers()

    def show_workers(self) -> None:
        """Show what was last known of the workers."""
        self.workers_pane.show()
        self._share_lines()
        self._show_workers_title()

    def on_workers_pane_changed(self, event: WorkersPane.Changed) -> None:
        """Say how many workers there is no room for; the footer hears of it too."""
        self._show_workers_title()

    def _show_workers_title(self) -> None:
        workers, running = self._counts
        words = ["Worker" if workers == 1 else "Workers"]
        words += [str(workers)] if running != workers else []
        words += [f"{running} running"] if running else []
        words += [f"{self.workers_pane.hidden} hidden"] if self.workers_pane.hidden else []
        self._workers_title.show(f" {self._glyphs.dot} ".join(words))

    def on_resize(self, event: events.Resize) -> None:
        """Share the lines of another size."""
        self._share_lines()

    def _share_lines(self) -> None:
        """Give the channels and workers the lines they need, and what is left to the log."""
        if not self.is_attached:
            # A last look, while the application ends.
            return
        if self._single:
            self.log_pane.styles.height = "1fr"
            return
        height = self.outer_size.height
        least = LEAST_LOG if height < TALL else LEAST_LOG_TALL
        if not self.screen.has_class("narrow"):
            workers = 1 + self.workers_pane.lines_wanted(height - least - 1)
            least = max(least, height - max(LEAST_UPPER, workers, self.channels.lines_wanted))
        self.log_pane.styles.height = least

    def fit_panes(self, *, single: bool, low: bool) -> None:
        """Show one pane alone, or all; with few lines without the log."""
        if (single, low) != (self._single, self._low):
            self._single, self._low = single, low
            self._here = self.pane_here
            self._show_panes()

    def _show_panes(self) -> None:
        single, here = self._single, self._here
        self.channels.display = not single or here is Pane.CHANNELS
        self._workers.display = not single or here is Pane.WORKERS
        self._upper.display = not single or here is not Pane.LOG
        self.log_pane.display = here is Pane.LOG if single else not self._low

    def focus_first(self) -> None:
        """Give the keyboard to the channels."""
        self._focus(Pane.CHANNELS)

    def focus_next(self) -> bool:
        """Give the keyboard to the next pane that is shown, or can be; False if this was the last."""
        panes = list(Pane)
        for pane in panes[panes.index(self.pane_here) + 1 :]:
            if self._single or self._stop(pane).region.height > 0:
                self._focus(pane)
                return True
        return False

    def _stop(self, pane: Pane) -> RowList | WorkersPane:
        if pane is Pane.WORKERS:
            return self.workers_pane
        return self.log_pane.rows if pane is Pane.LOG else self.channels.rows

    def _focus(self, pane: Pane) -> None:
        self._here = pane
        # First the one that is hidden: what is not displayed takes no keyboard.
        self._show_panes()
        self._stop(pane).focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Light the workers' title while they have the keyboard."""
        self._workers_title.light(event.widget is self.workers_pane)
