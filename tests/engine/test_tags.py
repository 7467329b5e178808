"""Tags of channels: in the file, in the rows, in filters, and as groups of the list of channels."""

from __future__ import annotations

import pytest

from tests.engine.conftest import Home
from tests.support.rows.factories import NOW, add_videos, entry, queue_job
from ytui import config
from ytui.config import ConfigError
from ytui.engine.commands.channel_commands import sync_channels, update_channel
from ytui.store import channels
from ytui.store.lists import jobs_query, plan_queries, queries
from ytui.store.lists.query import ListQuery
from ytui.tui.lists import columns
from ytui.tui.lists.channel_groups import by_tag
from ytui.tui.text import ASCII

FILMS, TALKS, BIRDS = (f"https://example.org/{name}" for name in ("films", "talks", "birds"))


@pytest.fixture
def tagged(home: Home) -> Home:
    """Three channels, two of them with tags, and a video and a job of each."""
    home.channel(FILMS, 'tags = ["Video Art", "music"]')
    home.channel(TALKS, 'tags = ["music"]')
    home.channel(BIRDS)
    sync_channels(home.db, config.load(home.places.config_file).settings, NOW)
    for row in channels.subscribed(home.db):
        (video,) = add_videos(home.db, row, entry(f"of {row.name}", title=f"of {row.name}"))
        queue_job(home.db, video)
    return home


def names(home: Home, query: ListQuery, text: str) -> list[str]:
    column = "name" if query.table == "channels" else "title"
    return sorted(record[column] for record in query.filtered(text).page(home.db, 0, 99))


def test_filters_find_what_is_of_a_channel_with_the_tag(tagged: Home) -> None:
    assert names(tagged, queries.channels(), "tag:music") == ["films", "talks"]
    assert names(tagged, queries.channels(), '-tag:"video art"') == ["birds", "talks"]
    for query in (queries.videos(), jobs_query.jobs()):
        assert names(tagged, query, "tag:music") == ["of films", "of talks"]
        assert names(tagged, query, "tag:art of") == ["of films"]
        assert names(tagged, query, "-tag:music") == ["of birds"]
    assert names(tagged, plan_queries.unresolved(), "tag:music") == []


def test_a_changed_tag_is_that_of_the_row(tagged: Home) -> None:
    update_channel(tagged.db, tagged.places, TALKS, {"tags": ["speech"]}, NOW)
    row = channels.by_url(tagged.db, TALKS)
    assert row is not None
    assert row.tags == ("speech",)
    update_channel(tagged.db, tagged.places, TALKS, {"tags": None}, NOW)
    assert names(tagged, queries.channels(), "tag:music") == ["films"]


@pytest.mark.parametrize(
    "tags",
    [
        '"music"',
        '[""]',
        '["a,b"]',
        '["red\\u001b[31m"]',
        '["\\u202eevil"]',
        "[1]",
        f'["{"x" * 31}"]',
        str([f"t{number}" for number in range(21)]),
    ],
)
def test_what_is_no_tag_is_refused(home: Home, tags: str) -> None:
    home.channel(FILMS, f"tags = {tags}")
    with pytest.raises(ConfigError, match=r"channels\.tags must be a list of at most 20 tags"):
        config.load(home.places.config_file)


def test_they_are_small_letters_and_each_once(home: Home) -> None:
    home.channel(FILMS, 'tags = [" Music", "music", "Émile"]')
    assert config.load(home.places.config_file).settings.channels[0].tags == ("music", "émile")


def test_channels_stand_in_the_group_of_their_first_tag(tagged: Home) -> None:
    source = by_tag(columns.channels(ASCII), ASCII)

    def lines(grouped: object = source) -> list[str]:
        rows = source.page(tagged.db, 0, 99)
        return [row.cells[0].text if row.heading else row.cells[1].text for row in rows]

    assert lines() == ["- music", "talks", "- video art", "films", "- without a tag", "birds"]
    assert (source.count(tagged.db), source.number(tagged.db)) == (6, 3)
    films = channels.by_url(tagged.db, FILMS)
    assert films is not None
    assert source.position(tagged.db, films.id) == 3
    heading = source.page(tagged.db, 2, 1)[0].key
    assert source.items(tagged.db, heading) == [films.id]
    source.fold(tagged.db, heading)
    assert source.count(tagged.db) == 5
    assert source.position(tagged.db, films.id) == 2
    found = source.filtered("tag:music").page(tagged.db, 0, 99)
    assert [row.heading for row in found] == [True, False, True, False]
