"""Lines for a shell on another machine: how a file of this one is fetched or played from there, over SSH."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SSH_PORT = 22
_MAPPED = "::ffff:"
"""So IPv4 is written where one socket takes both."""
_SPECIAL = re.compile(r"([^\w@%+=:,./-])")


@dataclass(frozen=True)
class SshAddress:
    """Where this machine is for ``ssh``; ``user`` is empty where ``~/.ssh/config`` of the other one knows."""

    host: str
    user: str = ""
    port: int = SSH_PORT

    @property
    def login(self) -> str:
        """For ``ssh``."""
        return f"{self.user}@{self.host}" if self.user else self.host

    @property
    def bracketed(self) -> str:
        """For ``scp`` and addresses, where a colon follows: IPv6 has some of its own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.user}@{host}" if self.user else host


def ssh_address(name: str | None, environ: Mapping[str, str], user: str, hostname: str) -> SshAddress:
    """Return where this machine is: the ``name`` it was given, else the address that this session came to."""
    if name:
        return SshAddress(name)
    # The client's address and port, then this machine's.
    connection = environ.get("SSH_CONNECTION", "").split()
    if len(connection) == 4 and connection[3].isdecimal():
        return SshAddress(connection[2].removeprefix(_MAPPED), user, int(connection[3]))
    return SshAddress(hostname, user)


def escaped(path: str) -> str:
    """Return a path for the shell over there.

    By backslashes alone: ``scp`` hands it to a shell or, from OpenSSH 9 on, to its own patterns, for which
    ``[id]`` in a name is one as well, and which know no quotes.
    """
    return _SPECIAL.sub(r"\\\1", path)


def scp_line(address: SshAddress, paths: Sequence[str], *, folders: bool = False) -> str:
    """Return what fetches files, or whole ``folders``, into the folder where it is typed."""
    words = ["scp", *(["-r"] if folders else [])]
    words += ["-P", str(address.port)] if address.port != SSH_PORT else []
    return shlex.join([*words, *(f"{address.bracketed}:{escaped(path)}" for path in paths), "."])


def sftp_line(address: SshAddress, paths: Sequence[str]) -> str:
    """Return what plays files with an ``mpv`` that was built with SFTP: it can jump in them.

    FFmpeg takes the path of such an address as it stands: nothing in it is to be encoded.
    """
    port = f":{address.port}" if address.port != SSH_PORT else ""
    return shlex.join(["mpv", *(f"sftp://{address.bracketed}{port}{path}" for path in paths)])


def cat_line(address: SshAddress, path: str) -> str:
    """Return what plays a file with any ``mpv``, from its beginning on."""
    port = ["-p", str(address.port)] if address.port != SSH_PORT else []
    return shlex.join(["ssh", *port, address.login, f"cat {escaped(path)}"]) + " | mpv -"
