"""Completion: what a shell is offered for the word at the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.cli.main import run
from ytui.store import channels, named_plans
from ytui.store.database import Database

EVIL = "Evil $(touch pwned) `touch pwned` \"a\" 'b' & c; touch pwned | $HOME * ~ \\d #e !f"
Offered = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def known(db: Database) -> None:
    films = factories.add_channel(db, "Film: music")
    for name in ("Blender Studio", "blender talk", EVIL):
        factories.add_channel(db, name)
    video, other = factories.add_videos(
        db, films, factories.entry("aB-cd"), factories.entry("aBzzz", title="B\tand\nb")
    )
    factories.fail(db, factories.run(db, factories.queue_job(db, video)), factories.PRIVATE, factories.NEVER)
    factories.queue_job(db, other)
    named_plans.create(db, "Weekend", [1], factories.NOW)


@pytest.fixture
def offered(ytui: Ytui, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Offered:
    """What is offered for the last of some words."""
    monkeypatch.setenv("_YTUI_COMPLETE", "bash_complete")

    def ask(*words: str) -> list[str]:
        monkeypatch.setenv("YTUI_WORDS", "\n".join(["ytui", *ytui.options, *words]))
        capsys.readouterr()
        with pytest.raises(SystemExit):
            run([])
        lines = [line.split("\t") for line in capsys.readouterr().out.splitlines() if line]
        assert all(len(line) == 3 for line in lines)
        return [value for _, value, _ in lines]

    return ask


def test_commands_options_and_words(offered: Offered) -> None:
    assert offered("pl") == ["plan"]
    assert offered("plan", "re") == ["retry"]
    assert "--strategy" in offered("plan", "retry", "--st")
    assert offered("plan", "retry", "--strategy", "lo") == ["lower"]
    assert offered("help", "ret") == ["retention"]
    assert offered("completion", "f") == ["fish"]
    assert "--level" in offered("logs", "--le")
    assert {"network_timeout", "network_proxy"} <= set(offered("plan", "list", "--class", "net"))
    assert offered("import", "sub") == ["sub"]


def test_names_references_jobs_and_ids(offered: Offered) -> None:
    assert offered("fetch", "ble") == ["Blender Studio", "blender talk"]
    assert offered("fetch", "Blender Studio", "Ev") == [EVIL]
    assert offered("videos", "--channel", "Fi") == ["Film: music"]
    assert offered("plan", "show", "") == ["E-0001", "Weekend"]
    assert offered("plan", "retry", "e-") == ["E-0001"]
    assert offered("plan", "create", "W") == ["Weekend"]
    assert offered("delete", "aB") == ["aB-cd", "aBzzz"]
    assert offered("delete", "ab") == []
    assert offered("why", "job:") == ["job:2"]
    assert offered("status", "") == ["2"]
    assert offered("cancel", "E") == ["E-0001", EVIL]
    assert offered("fetch", "100%_") == []


def test_what_is_edited_and_to_what(offered: Offered, db: Database) -> None:
    assert offered("edit", "ble") == ["Blender Studio", "blender talk"]
    assert offered("edit", "Blender Studio", "qua") == ["quality="]
    assert offered("edit", "Blender Studio", "quality=7") == ["quality=720p"]
    assert offered("edit", "Blender Studio", "extras=nfo,meta") == ["extras=nfo,metadata"]
    assert offered("edit", "Blender Studio", "live=") == ["live=true", "live=false"]
    channels.set_tags(db, 1, ["movies", "music"])
    assert offered("edit", "--tag", "mo") == ["movies"]
    assert offered("edit", "--tag", "movies", "qua") == ["quality="]
    assert offered("edit", "Blender Studio", "tags=music,mo") == ["tags=music,movies"]
    assert "Blender Studio" not in offered("edit", "Film: music", "live=true", "")


def test_a_library_that_is_not_there_offers_nothing_and_makes_nothing(
    ytui: Ytui, offered: Offered, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    assert offered("--data-dir", str(elsewhere), "fetch", "") == []
    assert not elsewhere.exists()
    ytui.places.database.write_text("no database")
    assert offered("fetch", "") == []


def test_nobody_waits_for_a_database_that_is_locked(offered: Offered, db: Database) -> None:
    db.execute("BEGIN EXCLUSIVE")
    started = time.monotonic()
    assert "Blender Studio" in offered("fetch", "Bl")
    assert time.monotonic() - started < 5
    db.execute("ROLLBACK")


def test_the_script_is_for_the_shell_that_was_named(ytui: Ytui) -> None:
    assert ytui("completion", "bash").out.endswith("complete -o nosort -F _ytui_completion ytui\n")
    assert ytui("completion", "zsh").out.startswith("#compdef ytui\n")
    assert ytui.json("completion", "fish")["script"] == ytui("completion", "fish").out
    assert ytui("completion", "csh").code == 2
