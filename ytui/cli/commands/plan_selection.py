"""Selection of plan items: which ones a ``ytui plan`` command means, and how scripts see one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ytui.cli.commands.lists import channel_id
from ytui.cli.completers import complete_channels, complete_references
from ytui.cli.errors import CliError
from ytui.core.formatting import format_time
from ytui.core.models import PlanState
from ytui.core.states import UNRESOLVED_STATES

if TYPE_CHECKING:
    from ytui.store.database import Database
    from ytui.store.named_plans import NamedPlan
    from ytui.store.rows import PlanItem

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PAGE = 1000

state_option = click.option(
    "--state",
    type=click.Choice([*(state.value for state in PlanState), "all"]),
    help="Only items in this state; all: resolved ones too.",
)
class_option = click.option(
    "--class",
    "failure_class",
    help="Only failures of this class.",
    shell_complete=lambda ctx, param, incomplete: _classes(incomplete),
)
channel_option = click.option(
    "--channel", shell_complete=complete_channels, help="Only of this channel (its name or address)."
)
all_option = click.option(
    "--all", "everything", is_flag=True, help="Every item that is open, scheduled or held."
)


def _classes(incomplete: str) -> list[str]:
    from ytui.core.failures.classes import FailureClass

    return [name for name in FailureClass if name.startswith(incomplete)]


@dataclass(frozen=True)
class Choice:
    """What stood on the command line: references, numbers or names of plans, and what narrows or adds."""

    names: tuple[str, ...] = ()
    failure_class: str | None = None
    channel: str | None = None
    everything: bool = False
    state: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was said at all."""
        return not (self.names or self.failure_class or self.channel or self.everything or self.state)


def choosing(command: _Command) -> _Command:
    """The arguments and options of a command that acts on chosen items."""
    names = click.argument(
        "names", nargs=-1, metavar="[REFERENCE|NAME]...", shell_complete=complete_references
    )
    return names(class_option(channel_option(all_option(command))))


def chosen(db: Database, choice: Choice) -> list[PlanItem]:
    """The items that are meant, each once; ``CliError`` where nothing was said or something is unknown.

    A reference means its item, whatever became of it; a named plan means its unresolved ones. State, class
    and channel narrow what was named, and choose by themselves where nothing was.
    """
    if choice.empty:
        raise CliError("say which: references such as E-7F3K, a named plan, --class, --channel or --all")
    if choice.everything and choice.names:
        raise CliError("--all means every item: leave it out, or leave out the references")
    if not choice.names:
        return list(find(db, choice.state, choice.failure_class, choice.channel))
    items = {item.id: item for text in choice.names for item in _meant(db, text)}
    if choice.state or choice.failure_class or choice.channel:
        fitting = find(db, choice.state or "all", choice.failure_class, choice.channel)
        return [item for item in fitting if item.id in items]
    return list(items.values())


def find(
    db: Database, state: str | None, failure_class: str | None, channel: str | None
) -> Iterator[PlanItem]:
    """Items by state (None: the unresolved ones), class and channel; ``CliError`` for an unknown one."""
    from ytui.core.failures.classifier import FailureClass
    from ytui.store import plan as store

    if failure_class is not None and failure_class not in set(FailureClass):
        from ytui.core.suggestions import did_you_mean

        hint = did_you_mean(failure_class, FailureClass, f"there are {', '.join(FailureClass)}")
        raise CliError(f"'{failure_class}' is no class of failure: {hint}")
    states = tuple(PlanState) if state == "all" else (PlanState(state),) if state else UNRESOLVED_STATES
    of_channel = channel_id(db, channel)
    offset = 0
    while page := store.list_items(
        db, states=states, failure_class=failure_class, channel_id=of_channel, limit=_PAGE, offset=offset
    ):
        yield from page
        offset += _PAGE


def by_reference(db: Database, text: str) -> PlanItem | None:
    """The item of a reference such as ``E-7F3K``, in any case, or of an item's number."""
    from ytui.store import plan as store

    item = store.by_reference(db, text.upper())
    if item is None and looks_like_number(text):
        item = store.by_id(db, int(text))
    return item


def named_plan(db: Database, text: str) -> NamedPlan | None:
    """The named plan of that name."""
    from ytui.store import named_plans

    return named_plans.by_name(db, text)


def looks_like_number(text: str) -> bool:
    """Whether it may be the number of a row; SQLite's are below 2**63."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def unknown(db: Database, text: str) -> CliError:
    """What to say of a word that is neither a reference nor a plan's name."""
    from ytui.core.suggestions import did_you_mean
    from ytui.store import names

    known = [*names.named_plans(db.connection), *names.references(db.connection)]
    hint = did_you_mean(text, known, "`ytui plan list` and `ytui plan list --named` show them")
    return CliError(f"'{text}' is neither a reference of a plan item nor a named plan: {hint}")


def item_cells(item: PlanItem, channel: str | None) -> Sequence[object]:
    """An item as a row for eyes, under :data:`HEADINGS`."""
    return (
        item.reference,
        item.failure_class,
        item.state,
        item.attempts,
        format_time(item.next_at),
        channel,
        item.name,
        item.remedy,
    )


HEADINGS = ("REFERENCE", "CLASS", "STATE", "TRIES", "NEXT", "CHANNEL", "TITLE", "WHAT TO DO")


def _meant(db: Database, text: str) -> list[PlanItem]:
    from ytui.store import named_plans

    item = by_reference(db, text)
    if item is not None:
        return [item]
    plan = named_plan(db, text)
    if plan is None:
        raise unknown(db, text)
    return [member for member in named_plans.items(db, plan.id) if member.state in UNRESOLVED_STATES]
