"""Where the terminal really comes from: a login over SSH, and a window of tmux."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.support.processes.tty_home import WORKERS, Home
from tests.support.processes.waiting import until
from tests.support.terminals.pty_terminal import Terminal, is_alive
from tests.support.terminals.sshd import an_sshd
from tests.support.terminals.tmux import a_tmux


@pytest.mark.needs("sshd", "ssh")
def test_a_killed_ssh_session(home: Home, tmp_path_factory: pytest.TempPathFactory) -> None:
    environ = home.environ()
    with an_sshd(tmp_path_factory.mktemp("sshd")) as sshd:
        with Terminal(sshd.command(home.command(), environ), environ) as ssh:
            home.busy()
            holder = home.holder()
            assert holder is not None
            os.kill(sshd.session_of(holder.pid), signal.SIGKILL)
            until(lambda: not is_alive(holder.pid))
            ssh.gone()
        until(lambda: len(home.successors()) == 1)
        home.complete()
        home.sent_once()
        home.deserted()


@pytest.mark.needs("tmux")
def test_a_window_of_tmux(home: Home, tmp_path: Path) -> None:
    with a_tmux(tmp_path / "tmux", home.environ()) as tmux, tmux.window(home.command()) as window:
        home.busy()
        window.shows(f"{WORKERS} running")
        with tmux.attach() as client:
            client.shows("Channels")
            client.hang_up()
            client.gone()
        # Nobody looks any more: that is nothing to the application.
        assert home.successors() == []
        home.held_by(window.pid)
        tmux.kill()
        window.gone()
        until(lambda: len(home.successors()) == 1)
        home.complete()
        home.sent_once()
        home.deserted()
