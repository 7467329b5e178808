"""Option parser for yt-dlp's configuration files: words put together as yt-dlp itself reads them."""

from __future__ import annotations

import contextlib
import io
import optparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import yt_dlp.options

from ytui.core.refused_options import instead_of


@dataclass(frozen=True)
class ParsedOption:
    """One option with its values, ``words[first:first + count]``; ``problem`` says why it cannot be taken."""

    first: int
    count: int
    problem: str = ""


def parse_options(words: Sequence[str]) -> list[ParsedOption]:
    """Each option, and each word that is none, in order; values are never part of a problem's sentence."""
    found: list[ParsedOption] = []
    at = 0
    while at < len(words):
        for option in _readable(words, at):
            found.append(option)
            at = option.first + option.count
        if at < len(words):
            # yt-dlp went no further: the word it stumbled over is named, and reading goes on behind it.
            found.append(ParsedOption(at, 1, _stumble(words[at])))
            at += 1
    return found


def _readable(words: Sequence[str], start: int) -> list[ParsedOption]:
    """The options from ``start`` up to the first that yt-dlp cannot read."""
    parser = yt_dlp.options.create_parser()
    found: list[ParsedOption] = []
    at = start

    def read(option: optparse.Option) -> Callable[..., int]:
        def process(spelled: str, value: object, values: object, _: object) -> int:
            nonlocal at
            end = len(words) - len(parser.rargs)
            begin = _option_from(words, at, end)
            found.extend(ParsedOption(place, 1, _stumble(words[place])) for place in range(at, begin))
            if end > begin:
                instead = instead_of([*option._short_opts, *option._long_opts])
                problem = f"{spelled} cannot be set here: {instead}" if instead else ""
                found.append(ParsedOption(begin, end - begin, problem))
            at = end
            return 1

        return process

    for option in _every_option(parser):
        option.process = read(option)  # type: ignore[method-assign]
    said = io.StringIO()
    with (
        contextlib.redirect_stderr(said),
        contextlib.redirect_stdout(said),
        contextlib.suppress(SystemExit, ValueError, optparse.OptParseError),
    ):
        parser.parse_args(list(words[start:]))
    return found


def _option_from(words: Sequence[str], start: int, end: int) -> int:
    """Where in ``start`` to ``end`` the option begins: words before it that are none stand alone."""
    return next((at for at in range(start, end) if words[at].startswith("-") and words[at] != "-"), end)


def _every_option(parser: optparse.OptionParser) -> Iterator[optparse.Option]:
    yield from parser.option_list
    for group in parser.option_groups:
        yield from group.option_list


def _stumble(word: str) -> str:
    if word.startswith("-"):
        return f"{word.partition('=')[0]} is no option of this yt-dlp, or lacks its value"
    return "a word that is no option; addresses go into a list of their own"
