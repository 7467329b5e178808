"""Plan actions: failures are tried again in one way or another, a site is probed, items dismissed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ytui.core.formatting import format_time, plural
from ytui.core.models import JobState, Strategy
from ytui.core.sanitize import clean
from ytui.core.states import PENDING_STATES, RETRYABLE_STATES
from ytui.engine.commands import plan_commands, queue_commands
from ytui.engine.sites.site_states import closed_sites
from ytui.store import holds, jobs, key_values, plan
from ytui.store.database import Database
from ytui.store.jobs.undo import UndoResult
from ytui.tui.command_runner import Command, CommandContext, Ids
from ytui.tui.lists.columns import failure_title
from ytui.tui.lists.plan_list import PlanSource
from ytui.tui.lists.rows import RowKind, Target
from ytui.tui.text import shorten
from ytui.tui.undo import Result, UndoStep, put_back_words, tracked

PROBED = "a probe cannot be taken back; z again undoes what was done before it"
MOST_TITLE = 44
"""Cells of a title in a question."""
HEADING = "this is a group: a capital acts on all of it, space marks all of it"


def retry(context: CommandContext, target: Target) -> Command:
    """Try these again now."""
    return _retrying(context, target, Strategy.AS_BEFORE)


def retry_lower(context: CommandContext, target: Target) -> Command:
    """Try these again with the next lower quality."""
    return _retrying(context, target, Strategy.LOWER_QUALITY, " with a lower quality")


def retry_fresh(context: CommandContext, target: Target) -> Command:
    """Try these again without what is half downloaded."""
    return _retrying(context, target, Strategy.WITHOUT_PARTIAL, " from the beginning")


def _retrying(context: CommandContext, target: Target, strategy: Strategy, how: str = "") -> Command:
    ids = target.jobs(context.db, RETRYABLE_STATES)
    return Command(ids, retrying(ids, context.now, strategy, how), nothing=nothing_here(target))


def nothing_here(target: Target, words: str = "nothing here to retry") -> str:
    """Return what is told where a key finds nothing to act on: ``words``, or what else to do on a heading."""
    on_heading = not target.keys and target.cursor is not None and target.cursor < 0
    return HEADING if on_heading else words


def retry_all(context: CommandContext, target: Target) -> Command:
    """Try the group's items again, or everything shown."""
    shown = Target(target.kind, tuple(target.shown(context.db)))
    everything = shown.jobs(context.db, RETRYABLE_STATES)
    group, name = group_under(context.db, target)
    ids: Ids = everything
    if group:
        ids = Target(target.kind, tuple(group)).jobs(context.db, RETRYABLE_STATES)
    word = plural(len(ids), "item" if target.kind is RowKind.PLAN else "job")
    other = None
    if len(everything) > len(ids):
        other = (f"all {len(everything)} shown", retrying(everything, context.now))
    of_group = f" of “{name}”" if name and other else ""
    return Command(
        ids,
        retrying(ids, context.now),
        f"Retry {word}{of_group}?",
        "nothing here to retry",
        f"retry {len(ids)}",
        other,
    )


def group_under(db: Database, target: Target) -> tuple[list[int], str]:
    """Return the items of the group that the cursor is in, and its title; nothing in other lists."""
    if not isinstance(target.source, PlanSource) or target.cursor is None:
        return [], ""
    group = target.source.group_of(db, target.cursor)
    return (group.source.keys(db), failure_title(group.name)) if group else ([], "")


def retrying(
    ids: Ids, now: float, strategy: Strategy = Strategy.AS_BEFORE, how: str = ""
) -> Callable[[Database], Result]:
    """Return what queues these jobs again, save those of a site in cooldown: they are not touched."""

    def act(db: Database) -> Result:
        closed = closed_sites(db, now)
        sites = jobs.sites_of(db, ids)
        wanted = [number for number, site in sites.items() if site not in closed]
        spared = {site for site in sites.values() if site in closed}
        behind = _behind_a_probe(db, wanted) if strategy is Strategy.AS_BEFORE else 0
        queued = 0

        def again() -> list[int]:
            nonlocal queued
            queued = queue_commands.retry_jobs(db, wanted, now, strategy=strategy)
            return wanted

        undo = tracked(db, wanted, again, now).undo if wanted else None
        words = [f"{plural(queued, 'job')} queued again{how}"] if queued else []
        if behind:
            words.append(f"{plural(behind, 'other waits', 'others wait')} for how that goes")
        if len(wanted) - behind > queued:
            left = plural(len(wanted) - behind - queued, "job")
            words.append(f"{left} left alone: another one is at it already")
        words += [left_alone(site, closed[site]) for site in sorted(spared)]
        return Result("; ".join(words), undo, queued=wanted)

    return act


def _behind_a_probe(db: Database, ids: list[int]) -> int:
    """Return how many of these jobs go on waiting for a hold while one tries whether it is over."""
    probes, own = holds.first_of_each(db, ids)
    return len(ids) - len(own) - len(probes)


