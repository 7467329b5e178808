"""Command ``ytui plan``: what was not downloaded and why, and what is to be done; named plans."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.lists import channel_names
from ytui.cli.commands.plan_selection import (
    HEADINGS,
    Choice,
    by_reference,
    channel_option,
    choosing,
    chosen,
    class_option,
    find,
    item_cells,
    looks_like_number,
    named_plan,
    state_option,
    unknown,
)
from ytui.cli.completers import complete_plans, complete_references
from ytui.cli.errors import CliError
from ytui.cli.groups import CommandGroup
from ytui.cli.output import emit, json_option, note, output_options, say, table, write_output
from ytui.cli.params import local_time
from ytui.cli.session import Session, holder_object, holder_words, session
from ytui.core.formatting import format_time, iso_time, plural
from ytui.core.lower_quality import AGAIN, lower_counts
from ytui.core.models import Strategy
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.cli.params import GlobalOptions
    from ytui.store.named_plans import NamedPlan
    from ytui.store.rows import Attempt, PlanItem


@click.command()
@click.argument("which", metavar="REFERENCE|NAME", shell_complete=complete_references)
@json_option
@click.pass_obj
def show(start: GlobalOptions, which: str, as_json: bool) -> None:
    """Show one item whole, every attempt of it too, or the items of a named plan."""
    with session(start, quiet=as_json) as opened:
        item = by_reference(opened.db, which)
        plan = named_plan(opened.db, which) if item is None else None
        if item is not None:
            _show_item(opened, item, as_json)
        elif plan is not None:
            _show_plan(opened, plan, as_json)
        else:
            raise unknown(opened.db, which)


def _show_item(opened: Session, item: PlanItem, as_json: bool) -> None:
    from ytui.engine.commands.plan_commands import item_object, report
    from ytui.store import attempts

    tries = [_attempt(row) for row in attempts.of_job(opened.db, item.job_id)]
    whole = item_object(opened.db, item, channel_names(opened.db))
    if as_json:
        emit({"item": whole, "tries": tries, "report": report(opened.db, item)})
        return
    for key in ("reference", "class", "group", "state", "title", "channel", "url", "reason", "remedy"):
        _field(key, whole[key])
    _field("evidence", whole["evidence"])
    _field("next try", local_time(whole["next_at"]))
    _field("how", item.next_strategy)
    _field("job", whole["job"])
    if item.versions:
        _field("versions", ", ".join(f"{name} {version}" for name, version in item.versions.items()))
    say()
    keys = ("duration_s", "outcome", "class", "status", "host", "bytes", "reference")
    table(
        ("TRY", "STARTED", "SECONDS", "OUTCOME", "CLASS", "STATUS", "HOST", "BYTES", "REFERENCE", "MESSAGE"),
        (
            (
                row["number"],
                local_time(row["started_at"], seconds=True),
                *(row[key] for key in keys),
                clean(row["message"], 200),
            )
            for row in tries
        ),
        right=(0, 2, 5, 7),
    )


def _field(key: str, value: object) -> None:
    if value not in (None, ""):
        say(f"{key:<10} {clean(str(value))}")


def _attempt(row: Attempt) -> dict[str, Any]:
    from ytui.core.sanitize import plain_text
    from ytui.ytdlp.job_log import redact

    took = None if row.ended_at is None else round(row.ended_at - row.started_at, 1)
    return {
        "number": row.number,
        "started_at": iso_time(row.started_at),
        "ended_at": iso_time(row.ended_at),
        "duration_s": took,
        "outcome": row.outcome,
        "class": row.failure_class,
        "message": redact(plain_text(row.message)),
        "status": row.status,
        "host": row.host,
        "request_kind": row.request_kind,
        "bytes": row.bytes,
        "requests": row.requests,
        "strategy": row.strategy,
        "charged": row.charged,
        "reference": row.reference,
    }


def _show_plan(opened: Session, plan: NamedPlan, as_json: bool) -> None:
    from ytui.engine.commands.plan_commands import item_object
    from ytui.store import named_plans

    names = channel_names(opened.db)
    items = named_plans.items(opened.db, plan.id)
    if as_json:
        rows = [item_object(opened.db, item, names) for item in items]
        emit({"name": plan.name, "created_at": iso_time(plan.created_at), "items": rows})
        return
    say(f"{plan.name}: {plural(plan.items, 'item')}, {plan.unresolved} unresolved")
    table(HEADINGS, (item_cells(item, names.get(item.channel_id or 0)) for item in items), right=(3,))


_REFERENCE = re.compile(r"E-\w{4}", re.IGNORECASE)


@click.command()
@click.argument("name", shell_complete=complete_plans)
@choosing
@json_option
@click.pass_obj
def create(start: GlobalOptions, /, name: str, as_json: bool, **which: Any) -> None:
    """Make a plan called NAME of these items, or add them to it."""
    from ytui.store import named_plans

    label = clean(name).strip()
    if not label or _REFERENCE.fullmatch(label) or looks_like_number(label):
        raise CliError(f"'{name}' cannot be told from a reference or a number: give the plan a name in words")
    with session(start, quiet=as_json) as opened:
        items = chosen(opened.db, Choice(**which))
        made = named_plans.create(opened.db, label, [item.id for item in items], time.time())
    if as_json:
        emit(
            {
                "name": made.name,
                "items": made.items,
                "unresolved": made.unresolved,
                "created_at": iso_time(made.created_at),
            }
        )
    else:
        say(f"{made.name}: {plural(made.items, 'item')}, {made.unresolved} unresolved")


@click.command()
@choosing
@state_option
@click.option(
    "--format", "form", type=click.Choice(["json", "batch"]), default="json", help="batch: for yt-dlp -a."
)
@output_options
@json_option
@click.pass_obj
def export(
    start: GlobalOptions, /, form: str, output: Path | None, force: bool, as_json: bool, **which: Any
) -> None:
    """Write items as JSON or as a batch file for `yt-dlp -a`; all unresolved ones unless told otherwise."""
    from ytui.engine.commands.plan_commands import export_batch, export_json

    if as_json and form == "batch" and output is None:
        raise CliError("--json prints an object and a batch file is none: write the batch with -o FILE")
    choice = Choice(**which)
    if choice.empty:
        choice = Choice(everything=True)
    with session(start, quiet=as_json) as opened:
        items = chosen(opened.db, choice)
        text = export_batch(opened.db, items) if form == "batch" else export_json(opened.db, items)
    if output is None:
        if as_json:
            emit(json.loads(text))
        else:
            write_output([text], None, force)
        return
    write_output([text], output, force)
    if as_json:
        emit({"exported": len(items), "file": str(output.absolute())})
    else:
        note(f"{plural(len(items), 'item')} written to {output}")


_STRATEGIES = {
    "fresh": Strategy.FRESH_EXTRACTION,
    "lower": Strategy.LOWER_QUALITY,
    "without-partial": Strategy.WITHOUT_PARTIAL,
    "with-cookies": Strategy.WITH_COOKIES,
}


@click.group(cls=CommandGroup)
def plan() -> None:
    """The work plan, what was not downloaded and why: look at it, try it again, or dismiss it."""


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
    start: GlobalOptions,
    state: str | None,
    failure_class: str | None,
    channel: str | None,
    named: bool,
    as_json: bool,
) -> None:
    """List what is open, scheduled or held; with --named the named plans."""
    from ytui.engine.commands.plan_commands import item_object
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
        say(f"lower than offered: {lower_counts(lower)}; {AGAIN}")
    if not found:
        say(
            "no such items; `ytui plan list` shows the whole plan"
            if narrowed
            else "nothing: all that was asked for is downloaded, or in the queue"
        )
        return
    table(HEADINGS, (item_cells(item, names.get(item.channel_id or 0)) for item in found), right=(3,))


@plan.command()
@choosing
@click.option("--strategy", type=click.Choice(list(_STRATEGIES)), help="How to try differently this time.")
@json_option
@click.pass_obj
def retry(start: GlobalOptions, /, strategy: str | None, as_json: bool, **which: Any) -> None:
    """Try again now: items by reference or number, a named plan, or those of a class or channel."""
    from ytui.cli.submit import obstacles_to
    from ytui.engine.commands.plan_commands import retry as try_again
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
        in_use, holder, waits = opened.in_use, opened.holder, obstacles_to(opened, queued)
    if as_json:
        closed = {site: iso_time(until) for site, until in retried.closed.items()}
        emit(
            {
                "retried": retried.queued,
                "jobs": queued,
                "closed": closed,
                "holder": holder_object(holder),
                "obstacle": waits,
            }
        )
        return
    who = f"{holder_words(holder)} runs them" if in_use else "`ytui run` runs them"
    if retried.queued or not retried.closed:
        say(
            f"{plural(retried.queued, 'job')} queued again; {who}"
            if retried.queued
            else "nothing to try again"
        )
    if retried.queued and waits:
        say(f"queued; {waits}")
    for site, until in retried.closed.items():
        say(f"{site} is closed until {format_time(until)}: its items go on by themselves then")


@plan.command()
@choosing
@json_option
@click.pass_obj
def dismiss(start: GlobalOptions, /, as_json: bool, **which: Any) -> None:
    """Dismiss items: they are not tried again."""
    from ytui.store import plan as store

    with session(start, quiet=as_json) as opened:
        items = chosen(opened.db, Choice(**which))
        number = store.dismiss(opened.db, [item.id for item in items], time.time())
    if as_json:
        emit({"dismissed": number})
    else:
        say(f"{plural(number, 'item')} dismissed")


def _list_named(opened: Session, as_json: bool) -> None:
    from ytui.store import named_plans

    plans = named_plans.all_plans(opened.db)
    if as_json:
        keys = ("name", "items", "unresolved")
        rows = [
            {**{key: getattr(row, key) for key in keys}, "created_at": iso_time(row.created_at)}
            for row in plans
        ]
        emit({"plans": rows})
    elif not plans:
        say("no named plans: `ytui plan create NAME E-7F3K …` makes one")
    else:
        table(
            ("NAME", "ITEMS", "UNRESOLVED", "MADE"),
            ((row.name, row.items, row.unresolved, format_time(row.created_at)) for row in plans),
            right=(1, 2),
        )
