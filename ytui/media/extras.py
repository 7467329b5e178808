"""What goes along with a video: metadata, thumbnail, subtitles, description, NFO. Each on its own."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from yt_dlp.networking import Request
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import DownloadCancelled, determine_ext

from ytui.core.messages import DownloadTask, ExtraFailure
from ytui.core.models import Stage
from ytui.media.evidence import evidence_of
from ytui.media.gate import GatedYoutubeDL, PermitRefused, Phase
from ytui.media.log import plain
from ytui.media.meter import Meter
from ytui.media.placing import Finished

_SECRET_KEYS = frozenset({"cookies", "cookie", "authorization"})
_SAFE_SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TRIES = 3
"""Thumbnails that are asked for before it is said that there is none."""

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def fetch_extras(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path, meter: Meter
) -> tuple[list[Finished], list[ExtraFailure]]:
    """Fetch or write each extra of ``task`` beside ``base``; one that fails does not stop the others."""
    wanted = [name for name in _MAKERS if name in task.extras]
    files: list[Finished] = []
    failures: list[ExtraFailure] = []
    for number, name in enumerate(wanted):
        meter.on_extra(Stage.SUBTITLES if name == "subtitles" else Stage.FINISHING, number, len(wanted))
        try:
            for file in _MAKERS[name](ydl, info, base):
                files.append(file)
        except PermitRefused as error:
            if task.metadata_only:
                # There is no video whose arrival this would spoil: the job goes back and comes again.
                raise
            failures.append(ExtraFailure(name, evidence_of(error, ydl.gate)))
        except DownloadCancelled as error:
            failures.append(ExtraFailure(name, evidence_of(error, ydl.gate)))
            ydl.gate.log.warning(f"{name}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever it is, the video stands; it is reported by name
            failures.append(ExtraFailure(name, evidence_of(error, ydl.gate)))
            ydl.gate.log.warning(f"{name}: {error}")
    return files, failures


def _metadata(ydl: GatedYoutubeDL, info: dict[str, Any], base: Path) -> Iterator[Finished]:
    path = base.with_name(f"{base.name}.info.json")
    clean = _without_secrets(ydl.sanitize_info(dict(info), remove_private_keys=True))
    path.write_text(json.dumps(clean, ensure_ascii=False), encoding="utf-8", errors="replace")
    yield Finished(path, ".info.json")


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_secrets(v) for k, v in value.items() if str(k).lower() not in _SECRET_KEYS}
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value


def _thumbnail(ydl: GatedYoutubeDL, info: dict[str, Any], base: Path) -> Iterator[Finished]:
    """The best thumbnail that exists: sites list sizes that they may not have."""
    missing: HTTPError | None = None
    for found in _promising(info.get("thumbnails") or []):
        suffix = _suffix(found.get("ext") or determine_ext(found["url"], "jpg"), "jpg")
        path = base.with_name(f"{base.name}{suffix}")
        try:
            with ydl.gate.during(Phase.IMAGES):
                response = ydl.urlopen(Request(found["url"], headers=found.get("http_headers") or {}))
                path.write_bytes(response.read())
        except HTTPError as error:
            if error.status != 404:
                raise
            missing = error
            continue
        yield Finished(path, suffix)
        return
    if missing:
        raise missing


def _promising(thumbnails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The few that are worth a request, best first: the best of all, and the best whose size is stated.

    An extractor adds addresses that it guessed, 40 for a video of YouTube, and knows no sizes of those.
    """
    best = thumbnails[::-1]
    stated = [found for found in best if found.get("width") and found not in best[:_TRIES]]
    return [*best[:_TRIES], *stated[:_TRIES]]


def _subtitles(ydl: GatedYoutubeDL, info: dict[str, Any], base: Path) -> Iterator[Finished]:
    """The chosen languages, automatic captions where there is nothing better; none at all is no failure."""
    before = {key: ydl.params.get(key) for key in ("writesubtitles", "writeautomaticsub")}
    ydl.params.update(dict.fromkeys(before, True))
    try:
        chosen = ydl.process_subtitles(info["id"], info.get("subtitles"), info.get("automatic_captions"))
    finally:
        ydl.params.update(before)
    for language, found in (chosen or {}).items():
        language_suffix = _suffix(language, "und")
        suffix = language_suffix + _suffix(found.get("ext"), "vtt")
        path = base.with_name(f"{base.name}{suffix}")
        path.unlink(missing_ok=True)
        if found.get("data") is not None:
            path.write_text(found["data"], encoding="utf-8", newline="", errors="replace")
        else:
            ydl.dl(str(path), {"http_headers": info.get("http_headers"), **found}, subtitle=True)
        if path.exists():
            yield Finished(path, suffix)


def _description(ydl: GatedYoutubeDL, info: dict[str, Any], base: Path) -> Iterator[Finished]:
    text = info.get("description")
    if text:
        path = base.with_name(f"{base.name}.description")
        path.write_text(str(text), encoding="utf-8", errors="replace")
        yield Finished(path, ".description")


def _nfo(ydl: GatedYoutubeDL, info: dict[str, Any], base: Path) -> Iterator[Finished]:
    """The small XML file that media centres read."""
    root = ElementTree.Element("episodedetails")
    date = str(info.get("upload_date") or "")
    duration = info.get("duration")
    for name, value in (
        ("title", info.get("title")),
        ("showtitle", info.get("channel") or info.get("uploader")),
        ("plot", info.get("description")),
        ("aired", f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 else None),
        ("runtime", round(duration / 60) if isinstance(duration, (int, float)) else None),
        ("uniqueid", info.get("id")),
        ("trailer", info.get("webpage_url")),
    ):
        if value is not None:
            ElementTree.SubElement(root, name).text = _NOT_IN_XML.sub("", plain(str(value)))
    path = base.with_name(f"{base.name}.nfo")
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    yield Finished(path, ".nfo")


def _suffix(text: object, otherwise: str) -> str:
    name = str(text or "")
    return f".{name if _SAFE_SUFFIX.fullmatch(name) else otherwise}"


_MAKERS: dict[str, Callable[[GatedYoutubeDL, dict[str, Any], Path], Iterator[Finished]]] = {
    "metadata": _metadata,
    "thumbnail": _thumbnail,
    "subtitles": _subtitles,
    "description": _description,
    "nfo": _nfo,
}
