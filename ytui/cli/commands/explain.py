"""``ytui explain``: what an error text of yt-dlp means."""

from __future__ import annotations

import sys

import click

from ytui.cli.mistakes import Mistake
from ytui.cli.output import emit, json_option, say


@click.command()
@click.argument("text", nargs=-1)
@json_option
def explain(text: tuple[str, ...], as_json: bool) -> None:
    """Say what an error TEXT of yt-dlp means and what to do; without TEXT, read one a line."""
    if not text and sys.stdin.isatty():
        raise Mistake('give an error text: ytui explain "ERROR: …", or lines on standard input')
    given = [" ".join(text)] if text else sys.stdin
    for line in given:
        if line.strip():
            _explain(line.strip(), as_json)


def _explain(line: str, as_json: bool) -> None:
    from ytui.core.failures.classifier import explain as meaning

    failure = meaning(line)
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
