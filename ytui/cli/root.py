"""The command line's root: the options before a command, and the commands, loaded only when asked for."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

import click

from ytui import __version__
from ytui.cli.named import NamedPath
from ytui.cli.start import Start

_COMMANDS = {
    "demo": "demo:demo",
    "run": "run:run",
    "add": "channels:add",
    "channels": "channels:channels",
    "remove": "channels:remove",
    "fetch": "fetch:fetch",
    "download": "fetch:download",
    "info": "info:info",
    "videos": "lists:videos",
    "jobs": "lists:jobs",
    "status": "status:status",
    "why": "why:why",
    "search": "search:search",
    "logs": "logs:logs",
    "events": "events:events",
    "plan": "plan:plan",
    "import": "importing:import_",
    "export": "exporting:export",
    "retention": "retention:retention",
    "explain": "explain:explain",
    "stats": "stats:stats",
    "metrics": "metrics:metrics",
    "doctor": "doctor:doctor",
    "help": "help:help",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module, attribute = _COMMANDS[cmd_name].split(":")
        return cast(click.Command, getattr(import_module(f"ytui.cli.commands.{module}"), attribute))


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--config", type=NamedPath(folder=False), help="Another config.toml.")
@click.option(
    "--data-dir", type=NamedPath(folder=True, checked=False), help="Another folder for database and logs."
)
@click.option("--fps", type=click.FloatRange(0.5, 60), help="Repaints a second of the application.")
@click.option("--no-mouse", is_flag=True, help="Leave the mouse to the terminal.")
@click.version_option(__version__, message="ytui %(version)s")
@click.pass_context
def root(
    ctx: click.Context, config: Path | None, data_dir: Path | None, fps: float | None, no_mouse: bool
) -> None:
    """Keep an archive of video channels. Without a command the application opens."""
    start = ctx.ensure_object(Start)
    start.config, start.data_dir, start.fps, start.mouse = config, data_dir, fps, not no_mouse
    if ctx.invoked_subcommand is None:
        from ytui.cli.app import open_app

        ctx.exit(open_app(start))
