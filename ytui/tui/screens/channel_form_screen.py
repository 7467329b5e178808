"""Channel form: adds or edits a channel, checked as it is typed, with a preview before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input

from ytui.config.channel import channel_of
from ytui.core.formatting import format_length, format_time
from ytui.core.pasted import AddressKind, addresses_in
from ytui.core.sanitize import clean
from ytui.core.settings import Channel
from ytui.core.urls import normalise_url
from ytui.engine.channels.preview import Preview
from ytui.tui.screens.form_screen import FormScreen
from ytui.tui.screens.paste_screen import PasteScreen
from ytui.tui.text import Glyphs, shorten
from ytui.tui.undo import Result
from ytui.tui.widgets.form_controls import AddressInput, ChannelFields, control_id
from ytui.tui.widgets.form_fields import (
    FIELDS,
    URL,
    FormActions,
    normal,
    same_list,
    typed_of,
    typed_of_new,
    unshown_values,
)

MOST_ENTRIES = 3
TITLE_CELLS = 38


def preview_content(preview: Preview, glyphs: Glyphs) -> Content:
    """A few lines; what is wrong where nothing was found."""
    if preview.problem:
        return Content.styled(f"{glyphs.state('warning')} {clean(preview.problem)}", "$warning")
    more = " and more" if preview.more else ""
    parts: list[str | tuple[str, str]] = [
        (clean(preview.name) or "a list", "bold"),
        (f"  {len(preview.entries)}{more} on its first page\n", "$dim"),
    ]
    for entry in preview.entries[:MOST_ENTRIES]:
        title = shorten(clean(entry.title) or clean(entry.video_id), TITLE_CELLS, glyphs.ellipsis)
        facts = "  ".join(
            word for word in (format_length(entry.duration), format_time(entry.published_at)[:10]) if word
        )
        parts += [f"{glyphs.dot} {title}", (f"  {facts}\n", "$dim")]
    return Content.assemble(*parts)


def verdict_content(url: str, extractor: str) -> Content:
    """What is thought of an address: how it is kept, and which extractor of yt-dlp takes it."""
    kept = f"kept as {clean(url)}"
    if not extractor:
        return Content.styled(f"{kept}, but no extractor of yt-dlp takes it", "$error")
    if extractor == "generic":
        words = "no extractor of its own: yt-dlp will look for videos on the page"
        return Content.styled(f"{kept}; {words}", "$warning")
    return Content.styled(f"{kept}, by {clean(extractor)}", "$success")


@dataclass(frozen=True)
class Found:
    """What a thread found out about the address ``url``."""

    url: str
    extractor: str | None = None
    preview: Preview | None = None
    known: str = ""


LOOK_AFTER = 0.3
"""Seconds of rest after which an address is held against yt-dlp's extractors."""
NEW = "enter: what it would bring; again: add it   ctrl+s: add at once   esc: leave"
OLD = "enter: what it would bring; again: save   ctrl+s: save at once   esc: leave"


