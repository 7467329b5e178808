"""Navigation: the page that keys act on, what they mean there, and the way to another view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.app import App

from ytui.tui.keys import Pane, View
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.screens.main_screen import MainScreen

if TYPE_CHECKING:
    from ytui.tui.screens.details_screen import DetailsScreen
    from ytui.tui.screens.job_log_screen import JobLogScreen
    from ytui.tui.screens.jump_screen import JumpScreen
    from ytui.tui.screens.search_screen import SearchScreen

    Page = MainScreen | DetailsScreen | JobLogScreen | JumpScreen | SearchScreen


class Navigator:
    """Knows which of the screens is a page; questions and forms are none."""

    def __init__(self, app: App[Any], main: MainScreen) -> None:
        self._app = app
        self._main = main

    @property
    def page(self) -> Page | None:
        """The screen that keys act on; None under a question or a form."""
        screen = self._app.screen
        return cast("Page", screen) if isinstance(getattr(screen, "view", None), View) else None

    @property
    def view(self) -> View | None:
        """What is on the screen as far as keys are concerned."""
        return self.page.view if self.page else None

    @property
    def dashboard_pane(self) -> Pane | None:
        """The pane of the dashboard that has the keyboard; None on any other page."""
        return self._main.dashboard_pane if self.page is self._main else None

    def target(self, *, single: bool = False) -> Target | None:
        """Return what a key acts on; ``single``: the row under the cursor, whatever is marked."""
        return self.page.target(single=single) if self.page else None

    @property
    def channel(self) -> int | None:
        """The channel whose lists are on the screen."""
        return self._main.channel if self.page is self._main else None

    def channel_target(self, *, single: bool = False) -> Target | None:
        """Return the channel whose lists are on the screen; elsewhere what any key acts on."""
        channel = self.channel
        return self.target(single=single) if channel is None else Target(RowKind.CHANNEL, (channel,))

    async def show_view(self, view: View) -> None:
        """Go to a view of the main screen, from wherever keys act."""
        await self._to_main()
        await self._main.show_view(view)

    async def open_channel(self, channel: int) -> None:
        """Go to a channel's lists, from wherever keys act; ``esc`` goes back to the view that was left."""
        await self._to_main()
        await self._main.open_channel(channel)

    async def _to_main(self) -> None:
        while self.page is not None and self.page is not self._main:
            await self._app.pop_screen()
