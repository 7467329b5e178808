"""``ytui demo``: everything, on a sample site on this machine, in a library that is thrown away."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ytui.cli.commands.run import workers_option
from ytui.cli.errors import CliError
from ytui.cli.open_app import need_terminal, show
from ytui.cli.output import json_option, note
from ytui.cli.params import PathParam
from ytui.cli.session import Session, load_config, log_to_file, open_store

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.demo.site import Site
    from ytui.engine.engine import Engine

EXTRACTORS = ("ytui.demo.extractor",)
PATIENCE = 60.0
"""A headless demo ends when nothing can start within this many seconds; a site closed twice opens sooner."""
LONGEST = 900.0
"""Seconds after which it ends in any case; a quiet machine needs two minutes, a busy one many."""

_CONFIG = """\
# Made by `ytui demo`.

[library]
path = {library}
reserve = "100 MB"

[workers]
count = 5

[retry.network]
base = "{base} s"
cap = "{cap} s"

[retry.server]
base = "{base} s"
cap = "{cap} s"

[retry.processing]
base = "1 s"
cap = "2 s"

[limits.sites."127.0.0.1"]
requests_per_minute = 100000
requests_per_hour = 1000000
requests_per_day = 10000000
concurrency = 16
cooldown = "{cooldown} s"
"""


@dataclass(frozen=True)
class Home:
    """Where a demo lives while it lasts."""

    session: Session
    site: Site


@click.command()
@click.option("--headless", is_flag=True, help="Without a screen, to the end, with a summary.")
@click.option("--fast", is_flag=True, help="Short waits: for tests and the impatient.")
@click.option("--keep", type=PathParam(folder=True), help="Keep library and logs in this folder.")
@workers_option
@json_option
@click.pass_context
def demo(
    ctx: click.Context, headless: bool, fast: bool, keep: Path | None, workers: int | None, as_json: bool
) -> None:
    """Show everything on a sample site on your own machine; nothing else is asked."""
    if as_json and not headless:
        raise CliError("--json needs --headless: the application itself prints nothing")
    if not headless:
        need_terminal("`ytui demo --headless` works without one")
    start: GlobalOptions = ctx.obj
    with ExitStack() as stack:
        home = stack.enter_context(_home(keep, fast=fast))
        code = _headless(home, workers, as_json) if headless else _on_screen(start, home, workers)
        if keep:
            note(f"kept in {keep}: videos in {keep / 'library'}")
    ctx.exit(code)


@contextmanager
def _home(keep: Path | None, *, fast: bool) -> Iterator[Home]:
    """A running site, a library and a configuration that knows all its channels."""
    from ytui.paths import PlaceError, Places

    with ExitStack() as stack:
        root = (
            keep.absolute()
            if keep
            else Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ytui-demo-")))
        )
        places = Places(root / "config" / "config.toml", root / "data", root / "data" / "cache")
        try:
            places.ensure_directories()
            site = stack.enter_context(site_at(root / "data" / "port", fast=fast))
            _write_config(places.config_file, root / "library", site, fast=fast)
        except (PlaceError, OSError) as error:
            raise CliError(f"the demo cannot be set up in {root}: {error}") from error
        log_to_file(places)
        store = open_store(places)
        stack.callback(store.close_all)
        yield Home(Session(places, load_config(places, ask=False), store), site)


def site_at(remembered: Path, *, fast: bool) -> Site:
    """The sample site, where it was the last time if it can be: a kept library knows it by its port."""
    from ytui.demo.site import Site

    now = time.time()
    try:
        site = Site.sample(now, fast=fast, port=int(remembered.read_text(encoding="ascii")))
    except (OSError, OverflowError, ValueError):
        site = Site.sample(now, fast=fast)
    remembered.write_text(f"{site.port}\n", encoding="ascii")
    return site


def _write_config(path: Path, library: Path, site: Site, *, fast: bool) -> None:
    from ytui import config

    path.parent.mkdir(parents=True, exist_ok=True)
    pace = {"base": 0.5, "cap": 2, "cooldown": 1} if fast else {"base": 3, "cap": 15, "cooldown": 15}
    escaped = str(library).replace("\\", "\\\\").replace('"', '\\"')
    path.write_text(_CONFIG.format(library=f'"{escaped}"', **pace), encoding="utf-8")
    config.add_channels(
        path, [{"name": name, "url": url, "backlog": "all"} for name, url in site.channel_urls()]
    )


def _headless(home: Home, workers: int | None, as_json: bool) -> int:
    from ytui.cli.headless import RunOptions, acquire_lock, run_headless
    from ytui.engine.commands.queue_commands import fetch_channels

    def begin(engine: Engine) -> None:
        fetch_channels(home.session.db, engine.settings, None, time.time(), asked=False)

    run_options = RunOptions(
        workers=workers,
        patience=PATIENCE,
        at_most=LONGEST,
        extractor_modules=EXTRACTORS,
        quiet=as_json,
    )
    summary = run_headless(home.session, acquire_lock(home.session), run_options, begin, kind="demo")
    summary.show(as_json=as_json)
    return summary.exit_code


def _on_screen(start: GlobalOptions, home: Home, workers: int | None) -> int:
    return show(start, home.session, extractor_modules=EXTRACTORS, workers=workers)
