"""Import of channels: told from those that are known, and written in one save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from ytui import config
from ytui.core.fetch_schedule import first_fetches
from ytui.core.settings import Settings
from ytui.engine.commands.channel_commands import (
    backlog_to_write,
    change_config_and_store,
    none_of,
    sync_channels,
)
from ytui.engine.importing.channel_addresses import ChannelIndex
from ytui.engine.importing.model import FoundChannel, FoundVideo
from ytui.paths import Places
from ytui.store import channels
from ytui.store.database import Database, transaction


class NewChannels:
    """Tells new channels from known ones, over all files of an import, and writes the new ones."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._subscribed, self._formerly = _rosters(db, settings)
        self._names = {channel.name.casefold() for channel in settings.channels if channel.name}
        self._backlog = backlog_to_write(settings)
        self._values: list[dict[str, object]] = []

    def among(self, found: Sequence[FoundChannel]) -> list[dict[str, object]]:
        """Tables of ``[[channels]]`` for those that are new; one subscribed to before keeps its address."""
        fresh = []
        for channel in found:
            if self._subscribed.find([channel.url], channel.channel_id):
                continue
            url = self._formerly.find([channel.url], channel.channel_id) or channel.url
            self._subscribed.add(url, channel.channel_id, also=[channel.url])
            fresh.append(self._table(channel, url))
        self._values += fresh
        return fresh

    def write(self, places: Places, now: float) -> None:
        """Write all of them to the configuration in one save and take them into the store.

        They are fetched as channels that are due, a few at once and the others in their turn. Raises
        ``ConfigError`` or ``OSError``, having changed nothing, if the file cannot be changed.
        """

        def subscribe() -> None:
            sync_channels(self._db, config.load(places.config_file).settings, now, goes=none_of)
            self._begin_one_after_the_other(now)

        if self._values:
            write = partial(config.add_channels, places.config_file, self._values)
            change_config_and_store(self._db, places, write, subscribe)

    def _begin_one_after_the_other(self, now: float) -> None:
        with transaction(self._db):
            for value, after in zip(self._values, first_fetches(len(self._values)), strict=True):
                row = channels.by_url(self._db, str(value["url"]))
                if row is not None and after:
                    channels.set_next_fetch(self._db, row.id, now + after)

    def _table(self, channel: FoundChannel, url: str) -> dict[str, object]:
        values = {**self._backlog, **channel.values, "url": url}
        name = str(values.get("name", "")).casefold()
        # A name must be the only one of its kind; without it the channel's own is taken once it is fetched.
        if name in self._names:
            values.pop("name", None)
        self._names.add(name)
        return values


def all_channels(db: Database) -> ChannelIndex:
    """Every channel of the store, subscribed to or not."""
    channel_index = ChannelIndex()
    for row in channels.all_channels(db, subscribed_only=False):
        channel_index.add(row.url, row.channel_id)
    return channel_index


def unknown_channels(db: Database, videos: Iterable[FoundVideo]) -> dict[str, str]:
    """The channels of these videos that nobody is subscribed to: the name by the address."""
    known_of = [video for video in videos if video.channel_urls]
    subscribed = ChannelIndex()
    for row in channels.subscribed(db) if known_of else ():
        subscribed.add(row.url, row.channel_id)
    found: dict[str, str] = {}
    for video in known_of:
        if not subscribed.find(video.channel_urls, video.channel_id):
            found.setdefault(video.channel_urls[0], video.channel_name)
    return found


def _rosters(db: Database, settings: Settings) -> tuple[ChannelIndex, ChannelIndex]:
    wanted = {channel.url for channel in settings.channels}
    subscribed, formerly = ChannelIndex(), ChannelIndex()
    for channel in settings.channels:
        subscribed.add(channel.url)
    for row in channels.all_channels(db, subscribed_only=False):
        # The configuration decides: beside a holder its latest edit may not have reached the rows yet.
        (subscribed if row.url in wanted else formerly).add(row.url, row.channel_id)
    return subscribed, formerly
