"""What keys do. Brought in after the first frame, since it is half of all there is to load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from ytui.tui.actions.asking import Asking
from ytui.tui.actions.closer import Closer
from ytui.tui.actions.commands import COMMANDS
from ytui.tui.actions.deeds import screen_deeds
from ytui.tui.keys import BY_NAME, MOVES, View, elsewhere
from ytui.tui.surroundings import Surroundings


class Hands:
    """Does an action of the key table by its name; ``app_deeds`` are those of the application itself."""

    def __init__(
        self, here: Surroundings, app_deeds: Mapping[str, Callable[[], Awaitable[None] | None]]
    ) -> None:
        self._here = here
        self._closer = Closer(here)
        self.deeds = {**screen_deeds(here, self._closer, Asking(here)), **app_deeds}
        self.show_log: Callable[[int | None], None] = self._closer.show_log

    async def do(self, name: str) -> None:
        """Do it; what takes long begins in a thread."""
        app = self._here.app
        if words := elsewhere(BY_NAME[name], app.dashboard_pane):
            app.tell(words)
        elif name in COMMANDS:
            if app.page is not None:
                self._here.runner.run(name, app.page.target())
        elif name in MOVES:
            if app.page is not None:
                mover = app.page.mover
                mover.move_by(MOVES[name](mover.page_rows()))
        elif name.startswith("show_"):
            await app.show_view(View(name.removeprefix("show_")))
        else:
            done = self.deeds[name]()
            if done is not None:
                await done
