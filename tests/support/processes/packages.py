"""Packages that pip installs from a folder, in an environment of its own: no index is asked."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ytui.engine.maintenance import ytdlp_upgrade as upgrading


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
