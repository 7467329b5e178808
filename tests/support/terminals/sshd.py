"""A real ``sshd`` on loopback with its own port, keys and configuration; the system's are not touched."""

from __future__ import annotations

import getpass
import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes.waiting import until

PROGRAM = shutil.which("sshd") or "/usr/sbin/sshd"
AVAILABLE = Path(PROGRAM).exists() and shutil.which("ssh") is not None
_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
"""


@dataclass(frozen=True)
class Sshd:
    """A running server."""

    folder: Path
    port: int
    pid: int

    def command(self, command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
        """What runs ``command`` on a terminal at the server's end; ssh itself hands no variables on."""
        variables = [f"{name}={value}" for name, value in environ.items() if name not in ("_", "TERM")]
        options = ("-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self.folder}/known")
        identity = ("-o", "IdentitiesOnly=yes", "-i", str(self.folder / "user"))
        remote = shlex.join(["cd", os.getcwd()]) + " && exec " + shlex.join(["env", *variables, *command])  # noqa: PTH109
        where = ("-p", str(self.port), f"{getpass.getuser()}@127.0.0.1")
        return ["ssh", "-tt", "-F", "none", "-q", *options, *identity, *where, remote]

    def session_of(self, pid: int) -> int:
        """The server's process for the connection that a process runs on."""
        while (parent := _parent(pid)) != self.pid:
            if parent <= 1:
                raise LookupError(f"process {pid} does not run on this server")
            pid = parent
        return pid


@contextmanager
def an_sshd(folder: Path) -> Iterator[Sshd]:
    """A server for as long as it is needed."""
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(key, check=True, stdin=subprocess.DEVNULL)
    if os.geteuid() == 0:
        # Compiled into sshd, which refuses to start as root without it; it stays empty.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "sshd_config"
    config.write_text(_CONFIG.format(port=port, folder=folder))
    with (folder / "sshd.log").open("wb") as log:
        server = subprocess.Popen([PROGRAM, "-D", "-e", "-f", str(config)], stderr=log)
    try:
        until(lambda: server.poll() is not None or _answers(port))
        assert server.poll() is None, (folder / "sshd.log").read_text()
        yield Sshd(folder, port, server.pid)
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
