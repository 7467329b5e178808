"""The first start asks where the library goes, and takes no folder that cannot be one."""

from __future__ import annotations

from pathlib import Path

from tests.support.processes.tty_home import Home
from ytui import config


def test_it_asks_until_a_folder_will_do(home: Home, tmp_path: Path) -> None:
    home.places.config_file.unlink()
    (tmp_path / "file").touch()
    (tmp_path / "a folder [1]").mkdir()
    wanted = tmp_path / "a folder [1]" / "my videos"
    with home.open() as terminal:
        terminal.shows("Folder [~/Videos/ytui]")
        terminal.type("videos\r")
        terminal.shows("the whole path")
        for bad in (tmp_path / "file", "/proc/ytui"):
            place = len(terminal.text)
            terminal.type(f"{bad}\r")
            terminal.shows("Please name another folder", since=place)
            assert "Use it?" not in terminal.text[place:]
        place = len(terminal.text)
        terminal.type(f"{tmp_path}/a f\t")
        terminal.shows("a folder [1]/", since=place)
        terminal.type("my videos\r")
        terminal.shows("free there. Use it?", since=place)
        terminal.type("y\r")
        terminal.shows("none yet: o adds one")
    assert config.load(home.places.config_file).settings.library.path == wanted
