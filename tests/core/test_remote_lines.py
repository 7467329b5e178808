"""Lines for another machine: whatever a file is called, the shells on both ends give its name back."""

from __future__ import annotations

import shlex
import subprocess

import pytest

from ytui.core.remote_lines import SshAddress, cat_line, escaped, scp_line, sftp_line, ssh_address

HERE = SshAddress("nas", "me")
NAMES = [
    "/media/Films/Night of the [dQw4w9WgXcQ].mp4",
    '/media/It\'s $HOME `id` "quoted" & more; #1 (2) * ? ~ ! {a,b} | <x>.webm',
    "/media/-rf \\ back.mkv",
    "/media/Größe 日本語 👩‍🚀.mp4",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_shell_over_there_reads_the_name(name: str) -> None:
    printed = subprocess.run(["sh", "-c", f"printf %s {escaped(name)}"], capture_output=True, check=True)
    assert printed.stdout.decode() == name


@pytest.mark.parametrize("name", NAMES)
def test_the_shell_here_hands_on_one_word_a_file(name: str) -> None:
    assert shlex.split(scp_line(HERE, [name, "/b"])) == ["scp", f"me@nas:{escaped(name)}", "me@nas:/b", "."]
    assert shlex.split(sftp_line(HERE, [name])) == ["mpv", f"sftp://me@nas{name}"]
    assert shlex.split(cat_line(HERE, name)) == ["ssh", "me@nas", f"cat {escaped(name)}", "|", "mpv", "-"]


def test_a_folder_is_fetched_with_all_in_it() -> None:
    assert scp_line(HERE, ["/media/a"], folders=True) == "scp -r me@nas:/media/a ."


def test_the_address_that_the_session_came_to() -> None:
    over_ssh = {"SSH_CONNECTION": "203.0.113.9 50000 192.0.2.7 2222"}
    address = ssh_address(None, over_ssh, "me", "nas")
    assert scp_line(address, ["/a"]) == "scp -P 2222 me@192.0.2.7:/a ."
    assert sftp_line(address, ["/a"]) == "mpv sftp://me@192.0.2.7:2222/a"
    assert cat_line(address, "/a") == "ssh -p 2222 me@192.0.2.7 'cat /a' | mpv -"


@pytest.mark.parametrize("said", ["", "1 2 3", "a b c d"])
def test_without_a_session_the_name_of_the_machine(said: str) -> None:
    assert ssh_address(None, {"SSH_CONNECTION": said}, "me", "nas") == HERE
    assert scp_line(ssh_address(None, {}, "", "nas"), ["/a"]) == "scp nas:/a ."


def test_the_name_that_it_was_given_goes_first() -> None:
    over_ssh = {"SSH_CONNECTION": "203.0.113.9 50000 192.0.2.7 2222"}
    assert scp_line(ssh_address("attic", over_ssh, "me", "nas"), ["/a"]) == "scp attic:/a ."


def test_ipv6_stands_in_brackets_where_a_colon_follows() -> None:
    address = ssh_address(None, {"SSH_CONNECTION": "2001:db8::9 50000 2001:db8::7 22"}, "me", "nas")
    assert shlex.split(scp_line(address, ["/a"])) == ["scp", "me@[2001:db8::7]:/a", "."]
    assert shlex.split(sftp_line(address, ["/a"])) == ["mpv", "sftp://me@[2001:db8::7]/a"]
    assert cat_line(address, "/a") == "ssh me@2001:db8::7 'cat /a' | mpv -"
    mapped = ssh_address(None, {"SSH_CONNECTION": "::ffff:203.0.113.9 1 ::ffff:192.0.2.7 22"}, "me", "nas")
    assert scp_line(mapped, ["/a"]) == "scp me@192.0.2.7:/a ."
