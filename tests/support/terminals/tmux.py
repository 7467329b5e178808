"""A server of tmux of its own, and programs in its windows."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from tests.support.processes.waiting import PATIENCE, until
from tests.support.terminals.pty_terminal import Screen, Terminal, is_alive

# Nothing that the program writes may be missed: it begins when a key says so.
_AT_A_KEY = ("sh", "-c", 'read key; exec "$@"', "sh")


class Tmux:
    """A server on a socket of its own, without anybody's configuration; started by its first window."""

    def __init__(self, socket: Path, environ: Mapping[str, str]) -> None:
        self.socket = socket
        self._environ = environ

    def __call__(self, *arguments: str) -> str:
        """Run a command of tmux; what it printed."""
        done = subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=dict(self._environ)
        )
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """The words that run a command of this server."""
        return ["tmux", "-f", os.devnull, "-S", str(self.socket), *arguments]

    def window(self, command: Sequence[str], *, rows: int = 24, columns: int = 80) -> Window:
        """A window in which ``command`` begins when ``go`` is called."""
        return Window(self, [*_AT_A_KEY, *command], rows, columns)

    def attach(self) -> Terminal:
        """Somebody who looks, on a terminal of the usual size, without tmux's own status line."""
        self("set-option", "-g", "status", "off")
        return Terminal(self.command("attach-session"), self._environ)

    def kill(self) -> None:
        """End the server by force, as a machine does that is short of memory."""
        os.kill(int(self("display-message", "-p", "#{pid}")), signal.SIGKILL)


class Window(Screen):
    """A program in a window; a context manager, at whose end the server is gone with all that is in it."""

    def __init__(self, tmux: Tmux, command: Sequence[str], rows: int, columns: int) -> None:
        self.tmux = tmux
        size = ("-x", str(columns), "-y", str(rows))
        first = ("new-session", "-d", *size) if not tmux("list-sessions") else ("new-window", "-d")
        self.pane, pid = tmux(*first, "-P", "-F", "#{pane_id} #{pane_pid}", *command).split()
        self.pid = int(pid)
        self._log = tmux.socket.with_name(f"{tmux.socket.name}-{self.pane.strip('%')}.log")
        self._log.touch()
        tmux("pipe-pane", "-t", self.pane, f"exec cat >{shlex.quote(str(self._log))}")

    def __enter__(self) -> Self:
        self.go()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.tmux("kill-server")

    def go(self) -> None:
        """Let the program begin."""
        self.tmux("send-keys", "-t", self.pane, "Enter")

    @property
    def output(self) -> bytes:
        """What the program wrote to the window's own terminal."""
        return self._log.read_bytes()

    def type(self, keys: str) -> None:
        """Press keys."""
        self.tmux("send-keys", "-t", self.pane, "-l", keys)

    def hang_up(self) -> None:
        """Take the terminal away, with the whole server."""
        self.tmux.kill()

    def gone(self, seconds: float = PATIENCE) -> float:
        """Wait for the program's end; how many seconds it took."""
        started = monotonic()
        until(lambda: not is_alive(self.pid), seconds)
        return monotonic() - started

    def close(self) -> None:
        """Take the terminal away, as somebody does who closes the window."""
        self.tmux("kill-pane", "-t", self.pane)


@contextmanager
def a_tmux(socket: Path, environ: Mapping[str, str]) -> Iterator[Tmux]:
    """A server for as long as it is needed."""
    made = Tmux(socket, environ)
    try:
        yield made
    finally:
        made("kill-server")
