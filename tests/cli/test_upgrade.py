"""``upgrade``: which yt-dlp there is and which it would become; never under jobs that run."""

from __future__ import annotations

import subprocess
from functools import partial
from importlib import metadata
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.processes.packages import install, plugin, python, wheel
from ytui.engine.maintenance import ytdlp_upgrade as upgrading
from ytui.engine.maintenance.ytdlp_upgrade import UpgradeError
from ytui.engine.ownership.lock import LibraryLock
from ytui.store.database import Store

__all__ = ["install", "python"]


@pytest.fixture
def packages(tmp_path: Path, install: list[str], python: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of packages that the commands install from, into an environment of their own."""
    monkeypatch.setattr(upgrading, "installer", lambda: install)
    monkeypatch.setattr(upgrading, "look", partial(upgrading.look, python=python))
    monkeypatch.setattr(upgrading, "upgrade", partial(upgrading.upgrade, python=python))
    return tmp_path / "packages"


def test_a_check_says_both_and_changes_nothing(ytui: Ytui, packages: Path) -> None:
    wheel(packages, "2.0")
    wheel(packages, "3.0.dev0")
    answer = ytui.json("upgrade", "--check")
    assert answer["packages"] == [{"name": "yt-dlp", "installed": "1.0", "newest": "2.0"}]
    assert (answer["release"], answer["newer"], answer["problem"]) == ("stable", True, "")
    said = ytui("upgrade", "--check")
    assert said.out.splitlines()[1].split() == ["yt-dlp", "1.0", "2.0"]
    assert said.out.splitlines()[-1] == "`ytui upgrade` installs them"
    ytui.configure('[ytdlp]\nrelease = "nightly"\n')
    assert ytui.json("upgrade", "--check")["packages"][0]["newest"] == "3.0.dev0"


def test_doctor_says_what_the_index_had(ytui: Ytui, packages: Path) -> None:
    def said() -> str:
        (check,) = (check for check in ytui.json("doctor")["checks"] if check["name"] == "upgrade")
        return str(check["verdict"])

    assert said() == "`ytui upgrade --check` asks for newer versions"
    wheel(packages, "9999.1")
    ytui("upgrade", "--check")
    assert f"yt-dlp {metadata.version('yt-dlp')} would become 9999.1 (stable versions, 20" in said()


def test_it_is_installed_and_written_down(ytui: Ytui, packages: Path) -> None:
    wheel(packages, "2.0")
    answer = ytui.json("upgrade")
    assert answer["packages"] == [{"name": "yt-dlp", "before": "1.0", "after": "2.0"}]
    assert "yt-dlp 1.0 is now 2.0" in ytui("logs").out
    assert ytui("upgrade").out == "yt-dlp 2.0 is the newest there is\n"
    assert ytui("upgrade", "--check").out.splitlines()[-1] == "nothing is newer"


def test_a_plugin_that_cannot_be_looked_up_is_said(ytui: Ytui, packages: Path, install: list[str]) -> None:
    plugin(packages, "torn", "1.0")
    subprocess.run([*install, "-q", "torn"], check=True)
    (packages / "torn-2.0-py3-none-any.whl").write_text("not a package")
    said = ytui("upgrade", "--check")
    assert said.code == 1
    assert "nothing is known of newer plug-ins: " in said.err
    assert ytui.json("upgrade", code=1)["problem"]


def test_it_leaves_alone_what_jobs_use(ytui: Ytui, store: Store, packages: Path) -> None:
    library_lock = LibraryLock.acquire(ytui.places)
    library_lock.announce(store, "app")
    wheel(packages, "2.0")
    said = ytui("upgrade")
    assert said.code == 3
    assert "uses the yt-dlp that is here: press ! there, or end it first" in said.sentence
    assert ytui.json("upgrade", "--check")["newer"]
    library_lock.release(store)


def test_what_cannot_be_upgraded_is_one_sentence(ytui: Ytui, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> list[str]:
        raise UpgradeError("there is neither pip nor uv here")

    monkeypatch.setattr(upgrading, "installer", none)
    said = ytui("upgrade")
    assert (said.code, said.sentence) == (1, "ytui: yt-dlp stays as it is: there is neither pip nor uv here")
