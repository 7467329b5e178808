"""``ytui explain``: what an error text of yt-dlp means."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from ytui.cli.mistakes import Mistake
from ytui.cli.output import emit, json_option, say

if TYPE_CHECKING:
    from ytui.core.failures.classifier import Failure

_PROGRESS = re.compile(
    r"\[(?:debug|download|info|Merger|ExtractAudio|Metadata|Embed\w+|Thumbnails\w+|MoveFiles|Fixup\w+)\] "
    r"|\[[\w:+-]+\] (?:\S+: )?(?:Downloading|Extracting) "
    r"|Deleting original file "
)
"""How yt-dlp tells of work that goes well."""


@click.command()
@click.argument("text", nargs=-1)
@json_option
def explain(text: tuple[str, ...], as_json: bool) -> None:
    """Say what an error TEXT of yt-dlp means and what to do; without TEXT, read one a line.

    Of yt-dlp's whole output from a pipe, what tells of progress is passed over.
    """
    if not text and sys.stdin.isatty():
        raise Mistake('give an error text: ytui explain "ERROR: …", or lines on standard input')
    from ytui.core.failures.classifier import FailureClass
    from ytui.core.failures.classifier import explain as meaning

    for line in [" ".join(text)] if text else sys.stdin:
        if not line.strip():
            continue
        failure = meaning(line.strip())
        if text or failure.failure_class is not FailureClass.UNKNOWN or not _PROGRESS.match(line):
            _show(failure, as_json)


def _show(failure: Failure, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "class": failure.failure_class,
                "group": failure.failure_class.group,
                "advice": failure.advice,
                "title": failure.title,
                "reason": failure.reason,
                "remedy": failure.remedy,
            }
        )
        return
    say(f"{failure.title}  ({failure.failure_class}, {failure.failure_class.group}, {failure.advice})")
    say(f"  {failure.reason}")
    say(f"  {failure.remedy}")
