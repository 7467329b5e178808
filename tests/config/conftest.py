"""A configuration folder to write files into."""

from __future__ import annotations

from pathlib import Path

import pytest


class Folder:
    """``config.toml`` and ``channels.d`` in a folder of this test alone."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / "config.toml"

    def write(self, text: str, name: str = "config.toml") -> Path:
        file = self.path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def text(self, name: str = "config.toml") -> str:
        return (self.path / name).read_bytes().decode()


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)
