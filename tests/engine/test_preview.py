"""A look at a channel before it is added: real processes against the sample site, and no row written."""

from __future__ import annotations

from tests.engine.conftest import Home, Site
from tests.support.processes.waiting import until
from tests.support.rows.library_queries import pages
from ytui import config
from ytui.core.models import Tab
from ytui.core.settings import Channel
from ytui.engine.channels.preview import extractor_of, preview
from ytui.engine.jobs.job_process import JobProcess, group_lives

MODULES = ("ytui.demo.extractor",)


def test_the_newest_entries_are_shown_and_nothing_is_written(home: Home, tiny_site: Site) -> None:
    with home.engine(fetch_due=False) as engine:
        found = engine.preview(Channel(tiny_site.channel_url("tiny1")))
        assert (found.problem, found.more, found.other_tabs) == ("", True, True)
        assert len(found.entries) == 2
        assert found.name
    assert pages(tiny_site) == ["tiny1/videos 1"]
    for table in ("channels", "videos", "jobs", "entries"):
        assert home.db.value(f"SELECT count(*) FROM {table}") == 0
    # Its requests are counted like those of any job.
    assert home.db.value("SELECT count(*) FROM sites WHERE site = '127.0.0.1' AND data <> '{}'") == 1


def test_a_short_list_is_known_to_be_over(home: Home, tiny_site: Site) -> None:
    channel = Channel(tiny_site.channel_url("tiny1"), tabs=(Tab.STREAMS, Tab.SHORTS))
    found = preview(home.places, config.load(home.places.config_file).settings, channel, modules=MODULES)
    assert (len(found.entries), found.more, found.other_tabs) == (2, False, False)


def test_what_cannot_be_listed_says_why(home: Home) -> None:
    found = preview(
        home.places,
        config.load(home.places.config_file).settings,
        Channel("http://127.0.0.1:9/channel/x"),
        modules=MODULES,
    )
    assert found.entries == ()
    assert "connect" in found.problem.lower()


def test_a_preview_can_be_cancelled(home: Home, tiny_site: Site) -> None:
    started: list[JobProcess] = []

    def cancel(process: JobProcess) -> None:
        started.append(process)
        process.cancel()

    channel = Channel(tiny_site.channel_url("tiny1"))
    assert not preview(
        home.places, config.load(home.places.config_file).settings, channel, modules=MODULES, on_start=cancel
    ).entries
    until(lambda: not group_lives(started[0].pid))
    assert len(started) == 1


def test_the_extractor_is_told_without_a_request(home: Home, tiny_site: Site) -> None:
    assert extractor_of(home.places, "https://www.youtube.com/@Films") == "youtube:tab"
    assert extractor_of(home.places, "https://example.org/films") == "generic"
    assert extractor_of(home.places, tiny_site.channel_url("tiny1"), MODULES).lower().startswith("ytui")
    assert tiny_site.log == []