class ChannelFormScreen(FormScreen):
    """Looks a channel up before it is saved, and says what it would bring."""

    def __init__(
        self,
        actions: FormActions,
        inherited: Channel,
        glyphs: Glyphs,
        channel: Channel | None = None,
        at: str = URL,
    ) -> None:
        """``channel``: the one to edit, None for a new one; ``inherited``: what it has from elsewhere.

        ``at``: the field that has the keyboard first.
        """
        first = typed_of_new(inherited) if channel is None else typed_of(channel)
        fields = ChannelFields(FIELDS, first, inherited, address=channel.url if channel else "")
        title = "Edit a channel" if channel else "Add a channel"
        super().__init__(title, fields, glyphs, OLD if channel else NEW)
        self._actions = actions
        self._old = channel
        self._at = at
        self._inherited = inherited
        self._timer: Timer | None = None
        self._is_address = False
        self._preview: Preview | None = None
        self._looking_at: Channel | None = None
        self._looked_at: Channel | None = None
        self._meant: Channel | None = None
        self._forecast_timer: Timer | None = None
        self._many = False
        """Whether the screen for many addresses was opened."""

    def on_mount(self) -> None:
        """The field that it was opened for."""
        self._fields.focus_at(self._at)
        self._check_address()

    def _channel(self, url: str) -> tuple[Channel | None, dict[str, str]]:
        """The channel as it would be saved, what has no field as it is; else what is wrong by key."""
        values = {**unshown_values(self._old), **self._fields.values()}
        return channel_of(url, values, self._old, self._inherited)

    # --- checked as it is typed

    def on_input_changed(self, event: Input.Changed) -> None:
        """Look at the address too, where that was changed; of the fields the form's own handler sees."""
        if event.input.id == control_id(URL):
            self._check_address()

    def on_address_input_many_pasted(self, event: AddressInput.ManyPasted) -> None:
        """More than one address: all of them are added, by a screen of their own."""
        event.stop()
        self._take_many(event.text)

    def _take_many(self, text: str) -> None:
        if self._actions.paste is not None and not self._many:
            self._many = True
            self.app.push_screen(PasteScreen(self._actions.paste, text), self._took_many)

    def _took_many(self, done: Result | None) -> None:
        self._many = False
        if done is not None:
            self.dismiss(done)
        elif len(addresses_in(self._fields.url)) > 1:
            self.query_one(AddressInput).value = ""

    def _check_address(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        text = self._fields.url
        named = addresses_in(text)
        if len(named) > 1:
            # Typed on and on, as a terminal without bracketed paste does it.
            self._take_many(text)
            return
        self._forget_preview(normal(text))
        check = self._fields.check
        self._fields.say({URL: ""})
        self._is_address = False
        if not text.strip():
            check.update(Content.styled("a channel, a playlist, or any list that yt-dlp knows", "$dim"))
            return
        try:
            url = normalise_url(text)
        except ValueError as error:
            check.update(Content.styled(clean(str(error)), "$error"))
            return
        self._is_address = True
        if named and named[0].kind is AddressKind.VIDEO and self._actions.paste is not None:
            check.update(Content.styled("a single video: it goes into the queue", "$success"))
            return
        check.update(Content.styled(f"kept as {clean(url)}", "$success"))
        self._timer = self.set_timer(LOOK_AFTER, partial(self._find_extractor, url))

    def _forget_preview(self, url: str) -> None:
        """What was seen at another address says nothing of this one."""
        if self._looked_at is not None and self._looked_at.url != url:
            self._looked_at = self._preview = None
            self._fields.preview.update("")
            self.show_forecast("")

    def _find_extractor(self, url: str) -> None:
        self.in_thread(partial(self._thought_of, url), self._show_found)

    def _thought_of(self, url: str) -> Found:
        known = self._actions.known(url)
        return Found(url, known=known) if known else Found(url, self._actions.extractor_of(url))

    def check_fields(self) -> None:
        """Say what is wrong, and what it would take as it is now."""
        channel, wrong = self._channel(self._fields.url or "https://a.invalid")
        self._fields.judge(wrong)
        if channel is not None and channel != self._meant:
            self._foretell_soon(channel)

    # --- a look at it

    def action_submit(self) -> None:
        """Show what it would bring; once that is shown, save."""
        channel, wrong = self._channel(self._fields.url)
        if channel is None:
            self.refuse(wrong)
        elif self._looked_at is not None and same_list(channel, self._looked_at):
            self.action_save()
        elif self._looking_at is None:
            self._looking_at = channel
            self._fields.preview.update(Content.styled("looking at it…", "$dim"))
            self.in_thread(partial(self._read_preview, channel), self._show_found)

    def _read_preview(self, channel: Channel) -> Found:
        # What is there already would bring nothing by being added.
        known = self._actions.known(channel.url)
        return Found(channel.url, preview=None if known else self._actions.preview(channel), known=known)

    def _show_found(self, found: Found | None) -> None:
        """Show that it is there already, the extractor, or what the list begins with."""
        if found is None:
            return
        channel = self._looking_at
        if channel is not None and channel.url == found.url and (found.known or found.preview is not None):
            self._looking_at = None
            self._fields.preview.update("")
        if normal(self._fields.url) != found.url:
            # Another address stands there by now.
            return
        if found.known:
            self._fields.check.update(Content.styled(found.known, "$warning"))
        elif found.preview is not None:
            self._looked_at = channel
            self._preview = found.preview
            self._fields.preview.update(preview_content(found.preview, self._glyphs))
            if self._looked_at is not None:
                self._foretell_soon(self._looked_at)
        elif found.extractor is not None:
            self._fields.check.update(verdict_content(found.url, found.extractor))

    def _foretell_soon(self, channel: Channel) -> None:
        """Say what it would take once the typing rests; of a channel that is as it was there is nothing."""
        self._meant = channel
        if self._forecast_timer is not None:
            self._forecast_timer.stop()
        if channel == self._old:
            self.show_forecast("")
            return
        self._forecast_timer = self.set_timer(LOOK_AFTER, partial(self._foretell, channel))

    def _foretell(self, channel: Channel) -> None:
        def show(words: str | None) -> None:
            if words is not None and channel == self._meant:
                self.show_forecast(words)

        self.in_thread(partial(self._actions.forecast, channel, self._preview), show)

    # --- saved

    def action_save(self) -> None:
        """Save, if all is well: of a new channel all that is said, of one that is there what was changed."""
        channel, wrong = self._channel(self._fields.url)
        if channel is None:
            self.refuse(wrong)
        else:
            values = self._fields.changes() if self._old else self._fields.values()
            self.save_in_thread(partial(self._actions.save, channel.url, values))

    def refuse(self, wrong: Mapping[str, str]) -> None:
        """What is no address is said below the line as it is typed: once is enough."""
        said = bool(self._fields.url.strip()) and not self._is_address
        super().refuse({**wrong, URL: ""} if said else wrong)
