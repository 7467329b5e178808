"""``demo`` from end to end, and the sample site that a kept one finds again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_run import SUMMARY
from tests.support.processes.waiting import PATIENCE
from ytui.cli.commands.demo import LONGEST, site_at


def test_the_demo_ends_by_itself_and_shows_every_kind_of_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # None of the world's sites is asked for: their patterns are half of what its fork server loads.
    monkeypatch.setenv("YTUI_WARM_PATTERNS", "0")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "ytui",
            "demo",
            "--headless",
            "--fast",
            "--json",
            "--keep",
            str(tmp_path / "kept"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST + PATIENCE,
    )
    answer = json.loads(done.stdout)
    assert done.returncode == 1
    assert " ".join(answer) == SUMMARY
    assert len(answer["by_channel"]) == answer["channels"] == 6
    assert answer["new"] == answer["videos"]
    assert answer["downloaded"] > answer["videos"] / 2
    assert {"private", "removed", "geo_blocked", "drm", "postprocess_failed", "network_dns"} <= set(
        answer["plan"]
    )
    assert not {"bot_check", "rate_limited", "server_error", "upcoming"} & set(answer["plan"])
    assert len(list((tmp_path / "kept" / "library").glob("[!.]*/*.mp4"))) == answer["downloaded"]


def test_a_kept_demo_finds_its_site_again(tmp_path: Path) -> None:
    remembered = tmp_path / "port"
    with site_at(remembered, fast=True) as first:
        taken = first.port
        with site_at(remembered, fast=True) as beside:
            assert beside.port != taken
    remembered.write_text(f"{taken}\n")
    with site_at(remembered, fast=True) as again:
        assert again.port == taken
    remembered.write_text("700000")
    with site_at(remembered, fast=True) as other:
        assert other.port < 65536
