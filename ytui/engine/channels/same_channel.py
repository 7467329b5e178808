"""Identity of channels: which entry of the configuration is which row; two rows of one channel made one."""

from __future__ import annotations

from ytui.core.channel_address import CHANNEL_ID, address_of_handle, channel_key, identity_keys, is_channel
from ytui.core.failures.classifier import Evidence
from ytui.core.formatting import plural
from ytui.core.protocol import ListingPage
from ytui.core.settings import Channel, KeepKind, Settings
from ytui.core.sites import site_of
from ytui.engine.channels.channel_settings import is_provisional, settings_of, usual_name
from ytui.store import channel_identity, channels, journal, key_values
from ytui.store.database import Database, transaction
from ytui.store.rows import Channel as ChannelRow


class KnownChannels:
    """Tells whether an address is that of a channel which is there already, however it is spelled."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._db = db
        self._names: dict[str, str] = {}
        self._urls = {channel.url for channel in settings.channels}
        for channel in settings.channels:
            # Beside a holder its latest edit may not have reached the rows yet.
            self.add(channel.url, channel.name or usual_name(channel.url))

    def add(self, url: str, name: str) -> None:
        """Know one more address of the configuration."""
        self._names.setdefault(channel_key(url), name)

    def name_of(self, url: str) -> str | None:
        """What the channel of this address is called; None for one that is not in the configuration."""
        row = channels.by_url(self._db, url)
        if row is not None and (row.subscribed or row.url in self._urls):
            return row.name
        return self._names.get(channel_key(url))


def row_for(db: Database, settings: Settings, channel: Channel, now: float) -> ChannelRow | None:
    """The row of a channel of the configuration, made if there is none; in a transaction.

    None for a second entry of a channel that another entry has already, by whatever address: the settings of
    the other one count, and that is said once.
    """
    row = channels.by_url(db, channel.url)
    if row is not None and row.url != channel.url:
        if row.url in settings.by_url:
            _tell_second(db, channel.url, row, now)
            return None
        move_channel(db, row, channel.url)
    name = channel.name or usual_name(channel.url)
    return channels.upsert(db, channel.url, name=name, site=site_of(channel.url), now=now)


def move_channel(db: Database, row: ChannelRow, url: str) -> None:
    """Give a channel another address, and what it is called by that, if it is called by the old one still."""
    channel_identity.set_address(db, row.id, url)
    if row.first_listed_at is None and is_provisional(row):
        channels.set_identity(db, row.id, name=usual_name(url))


def entries_of(db: Database, settings: Settings, row: ChannelRow) -> list[str]:
    """The addresses of all entries of the configuration that are this channel."""
    found = [
        channel.url
        for channel in settings.channels
        if channel.url != row.url and (other := channels.by_url(db, channel.url)) and other.id == row.id
    ]
    return [row.url, *found]


def merge_twins(db: Database, settings: Settings, now: float) -> None:
    """Make one row of every two that are known to be one channel; to be called while no listing runs."""
    keys = channel_identity.all_keys(db)
    for row in channels.subscribed(db):
        if any(keys.get(key, row.id) != row.id for key in identity_keys(row.url, row.channel_id)):
            merge_twin(db, settings, row.id, now)


def merge_twin(db: Database, settings: Settings, row_id: int, now: float) -> None:
    """Make a row one with another one of the same channel, if there is one and no listing of it runs."""
    with transaction(db):
        gone = channels.by_id(db, row_id)
        kept = None if gone is None else channel_identity.twin_of(db, gone)
        if gone is None or kept is None or channel_identity.runs(db, gone.id):
            return
        stays = settings_of(settings, kept if kept.subscribed else gone)
        done = channel_identity.merge(db, kept, gone, now, protect=stays.keep.kind is not KeepKind.ALL)
        moved = f"; {plural(done.videos, 'video')} of it moved there" if done.videos else ""
        saved = f", {plural(done.protected, 'file')} kept for good" if done.protected else ""
        message = f"{gone.url} is the channel {kept.name} ({kept.url}): the two are one now{moved}{saved}"
        _warn(db, message, kept.id, now)
        if kept.subscribed and gone.url in settings.by_url:
            _tell_second(db, gone.url, kept, now)


def handle_keys(channel: ChannelRow) -> list[str]:
    """The key of the handle that the site gives a channel, which may not be in its address."""
    address = address_of_handle(channel.url, channel.handle or "")
    return [channel_key(address)] if address else []


def other_channel(channel: ChannelRow, page: ListingPage) -> Evidence | None:
    """Why a page is another channel's than the one that this address named until now."""
    known, said = channel.channel_id or "", page.channel_id or ""
    if not (CHANNEL_ID.fullmatch(known) and CHANNEL_ID.fullmatch(said) and is_channel(channel.url)):
        return None
    if said == known:
        return None
    name = f" ({page.channel_name})" if page.channel_name else ""
    message = f"{channel.url} is the channel {said}{name} by now, not {known}: nothing of it was taken."
    return Evidence(message=message, exception_types=("OtherChannel",))


def _tell_second(db: Database, url: str, row: ChannelRow, now: float) -> None:
    key = key_values.second_entry(url)
    if key_values.get(db, key) == row.url:
        return
    key_values.put(db, key, row.url)
    message = (
        f"config.toml has {row.name} twice: the settings of {row.url} count, and those of {url} do not; "
        "take one of the two out"
    )
    _warn(db, message, row.id, now)


def _warn(db: Database, message: str, channel_id: int, now: float) -> None:
    journal.write(db, at=now, level="warning", type="report", message=message, channel_id=channel_id)
