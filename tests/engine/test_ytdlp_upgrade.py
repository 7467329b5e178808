"""Upgrading yt-dlp: real pip in a real environment, on packages made here."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ytui.engine.maintenance import ytdlp_upgrade as upgrading
from ytui.engine.maintenance.ytdlp_upgrade import UpgradeError, UpgradeResult, installer, upgrade
from ytui.tui.actions.upgrade_action import upgraded_words


def wheel(folder: Path, version: str, *, broken: bool = False) -> Path:
    """A yt-dlp that does nothing, or one that cannot even be imported."""
    path = folder / f"yt_dlp-{version}-py3-none-any.whl"
    info = f"yt_dlp-{version}.dist-info"
    extras = "".join(f"Provides-Extra: {extra}\n" for extra in upgrading.EXTRAS.split(","))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("yt_dlp/__init__.py", "raise ImportError('torn')" if broken else "")
        archive.writestr("yt_dlp/version.py", f"__version__ = '{version}'")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: yt-dlp\nVersion: {version}\n{extras}"
        )
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def python(tmp_path: Path) -> str:
    """The interpreter of an environment without packages."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    return str(tmp_path / "env" / "bin" / "python")


@pytest.fixture
def install(tmp_path: Path, python: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The command that installs from a folder of packages into that environment."""
    (tmp_path / "packages").mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "packages"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setattr(upgrading, "EXTRAS", "default")
    command = [sys.executable, "-m", "pip", "--python", python, "install"]
    wheel(tmp_path / "packages", "1.0")
    subprocess.run([*command, "-q", "yt-dlp"], check=True)
    return command


def test_a_newer_one_is_taken_and_what_is_no_good_leaves_the_one_that_works(
    tmp_path: Path, install: list[str], python: str
) -> None:
    packages = tmp_path / "packages"
    wheel(packages, "2.0")
    assert upgrade(install, python) == UpgradeResult("1.0", "2.0")
    (packages / "yt_dlp-4.0-py3-none-any.whl").write_text("not a package")
    with pytest.raises(UpgradeError, match="ended with"):
        upgrade(install, python)
    (packages / "yt_dlp-4.0-py3-none-any.whl").unlink()
    wheel(packages, "3.0", broken=True)
    with pytest.raises(UpgradeError, match="torn"):
        upgrade(install, python)
    with pytest.raises(UpgradeError, match="No such file"):
        upgrade(["/nowhere/pip"], python)
    found = subprocess.run([python, "-c", upgrading._CHECK], check=True, capture_output=True, text=True)
    assert found.stdout == "2.0\n"


def plugin(folder: Path, name: str, version: str) -> Path:
    """A package that brings a plug-in."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    module = f"yt_dlp_plugins/extractor/{name}.py"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(module, "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(
            f"{info}/RECORD", f"{module},,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )
    return path


def test_plugins_from_an_index_are_taken_along_and_others_are_left_alone(
    tmp_path: Path, install: list[str], python: str
) -> None:
    packages, elsewhere = tmp_path / "packages", tmp_path / "elsewhere"
    elsewhere.mkdir()
    plugin(packages, "indexed", "1.0")
    subprocess.run([*install, "-q", "indexed", plugin(elsewhere, "own", "1.0")], check=True)
    for name in ("indexed", "own"):
        plugin(packages, name, "1.1")
    assert upgrade(install, python) == UpgradeResult("1.0", "1.0", (("indexed", "1.0", "1.1"),))

    (packages / "indexed-2.0-py3-none-any.whl").write_text("not a package")
    wheel(packages, "2.0")
    done = upgrade(install, python)
    assert (done.before, done.after, done.plugins) == ("1.0", "2.0", ())
    assert "indexed" in done.plugin_problem


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
