"""Every command with its words and its options, as click knows them."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ytui.cli.main import root


def commands() -> Iterator[click.Context]:
    """Every command that does something by itself: the root, its commands, and the commands of those."""
    yield from _below(click.Context(root, info_name="ytui"))


def _below(context: click.Context) -> Iterator[click.Context]:
    yield context
    group = context.command
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield from _below(click.Context(command, info_name=name, parent=context))


def usage(context: click.Context) -> str:
    """Return how it is called: ``ytui plan show [OPTIONS] WHICH``."""
    return " ".join([context.command_path, *context.command.collect_usage_pieces(context)])


def options(context: click.Context) -> list[tuple[str, str]]:
    """Return each option as it is written, and what it does."""
    records = [parameter.get_help_record(context) for parameter in context.command.get_params(context)]
    return [record for record in records if record is not None and not record[0].endswith("--help")]


def words(context: click.Context) -> list[str]:
    """Return the paragraphs that ``--help`` shows, each on one line."""
    text = context.command.help or ""
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


def command_list() -> str:
    """Return a heading for each command, its words, how it is called, and its options."""
    parts: list[str] = []
    for context in commands():
        parts += [f"### {context.command_path}", *words(context), f"`{usage(context)}`"]
        listed = [
            f"- `{written}`: {does}" if does else f"- `{written}`" for written, does in options(context)
        ]
        parts += ["\n".join(listed)] if listed else []
    return "\n\n".join(parts)
