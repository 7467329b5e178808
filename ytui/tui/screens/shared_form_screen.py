"""Shared form: the settings that several channels, or all that inherit them, have together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ytui.config.channel import channel_of
from ytui.core.settings import Channel
from ytui.tui.screens.form_screen import FormScreen
from ytui.tui.text import Glyphs
from ytui.tui.undo import Result
from ytui.tui.widgets.form_controls import ChannelFields
from ytui.tui.widgets.form_fields import Field, Typed

KEYS = "enter, ctrl+s: save what you changed   delete: inherit it   esc: leave"
NO_ADDRESS = "https://a.invalid"


class SharedFormScreen(FormScreen):
    """Writes what was changed, and nothing else."""

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        first: Mapping[str, Typed],
        inherited: Channel,
        save: Callable[[Mapping[str, object]], Result],
        glyphs: Glyphs,
    ) -> None:
        """``first`` is what stands in the fields; ``save`` is run in a thread, with what was changed."""
        super().__init__(title, ChannelFields(fields, first, inherited), glyphs, KEYS)
        self._inherited = inherited
        self._first_field = fields[0].key
        self._save = save

    def on_mount(self) -> None:
        """The first field."""
        self._fields.focus_at(self._first_field)

    def check_fields(self) -> None:
        """Say of what was changed whether it can be; what else there is was looked at when it was read."""
        self._fields.judge(self._wrong())

    def _wrong(self) -> dict[str, str]:
        return channel_of(NO_ADDRESS, self._fields.changes(), inherited=self._inherited)[1]

    def action_save(self) -> None:
        """Save what was changed, if it can be."""
        wrong = self._wrong()
        if wrong:
            self.refuse(wrong)
        else:
            changes = self._fields.changes()
            self.save_in_thread(lambda: self._save(changes))
