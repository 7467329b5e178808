"""Which listings a channel's address stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ytui.core.models import Tab

CHANNEL_ROOTS = (
    re.compile(r"https://www\.youtube\.com/(?:@[^/?#]+|channel/UC[\w-]{22}|(?:c|user)/[^/?#]+)"),
    # The sample site is shaped like YouTube so that the demo shows the same behaviour.
    re.compile(r"http://127\.0\.0\.1:\d+/channel/[^/?#]+"),
)


def listings(url: str, tabs: Iterable[Tab]) -> list[tuple[Tab, str]]:
    """The listings to walk for a normalised address: its wanted tabs for a channel's root, else itself.

    The root of a channel nests its tabs; asking it costs a request that brings nothing a tab does not.
    """
    if any(root.fullmatch(url) for root in CHANNEL_ROOTS):
        return [(tab, f"{url}/{tab.value}") for tab in tabs if tab is not Tab.LIST]
    return [(Tab.LIST, url)]
