"""``ytui help``: the pages of the manual."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from ytui.cli.errors import CliError
from ytui.cli.output import emit, json_option, say, table

if TYPE_CHECKING:
    from ytui.docs import Page


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from ytui.docs import TOPICS

    return [topic for topic in TOPICS if topic.startswith(incomplete)]


@click.command()
@click.argument("topic", required=False, shell_complete=_complete)
@json_option
@click.pass_context
def help(ctx: click.Context, topic: str | None, as_json: bool) -> None:
    """Show the manual's page on TOPIC; without TOPIC, list the topics.

    In a pipe the page comes as plain Markdown. `ytui COMMAND --help` tells a command's options alone.
    """
    from ytui.docs import UnknownTopic, page

    if topic is None:
        _list(as_json)
        return
    try:
        found = page(topic)
    except UnknownTopic as error:
        raise CliError(_unknown(ctx, topic) or str(error)) from error
    if as_json:
        emit({"topic": found.topic, "title": found.title, "text": found.text})
    else:
        _show(found)


def _list(as_json: bool) -> None:
    from ytui.docs import pages

    if as_json:
        emit({"topics": [{"topic": page.topic, "title": page.title} for page in pages()]})
        return
    table(("TOPIC", "ABOUT"), ((page.topic, page.title) for page in pages()))
    say()
    say("`ytui help TOPIC` shows a page, `ytui COMMAND --help` the options of a command.")


def _unknown(ctx: click.Context, topic: str) -> str:
    """What to say of a topic that is a command; nothing of any other."""
    parent = ctx.parent
    commands = (
        parent.command.list_commands(parent) if parent and isinstance(parent.command, click.Group) else []
    )
    if topic not in commands:
        return ""
    return (
        f"there is no page on {topic!r}: `ytui {topic} --help` tells its options, `ytui help` lists the pages"
    )


def _show(page: Page) -> None:
    """Page it on a terminal; in a pipe print it as it is."""
    if not sys.stdout.isatty():
        say(page.text.rstrip("\n"))
        return
    from ytui.tui.markdown import rendered
    from ytui.tui.text import ASCII, glyphs_for

    width = shutil.get_terminal_size().columns
    plain = glyphs_for(sys.stdout.encoding, os.environ) is ASCII
    # As git does: a page that fits is printed, bold is kept, and what was read stays on the screen.
    os.environ.setdefault("LESS", "-FRX")
    click.echo_via_pager(rendered(page.text, width, ascii_only=plain))
