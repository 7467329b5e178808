"""Extras beside a video: metadata, thumbnail, subtitles, description, NFO. Each on its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from yt_dlp.networking import Request
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.postprocessor import FFmpegThumbnailsConvertorPP
from yt_dlp.utils import DownloadCancelled, PostProcessingError, determine_ext

from ytui.core.models import Stage
from ytui.core.protocol import ExtraFailure
from ytui.core.settings.tables import Layout
from ytui.core.tasks import DownloadTask
from ytui.ytdlp.download.finalize import FinishedFile, move_file
from ytui.ytdlp.download.layout import episode_of, folder_in, show_of
from ytui.ytdlp.download.nfo import write_episode, write_show
from ytui.ytdlp.download.progress import ProgressMeter
from ytui.ytdlp.evidence import evidence_of
from ytui.ytdlp.request_gate import GatedYoutubeDL, PermitRefused, Phase

_SECRET_KEYS = frozenset({"cookies", "cookie", "authorization"})
_URL_KEYS = frozenset({"url", "manifest_url", "fragment_base_url"})
_PO_TOKEN = re.compile(r"([?&;]pot=|/pot/)[^&;/\s]+")
"""It outlives the address that it is part of, and opens others; libraries are shared."""
_SAFE_SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,40}")
_TRIES = 3
"""Thumbnails that are asked for before it is said that there is none."""

_THUMBNAIL = "-thumb"
"""What media servers look for behind the name of an episode."""


def fetch_extras(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path, meter: ProgressMeter
) -> tuple[list[FinishedFile], list[ExtraFailure]]:
    """Fetch or write each extra of ``task`` beside ``base``; one that fails does not stop the others.

    The NFO comes later: it tells the place in the library.
    """
    wanted = [name for name in _MAKERS if name in task.extras]
    files: list[FinishedFile] = []
    failures: list[ExtraFailure] = []
    for number, name in enumerate(wanted):
        meter.on_extra(Stage.SUBTITLES if name == "subtitles" else Stage.FINISHING, number, len(wanted))
        try:
            for file in _MAKERS[name](task, ydl, info, base):
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


def nfo_for(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path, stem: Path
) -> tuple[list[FinishedFile], list[ExtraFailure]]:
    """Write the NFO of what goes to ``stem``, if ``task`` wants one, and its show's if there is none yet."""
    if "nfo" not in task.extras:
        return [], []
    path = base.with_name(f"{base.name}.nfo")
    try:
        shows = task.layout is Layout.MEDIA_SERVER
        if shows:
            write_episode(path, info, episode_of(stem.name), show_of(task, info))
        else:
            write_episode(path, info, None, info.get("channel") or info.get("uploader"))
        if shows and task.beside is None:
            _describe_show(task, info, base, stem)
    except (OSError, ValueError) as error:
        ydl.gate.log.warning(f"nfo: {error}")
        return [], [ExtraFailure("nfo", evidence_of(error, ydl.gate))]
    return [FinishedFile(path, ".nfo")], []


def _describe_show(task: DownloadTask, info: dict[str, Any], base: Path, stem: Path) -> None:
    """Write the show's own NFO once; what the person or a server has made of it since stays."""
    target = folder_in(task.library, stem.parent.parent) / "tvshow.nfo"
    if target.exists():
        return
    draft = base.with_name("tvshow.nfo")
    write_show(draft, info, show_of(task, info))
    try:
        move_file(draft, target)
    except FileExistsError:
        # Another job of the same channel was faster.
        draft.unlink()


def _metadata(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path
) -> Iterator[FinishedFile]:
    path = base.with_name(f"{base.name}.info.json")
    clean = _without_secrets(ydl.sanitize_info(dict(info), remove_private_keys=True))
    path.write_text(json.dumps(clean, ensure_ascii=False), encoding="utf-8", errors="replace")
    yield FinishedFile(path, ".info.json")


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {k: _without_secrets(v) for k, v in value.items() if str(k).lower() not in _SECRET_KEYS}
        return {
            k: _PO_TOKEN.sub(r"\1***", v) if k in _URL_KEYS and isinstance(v, str) else v
            for k, v in kept.items()
        }
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value


def _thumbnail(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path
) -> Iterator[FinishedFile]:
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
        if task.layout is Layout.MEDIA_SERVER:
            path = _as_jpeg(ydl, path)
            suffix = _THUMBNAIL + path.suffix
        yield FinishedFile(path, suffix)
        return
    if missing:
        raise missing


def _as_jpeg(ydl: GatedYoutubeDL, path: Path) -> Path:
    """The picture in the one format that all servers show; as it is where ffmpeg cannot do that."""
    picture = {"filepath": str(path)}
    found = {"thumbnails": [picture], "__files_to_move": {str(path): str(path)}}
    try:
        replaced, _ = FFmpegThumbnailsConvertorPP(ydl, "jpg").run(found)
    except PostProcessingError as error:
        ydl.gate.log.warning(f"thumbnail: {error}")
    else:
        for name in replaced:
            Path(name).unlink(missing_ok=True)
    return Path(picture["filepath"])


def _promising(thumbnails: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The few that are worth a request, best first: the best of all, and the best whose size is stated.

    An extractor adds addresses that it guessed, 40 for a video of YouTube, and knows no sizes of those.
    """
    best = thumbnails[::-1]
    stated = [found for found in best if found.get("width") and found not in best[:_TRIES]]
    return [*best[:_TRIES], *stated[:_TRIES]]


def _subtitles(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path
) -> Iterator[FinishedFile]:
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
            yield FinishedFile(path, suffix)


def _description(
    task: DownloadTask, ydl: GatedYoutubeDL, info: dict[str, Any], base: Path
) -> Iterator[FinishedFile]:
    text = info.get("description")
    if text:
        path = base.with_name(f"{base.name}.description")
        path.write_text(str(text), encoding="utf-8", errors="replace")
        yield FinishedFile(path, ".description")


def _suffix(text: object, otherwise: str) -> str:
    name = str(text or "")
    return f".{name if _SAFE_SUFFIX.fullmatch(name) else otherwise}"


_MAKERS: dict[str, Callable[[DownloadTask, GatedYoutubeDL, dict[str, Any], Path], Iterator[FinishedFile]]] = {
    "metadata": _metadata,
    "thumbnail": _thumbnail,
    "subtitles": _subtitles,
    "description": _description,
}
