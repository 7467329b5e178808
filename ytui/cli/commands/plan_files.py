"""``ytui plan create`` and ``export``: items put together under a name, and taken elsewhere."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.plan_choice import Choice, choosing, chosen, looks_like_number, state_option
from ytui.cli.delivery import deliver, output_options
from ytui.cli.mistakes import Mistake
from ytui.cli.output import emit, json_option, note, say
from ytui.cli.session import session
from ytui.core.moments import iso

if TYPE_CHECKING:
    from ytui.cli.start import Start

_REFERENCE = re.compile(r"E-\w{4}", re.IGNORECASE)


@click.command()
@click.argument("name")
@choosing
@json_option
@click.pass_obj
def create(start: Start, /, name: str, as_json: bool, **which: Any) -> None:
    """Make a plan called NAME of these items, or add them to it."""
    from ytui.core.amounts import count
    from ytui.core.outside import clean
    from ytui.store import named_plans

    label = clean(name).strip()
    if not label or _REFERENCE.fullmatch(label) or looks_like_number(label):
        raise Mistake(f"'{name}' cannot be told from a reference or a number: give the plan a name in words")
    with session(start, quiet=as_json) as opened:
        items = chosen(opened.db, Choice(**which))
        made = named_plans.create(opened.db, label, [item.id for item in items], time.time())
    if as_json:
        emit(
            {
                "name": made.name,
                "items": made.items,
                "unresolved": made.unresolved,
                "created_at": iso(made.created_at),
            }
        )
    else:
        say(f"{made.name}: {count(made.items, 'item')}, {made.unresolved} unresolved")


@click.command()
@choosing
@state_option
@click.option(
    "--format", "form", type=click.Choice(["json", "batch"]), default="json", help="batch: for yt-dlp -a."
)
@output_options
@json_option
@click.pass_obj
def export(start: Start, /, form: str, output: Path | None, force: bool, as_json: bool, **which: Any) -> None:
    """Write items as JSON or as a batch file for `yt-dlp -a`; all unresolved ones unless told otherwise."""
    from ytui.core.amounts import count
    from ytui.engine.plan_actions import export_batch
    from ytui.engine.plan_objects import export_json

    if as_json and form == "batch" and output is None:
        raise Mistake("--json prints an object and a batch file is none: write the batch with -o FILE")
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
            deliver([text], None, force)
        return
    deliver([text], output, force)
    if as_json:
        emit({"exported": len(items), "file": str(output.absolute())})
    else:
        note(f"{count(len(items), 'item')} written to {output}")
