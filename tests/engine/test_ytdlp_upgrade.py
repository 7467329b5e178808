"""Upgrading yt-dlp: real pip in a real environment, on packages made here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes.packages import install, plugin, python, wheel
from ytui.core.settings.tables import Release
from ytui.engine.maintenance import ytdlp_upgrade as upgrading
from ytui.engine.maintenance.ytdlp_upgrade import (
    PackageVersions,
    UpgradeError,
    UpgradeResult,
    installer,
    look,
    upgrade,
    upgraded_words,
)

__all__ = ["install", "python"]


def test_a_newer_one_is_taken_and_what_is_no_good_leaves_the_one_that_works(
    tmp_path: Path, install: list[str], python: str
) -> None:
    packages = tmp_path / "packages"
    wheel(packages, "2.0")
    assert upgrade(install, python=python) == UpgradeResult("1.0", "2.0")
    (packages / "yt_dlp-4.0-py3-none-any.whl").write_text("not a package")
    with pytest.raises(UpgradeError, match="ended with"):
        upgrade(install, python=python)
    (packages / "yt_dlp-4.0-py3-none-any.whl").unlink()
    wheel(packages, "3.0", broken=True)
    with pytest.raises(UpgradeError, match="torn"):
        upgrade(install, python=python)
    with pytest.raises(UpgradeError, match="No such file"):
        upgrade(["/nowhere/pip"], python=python)
    found = subprocess.run([python, "-c", upgrading._CHECK], check=True, capture_output=True, text=True)
    assert found.stdout == "2.0\n"


def test_plugins_from_an_index_are_taken_along_and_others_are_left_alone(
    tmp_path: Path, install: list[str], python: str
) -> None:
    packages, elsewhere = tmp_path / "packages", tmp_path / "elsewhere"
    elsewhere.mkdir()
    plugin(packages, "indexed", "1.0")
    subprocess.run([*install, "-q", "indexed", plugin(elsewhere, "own", "1.0")], check=True)
    for name in ("indexed", "own"):
        plugin(packages, name, "1.1")
    assert upgrade(install, python=python) == UpgradeResult("1.0", "1.0", (("indexed", "1.0", "1.1"),))

    (packages / "indexed-2.0-py3-none-any.whl").write_text("not a package")
    wheel(packages, "2.0")
    done = upgrade(install, python=python)
    assert (done.before, done.after, done.plugins) == ("1.0", "2.0", ())
    assert "indexed" in done.plugin_problem


def test_a_look_says_what_it_would_become_and_changes_nothing(
    tmp_path: Path, install: list[str], python: str
) -> None:
    packages = tmp_path / "packages"
    plugin(packages, "plug_in", "1.0")
    subprocess.run([*install, "-q", "plug_in"], check=True)
    found = look(install, Release.STABLE, python=python)
    assert [package.words for package in found.packages] == [
        "yt-dlp 1.0 is the newest there is",
        "plug_in 1.0 is the newest there is",
    ]
    assert not found.newer
    wheel(packages, "2.0")
    plugin(packages, "plug_in", "1.1")
    found = look(install, Release.STABLE, python=python)
    assert found.newer
    assert found.packages == (
        PackageVersions("yt-dlp", "1.0", "2.0"),
        PackageVersions("plug_in", "1.0", "1.1"),
    )
    assert found.packages[0].words == "yt-dlp 1.0 would become 2.0"
    (packages / "plug_in-2.0-py3-none-any.whl").write_text("not a package")
    found = look(install, Release.STABLE, python=python)
    assert "plug" in found.plugin_problem
    assert found.packages[0].newest == "2.0"


def test_nightly_versions_count_where_they_are_wanted(
    tmp_path: Path, install: list[str], python: str
) -> None:
    wheel(tmp_path / "packages", "1.1.dev0")
    plugin(tmp_path / "packages", "indexed", "1.0")
    subprocess.run([*install, "-q", "indexed"], check=True)
    plugin(tmp_path / "packages", "indexed", "1.1.dev0")
    assert look(install, Release.STABLE, python=python).packages[0].newest == "1.0"
    found = look(install, Release.NIGHTLY, python=python)
    assert [package.newest for package in found.packages] == ["1.1.dev0", "1.0"]
    assert upgrade(install, Release.STABLE, python=python).after == "1.0"
    assert upgrade(install, Release.NIGHTLY, python=python) == UpgradeResult("1.0", "1.1.dev0")
    # What is newer stays, whatever counts from now on.
    assert upgrade(install, Release.STABLE, python=python).after == "1.1.dev0"


def test_a_nightly_version_is_the_same_by_the_name_that_it_has_in_the_index() -> None:
    same = ("2026.8.9.220202", "2026.08.09.220202")
    assert upgrading._same_if_equal(same[1], f"{same[0]}.dev0") == (same[1], same[1])
    assert upgrading._same_if_equal(same[1], f"{same[0]}dev") == (same[1], same[1])
    assert upgrading._same_if_equal("2026.08.09", "2026.8.10") == ("2026.08.09", "2026.8.10")


def test_uv_is_asked_in_its_own_words(tmp_path: Path, python: str) -> None:
    uv = tmp_path / "uv"
    uv.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n'
        'echo " - yt-dlp==1.0" >&2; echo " + yt-dlp==2.0.dev0" >&2\n'
    )
    uv.chmod(0o755)
    wheel(tmp_path, "1.0")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "-q", "--python", python, "install", "--no-deps", "--no-index"),
            str(tmp_path / "yt_dlp-1.0-py3-none-any.whl"),
        ],
        check=True,
    )
    install = [str(uv), "pip", "install", "--python", python]
    found = look(install, Release.NIGHTLY, python=python)
    assert found.packages == (PackageVersions("yt-dlp", "1.0", "2.0.dev0"),)
    look(install, Release.STABLE, python=python)
    nightly, stable = (tmp_path / "asked").read_text().splitlines()
    assert "--upgrade --dry-run --no-deps --pre yt-dlp[" in nightly
    assert "--pre" not in stable


def test_what_an_upgrade_did_is_told_in_one_line() -> None:
    newer = (("plug", "1", "2"),)
    assert upgraded_words(UpgradeResult("1", "1")) == "yt-dlp 1 is the newest there is"
    again = "what failed for a tool is tried again"
    assert upgraded_words(UpgradeResult("1", "2", newer)) == f"yt-dlp 1 is now 2; plug 1 is now 2; {again}"
    assert upgraded_words(UpgradeResult("1", "1", newer)) == f"plug 1 is now 2; {again}"
    told = upgraded_words(UpgradeResult("1", "2", plugin_problem="no such package"))
    assert told == f"yt-dlp 1 is now 2; its plug-ins stay as they were: no such package; {again}"


def test_a_python_of_the_system_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installer("python")[:3] == ["python", "-m", "pip"]
    (tmp_path / "EXTERNALLY-MANAGED").touch()
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    monkeypatch.setattr(upgrading, "get_path", lambda name: str(tmp_path))
    with pytest.raises(UpgradeError, match="belongs to the system"):
        installer()
