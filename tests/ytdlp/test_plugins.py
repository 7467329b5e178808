"""yt-dlp's plug-ins in real jobs from a warm fork server: those that the options name, and no others."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.waiting import PATIENCE
from tests.ytdlp.conftest import CONTEXT, run_job
from ytui.core.failures.classifier import classify
from ytui.core.models import DetailsPart, Tab
from ytui.core.protocol import ExtractorFound
from ytui.core.tasks import Common, DetailsTask, ListingTask
from ytui.ytdlp.extractors import run_extractor_for
from ytui.ytdlp.options import check_args

BRINGS = """
from yt_dlp.extractor.common import InfoExtractor

class PluggedIE(InfoExtractor):
    IE_NAME = "plugged"
    _VALID_URL = r"https://example\\.org/plugged/(?P<id>\\w+)"
"""
REPLACES = """
from yt_dlp.extractor.youtube import YoutubeIE

class _ReplacesIE(YoutubeIE, plugin_name="own"):
    pass
"""
BROKEN = "print('hello'); import no_such_module_anywhere"
ADDRESS = "https://example.org/plugged/1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two plug-ins, of which one cannot be imported."""
    for name, text in (("brings", BRINGS), ("broken", BROKEN)):
        write(tmp_path / "plugins", name, text)
    return tmp_path / "plugins"


def write(folder: Path, name: str, text: str) -> None:
    modules = folder / name / "yt_dlp_plugins" / "extractor"
    modules.mkdir(parents=True)
    (modules / f"{name}.py").write_text(text)


def taken_by(common: Common, *args: str) -> str:
    """The extractor that takes the address in a job with these options."""
    task = ListingTask(dataclasses.replace(common, args=(*common.args, *args)), ADDRESS, Tab.LIST)
    ours, theirs = CONTEXT.Pipe()
    job = CONTEXT.Process(target=run_extractor_for, args=(task, theirs))
    job.start()
    theirs.close()
    assert ours.poll(PATIENCE)
    said: Any = ours.recv()
    job.join(PATIENCE)
    assert isinstance(said, ExtractorFound)
    return said.extractor


def test_each_job_has_the_plugins_that_its_options_name(common: Common, folder: Path) -> None:
    assert taken_by(common) == "generic"
    assert taken_by(common, "--plugin-dirs", str(folder)) == "plugged"
    assert taken_by(common, "--plugin-dirs", str(folder), "--no-plugin-dirs") == "generic"
    assert taken_by(common, "--no-plugin-dirs", "--plugin-dirs", str(folder)) == "plugged"
    assert taken_by(common) == "generic"


def details(common: Common, *args: str) -> DetailsTask:
    given = dataclasses.replace(common, args=("--proxy", "http://127.0.0.1:1", *args))
    return DetailsTask(given, "https://www.youtube.com/watch?v=aaaaaaaaaaa", (DetailsPart.METADATA,))


def test_a_plugin_may_replace_an_extractor_that_the_server_knows(common: Common, folder: Path) -> None:
    write(folder, "replaces", REPLACES)
    ended = run_job(details(common, "--plugin-dirs", str(folder)))
    assert ended.failed.evidence.message.startswith("[youtube+own] ")
    log = common.log.read_text()
    assert "No module named 'no_such_module_anywhere'" in log


def test_a_folder_that_is_not_there_is_a_wrong_setting(common: Common, tmp_path: Path) -> None:
    args = ("--plugin-dirs", str(tmp_path / "nowhere"))
    assert check_args(args) == [f"--plugin-dirs {tmp_path / 'nowhere'}: there is no such folder"]
    failure = classify(run_job(details(common, *args)).failed.evidence)
    assert failure.failure_class.value == "config"
    assert str(tmp_path / "nowhere") in failure.evidence.message


def test_looking_at_somebody_elses_options_runs_none_of_their_plugins(tmp_path: Path) -> None:
    write(tmp_path / "plugins", "leaves", f"open({str(tmp_path / 'trace')!r}, 'w')")
    args = ["--plugin-dirs", str(tmp_path / "plugins")]
    assert check_args(args) == []
    assert not (tmp_path / "trace").exists()
