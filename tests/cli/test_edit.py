"""``edit``: keys of channels are set in the file, checked, with its comments; a changed ``keep`` asks."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows.factories import add_channel
from tests.support.rows.filed_videos import arrived
from ytui.config import load
from ytui.core.settings import Keep, KeepKind, Quality
from ytui.store import channels
from ytui.store.database import Database

FILE = """
[[channels]]
name = "Films"                      # the best ones
url = "https://example.org/Films"
quality = "480p"  # small

[[channels]]
name = "Film music"
url = "https://example.org/Music"
"""


@pytest.fixture(autouse=True)
def configured(ytui: Ytui) -> None:
    ytui.configure(FILE)


def test_keys_are_set_where_they_stand_and_comments_stay(ytui: Ytui, db: Database) -> None:
    answer = ytui.json("edit", "Films", "quality=720p", "extras=metadata,nfo", "download=false", "name=Films")
    assert answer["channels"] == [
        {
            "name": "Films",
            "url": "https://example.org/Films",
            "changed": {"quality": "720p", "extras": ["metadata", "nfo"], "download": False},
        }
    ]
    assert answer["holder"] is None
    text = ytui.places.config_file.read_text()
    assert "# the best ones" in text
    assert 'quality = "720p"  # small' in text
    assert ytui("edit", "Films", "quality=", "extras=", "download=").out == (
        "Films: quality inherited, extras inherited, download inherited\n"
    )
    assert ytui("edit", "Films", "quality=").out == "Films: as it was\n"
    assert load(ytui.places.config_file).settings.channels[0].quality is Quality.P1080


def test_many_are_set_at_once(ytui: Ytui, db: Database) -> None:
    folder = ytui.places.config_file.parent / "channels.d"
    folder.mkdir()
    (folder / "more.toml").write_text(
        '[[channels]]\nurl = "https://example.org/x"\nname = "Films too"  # here\n'
    )
    assert ytui("edit", "film*", "quality=360p", "every=6h").out.splitlines() == [
        "Film music: quality 360p, every 6 h",
        "Films: quality 360p, every 6 h",
        "Films too: quality 360p, every 6 h",
    ]
    assert {channel.quality for channel in load(ytui.places.config_file).settings.channels} == {Quality.P360}
    assert "# here" in (folder / "more.toml").read_text()
    assert ytui("edit", "Films", "Film music", "every=").code == 0


def test_all_of_a_tag_are_set_at_once(ytui: Ytui, db: Database) -> None:
    assert ytui("edit", "Film*", "tags=Movies").code == 0
    assert ytui("edit", "--tag", "movies", "Films", "quality=360p").out.splitlines() == [
        "Film music: quality 360p",
        "Films: quality 360p",
    ]
    said = ytui("edit", "--tag", "moveis", "quality=720p")
    assert (said.code, said.sentence) == (2, "ytui: no channel has the tag 'moveis': did you mean 'movies'?")


def test_a_changed_rule_takes_nothing_unasked(ytui: Ytui, db: Database) -> None:
    channel = add_channel(db)
    arrived(db, ytui.root / "library", channel, 3)
    ytui("channels")
    sentence = "Films is to keep the last 1 now: 2 videos of"
    said = ytui("edit", "Films", "keep=last 1")
    assert (said.code, said.out) == (0, "Films: keep last 1\n")
    assert sentence in said.sentence
    assert "`ytui retention --yes` lets them go" in said.sentence
    (item,) = ytui.json("plan", "list")["items"]
    assert item["class"] == "keep_changed"
    ytui("edit", "Films", "keep=")
    assert ytui.json("plan", "list")["items"] == []
    answer = ytui.json("edit", "Films", "keep=last 1", "--yes")
    assert answer["unconfirmed"] == []
    row = channels.by_name(db, "Films")
    assert row is not None
    assert row.keep_kind is not None
    assert Keep(KeepKind(row.keep_kind), row.keep_count) == Keep(KeepKind.LAST, 1)
    assert len(ytui.json("retention")["removed"]) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("Films",), "say what to set, as quality=720p; `ytui help config` lists the keys"),
        (("Films", "qualty=720p"), "'qualty' is no key of a channel: did you mean 'quality'?"),
        (("Films", "zzz=1"), "'zzz' is no key of a channel: `ytui help config` lists them"),
        (("Films", "quality=huge"), "quality must be one of best, 2160p,"),
        (("Films", "after=soon"), "after must be a date such as 2024-01-01, not 'soon'"),
        (("Films", "download=maybe"), "download must be true or false, not 'maybe'"),
        (("Films", "cookies=here.txt"), "cookies must be a whole path, beginning with / or ~"),
        (("Films", "min_duration=9", "max_duration=5"), "max_duration must not be shorter"),
        (("Films", "quality=720p", "quality=480p"), "quality is given twice: give it once"),
        (("Films", "quality=720p", "Film music"), "'Film music' is no key=value: name the channels first"),
        (("Film*", "name=All"), "name is one channel's own: name one channel"),
        (("Films", "name=Film music"), "must be another one than in line"),
        (("Flims", "quality=720p"), "there is no channel 'Flims': did you mean 'Films'?"),
        (("song*", "quality=720p"), "no channel's name is like 'song*': `ytui channels` lists them"),
        (("quality=720p", "every="), "there is no channel 'quality=720p'"),
    ],
)
def test_a_mistake_changes_nothing(ytui: Ytui, db: Database, arguments: tuple[str, ...], words: str) -> None:
    before = ytui.places.config_file.read_text()
    said = ytui("edit", *arguments)
    assert (said.code, said.out) == (2, "")
    assert words in said.sentence
    assert ytui.places.config_file.read_text() == before
