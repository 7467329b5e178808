"""Jump actions: opens the jump, and does what was chosen there once it is gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ytui.config.keys_in_force import KeyInForce, keys_in_force
from ytui.core.sanitize import clean
from ytui.docs import page
from ytui.tui.actions.channel_actions import ChannelForms
from ytui.tui.actions.palette import action_results, theme_results
from ytui.tui.context import AppContext
from ytui.tui.lists.jump_results import JumpFinder, JumpKind, JumpResult
from ytui.tui.lists.rows import Cell, RowKind, Target, Tone
from ytui.tui.screens.help_screen import PageScreen
from ytui.tui.screens.jump_screen import JumpScreen, Run
from ytui.tui.text import ASCII


def open_jump(context: AppContext) -> None:
    """Open it; the same key again closes it."""
    shown = context.navigator.page
    if isinstance(shown, JumpScreen):
        shown.dismiss(None)
        return
    target = context.navigator.channel_target(single=True)
    fixed = [*action_results(context), *_setting_results(context, target), *theme_results(context)]
    finder = JumpFinder(fixed, context.glyphs, context.clock)
    screen = JumpScreen(finder, context.store, context.glyphs, context.remapped)

    def chosen(run: Run | None) -> None:
        if run is not None:
            context.app.call_later(run)

    context.app.push_screen(screen, chosen)


def _setting_results(context: AppContext, target: Target | None) -> Iterator[JumpResult]:
    """Every key of the configuration; of a channel's, the form is that of the channel under the cursor."""
    channel = (
        target.keys[0] if target is not None and target.kind is RowKind.CHANNEL and target.keys else None
    )
    for key in keys_in_force(context.host.settings):
        run = partial(_show_setting, context, key, channel)
        value = Cell(clean(key.value), Tone.DIM)
        yield JumpResult(JumpKind.SETTING, clean(key.path), value, clean(key.words), run=run)


def _show_setting(context: AppContext, key: KeyInForce, channel: int | None) -> None:
    """Open the form at the field of a channel's key; else show what the manual says of the key."""
    if key.in_form and channel is not None:
        ChannelForms(context).edit(channel, at=key.name)
    else:
        manual = PageScreen(page("config"), ascii_only=context.glyphs is ASCII, at=(key.table, key.name))
        context.app.push_screen(manual)
