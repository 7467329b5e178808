"""Groups of commands: a mistyped one is told in a sentence, with the command that was perhaps meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ytui.cli.errors import CliError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class CommandGroup(click.Group):
    """A group whose unknown command is a ``CliError``; a shell is told the names without loading commands."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the first argument."""
        name = args[0]
        known = self.list_commands(ctx)
        if name not in known and not name.startswith("-") and not ctx.resilient_parsing:
            from ytui.core.suggestions import did_you_mean

            hint = did_you_mean(name, known, f"`{ctx.command_path} --help` lists them")
            of = ctx.command_path.partition(" ")[2]
            raise CliError(f"{of or 'ytui'} has no command '{name}': {hint}")
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Options once one is begun, else the names of commands."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name) for name in self.list_commands(ctx) if name.startswith(incomplete)]
