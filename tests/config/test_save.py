"""Saving: the rest stays letter for letter, edits made meanwhile are merged, a broken file is left alone."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.config.conftest import Folder
from tests.support.processes.waiting import PATIENCE
from ytui.config import (
    ConfigError,
    add_channels,
    changed,
    ensure,
    load,
    remove_channel,
    set_value,
    update_channel,
)
from ytui.core.settings import Extra, Quality, Settings

A, B, C = (f"https://www.youtube.com/@{name}" for name in "abc")

COMMENTED = f"""\
# mine
[workers]   # how many
count = 5           # not too many
order   =  'newest'

# the first
[[channels]]
url = "{A}"   # A
  extras = [
    "nfo",   # for the player
  ]
# inside
name = "A"

# the second
[[channels]]
url = "{B}"

[screen]
title = true   # yes"""


def test_first_start_writes_the_defaults_with_comments(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder.path))
    config = folder.path / "new/ytui/config.toml"
    assert ensure(config, None)
    assert load(config).settings == Settings()
    assert stat.S_IMODE(config.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.parent.stat().st_mode) == 0o700
    assert config.read_text().count("#") > 40
    before = config.read_bytes()
    assert not ensure(config, Path("/elsewhere"))
    assert config.read_bytes() == before


def test_every_line_of_the_first_files_example_is_valid(folder: Folder) -> None:
    ensure(folder.config, None)
    lines = folder.text().splitlines()
    start = lines.index("# [[channels]]")
    folder.write("\n".join(line.removeprefix("# ") for line in lines[start:]))
    (channel,) = load(folder.config).settings.channels
    assert channel.name == "Blender Studio"


@pytest.mark.parametrize("name", ['odd "name"', "back\\slash", "tab\u00a0é\u202e", "{path}"])
def test_the_librarys_path_is_quoted(folder: Folder, name: str) -> None:
    assert ensure(folder.config, folder.path / name)
    assert load(folder.config).settings.library.path == folder.path / name


@pytest.mark.parametrize("name", ["a\udcff", "line\nbreak"])
def test_a_path_that_toml_or_we_cannot_hold_writes_nothing(folder: Folder, name: str) -> None:
    with pytest.raises(ConfigError):
        ensure(folder.config, folder.path / name)
    assert not folder.config.exists()


def test_adding_leaves_the_rest_alone(folder: Folder) -> None:
    folder.write(COMMENTED)
    values = {"url": C, "quality": Quality.P720, "name": "C", "after": date(2024, 1, 1), "cookies": None}
    loaded = add_channels(folder.config, [{**values, "extras": frozenset({Extra.NFO})}])
    assert folder.text() == (
        COMMENTED + f'\n\n[[channels]]\nname = "C"\nurl = "{C}"\nquality = "720p"\nextras = ["nfo"]\n'
        "after = 2024-01-01\n"
    )
    assert loaded == load(folder.config)
    assert not changed(loaded)


def test_many_channels_are_added_at_once_or_not_at_all(folder: Folder) -> None:
    folder.write("")
    assert len(add_channels(folder.config, [{"url": A}, {"url": B}]).settings.channels) == 2
    before = folder.text()
    with pytest.raises(ConfigError) as caught:
        add_channels(folder.config, [{"url": C}, {"url": A + "/videos"}])
    assert str(caught.value) == f"config.toml: channels.url must be another one than in line 2: '{A}'"
    with pytest.raises(ConfigError, match="a URL with no host"):
        add_channels(folder.config, [{"url": "https://"}])
    with pytest.raises(ConfigError, match=r"did you mean channels\.quality"):
        add_channels(folder.config, [{"url": C, "qualty": "best"}])
    assert folder.text() == before
    assert add_channels(folder.config, []) == load(folder.config)


def test_a_value_is_changed_in_its_place(folder: Folder) -> None:
    folder.write(COMMENTED)
    assert set_value(folder.config, "workers.count", 7).settings.workers.count == 7
    assert folder.text() == COMMENTED.replace("count = 5 ", "count = 7 ")
    set_value(folder.config, "workers.count", 5)
    assert folder.text() == COMMENTED
    set_value(folder.config, "workers.order", None)
    assert folder.text() == COMMENTED.replace("order   =  'newest'\n", "")


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("", "workers.count", 7),
        ("[retry.network]\ntries = 2\n# end", "retry.max_retries", 1),
        ("workers.count = 5 # five\n", "workers.count", 7),
        ("workers = {count = 5} # five\n", "workers.order", "newest"),
        ("limits = {mode = 'shared'}\n", 'limits.sites."example.com".concurrency', 1),
        ("# top\n", 'limits.sites."example.com".concurrency', 1),
        ("limits.hours = ''\n[limits.sites.youtube]\nreserve = 9\n", "limits.mode", "independent"),
        ("[workers]\r\ncount = 5\r\n\r\n[ssh]\r\n", "workers.order", "oldest"),
        ("\ufeff[workers]\ncount = 5\n", "workers.count", 7),
        ('[workers]\norder = """\\\n  newest""" # count = 1 [x]\ncount = 5', "workers.count", 7),
    ],
)
def test_a_value_is_set_however_the_file_is_written(
    folder: Folder, text: str, key: str, value: object
) -> None:
    folder.write(text)
    set_value(folder.config, key, value)
    data = tomllib.loads(folder.text().removeprefix("\ufeff"))
    for part in key.replace('"example.com"', "example*com").split("."):
        data = data[part.replace("*", ".")]
    assert data == value
    assert folder.text().startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\r\n" in text) == ("\r\n" in folder.text())
    for comment in ("# five", "# end", "# top", "# count = 1 [x]"):
        assert (comment in text) == (comment in folder.text())


