"""``doctor`` on yt-dlp's plug-ins: what is loaded, and what is configured but silent."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

PROVIDER = """
__version__ = "3.1"
print("loud")
from yt_dlp.extractor.youtube.pot.provider import PoTokenProvider, register_provider

@register_provider
class {0}PTP(PoTokenProvider):
    PROVIDER_NAME = "{0}:http"
    DEFAULT_BASE_URL = "{1}"
    def is_available(self): return True
    def _real_request_pot(self, request): raise NotImplementedError

class {0}PP(__import__("yt_dlp").postprocessor.common.PostProcessor): pass
"""


def write(folder: Path, name: str, text: str) -> Path:
    modules = folder / name / "yt_dlp_plugins" / "extractor"
    modules.mkdir(parents=True)
    (modules / f"{name}.py").write_text(text)
    return folder


@pytest.fixture
def listening() -> Any:
    """A port on which something answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def told(root: Path, *args: str, channel: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """What a doctor in a process of its own says of plug-ins and providers; only this test's."""
    more = f'\n[[channels]]\nurl = "https://example.org/x"\nargs = {json.dumps(channel)}' if channel else ""
    library = f'[library]\npath = "{root / "library"}"'
    (root / "config.toml").write_text(f"{library}\n[ytdlp]\nargs = {json.dumps(args)}{more}\n")
    places = ("--config", root / "config.toml", "--data-dir", root / "data")
    command = [sys.executable, "-m", "ytui", *map(str, places), "doctor", "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    checks: list[dict[str, Any]] = json.loads(ended.stdout)["checks"]
    about = [check for check in checks if check["name"] in ("plug-in", "token provider")]
    return [check for check in about if "bgutil" not in check["verdict"] and "4416" not in check["verdict"]]


def test_each_is_named_with_its_version_and_what_it_brings(tmp_path: Path, listening: int) -> None:
    dead = f"http://127.0.0.1:{free_port()}"
    one = write(tmp_path / "one", "mine", PROVIDER.format("mine", f"http://127.0.0.1:{listening}"))
    two = write(tmp_path / "two", "theirs", PROVIDER.format("theirs", dead))
    with zipfile.ZipFile(two / "packed.zip", "w") as archive:
        archive.writestr(
            "yt_dlp_plugins/extractor/packed.py",
            "from yt_dlp.extractor.common import InfoExtractor\n"
            "class PackedIE(InfoExtractor):\n    IE_NAME = 'packed'\n",
        )
    checks = told(tmp_path, "--plugin-dirs", str(one), channel=("--plugin-dirs", str(two)))
    verdicts = {check["verdict"]: check["ok"] for check in checks}
    assert verdicts == {
        f"mine 3.1: step minePP; tokens by mine:http; from {one / 'mine'}": True,
        f"theirs 3.1: step theirsPP; tokens by theirs:http; from {two / 'theirs'}": True,
        f"packed.zip: site packed; from {two / 'packed.zip'}": True,
        f"http://127.0.0.1:{listening} answers": True,
        f"{dead} does not answer (Connection refused)": False,
    }


def test_what_is_configured_but_silent_is_missing(tmp_path: Path) -> None:
    broken = write(tmp_path / "some", "broken", "import no_such_module_anywhere")
    write(tmp_path / "some", "empty", "")
    inner = broken / "broken"
    checks = told(tmp_path, "--plugin-dirs", str(broken), "--plugin-dirs", str(inner))
    assert [check["ok"] for check in checks] == [False] * 3
    verdicts = {check["verdict"].split(":")[0]: check for check in checks}
    assert "No module named 'no_such_module_anywhere'" in verdicts["broken"]["verdict"]
    assert "brings nothing" in verdicts["empty"]["verdict"]
    assert f"{inner}/NAME/yt_dlp_plugins" in verdicts[str(inner)]["verdict"]


def test_a_provider_that_the_options_name_is_asked_where_they_say(tmp_path: Path) -> None:
    folder = write(tmp_path / "some", "mine", PROVIDER.format("mine", "http://127.0.0.1:1"))
    url = f"http://me:SECRET@127.0.0.1:{free_port()}"
    args = ("--plugin-dirs", str(folder), "--extractor-args", f"youtubepot-mine:base_url={url}")
    (provider,) = (check for check in told(tmp_path, *args) if check["name"] == "token provider")
    assert provider["verdict"] == f"{url.replace('me:SECRET@', '')} does not answer (Connection refused)"
    assert provider["mend"] == "start it"


def test_a_provider_whose_address_is_none_is_told(tmp_path: Path) -> None:
    given = "base_url=nonsense,me:SECRET@localhost:1,http://:1,http://a:99999"
    checks = told(tmp_path, "--extractor-args", f"youtubepot-mine:{given}")
    found = [check for check in checks if check["name"] == "token provider"]
    names = ("nonsense", "localhost:1", "http://:1", "http://a:99999")
    assert [check["verdict"] for check in found] == [f"base_url={name} is no address" for name in names]
    assert not any(check["ok"] for check in found)
    assert all("http://127.0.0.1:4416" in check["mend"] for check in found)


def test_a_folder_that_is_not_there_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[ytdlp]\nargs = ["--plugin-dirs", "/no/such"]\n')
    places = ("--config", tmp_path / "config.toml", "--data-dir", tmp_path / "data")
    command = [sys.executable, "-m", "ytui", *map(str, places), "channels"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ended.returncode == 2
    assert "--plugin-dirs /no/such: there is no such folder" in ended.stderr
