"""NFO files: the small XML that media servers and centres read beside videos and in a show's folder."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ytui.core.sanitize import plain_text
from ytui.ytdlp.download.layout import Episode

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_episode(path: Path, info: Mapping[str, Any], episode: Episode | None, show: str | None) -> None:
    """Describe a video; ``episode`` is its place in its show where the library is laid out in shows."""
    root = ElementTree.Element("episodedetails")
    duration = info.get("duration")
    _add(root, "title", info.get("title"))
    _add(root, "showtitle", show)
    if episode is not None:
        _add(root, "season", episode.season)
        _add(root, "episode", episode.number)
    _add(root, "plot", info.get("description"))
    _add(root, "aired", _day(info.get("upload_date")))
    _add(root, "runtime", round(duration / 60) if isinstance(duration, (int, float)) else None)
    _add(root, "uniqueid", info.get("id"), type=_site(info), default="true")
    _add(root, "trailer", info.get("webpage_url"))
    if episode is not None:
        _add(root, "studio", info.get("extractor_key"))
        _add_each(root, "genre", info.get("categories"))
        _add_each(root, "tag", info.get("tags"))
        if str(info.get("thumbnail") or "").startswith(("https://", "http://")):
            _add(root, "thumb", info["thumbnail"], aspect="thumb")
    _write(path, root)


def write_show(path: Path, info: Mapping[str, Any], name: str) -> None:
    """Describe the channel of a video as a show; what a video does not say of its channel is left out."""
    root = ElementTree.Element("tvshow")
    _add(root, "title", name)
    _add(root, "plot", info.get("channel_description"))
    _add(
        root,
        "uniqueid",
        info.get("channel_id") or info.get("uploader_id"),
        type=_site(info),
        default="true",
    )
    _add(root, "studio", info.get("extractor_key"))
    _write(path, root)


def _site(info: Mapping[str, Any]) -> str:
    return _clean(info.get("extractor_key") or "generic").lower()


def _day(date: object) -> str | None:
    text = str(date or "")
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch("[0-9]{8}", text) else None


def _add_each(root: ElementTree.Element, name: str, values: object) -> None:
    for value in values if isinstance(values, (list, tuple)) else ():
        _add(root, name, value)


def _add(root: ElementTree.Element, name: str, value: object, **attributes: str) -> None:
    if value is not None:
        ElementTree.SubElement(root, name, attributes).text = _clean(value)


def _clean(value: object) -> str:
    return _NOT_IN_XML.sub("", plain_text(str(value)))


def _write(path: Path, root: ElementTree.Element) -> None:
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
