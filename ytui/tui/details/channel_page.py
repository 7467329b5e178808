"""Page of a channel: where it stands, its folder and size, what it lists, and the settings in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ytui.config import channel_values
from ytui.config.codec import written
from ytui.core.channel_address import has_moved
from ytui.core.declarations import keys_of
from ytui.core.formatting import format_duration, format_size, format_time, plural
from ytui.core.models import VideoState
from ytui.core.sanitize import clean
from ytui.core.settings import Channel as ChannelSettings
from ytui.core.settings import Settings
from ytui.store import channels, jobs, plan, tabs, videos
from ytui.store.database import Store
from ytui.store.rows import Channel, TabRow
from ytui.tui.details.sections import (
    DetailsPage,
    Fact,
    Facts,
    ItemDetails,
    Part,
    Section,
    details_of,
    plan_facts,
)
from ytui.tui.lists.columns import STATE_TONES
from ytui.tui.lists.rows import Tone


@dataclass(frozen=True)
class ChannelPage:
    """Reads the page of one channel, in any thread."""

    store: Store
    key: int
    settings: Callable[[], Settings]

    def page(self) -> DetailsPage:
        """The page as the screen takes it."""
        return DetailsPage(
            self.facts,
            (
                Part("Plan", self._fetch_trouble),
                Part("Library", self._library),
                Part("Videos", self._held, "none: not fetched yet"),
                Part("Listings", self._listings, "none: not fetched yet"),
                Part("Settings", self._in_force, "it is not in the configuration any more"),
            ),
        )

    def facts(self) -> ItemDetails | None:
        """Where it stands; None if there is no such channel."""
        channel = self._channel()
        if channel is None:
            return None
        return details_of(clean(channel.name), [Section("Channel", channel_facts(channel))])

    def _channel(self) -> Channel | None:
        return channels.by_id(self.store.db, self.key)

    def _fetch_trouble(self) -> Facts:
        """What is wrong with its own listings."""
        db = self.store.db
        items = plan.of_fetches(db, self.key)
        return [fact for item in items for fact in plan_facts(item, jobs.by_id(db, item.job_id))]

    def _library(self) -> Facts:
        return library_facts(self.store, self.key, self.settings())

    def _held(self) -> Facts:
        counts = videos.counts(self.store.db, self.key).items()
        own = [
            Fact(state.value, str(number), STATE_TONES.get(state, Tone.DIM))
            for state, number in counts
            if number
        ]
        others = videos.owners_of_listed(self.store.db, self.key)
        return own + [
            Fact("also listed", f"{number}, whose files lie under {clean(name)}") for name, number in others
        ]

    def _listings(self) -> Facts:
        return [Fact(clean(tab.tab), listing_words(tab)) for tab in tabs.tabs_of(self.store.db, self.key)]

    def _in_force(self) -> Facts:
        channel = self._channel()
        found = self.settings().by_url.get(channel.url) if channel is not None else None
        return settings_facts(found) if found is not None else ()


def listing_words(tab: TabRow) -> str:
    """How far one listing of a channel is: what the channel does not have is not waited for."""
    if tab.empty_until is not None:
        return f"there is no such tab; asked again from {format_time(tab.empty_until)[:10]} on"
    return "listed to its end" if tab.complete else "not yet listed to its end"


def channel_facts(channel: Channel) -> tuple[Fact, ...]:
    """Where a channel stands."""
    state = "paused" if channel.paused else str(channel.state)
    return (
        Fact("state", state, STATE_TONES.get(state, Tone.DIM)),
        Fact("error", clean(channel.error), Tone.BAD),
        Fact("url", clean(channel.url)),
        Fact("handle", clean(channel.handle or "") if has_moved(channel.url, channel.handle) else ""),
        Fact("last fetched", format_time(channel.last_fetched) or "never"),
        Fact("next fetch", format_time(channel.next_fetch)),
        Fact("every", format_duration(channel.every)),
    )


def library_facts(store: Store, channel: int, settings: Settings) -> tuple[Fact, ...]:
    """How much of a channel is in the library, and in which folder of it."""
    number = videos.counts(store.db, channel)[VideoState.DOWNLOADED]
    folder = videos.folder_of(store.db, channel)
    held = f"{format_size(channels.size_of(store.db, channel))} in {plural(number, 'video')}"
    return (
        Fact("size", held if number else "nothing is there yet"),
        Fact("folder", clean(str(settings.library.path / folder)) if folder else ""),
    )


def settings_facts(channel: ChannelSettings) -> tuple[Fact, ...]:
    """What is set for a channel; of what is as it is by itself only what the form asks for."""
    changed = channel_values(channel)
    return tuple(
        Fact(name.replace("_", " "), clean(_words(value)), Tone.PLAIN if name in changed else Tone.DIM)
        for name, key in keys_of(ChannelSettings).items()
        if name != "url" and (name in changed or key.form is not None)
        if (value := written(key, getattr(channel, name))) is not None
    )


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(entry) for entry in value) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
