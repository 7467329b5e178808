"""The settings of a stored channel: what the configuration says of its address, else the defaults."""

from __future__ import annotations

from dataclasses import replace

from ytui.core.settings import Channel, Settings
from ytui.store.rows import Channel as ChannelRow


def settings_of(settings: Settings, row: ChannelRow | None) -> Channel:
    """What the configuration wants of a channel; defaults for an unsubscribed one and for single videos."""
    url = row.url if row is not None else ""
    return settings.by_url.get(url) or Channel(url=url)


def listing_settings(settings: Settings, row: ChannelRow) -> Channel:
    """The same for a listing: that of a channel subscribed to no more may bring rows, and no downloads."""
    wanted = settings_of(settings, row)
    return wanted if row.subscribed else replace(wanted, download=False)
