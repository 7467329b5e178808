"""``ytui run``: everything that is due, without a screen."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.mistakes import ALL_WELL, HELD, Mistake
from ytui.cli.output import json_option
from ytui.cli.times import Duration

if TYPE_CHECKING:
    from ytui.cli.session import Session
    from ytui.cli.start import Start
    from ytui.cli.work import Begin
    from ytui.engine.engine import Engine

UNTIL_IDLE = 65 * 60.0


@dataclass(frozen=True)
class Options:
    """What was asked of ``run``."""

    workers: int | None
    quiet: bool
    max_retries: int | None
    no_fetch: bool
    no_download: bool
    due: bool
    until_idle: bool
    at_most: float | None
    forever: bool
    as_json: bool
    continues: bool
    """Whether it goes on for an application: what was left ``new`` there waits for a person still."""


@click.command()
@click.option("-w", "--workers", type=click.IntRange(1, 16), help="Jobs at once.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but mistakes.")
@click.option("--max-retries", type=click.IntRange(0, 100), help="Tries after the first.")
@click.option("--no-fetch", is_flag=True, help="List nothing, only download.")
@click.option("--no-download", is_flag=True, help="Download nothing, only list.")
@click.option("--due", is_flag=True, help="Fetch only channels whose time has come.")
@click.option("--until-idle", is_flag=True, help="Stay while something is due within 65 minutes.")
@click.option("--for", "at_most", type=Duration(), help="Stop gracefully after a time such as 50m.")
@click.option("--forever", is_flag=True, help="Never end by itself.")
@click.option("--if-free", is_flag=True, help="End silently with 0 if another process has the library.")
@json_option
@click.pass_context
def run(ctx: click.Context, /, if_free: bool, **values: Any) -> None:
    """Fetch the channels, download what is new, try again what is due."""
    from ytui.cli.session import session
    from ytui.engine.holder.handover import wait_for_predecessor

    options = Options(**values, continues=wait_for_predecessor())
    if options.until_idle and options.forever:
        raise Mistake("--until-idle and --forever exclude each other: give one of them")
    start: Start = ctx.obj
    with session(start, quiet=options.as_json or options.quiet) as opened:
        try:
            code = _run(opened, options)
        except Mistake as mistake:
            if not (if_free and mistake.code == HELD):
                raise
            code = ALL_WELL
    ctx.exit(code)


def _run(session: Session, options: Options) -> int:
    from ytui.cli.work import PATIENCE, Orders, acquire, work

    stays = options.until_idle or options.forever
    orders = Orders(
        kinds=_kinds(options),
        workers=options.workers,
        max_retries=options.max_retries,
        fetch_due=stays and not options.no_fetch,
        patience=None if options.forever else UNTIL_IDLE if options.until_idle else PATIENCE,
        at_most=options.at_most,
        quiet=options.quiet or options.as_json,
    )
    summary = work(session, acquire(session), orders, _begin(session, options))
    if options.as_json or not options.quiet:
        summary.show(as_json=options.as_json)
    return summary.exit_code


def _kinds(options: Options) -> Any:
    from ytui.core.models import JobKind

    unwanted = {JobKind.FETCH} if options.no_fetch else set()
    if options.no_download:
        unwanted |= set(JobKind) - {JobKind.FETCH}
    return tuple(kind for kind in JobKind if kind not in unwanted)


def _begin(session: Session, options: Options) -> Begin:
    def begin(engine: Engine) -> None:
        from ytui.engine.actions import fetch_channels, queue_new
        from ytui.engine.channels.settings import settings_of
        from ytui.store import channels

        db, now = session.db, time.time()
        if not options.no_fetch:
            fetch_channels(db, engine.settings, None, now, asked=False, due_only=options.due)
        if options.no_download or options.continues:
            return
        for channel in channels.all_channels(db):
            if not channel.paused and settings_of(engine.settings, channel).download:
                queue_new(db, engine.settings, channel.id, now, asked=False)

    return begin
