"""``add --dry-run`` says what an address would bring, and leaves everything as it was."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.servers.demo_site import UNLIMITED, tiny_site
from ytui.demo.site import Site
from ytui.engine.ownership.lock import LibraryLock
from ytui.store import jobs, sites
from ytui.store.database import Store
from ytui.store.rows import SiteRow

__all__ = ["tiny_site"]


@pytest.fixture(autouse=True)
def _sample_extractor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YTUI_EXTRACTORS", "ytui.demo.extractor")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_it_says_what_would_come_and_makes_nothing(ytui: Ytui, tiny_site: Site) -> None:
    url = tiny_site.channel_url("tiny1")
    before = files(ytui.root)
    said = ytui("add", url, "--dry-run", "--backlog", "newest 1")
    assert said.code == 0, said
    assert f"{url}  by ytuidemo:tab" in said.out
    for words in ("videos: at least 2 entries", "shorts: 2 entries", "streams: nothing"):
        assert words in said.out
    assert "backlog newest 1: 2 videos" in said.out
    assert "nothing was changed" in said.out
    ytui.places.config_file.unlink()
    answer = ytui.json("add", url, "--dry-run")
    (channel,) = answer["channels"]
    assert answer["dry_run"] is True
    assert [(tab["tab"], tab["entries"], tab["more"]) for tab in channel["tabs"]] == [
        ("videos", 2, True), ("shorts", 2, False), ("streams", 0, False),
    ]  # fmt: skip
    assert (channel["backlog"], channel["videos"], channel["at_least"]) == ("newest 30", 4, True)
    assert channel["forecast"].startswith("at least 4 videos")
    assert files(ytui.root) == [name for name in before if name != "config.toml"]


def test_beside_a_holder_it_judges_by_the_library_and_writes_no_row(
    ytui: Ytui, store: Store, tiny_site: Site
) -> None:
    ytui.configure(UNLIMITED + f'[[channels]]\nurl = "{tiny_site.channel_url("tiny1")}"\n')
    text = ytui.places.config_file.read_text()
    library_lock = LibraryLock.acquire(ytui.places)
    try:
        answer = ytui.json("add", tiny_site.channel_url("tiny1"), "--dry-run")
        assert (answer["known"], answer["channels"]) == ([tiny_site.channel_url("tiny1")], [])
        site = SiteRow("127.0.0.1", "cooldown", time.time() + 60, "429", 1)
        sites.save(store.db, site)
        answer = ytui.json("add", tiny_site.channel_url("other"), "--dry-run", code=1)
        assert "cooling down until" in answer["failed"][0]["reason"]
    finally:
        library_lock.release(store)
    assert tiny_site.log == []
    assert jobs.count(store.db) == store.db.value("SELECT count(*) FROM channels") == 0
    assert sites.get(store.db, "127.0.0.1") == site
    assert ytui.places.config_file.read_text() == text


def test_what_cannot_be_had_is_one_sentence(ytui: Ytui) -> None:
    said = ytui("add", "nonsense", "--dry-run")
    assert (said.code, said.out) == (2, "")
    assert "not a URL" in said.sentence
    said = ytui("add", "http://127.0.0.1:9/channel/x", "--dry-run")
    assert (said.code, said.out) == (1, "")
    assert said.sentence.startswith("ytui: http://127.0.0.1:9/channel/x: ")
    said = ytui("add", "https://example.org/x", "--quality", "5p", "--dry-run")
    assert said.code == 2
    assert "--quality must be one of best" in said.sentence
