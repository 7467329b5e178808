"""Completion in a shell: what is being typed, as bash, zsh and fish hand it over, and what they get back.

A shell hands over the words before the cursor without their quotes, one a line, the unfinished one last; it
gets back a candidate a line and quotes it itself. Nothing of a name is ever evaluated.
"""

from __future__ import annotations

import os

from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from ytui.cli.shell_scripts import BASH, FISH, ZSH

_WORDS = "YTUI_WORDS"
"""The variable that has the words, one a line."""
_UNFINISHED = "="
"""What a candidate ends with behind which a value is typed at once, without a blank."""


class _Complete(ShellComplete):
    """Completion with words that the shell has already taken apart."""

    end = ""
    """What the shell puts behind the last word."""

    def get_completion_args(self) -> tuple[list[str], str]:
        words = os.environ.get(_WORDS, "").removesuffix(self.end).split("\n")
        return words[1:-1], words[-1]

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Kind, candidate and what it is about, with tabs between: none of them has one."""
        kind = "open" if item.type == "plain" and item.value.endswith(_UNFINISHED) else item.type
        return f"{kind}\t{item.value or ''}\t{item.help or ''}"


@add_completion_class
class BashComplete(_Complete):
    """For bash 4.4 and later."""

    name = "bash"
    source_template = BASH


@add_completion_class
class ZshComplete(_Complete):
    """For zsh."""

    name = "zsh"
    source_template = ZSH


@add_completion_class
class FishComplete(_Complete):
    """For fish 3 and later."""

    name = "fish"
    source_template = FISH
    end = "\n."


def script(shell: str) -> str:
    """The script that a shell reads to complete ytui's command line."""
    from click.shell_completion import get_completion_class

    from ytui.cli.main import COMPLETE, root

    found = get_completion_class(shell)
    assert found is not None
    return found(root, {}, "ytui", COMPLETE).source()
