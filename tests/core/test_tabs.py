"""Which listings an address stands for: a channel's tabs are asked, never its root."""

from __future__ import annotations

import pytest

from ytui.core.models import Tab
from ytui.core.settings import CHANNEL_TABS
from ytui.core.urls import listings

ROOTS = [
    "https://www.youtube.com/@Name",
    "https://www.youtube.com/channel/UC" + "x" * 22,
    "https://www.youtube.com/c/Name",
    "https://www.youtube.com/user/Name",
    "http://127.0.0.1:8080/channel/tiny1",
]
LISTS = [
    "https://www.youtube.com/playlist?list=PLabc",
    "https://www.youtube.com/@Name/playlists",
    "https://www.youtube.com/channel/UCshort",
    "https://vimeo.com/channels/staffpicks",
    "http://127.0.0.1:8080/channel/tiny1/videos",
    "http://127.0.0.1:8080/channel/tiny1?all=1",
]


@pytest.mark.parametrize("url", ROOTS)
def test_a_channel_is_its_wanted_tabs(url: str) -> None:
    assert listings(url, CHANNEL_TABS) == [(tab, f"{url}/{tab.value}") for tab in CHANNEL_TABS]
    assert listings(url, (Tab.SHORTS, Tab.LIST)) == [(Tab.SHORTS, f"{url}/shorts")]


@pytest.mark.parametrize("url", LISTS)
def test_anything_else_is_one_list(url: str) -> None:
    assert listings(url, CHANNEL_TABS) == [(Tab.LIST, url)]
