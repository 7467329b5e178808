"""Location of an error in the files that another part found, such as an option that yt-dlp has not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ytui.config.files import Source, read_sources
from ytui.config.problems import ConfigError
from ytui.config.schema import Report
from ytui.config.toml_lines import KeyPath
from ytui.core.urls import normalise_url


def locate_refused_arguments(config: Path, url: str | None, why: str) -> ConfigError:
    """The error that says why the args of the channel with this address, or of all (None), cannot be used.

    Raises ``ConfigError`` and ``OSError`` itself where the files changed and cannot be read any more.
    """
    sources = read_sources(config)
    found = ((Report(source), path) for source in sources if (path := _arguments_of(source, url)))
    report, path = next(found, (Report(sources[0]), ("ytdlp", "args")))
    report.say(path, f"must be options of the yt-dlp command: {why}")
    return ConfigError(report.problems)


def _arguments_of(source: Source, url: str | None) -> KeyPath | None:
    """Where they stand in a file, if they do."""
    if url is None:
        return ("ytdlp", "args") if "ytdlp" in source.data else None
    for index, channel in enumerate(source.data.get("channels", [])):
        if isinstance(channel, Mapping) and normalise_url(str(channel.get("url", ""))) == url:
            return ("channels", index, "args")
    return None
