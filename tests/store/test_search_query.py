"""What may be typed into a search, and the sentence for what may not."""

from __future__ import annotations

import pytest

from ytui.store.database import Database
from ytui.store.search.full_text import search
from ytui.store.search.query_parser import MOST_WORDS, SearchQuery, SearchSyntaxError, parse


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted", "channels"),
    [
        ("night sky", '"night" * AND "sky" *', "", ()),
        ('"night sky" render*', '"night sky" AND "render" *', "", ()),
        ('"two wor"*', '"two wor" *', "", ()),
        ('"night" a', '"night" AND "a"', "", ()),
        ('a -b -"c d" -even', '"a"', '"b" OR "c d" OR "even"', ()),
        ('Channel:"Blender Studio" channel:é x', '"x"', "", ("blender studio", "e")),
        # Nothing of FTS5's own language means anything here.
        ("NEAR(a) title:b ^c +d {e} f AND OR NOT", '"NEAR(a)" AND "title:b" AND "^c" AND "+d" AND "{e}" '
         'AND "f" AND "AND" * AND "OR" * AND "NOT" *', "", ()),
        ("Q & A 🎬 – x", '"Q" AND "A" AND "x"', "", ()),
        ("a\0b\x1bc\ud800d", '"a" AND "b" AND "c" AND "d"', "", ()),
        # Signs of scripts without blanks are words of their own, and have no beginnings.
        ("最初* のx", '"最 初" AND "の x" *', "", ()),
        ("東京tower -初", '"東 京 tower" *', '"初"', ()),
        ("か\u3099", '"が"', "", ()),
    ],
)  # fmt: skip
def test_what_is_understood(
    text: str, wanted: str, unwanted: str, channels: tuple[str, ...], db: Database
) -> None:
    query = parse(text)
    assert (query.wanted, query.unwanted, query.channels) == (wanted, unwanted, channels)
    assert search(db, query).matches == 0


def test_what_is_whole_is_known_beside_what_only_begins_so() -> None:
    assert parse('night "sky" a').whole == '"night" AND "sky" AND "a"'
    assert parse('"night sky" render*') == SearchQuery('"night sky" AND "render" *')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "say what to look for: words of letters or digits"),
        ("🎬 --", "say what to look for: words of letters or digits"),
        ("-a channel:b", "say what to look for too: at least one word without “-” and “channel:”"),
        ('a "night sky', "the quote before “night sky” is not closed"),
        ('a"', "the quote before “” is not closed"),
        ('a ""', "there is nothing between the quotes"),
        ("a - b", "a lone “-” leaves nothing out: it goes right before a word"),
        ("a *", "a lone “*” stands for nothing: it goes after the beginning of a word"),
        ("a*", "“a*” is too short: the beginning of a word has 2 letters"),
        ("a channel: b", '“channel:” needs a name: channel:blender or channel:"two words"'),
        ("a -channel:b", "a channel cannot be left out: “-” goes before words"),
        ("a " * (MOST_WORDS + 1), f"a search has at most {MOST_WORDS} words"),
    ],
)
def test_what_is_not_understood_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(SearchSyntaxError) as mistake:
        parse(text)
    assert str(mistake.value) == sentence


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("night sk", '"night" * AND "sk" *', ""),
        ("n", '"n"', ""),
        ("night -s", '"night" *', '"s"'),
        ('"night sk', '"night sk"', ""),
        ("night -", '"night" *', ""),
        ("night channel:", '"night" *', ""),
    ],
)
def test_while_it_is_typed_the_end_may_be_unfinished(text: str, wanted: str, unwanted: str) -> None:
    query = parse(text, typing=True)
    assert (query.wanted, query.unwanted) == (wanted, unwanted)
