"""How files are laid out and filled: what the keys mean, and which of them contradict each other."""

from __future__ import annotations

import pytest

from tests.config.conftest import Folder
from ytui.config import ConfigError, channel_values, load
from ytui.core.embed_options import Embed, Segment, SponsorBlock
from ytui.core.settings import Channel
from ytui.core.settings.tables import DEFAULT_TEMPLATE, Layout

CHANNEL = '[[channels]]\nurl = "https://www.youtube.com/@a"\n'


def test_the_keys_of_a_channel_are_read_and_written(folder: Folder) -> None:
    lines = 'embed = ["thumbnail", "metadata"]\nsponsorblock = "cut"\nsponsorblock_categories = ["sponsor"]\n'
    (channel,) = load(folder.write(CHANNEL + lines)).settings.channels

    assert channel.embed == {Embed.METADATA, Embed.THUMBNAIL}
    assert (channel.sponsorblock, channel.sponsorblock_categories) == (SponsorBlock.CUT, (Segment.SPONSOR,))
    written = channel_values(channel)
    assert written["embed"] == ["metadata", "thumbnail"]
    assert written["sponsorblock_categories"] == ["sponsor"]
    plain = Channel(channel.url)
    assert (plain.embed, plain.sponsorblock) == (frozenset(), SponsorBlock.OFF)


def test_the_default_template_is_no_wish_against_a_layout(folder: Folder) -> None:
    library = load(
        folder.write(f"[library]\nlayout = 'media-server'\ntemplate = '{DEFAULT_TEMPLATE}'\n")
    ).settings.library

    assert library.layout is Layout.MEDIA_SERVER
    assert load(folder.write("")).settings.library.layout is Layout.PLAIN


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            "[library]\nlayout = 'media-server'\ntemplate = '%(id)s.%(ext)s'\n",
            3,
            'must not stand beside a layout that names the files itself: remove layout = "media-server"',
        ),
        ("[library]\nlayout = 'kodi'\n", 2, "library.layout must be one of plain, media-server"),
        (CHANNEL + "embed = ['cover']\n", 3, "each is one of metadata, chapters, thumbnail, subtitles"),
        (CHANNEL + "sponsorblock = true\n", 3, "channels.sponsorblock must be one of off, mark, cut"),
        (
            CHANNEL + "sponsorblock = 'cut'\nsponsorblock_categories = ['chapter']\n",
            4,
            "channels.sponsorblock_categories must not name chapter, which can be marked and not cut",
        ),
        (
            CHANNEL + "sponsorblock = 'cut'\nextras = ['subtitles']\n",
            4,
            "must not name subtitles, whose times",
        ),
    ],
)
def test_what_contradicts_itself_is_a_sentence(folder: Folder, text: str, line: int, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(folder.write(text))

    assert caught.value.line == line
    assert sentence in caught.value.sentence
