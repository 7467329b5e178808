"""Where files lie: options, environment, the usual places, and folders that cannot be made."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ytui.paths import PlaceError, completions, folder_problem, nearest_existing, places


def test_option_goes_before_environment(tmp_path: Path) -> None:
    environ = {"YTUI_CONFIG": str(tmp_path / "env.toml"), "YTUI_DATA_DIR": str(tmp_path / "env")}
    chosen = places(tmp_path / "option.toml", tmp_path / "option", environ)
    assert chosen.config_file == tmp_path / "option.toml"
    assert chosen.data_dir == tmp_path / "option"
    from_environment = places(None, None, environ)
    assert from_environment.config_file == tmp_path / "env.toml"
    assert from_environment.data_dir == tmp_path / "env"


def test_usual_places_carry_the_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, folder in (("XDG_CONFIG_HOME", "c"), ("XDG_DATA_HOME", "d"), ("XDG_CACHE_HOME", "k")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    usual = places(None, None, {"YTUI_CONFIG": "", "YTUI_DATA_DIR": ""})
    assert usual.config_file.name == "config.toml"
    assert usual.config_file.parent.name == "ytui"
    if sys.platform.startswith("linux"):
        assert usual.config_file == tmp_path / "c/ytui/config.toml"
        assert usual.data_dir == tmp_path / "d/ytui"
        assert usual.cache_dir == tmp_path / "k/ytui"


def test_one_chosen_place_leaves_the_other_usual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    mixed = places(None, tmp_path / "data", {})
    assert mixed.config_file.name == "config.toml"
    assert (mixed.data_dir, mixed.cache_dir) == (tmp_path / "data", tmp_path / "data/cache")


def test_relative_and_home_paths_become_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = places(Path("here.toml"), Path("~/data"), {})
    assert found.config_file == tmp_path / "here.toml"
    assert found.data_dir == tmp_path / "home/data"
    assert found.database == tmp_path / "home/data/ytui.db"
    assert found.lock == tmp_path / "home/data/ytui.lock"


def test_unknown_user_is_a_place_error() -> None:
    with pytest.raises(PlaceError, match="no-such-user-of-ytui"):
        places(Path("~no-such-user-of-ytui/config.toml"), Path("/tmp"), {})


def test_directories_are_the_users_alone(tmp_path: Path) -> None:
    found = places(tmp_path / "config.toml", tmp_path / "deep/data", {})
    found.ensure_directories()
    found.ensure_directories()
    for folder in (
        found.data_dir,
        found.logs_dir,
        found.job_logs_dir,
        found.cookies_dir,
        found.tokens_dir,
        found.cache_dir,
    ):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_file_in_the_way_says_which_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(PlaceError) as caught:
        places(tmp_path / "config.toml", tmp_path / "data", {}).ensure_directories()
    assert str(tmp_path / "data") in str(caught.value)
    assert "YTUI_DATA_DIR" in str(caught.value)
    with pytest.raises(PlaceError, match="cannot be made"):
        places(tmp_path / "config.toml", tmp_path / "data/inside", {}).ensure_directories()


def test_platformdirs_waits_until_it_is_needed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from ytui.paths import places;"
        f"places(Path({str(tmp_path)!r}), Path({str(tmp_path)!r}), {{}});"
        "print('platformdirs' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "False"


def test_the_nearest_place_above_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert nearest_existing(tmp_path / "a/b/c") == tmp_path
    # What is in the way is not passed over: nothing can be made below it.
    assert nearest_existing(tmp_path / "file") == tmp_path / "file"
    assert nearest_existing(tmp_path / "file/below") == tmp_path / "file"


def test_a_path_that_is_typed_may_become(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "other", ".dot"):
        (tmp_path / name).mkdir()
    (tmp_path / "o file").touch()
    (tmp_path / "o\x1b[2J").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert completions(f"{tmp_path}/o") == [f"{tmp_path}/{name}" for name in ("o file", "one/", "other/")]
    assert completions("~/on") == ["~/one/"]
    assert completions("~") == ["~/o file", "~/one/", "~/other/"]
    assert completions("~/.") == ["~/.dot/"]
    assert completions("~nobody-of-that-name/") == completions("/nowhere/x") == completions("a\0/") == []


def test_a_folder_that_cannot_be_made_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert folder_problem(tmp_path / "new" / "folder") == ""
    assert folder_problem(tmp_path) == ""
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
    assert folder_problem(tmp_path / "file" / "below") == f"{tmp_path}/file is a file, no folder"
    assert folder_problem(Path("/proc/ytui/videos")).startswith(
        "/proc/ytui/videos cannot be made: /proc/ytui: "
    )
