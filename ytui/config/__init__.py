"""The configuration: ``config.toml`` and ``channels.d/*.toml`` beside it, read, watched and saved.

Reading uses ``tomllib``; a save keeps comments, order and white space, and imports ``tomlkit`` only then.
"""

from __future__ import annotations

from pathlib import Path

from ytui.config.channel import channel_values, whole_values
from ytui.config.files import Loaded, changed, read_sources
from ytui.config.problems import ConfigError
from ytui.config.read_settings import settings_from
from ytui.config.save import (
    add_channels,
    ensure,
    put_back,
    remove_channel,
    set_value,
    texts,
    update_channel,
    update_channels,
    update_defaults,
)

__all__ = [
    "ConfigError",
    "Loaded",
    "add_channels",
    "changed",
    "channel_values",
    "ensure",
    "load",
    "put_back",
    "remove_channel",
    "set_value",
    "texts",
    "update_channel",
    "update_channels",
    "update_defaults",
    "whole_values",
]


def load(path: Path) -> Loaded:
    """Read and check everything.

    Raises ``ConfigError`` with every mistake found, and ``FileNotFoundError`` if there is no ``path`` yet.
    """
    sources = read_sources(path)
    return Loaded(settings_from(sources), tuple(source.stamp for source in sources))
