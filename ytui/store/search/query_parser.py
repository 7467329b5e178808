"""Query parser: ``blender "night sky" channel:studio -trailer``, and what it asks for.

Every word becomes a quoted string of FTS5, so that nothing of that language can be typed. What counts as a
word is what the index takes for one: letters and digits of any script, case and accents folded. A word that
must occur stands for all that begin with it, save between quotes. Chinese, Japanese and Korean is looked for
sign after sign, so that it is found wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ytui.core.fuzzy import fold
from ytui.store.search.cjk import has_signs, spaced

MOST_WORDS = 32
INDEX, CJK_INDEX = "search", "search_cjk"
LEAST_PREFIX = 2
"""Letters before a ``*``: the index has the beginnings of words from there on."""

_PIECE = re.compile(r'(-)?(?:(channel):)?(?:"([^"]*)(")?|([^\s"]+))?(\*)?', re.IGNORECASE)
_NOT_IN_A_WORD = re.compile(r"[\W_]+")


class SearchSyntaxError(ValueError):
    """The search asks for nothing that could be found; the message is one sentence that says why."""


@dataclass(frozen=True)
class SearchQuery:
    """A search that was understood."""

    wanted: str
    """The words that must all occur, in FTS5's own language."""
    unwanted: str = ""
    """Those of which none may occur, the same way."""
    channels: tuple[str, ...] = ()
    """Every one of these must be in the channel's name; folded."""
    whole: str = ""
    """The same as ``wanted`` with whole words, where that asks for beginnings."""

    @property
    def index(self) -> str:
        """The index that has all texts with these words."""
        return CJK_INDEX if has_signs(self.wanted) else INDEX

    @property
    def unwanted_elsewhere(self) -> str:
        """What may not occur by the index of signs, where another one has the words that must."""
        return self.unwanted if self.index == INDEX and has_signs(self.unwanted) else ""

    def expression(self, column: str = "", *, whole: bool = False) -> str:
        """The search in FTS5's own language; with a ``column`` all words must be in that one."""
        words = self.whole if whole else self.wanted
        wanted = f"{column} : ({words})" if column else f"({words})"
        return f"{wanted} NOT ({self.unwanted})" if self.unwanted else wanted


def parse(text: str, *, typing: bool = False) -> SearchQuery:
    """Understand a search, whose last word may be unfinished while ``typing``; or
    :class:`SearchSyntaxError`.
    """
    reader = _QueryReader()
    text = unicodedata.normalize("NFC", text)
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text)
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        match = _PIECE.match(text, place)
        assert match is not None
        # Whatever cannot begin a piece (a quote in the middle of a word) is text of its own.
        place = max(match.end(), place + 1)
        reader.take(match, unfinished=typing and place == len(text))
    return reader.query()


class _QueryReader:
    """Takes one piece of a search after the other."""

    def __init__(self) -> None:
        self._wanted: list[str] = []
        self._whole: list[str] = []
        self._unwanted: list[str] = []
        self._channels: list[str] = []

    def take(self, match: re.Match[str], *, unfinished: bool) -> None:
        minus, field, quoted, closed, plain, star = match.groups()
        if quoted is not None and closed is None and not unfinished:
            raise SearchSyntaxError(f"the quote before “{quoted.strip()}” is not closed")
        value = quoted if quoted is not None else (plain or "")
        if plain is not None and plain.endswith("*"):
            value, star = plain.rstrip("*"), "*"
        if field:
            self._channel(value, bool(minus), bool(star), unfinished)
            return
        if not value:
            self._lone(minus, star, quoted, unfinished)
            return
        words = _NOT_IN_A_WORD.sub(" ", value).split()
        if not words:
            return
        if star and len(words[-1]) < LEAST_PREFIX and not has_signs(words[-1]):
            raise SearchSyntaxError(
                f"“{words[-1]}*” is too short: the beginning of a word has {LEAST_PREFIX} letters"
            )
        if minus:
            # Only what is whole is left out: the beginning of a word would take far more along.
            self._unwanted.append(_phrase(value, prefix=bool(star)))
            return
        growing = quoted is None and value[-1].isalnum() and len(words[-1]) >= LEAST_PREFIX
        self._wanted.append(_phrase(value, prefix=bool(star) or growing))
        self._whole.append(_phrase(value, prefix=bool(star)))

    def query(self) -> SearchQuery:
        if not self._wanted:
            if self._unwanted or self._channels:
                raise SearchSyntaxError(
                    "say what to look for too: at least one word without “-” and “channel:”"
                )
            raise SearchSyntaxError("say what to look for: words of letters or digits")
        if len(self._wanted) + len(self._unwanted) > MOST_WORDS:
            raise SearchSyntaxError(f"a search has at most {MOST_WORDS} words")
        wanted, whole = " AND ".join(self._wanted), " AND ".join(self._whole)
        return SearchQuery(
            wanted, " OR ".join(self._unwanted), tuple(self._channels), "" if whole == wanted else whole
        )

    def _channel(self, value: str, minus: bool, star: bool, unfinished: bool) -> None:
        if minus:
            raise SearchSyntaxError("a channel cannot be left out: “-” goes before words")
        if value.strip():
            self._channels.append(fold(value.strip()))
        elif not unfinished:
            raise SearchSyntaxError('“channel:” needs a name: channel:blender or channel:"two words"')

    def _lone(self, minus: str | None, star: str | None, quoted: str | None, unfinished: bool) -> None:
        if unfinished:
            return
        if quoted is not None:
            raise SearchSyntaxError("there is nothing between the quotes")
        if star:
            raise SearchSyntaxError("a lone “*” stands for nothing: it goes after the beginning of a word")
        raise SearchSyntaxError("a lone “-” leaves nothing out: it goes right before a word")


def _phrase(value: str, *, prefix: bool) -> str:
    """Words side by side as FTS5 takes them; a sign is a word of its own, and has no beginning."""
    text = " ".join(str(spaced(value)).split())
    star = " *" if prefix and not has_signs(value[-1]) else ""
    return '"' + text.replace('"', '""') + '"' + star