def test_a_wrong_value_is_refused_and_nothing_written(folder: Folder) -> None:
    folder.write(COMMENTED)
    with pytest.raises(ConfigError, match=r"workers\.count must be a whole number from 1 to 16, not 17"):
        set_value(folder.config, "workers.count", 17)
    with pytest.raises(ConfigError, match=r"did you mean workers\.count"):
        set_value(folder.config, "workers.cuont", 7)
    with pytest.raises(ValueError, match="not a key"):
        set_value(folder.config, "workers.count!", 7)
    assert folder.text() == COMMENTED
    assert not list(folder.path.glob(".*.tmp"))


def test_a_channel_is_changed_in_its_place(folder: Folder) -> None:
    folder.write(COMMENTED)
    update_channel(folder.config, A + "/videos", {"name": "AA", "keep": "last 5", "extras": None})
    changed_text = COMMENTED.replace('name = "A"\n', 'name = "AA"\nkeep = "last 5"\n')
    start, end = changed_text.index("  extras"), changed_text.index("# inside")
    assert folder.text() == changed_text[:start] + changed_text[end:]
    with pytest.raises(ConfigError, match=f"no channel has the address '{C}'"):
        update_channel(folder.config, C, {"name": "C"})


def test_a_channel_is_removed_and_comments_stay(folder: Folder) -> None:
    folder.write(COMMENTED)
    remove_channel(folder.config, "http://youtube.com/@a/")
    start, end = COMMENTED.index("[[channels]]"), COMMENTED.index("\n# the second")
    assert folder.text() == COMMENTED[:start] + COMMENTED[end:]
    assert remove_channel(folder.config, B).settings.channels == ()
    for comment in ("# mine", "# how many", "# the first", "# the second", "# yes"):
        assert comment in folder.text()


def test_channels_of_other_files_are_changed_there(folder: Folder) -> None:
    folder.write(COMMENTED)
    other = folder.write(f'# c\n[[channels]]\nurl = "{C}"\n', "channels.d/c.toml")
    update_channel(folder.config, C, {"download": False})
    assert folder.text("channels.d/c.toml") == f'# c\n[[channels]]\nurl = "{C}"\ndownload = false\n'
    remove_channel(folder.config, C)
    assert other.read_text() == "# c\n"
    assert folder.text() == COMMENTED


def test_channels_written_as_a_list_are_edited_too(folder: Folder) -> None:
    folder.write(f'channels = [\n  {{url = "{A}"}}, # a\n]\n[workers]\ncount = 5\n')
    add_channels(folder.config, [{"url": B}])
    update_channel(folder.config, A, {"download": False})
    first, second = load(folder.config).settings.channels
    assert (first.url, first.download, second.url) == (A, False, B)
    assert "# a\n" in folder.text()
    remove_channel(folder.config, A)
    assert [channel.url for channel in load(folder.config).settings.channels] == [B]


def test_scattered_channels_keep_their_order(folder: Folder) -> None:
    text = f'[[channels]]\nurl = "{A}"\n[workers]\ncount = 5\n[[channels]]\nurl = "{B}"\n'
    folder.write(text)
    update_channel(folder.config, B, {"name": "B"})
    assert folder.text() == text + 'name = "B"\n'
    folder.write("workers.count = 5\n" + text.replace("[workers]\ncount = 5", "[ssh]"))
    with pytest.raises(ConfigError, match="change it by hand"):
        set_value(folder.config, "workers.count", 7)


blank_lines = st.lists(
    st.one_of(
        st.sampled_from(["", "  ", "\t", "# [[channels]]", '# "', "#'''", "# url = 1"]),
        st.text(alphabet="ab [=]'\"#é{}", max_size=12).map(lambda text: "# " + text),
    ),
    max_size=3,
)
tables = st.permutations(
    [
        "[workers]\ncount=5\t#x",
        "[ssh]",
        "[screen.keys]\n'a.b' = '''[[channels]]'''",
        '[ytdlp]\nargs = [\n\'a\', # ]\n"""\n[[channels]]\n""" ]',
        f"[[channels]]\nurl = '{A}'",
        f"[[ channels ]]\nname = 'B [x]'\nurl='{B}'",
    ]
)


