"""What a channel is called here: by the configuration, else by its own name as its first page has it."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from ytui.core.settings import Channel
from ytui.core.urls import looks_like_url
from ytui.engine.importing.addresses import tidy_name
from ytui.store.rows import Channel as ChannelRow

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