def left_alone(site: str, until: float) -> str:
    """Return what is told of the items of a site in cooldown, which no key touches."""
    return (
        f"{clean(site)} is cooling down until {format_time(until)}, its items were left alone (b probes now)"
    )


def probe(context: CommandContext, target: Target) -> Command:
    """End the cooldown of the rows' sites, else of every site that has one: the next job is the probe.

    Of what waits for a hold one job tries whether that is over.
    """
    waiting = target.jobs(context.db, [JobState.WAITING])
    if holds.of_jobs(context.db, waiting):
        return Command(waiting, retrying(waiting, context.now))
    closed = closed_sites(context.db, context.now)
    here = target.jobs(context.db, RETRYABLE_STATES | PENDING_STATES)
    sites = set(jobs.sites_of(context.db, here).values())
    names = sorted(sites & closed.keys()) or sorted(closed)

    def act(db: Database) -> Result:
        done = [name for name in names if plan_commands.probe_now(db, name, context.now)]
        if not done:
            return Result("no site is in cooldown")
        when = "now"
        if key_values.is_paused(db):
            when = "when the queue goes on: it is paused"
        return Result(f"one probe goes to {clean(', '.join(done))} {when}", UndoStep(never=PROBED))

    return Command(tuple(range(len(names))), act, nothing="no site is in cooldown")


def dismiss(context: CommandContext, target: Target) -> Command:
    """Take these off the plan, or the whole group."""
    ids = plan.unresolved_among(context.db, target.chosen(context.db))
    group, name = group_under(context.db, target)
    if not ids:
        ids, group = group, []
    other = None
    if len(group) > 1 and len(target.keys) < 2:
        other = (f"all {len(group)} of “{name}”", _dismissing(group, context.now))
    what = plural(len(ids), "item")
    if len(ids) == 1 and (item := plan.by_id(context.db, ids[0])) is not None:
        what = f"“{shorten(clean(item.title) or clean(item.url), MOST_TITLE)}”"
    waiting = holds.waiting_behind(context.db, ids)
    along = (
        f" {plural(waiting, 'video that waits is', 'videos that wait are')} given up with it."
        if waiting
        else ""
    )
    question = f"Dismiss {what} from the plan?{along}"
    return Command(ids, _dismissing(ids, context.now), question, "no item of the plan here", "dismiss", other)


def _dismissing(ids: Ids, now: float) -> Callable[[Database], Result]:
    def act(db: Database) -> Result:
        gone = 0

        def put_away() -> list[int]:
            nonlocal gone
            gone = plan.dismiss(db, ids, now)
            return []

        say = put_back_words if holds.waiting_behind(db, ids) else _back_on_plan
        questions = [item.id for item in plan.questions_among(db, ids)]
        undo = tracked(db, holds.jobs_of_items(db, ids), put_away, now, say=say).undo
        if questions:
            undo = _with_questions(undo, questions, now)
        if not gone:
            return Result("nothing was dismissed: it is off the plan already")
        return Result(
            f"{plural(gone, 'item')} dismissed; z brings {'it' if gone == 1 else 'them'} back", undo
        )

    return act


def _with_questions(undo: UndoStep | None, questions: Ids, now: float) -> UndoStep:
    """Return the same undo, which puts questions back, too: no job stands behind them."""

    def act(db: Database) -> str:
        plan.put_back(db, questions, now)
        words = f"{plural(len(questions), 'question')} back on the plan"
        return words if undo is None else f"{words}, {undo.act(db)}"

    return UndoStep(act)


def _back_on_plan(done: UndoResult) -> str:
    return f"{plural(done.jobs, 'item')} back on the plan" if done.jobs else put_back_words(done)


def _with_probes(undo: UndoStep | None, probes: Sequence[tuple[int, float | None]]) -> UndoStep:
    """Return the same undo, which lets holds try again at the times that they had before too."""

    def act(db: Database) -> str:
        for hold_id, at in probes:
            holds.postpone_probe(db, hold_id, at)
        return undo.act(db) if undo is not None else "tried again at the time that it was"

    return UndoStep(act)


def waiting_until(ids: Ids, until: float, now: float) -> Callable[[Database], Result]:
    """Return what lets these jobs wait until a time that a person chose."""

    def act(db: Database) -> Result:
        waiting = 0

        def put_off() -> list[int]:
            nonlocal waiting
            waiting = plan_commands.put_off(db, ids, until, now)
            return []

        probes = [(row.id, row.next_probe) for row in holds.of_jobs(db, ids)]
        undo = tracked(db, ids, put_off, now).undo
        if probes:
            undo = _with_probes(undo, probes)
        if not waiting:
            return Result("nothing was put off: it runs or has ended meanwhile")
        return Result(f"{plural(waiting, 'item waits', 'items wait')} until {format_time(until)}", undo)

    return act
