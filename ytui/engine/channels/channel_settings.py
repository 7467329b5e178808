"""Settings of a stored channel, by the configuration, and what the channel is called."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from ytui.core.settings import Channel, Keep, KeepKind, Settings
from ytui.core.urls import looks_like_url
from ytui.engine.importing.channel_addresses import tidy_name
from ytui.store.rows import Channel as ChannelRow


def settings_of(settings: Settings, row: ChannelRow | None) -> Channel:
    """What the configuration wants of a channel; of an unsubscribed one, and of single videos, what
    ``[defaults]`` say of files.

    Its ``keep`` is the one in force: a new rule that would take files waits for a person's yes.
    """
    url = row.url if row is not None else ""
    wanted = settings.by_url.get(url)
    if row is None or wanted is None:
        return wanted or replace(settings.unlisted, url=url)
    standing = keep_in_force(row)
    return wanted if standing is None or standing == wanted.keep else replace(wanted, keep=standing)


def keep_in_force(row: ChannelRow) -> Keep | None:
    """The rule by which a channel's files stay or go; None where the configuration alone says."""
    return Keep(KeepKind(row.keep_kind), row.keep_count) if row.keep_kind else None


def listing_settings(settings: Settings, row: ChannelRow) -> Channel:
    """The same for a listing: that of a channel subscribed to no more may bring rows, and no downloads."""
    wanted = settings_of(settings, row)
    return wanted if row.subscribed else replace(wanted, download=False)


_NUMBER = re.compile(r" \(\d+\)$")


def usual_name(url: str) -> str:
    """A label for a channel until its own name is known: the telling end of its address."""
    parts = urlsplit(url)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2])
    return last.lstrip("@") or parts.query or parts.netloc


def is_provisional(channel: ChannelRow) -> bool:
    """Whether the label comes from the address still, with the number that keeps it the only one."""
    usual = usual_name(channel.url)
    return channel.name == usual or _NUMBER.sub("", channel.name) == usual


def label_for(channel: ChannelRow, settings: Channel, own_name: str) -> str | None:
    """The label that a channel's own name makes, harmless and in one line; None to keep what it has.

    Labels are what scripts and folders go by: one that the configuration gives, or under which the channel
    was listed before, stays, whatever the site calls it later.
    """
    if settings.name or channel.first_listed_at is not None or not is_provisional(channel):
        return None
    label = tidy_name(own_name)
    # Commands take a channel's address for its name: no channel may call itself by that of another one.
    return None if not label or looks_like_url(label) or label == channel.name else label
