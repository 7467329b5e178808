"""Known versions: the newest of yt-dlp and its plug-ins that the package index had when it was last asked.

Whoever asks notes the answer, so that ``ytui doctor`` can say it without the network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata

from ytui.core.settings.tables import Release
from ytui.engine.maintenance.ytdlp_upgrade import PackageVersions, UpgradeResult
from ytui.store import key_values
from ytui.store.database import Database


@dataclass(frozen=True)
class KnownVersions:
    """What is installed now beside what was the newest ``at`` (Unix seconds), of these releases."""

    packages: tuple[PackageVersions, ...]
    release: Release
    at: float


def note_versions(db: Database, packages: Iterable[PackageVersions], release: Release, now: float) -> None:
    """Remember what the index had."""
    newest = {package.name: package.newest for package in packages}
    text = json.dumps({"at": now, "release": release.value, "newest": newest})
    key_values.put(db, key_values.NEWEST_VERSIONS, text)


def note_upgraded(db: Database, done: UpgradeResult, release: Release, now: float) -> None:
    """The same after an upgrade: what it brought is the newest there is."""
    changed = [("yt-dlp", done.before, done.after), *done.plugins]
    note_versions(db, (PackageVersions(*each) for each in changed), release, now)


def known_versions(db: Database) -> KnownVersions | None:
    """What was noted last, of the packages that are still installed; None where nobody has asked yet."""
    text = key_values.get(db, key_values.NEWEST_VERSIONS)
    if text is None:
        return None
    noted = json.loads(text)
    found = [
        PackageVersions(name, installed, newest)
        for name, newest in noted["newest"].items()
        if (installed := _installed(name))
    ]
    return KnownVersions(tuple(found), Release(noted["release"]), noted["at"])


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
