"""``ytui plan``: what did not arrive, why, and what is to be done about it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.lists import channel_names
from ytui.cli.commands.plan_choice import (
    HEADINGS,
    Choice,
    channel_option,
    choosing,
    chosen,
    class_option,
    find,
    item_cells,
    state_option,
)
from ytui.cli.commands.plan_files import create, export
from ytui.cli.commands.plan_show import show
from ytui.cli.output import emit, json_option, say, table
from ytui.cli.session import Session, holder_object, holder_words, session
from ytui.core.models import Strategy
from ytui.core.moments import iso

if TYPE_CHECKING:
    from ytui.cli.start import Start

_STRATEGIES = {
    "fresh": Strategy.FRESH_EXTRACTION,
    "lower": Strategy.LOWER_QUALITY,
    "without-partial": Strategy.WITHOUT_PARTIAL,
    "with-cookies": Strategy.WITH_COOKIES,
}


@click.group()
def plan() -> None:
    """What did not arrive: look at it, try it again, or put it away."""


for command in (show, create, export):
    plan.add_command(command)


@plan.command("list")
@state_option
@class_option
@channel_option
@click.option("--named", is_flag=True, help="List the named plans instead of items.")
@json_option
@click.pass_obj
def list_items(
    start: Start,
    state: str | None,
    failure_class: str | None,
    channel: str | None,
    named: bool,
    as_json: bool,
) -> None:
    """List what is open, scheduled or held; with --named the named plans."""
    from ytui.core.lower import AGAIN, lower_counts
    from ytui.engine.plan_objects import item_object
    from ytui.store import offers

    with session(start, quiet=as_json) as opened:
        if named:
            _list_named(opened, as_json)
            return
        found = list(find(opened.db, state, failure_class, channel))
        lower = offers.lower_counts(opened.db)
        names = channel_names(opened.db)
        rows = [item_object(opened.db, item, names) for item in found] if as_json else []
    if as_json:
        by_cause = {cause.value: number for cause, number in sorted(lower.items())}
        emit({"items": rows, "lower_than_offered": by_cause})
        return
    narrowed = state or failure_class or channel
    if lower and not narrowed:
        say(f"Lower than offered: {lower_counts(lower)}; {AGAIN}")
    if not found:
        say(
            "No items of that kind; the whole plan: ytui plan list"
            if narrowed
            else "Nothing: everything that was asked for has arrived, or is on its way."
        )
        return
    table(HEADINGS, (item_cells(item, names.get(item.channel_id or 0)) for item in found), right=(3,))


@plan.command()
@choosing
@click.option("--strategy", type=click.Choice(list(_STRATEGIES)), help="How to try differently this time.")
@json_option
@click.pass_obj
def retry(start: Start, /, strategy: str | None, as_json: bool, **which: Any) -> None:
    """Try again now: items by reference or number, a named plan, or those of a class or channel."""
    from ytui.core.amounts import count
    from ytui.core.moments import moment
    from ytui.engine.holder.instance import holder_of, is_held
    from ytui.engine.plan_actions import retry as try_again
    from ytui.store import holds, jobs

    with session(start, quiet=as_json) as opened:
        items = chosen(opened.db, Choice(**which))
        how = Strategy.AS_BEFORE if strategy is None else _STRATEGIES[strategy]
        before = holds.jobs_of_items(opened.db, [item.id for item in items])
        retried = try_again(opened.db, [item.id for item in items], time.time(), strategy=how)
        rows = (jobs.by_id(opened.db, number) for number in before)
        queued = [
            job.id
            for job in rows
            if job is not None and job.site not in retried.closed and job.hold_id is None
        ]
        held = is_held(opened.places)
        holder = holder_of(opened.places, opened.store)
    if as_json:
        closed = {site: iso(until) for site, until in retried.closed.items()}
        emit({"retried": retried.queued, "jobs": queued, "closed": closed, "holder": holder_object(holder)})
        return
    who = f"{holder_words(holder)} runs them" if held else "`ytui run` runs them"
    if retried.queued or not retried.closed:
        say(
            f"{count(retried.queued, 'job')} queued again; {who}"
            if retried.queued
            else "nothing to try again"
        )
    for site, until in retried.closed.items():
        say(f"{site} is closed until {moment(until)}: its items were left alone and go on by themselves")


@plan.command()
@choosing
@json_option
@click.pass_obj
def dismiss(start: Start, /, as_json: bool, **which: Any) -> None:
    """Put items away without another try."""
    from ytui.core.amounts import count
    from ytui.store import plan as store

    with session(start, quiet=as_json) as opened:
        items = chosen(opened.db, Choice(**which))
        number = store.dismiss(opened.db, [item.id for item in items], time.time())
    if as_json:
        emit({"dismissed": number})
    else:
        say(f"{count(number, 'item')} put away")


def _list_named(opened: Session, as_json: bool) -> None:
    from ytui.core.moments import moment
    from ytui.store import named_plans

    plans = named_plans.all_plans(opened.db)
    if as_json:
        keys = ("name", "items", "unresolved")
        rows = [
            {**{key: getattr(row, key) for key in keys}, "created_at": iso(row.created_at)} for row in plans
        ]
        emit({"plans": rows})
    elif not plans:
        say("No named plans: `ytui plan create NAME E-7F3K …` makes one.")
    else:
        table(
            ("NAME", "ITEMS", "UNRESOLVED", "MADE"),
            ((row.name, row.items, row.unresolved, moment(row.created_at)) for row in plans),
            right=(1, 2),
        )
