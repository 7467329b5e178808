"""``ytui plan show``: one item whole, with every attempt; or the items of a named plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.lists import channel_names
from ytui.cli.commands.plan_choice import HEADINGS, by_reference, item_cells, named_plan, unknown
from ytui.cli.output import emit, json_option, say, table
from ytui.cli.session import Session, session
from ytui.cli.times import local
from ytui.core.moments import iso

if TYPE_CHECKING:
    from ytui.cli.start import Start
    from ytui.store.named_plans import NamedPlan
    from ytui.store.rows import Attempt, PlanItem


@click.command()
@click.argument("which", metavar="REFERENCE|NAME")
@json_option
@click.pass_obj
def show(start: Start, which: str, as_json: bool) -> None:
    """Show one item whole, every attempt of it too, or the items of a named plan."""
    with session(start, quiet=as_json) as opened:
        item = by_reference(opened.db, which)
        plan = named_plan(opened.db, which) if item is None else None
        if item is not None:
            _show_item(opened, item, as_json)
        elif plan is not None:
            _show_plan(opened, plan, as_json)
        else:
            raise unknown(which)


def _show_item(opened: Session, item: PlanItem, as_json: bool) -> None:
    from ytui.core.outside import clean
    from ytui.engine.plan_actions import report
    from ytui.engine.plan_objects import item_object
    from ytui.store import attempts

    tries = [_attempt(row) for row in attempts.of_job(opened.db, item.job_id)]
    whole = item_object(opened.db, item, channel_names(opened.db))
    if as_json:
        emit({"item": whole, "tries": tries, "report": report(opened.db, item)})
        return
    for key in ("reference", "class", "group", "state", "title", "channel", "url", "reason", "remedy"):
        _field(key, whole[key])
    for key in ("evidence", "next_at", "strategy", "job"):
        _field(key, local(whole[key]) if key == "next_at" else whole[key])
    if item.versions:
        _field("versions", ", ".join(f"{name} {version}" for name, version in item.versions.items()))
    say()
    keys = ("duration_s", "outcome", "class", "status", "host", "bytes", "reference")
    table(
        ("TRY", "STARTED", "SECONDS", "OUTCOME", "CLASS", "STATUS", "HOST", "BYTES", "REFERENCE", "MESSAGE"),
        (
            (
                row["number"],
                local(row["started_at"], seconds=True),
                *(row[key] for key in keys),
                clean(row["message"], 200),
            )
            for row in tries
        ),
        right=(0, 2, 5, 7),
    )


def _field(key: str, value: object) -> None:
    from ytui.core.outside import clean

    if value not in (None, ""):
        say(f"{key:<10} {clean(str(value))}")


def _attempt(row: Attempt) -> dict[str, Any]:
    from ytui.media.log import plain, redact

    took = None if row.ended_at is None else round(row.ended_at - row.started_at, 1)
    return {
        "number": row.number,
        "started_at": iso(row.started_at),
        "ended_at": iso(row.ended_at),
        "duration_s": took,
        "outcome": row.outcome,
        "class": row.failure_class,
        "message": redact(plain(row.message)),
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
    from ytui.core.amounts import count
    from ytui.engine.plan_objects import item_object
    from ytui.store import named_plans

    names = channel_names(opened.db)
    items = named_plans.items(opened.db, plan.id)
    if as_json:
        rows = [item_object(opened.db, item, names) for item in items]
        emit({"name": plan.name, "created_at": iso(plan.created_at), "items": rows})
        return
    say(f"{plan.name}: {count(plan.items, 'item')}, {plan.unresolved} unresolved")
    table(HEADINGS, (item_cells(item, names.get(item.channel_id or 0)) for item in items), right=(3,))
