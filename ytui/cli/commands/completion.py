"""Command ``ytui completion``: the script that makes a shell complete ytui's command line."""

from __future__ import annotations

import sys

import click

from ytui.cli.output import emit, json_option, note
from ytui.cli.shell_scripts import SHELLS

_HOW = {
    "bash": 'eval "$(ytui completion bash)" in ~/.bashrc',
    "zsh": 'eval "$(ytui completion zsh)" in ~/.zshrc, behind compinit',
    "fish": "ytui completion fish > ~/.config/fish/completions/ytui.fish",
}


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@json_option
def completion(shell: str, as_json: bool) -> None:
    """Print the script with which a shell completes commands, options, channels, references and ids.

    \b
    eval "$(ytui completion bash)"      in ~/.bashrc
    eval "$(ytui completion zsh)"       in ~/.zshrc, behind compinit
    ytui completion fish > ~/.config/fish/completions/ytui.fish
    """
    from ytui.cli.completion import script

    text = script(shell)
    if as_json:
        emit({"shell": shell, "script": text})
        return
    if sys.stdout.isatty():
        note(f"ytui: this is for your shell to read: {_HOW[shell]}")
    sys.stdout.write(text)
