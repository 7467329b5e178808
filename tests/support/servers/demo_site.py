"""The sample site for tests of any room: import the fixtures that you need into a conftest."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ytui.demo.site import Site
from ytui.demo.world import World

UNLIMITED = """
[limits.sites."127.0.0.1"]
requests_per_minute = 100000
requests_per_hour = 1000000
requests_per_day = 10000000
concurrency = 16
"""
"""Configuration: a sample site may be asked as often as a test likes. Keys that follow are the site's too."""


@pytest.fixture
def demo_site() -> Iterator[Site]:
    """The whole sample world, unpaced, on a free port; faults that heal do so in seconds."""
    site = Site.sample(time.time(), fast=True)
    with site:
        yield site
    assert site.errors == []


@pytest.fixture
def tiny_site() -> Iterator[Site]:
    """One channel ``tiny1`` of three plain videos and two shorts, two a page."""
    site = Site(World.tiny(time.time(), videos=3, shorts=2, page_size=2))
    with site:
        yield site
    assert site.errors == []
