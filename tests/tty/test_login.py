"""Where the terminal really comes from: a login over SSH, and a window of tmux."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tty.home import Home
from tests.tty.sshd import AVAILABLE, an_sshd
from tests.tty.terminal import Terminal, is_alive
from tests.waiting import until


@pytest.mark.skipif(not AVAILABLE, reason="sshd is not installed")
def test_a_killed_ssh_session(home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    environ = home.environ()
    with an_sshd(tmp_path_factory.mktemp("sshd")) as sshd:
        with Terminal(sshd.command(home.command(), environ), environ) as ssh:
            home.busy()
            holder = home.holder()
            assert holder is not None
            os.kill(sshd.session_of(holder.pid), signal.SIGKILL)
            until(lambda: not is_alive(holder.pid), 6)
            ssh.gone()
        until(lambda: len(home.successors()) == 1)
        home.complete()
        home.sent_once()
        home.deserted()


class Tmux:
    """A server of tmux of its own."""

    def __init__(self, socket: Path, home: Home) -> None:
        self._socket, self._home = socket, home

    def __call__(self, *arguments: str) -> str:
        command = ["tmux", "-f", os.devnull, "-S", str(self._socket), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=self._home.environ(), check=False)
        return done.stdout

    @property
    def screen(self) -> str:
        return self("capture-pane", "-p")


@pytest.fixture
def tmux(home: Home, tmp_path: Path) -> Iterator[Tmux]:
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    made = Tmux(tmp_path / "tmux", home)
    yield made
    made("kill-server")


def test_a_window_of_tmux(home: Home, tmux: Tmux) -> None:
    tmux("new-session", "-d", "-x", "80", "-y", "24", *home.command())
    until(lambda: "Channels" in tmux.screen and "5 running" in tmux.screen)
    home.busy()
    holder = home.holder()
    assert holder is not None
    tmux("kill-server")
    until(lambda: not is_alive(holder.pid), 6)
    until(lambda: len(home.successors()) == 1)
    home.complete()
    home.deserted()
