"""``yt-dlp.conf``: options of the yt-dlp command, as far as ytui leaves them to a person."""

from __future__ import annotations

import io
import shlex
from collections.abc import Sequence

from ytui.engine.importing.found import Found, FoundOption, Kind


def read_options(name: str, text: str) -> Found:
    """The options of the file; those that a key of ours replaces are skipped with that key's name.

    A reason never holds a value: it may be a password.
    """
    from ytui.media.option_words import options_in

    found = Found(name, Kind.OPTIONS)
    words, lines = _words(text, found)
    for option in options_in(words):
        line = lines[option.first]
        if option.problem:
            found.skip(line, option.problem)
        else:
            found.options.append(FoundOption(tuple(words[option.first : option.first + option.count]), line))
    _check(found)
    return found


def _words(text: str, found: Found) -> tuple[list[str], list[int]]:
    """The words as a shell splits them, and the line that each ends on; a quote may span lines."""
    words: list[str] = []
    lines: list[int] = []
    stream = io.StringIO(text)
    lexer = shlex.shlex(stream, posix=True, punctuation_chars=False)
    lexer.whitespace_split = True
    while True:
        try:
            word = lexer.get_token()
        except ValueError:
            line = (lines or [1])[-1]
            found.skip(line, "a quote is never closed from here on: the rest of the file was not read")
            return words, lines
        if word is None:
            return words, lines
        words.append(word)
        # The lexer has read one character more: the space or line end behind the word.
        lines.append(text.count("\n", 0, stream.tell() - 1) + 1)


def _check(found: Found) -> None:
    """Leave out what yt-dlp does not accept."""
    from ytui.media.options import check_args

    if not check_args(_flat(found.options)):
        return
    suspects = [option for option in found.options if check_args(option.words)]
    # Some are right only together, as a user name and its password are.
    wrong = [
        option
        for option in suspects
        if all(check_args([*option.words, *other.words]) for other in suspects if other is not option)
    ]
    right = [option for option in found.options if option not in wrong]
    if check_args(_flat(right)):
        wrong, right = found.options, []
    for option in wrong:
        found.skip(option.line, f"yt-dlp does not accept {option.words[0].partition('=')[0]} as it stands")
    found.options = right


def _flat(options: Sequence[FoundOption]) -> list[str]:
    return [word for option in options for word in option.words]
