"""Completion in real shells: a name is inserted as it is, and nothing of it is evaluated."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from tests.support.terminals.pty_terminal import Terminal
from ytui.store.database import Database

EVIL = "Evil $(touch pwned) `touch pwned` \"a\" 'b' & c; touch pwned | $HOME * ~ \\d #e !f"


@pytest.fixture(autouse=True)
def known(db: Database) -> None:
    films = factories.add_channel(db, "Film: music")
    for name in ("Blender Studio", "blender talk", EVIL):
        factories.add_channel(db, name)
    video, other = factories.add_videos(db, films, factories.entry("aB-cd"), factories.entry("aBzzz"))
    factories.fail(db, factories.run(db, factories.queue_job(db, video)), factories.PRIVATE, factories.NEVER)
    factories.queue_job(db, other)


SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        'bind "set bell-style none"; eval "$(_YTUI_COMPLETE=bash_source ytui)"',
    ),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; eval "$(ytui completion zsh)"'),
    "fish": (["fish", "--no-config", "-i"], "ytui completion fish | source"),
}


@pytest.fixture
def shell(ytui: Ytui, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A shell in a folder of its own, where ``ytui`` completes, and else says what it was given."""
    if shutil.which(request.param) is None:
        pytest.skip(f"needs {request.param}")
    command, setup = SHELLS[request.param]
    program = tmp_path / "bin" / "ytui"
    program.parent.mkdir()
    program.write_text(
        "#!/bin/sh\n"
        f'[ -n "$_YTUI_COMPLETE$1" ] && case "$_YTUI_COMPLETE$1" in *_complete|*_source|completion) '
        f'exec {sys.executable} -m ytui "$@";; esac\n'
        'for each do printf "GIVEN<%s>\\n" "$each"; done\n'
    )
    program.chmod(0o755)
    (tmp_path / "home").mkdir()
    environ = {
        **os.environ,
        "PATH": f"{program.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path / "home"),
        "TERM": "xterm",
        "LC_ALL": "C.UTF-8",
        "YTUI_CONFIG": str(ytui.places.config_file),
        "YTUI_DATA_DIR": str(ytui.places.data_dir),
        "PYTHONPATH": str(Path.cwd()),
    }
    environ.pop("_YTUI_COMPLETE", None)
    (tmp_path / "work").mkdir()
    with Terminal(["env", "-C", str(tmp_path / "work"), *command], environ, columns=200) as terminal:
        terminal.type(f"{setup}; echo rea''dy\n")
        terminal.shows("ready")
        yield terminal
        terminal.type("\x03exit\n")
    assert list(tmp_path.rglob("pwned*")) == []


@pytest.mark.parametrize("shell", SHELLS, indirect=True)
@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("fetch Ev", EVIL),
        ('fetch "Ev', EVIL),
        ("fetch 'Ev", EVIL),
        ("fetch Film:", "Film: music"),
        ("fetch Blender\\ S", "Blender Studio"),
        ("edit Blender\\ Studio quality=7", "quality=720p"),
        ("plan show E-", "E-0001"),
        ("why job:", "job:2"),
    ],
)
def test_a_name_is_inserted_as_it_is_and_nothing_of_it_is_evaluated(
    shell: Terminal, typed: str, given: str
) -> None:
    shell.type(f"ytui {typed}\t")
    shell.quiet(1.0)
    shell.type("\n")
    shell.shows(f"GIVEN<{given}>")


@pytest.mark.parametrize("shell", SHELLS, indirect=True)
def test_several_are_listed(shell: Terminal) -> None:
    shell.type("ytui plan \t\t")
    shell.shows("dismiss")


@pytest.mark.parametrize("shell", SHELLS, indirect=True)
def test_a_key_waits_for_its_value(shell: Terminal) -> None:
    shell.type("ytui edit Films qual\t")
    shell.quiet(1.0)
    shell.type("480p\n")
    shell.shows("GIVEN<quality=480p>")