@given(tables, st.lists(blank_lines, min_size=7, max_size=7), st.booleans())
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_survives_an_edit(
    folder: Folder, parts: list[str], blanks: list[list[str]], newline: bool
) -> None:
    pieces = ["\n".join([*between, part]) for between, part in zip(blanks, parts, strict=False)]
    text = "\n".join([*pieces, *blanks[6]]) + ("\n" if newline else "")
    folder.write(text)
    before = load(folder.config).settings
    add_channels(folder.config, [{"url": C}])
    added = folder.text()
    assert added.startswith(text)
    assert added[len(text) :].strip() == f'[[channels]]\nurl = "{C}"'
    update_channel(folder.config, B, {"quality": "360p"})
    assert folder.text().replace('\nquality = "360p"', "", 1) == added
    remove_channel(folder.config, C)
    update_channel(folder.config, B, {"quality": None})
    assert folder.text().rstrip() == text.rstrip()
    assert load(folder.config).settings == before


def meanwhile(monkeypatch: pytest.MonkeyPatch, edit: Callable[[], object], times: int = 1) -> None:
    """Let another program edit while a save has read the file and not yet renamed its own."""
    real_fsync = os.fsync
    left = [times]

    def fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        if left[0] and stat.S_ISREG(os.fstat(descriptor).st_mode):
            left[0] -= 1
            edit()

    monkeypatch.setattr(os, "fsync", fsync)


def test_an_edit_made_meanwhile_is_merged(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(COMMENTED)
    meanwhile(monkeypatch, lambda: folder.write(COMMENTED.replace("'newest'", "'oldest'") + " # new"))
    loaded = set_value(folder.config, "workers.count", 7)
    assert folder.text() == COMMENTED.replace("'newest'", "'oldest'").replace("= 5 ", "= 7 ") + " # new"
    assert not changed(loaded)


def test_a_file_broken_meanwhile_is_left_alone(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(COMMENTED)
    meanwhile(monkeypatch, lambda: folder.write("[workers\ncount = 6\n"))
    with pytest.raises(ConfigError, match="line 1: is not valid TOML"):
        set_value(folder.config, "workers.count", 7)
    assert folder.text() == "[workers\ncount = 6\n"


def test_a_file_taken_away_meanwhile_is_not_brought_back(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write(COMMENTED)
    meanwhile(monkeypatch, folder.config.unlink)
    with pytest.raises(FileNotFoundError):
        set_value(folder.config, "workers.count", 7)
    assert [path.name for path in folder.path.iterdir()] == [".config.toml.lock"]


def test_a_file_that_never_rests_is_left_alone(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(COMMENTED)
    sizes = iter(range(1, 100))
    meanwhile(monkeypatch, lambda: folder.write(COMMENTED + "#" * next(sizes)), times=100)
    with pytest.raises(ConfigError, match="changed again and again"):
        set_value(folder.config, "workers.count", 7)
    assert folder.text().startswith(COMMENTED)


def test_a_mistake_that_stood_there_before_is_named_with_its_line(folder: Folder) -> None:
    folder.write("[ssh]\non_disconnect = 1\n")
    with pytest.raises(ConfigError, match=r"config\.toml line 2: ssh\.on_disconnect"):
        set_value(folder.config, "workers.count", 7)


def test_symbolic_link_mode_and_no_leftovers(folder: Folder) -> None:
    real = folder.write(COMMENTED, "dotfiles/real.toml")
    real.chmod(0o640)
    folder.config.symlink_to(real)
    set_value(folder.config, "workers.count", 7)
    assert folder.config.is_symlink()
    assert "count = 7" in real.read_text()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(path.name for path in real.parent.iterdir()) == [".real.toml.lock", "real.toml"]


def test_savers_wait_for_each_other(folder: Folder) -> None:
    folder.write("")
    threads = [
        threading.Thread(target=add_channels, args=(folder.config, [{"url": f"https://a.example/{number}"}]))
        for number in range(8)
    ]
    with (folder.path / ".config.toml.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for thread in threads:
            thread.start()
        assert folder.text() == ""
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert len(load(folder.config).settings.channels) == 8


def test_an_unwritable_folder_is_one_sentence(folder: Folder) -> None:
    folder.write(COMMENTED)
    # A folder where the new text would go stops root too, whom no mode stops.
    (folder.path / ".config.toml.tmp").mkdir()
    with pytest.raises(ConfigError, match=r"config\.toml: cannot be written: Is a directory"):
        set_value(folder.config, "workers.count", 7)
    assert folder.text() == COMMENTED


def test_tomlkit_waits_for_a_save() -> None:
    script = "import sys, ytui.config; print('tomlkit' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", script], text=True).strip() == "False"
