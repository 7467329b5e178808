"""What the keys do about failures: try again in one way or another, probe a site, dismiss."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ytui.core.amounts import count
from ytui.core.models import JobState, Strategy
from ytui.core.moments import moment
from ytui.core.outside import clean
from ytui.core.states import PENDING_STATES, RETRYABLE_STATES
from ytui.engine import actions, plan_actions
from ytui.engine.sites.states import closed_sites
from ytui.store import holds, jobs, plan
from ytui.store.database import Database
from ytui.store.jobs.taking_back import PutBack
from ytui.tui.actions.doing import Around, Doing, Ids, Target, jobs_of
from ytui.tui.actions.undo import Done, Undo, put_back_words, tracked
from ytui.tui.tables.lists import failure_title
from ytui.tui.tables.plan_list import PlanSource
from ytui.tui.tables.rows import RowKind
from ytui.tui.text import shorten

PROBED = "a probe cannot be taken back: the site is asked already; z again undoes what was done before it"
MOST_TITLE = 44
"""Cells of a title in a question."""
HEADING = "this is a group: a capital acts on all of it, space marks all of it"


def retry(around: Around, target: Target) -> Doing:
    """Try these again now."""
    return _retrying(around, target, Strategy.AS_BEFORE)


def retry_lower(around: Around, target: Target) -> Doing:
    """Try these again with the next lower quality."""
    return _retrying(around, target, Strategy.LOWER_QUALITY, " with a lower quality")


def retry_fresh(around: Around, target: Target) -> Doing:
    """Try these again without what is half downloaded."""
    return _retrying(around, target, Strategy.WITHOUT_PARTIAL, " from the beginning")


def _retrying(around: Around, target: Target, strategy: Strategy, how: str = "") -> Doing:
    ids = retryable(around.db, target)
    return Doing(ids, retrying(ids, around.now, strategy, how), nothing=nothing_here(target))


def nothing_here(target: Target, words: str = "nothing here to retry") -> str:
    """Return what is told where a key finds nothing to act on: ``words``, or what else to do on a heading."""
    on_heading = not target.keys and target.cursor is not None and target.cursor < 0
    return HEADING if on_heading else words


def retry_all(around: Around, target: Target) -> Doing:
    """Try the group's items again, or everything shown."""
    shown = Target(target.kind, tuple(target.shown(around.db)))
    everything = retryable(around.db, shown)
    group, name = group_under(around.db, target)
    ids: Ids = retryable(around.db, Target(target.kind, tuple(group))) if group else everything
    word = count(len(ids), "item" if target.kind is RowKind.PLAN else "job")
    other = None
    if len(everything) > len(ids):
        other = (f"all {len(everything)} shown", retrying(everything, around.now))
    of_group = f" of “{name}”" if name and other else ""
    return Doing(
        ids,
        retrying(ids, around.now),
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


def retryable(db: Database, target: Target) -> list[int]:
    """Return the ended or waiting jobs that rows stand for; a resolved plan item has none."""
    return jobs_of(db, target, RETRYABLE_STATES)


def retrying(
    ids: Ids, now: float, strategy: Strategy = Strategy.AS_BEFORE, how: str = ""
) -> Callable[[Database], Done]:
    """Return what queues these jobs again, save those of a site in cooldown: they are not touched."""

    def act(db: Database) -> Done:
        closed = closed_sites(db, now)
        sites = jobs.sites_of(db, ids)
        wanted = [number for number, site in sites.items() if site not in closed]
        spared = {site for site in sites.values() if site in closed}
        behind = _behind_a_probe(db, wanted) if strategy is Strategy.AS_BEFORE else 0
        queued = 0

        def again() -> list[int]:
            nonlocal queued
            queued = actions.retry_jobs(db, wanted, now, strategy=strategy)
            return wanted

        undo = tracked(db, wanted, again, now).undo if wanted else None
        words = [f"{count(queued, 'job')} queued again{how}"] if queued else []
        if behind:
            words.append(f"{count(behind, 'other waits', 'others wait')} for how that goes")
        if len(wanted) - behind > queued:
            left = count(len(wanted) - behind - queued, "job")
            words.append(f"{left} left alone: another one is at it already")
        words += [left_alone(site, closed[site]) for site in sorted(spared)]
        return Done("; ".join(words), undo)

    return act


def _behind_a_probe(db: Database, ids: list[int]) -> int:
    """Return how many of these jobs go on waiting for a hold while one tries whether it is over."""
    probes, own = holds.first_of_each(db, ids)
    return len(ids) - len(own) - len(probes)


def left_alone(site: str, until: float) -> str:
    """Return what is told of the items of a site in cooldown, which no key touches."""
    return f"{clean(site)} is cooling down until {moment(until)}, its items were left alone (b probes now)"


def probe(around: Around, target: Target) -> Doing:
    """End the cooldown of the rows' sites, else of every site that has one: the next job is the probe.

    Of what waits for a hold one job tries whether that is over.
    """
    waiting = jobs_of(around.db, target, [JobState.WAITING])
    if holds.of_jobs(around.db, waiting):
        return Doing(waiting, retrying(waiting, around.now))
    closed = closed_sites(around.db, around.now)
    here = jobs_of(around.db, target, RETRYABLE_STATES | PENDING_STATES)
    sites = set(jobs.sites_of(around.db, here).values())
    names = sorted(sites & closed.keys()) or sorted(closed)

    def act(db: Database) -> Done:
        done = [name for name in names if plan_actions.probe_now(db, name, around.now)]
        if not done:
            return Done("no site is in cooldown")
        return Done(f"one probe goes to {clean(', '.join(done))} now", Undo(never=PROBED))

    return Doing(tuple(range(len(names))), act, nothing="no site is in cooldown")


def dismiss(around: Around, target: Target) -> Doing:
    """Take these off the plan, or the whole group."""
    ids = plan.unresolved_among(around.db, target.chosen(around.db))
    group, name = group_under(around.db, target)
    if not ids:
        ids, group = group, []
    other = None
    if len(group) > 1 and len(target.keys) < 2:
        other = (f"all {len(group)} of “{name}”", _dismissing(group, around.now))
    what = count(len(ids), "item")
    if len(ids) == 1 and (item := plan.by_id(around.db, ids[0])) is not None:
        what = f"“{shorten(clean(item.title) or clean(item.url), MOST_TITLE)}”"
    held = holds.waiting_behind(around.db, ids)
    along = f" {count(held, 'video that waits is', 'videos that wait are')} given up with it." if held else ""
    question = f"Dismiss {what} from the plan?{along}"
    return Doing(ids, _dismissing(ids, around.now), question, "no item of the plan here", "dismiss", other)


def _dismissing(ids: Ids, now: float) -> Callable[[Database], Done]:
    def act(db: Database) -> Done:
        gone = 0

        def put_away() -> list[int]:
            nonlocal gone
            gone = plan.dismiss(db, ids, now)
            return []

        say = put_back_words if holds.waiting_behind(db, ids) else _back_on_plan
        undo = tracked(db, holds.jobs_of_items(db, ids), put_away, now, say=say).undo
        if not gone:
            return Done("nothing was dismissed: it is off the plan already")
        return Done(f"{count(gone, 'item')} dismissed; z brings {'it' if gone == 1 else 'them'} back", undo)

    return act


def _back_on_plan(done: PutBack) -> str:
    return f"{count(done.jobs, 'item')} back on the plan" if done.jobs else put_back_words(done)


def _with_probes(undo: Undo | None, probes: Sequence[tuple[int, float | None]]) -> Undo:
    """Return the same undo, which lets holds try again at the times that they had before too."""

    def act(db: Database) -> str:
        for hold_id, at in probes:
            holds.put_off(db, hold_id, at)
        return undo.act(db) if undo is not None else "tried again at the time that it was"

    return Undo(act)


def waiting_until(ids: Ids, until: float, now: float) -> Callable[[Database], Done]:
    """Return what lets these jobs wait until a time that a person chose."""

    def act(db: Database) -> Done:
        waiting = 0

        def put_off() -> list[int]:
            nonlocal waiting
            waiting = plan_actions.put_off(db, ids, until, now)
            return []

        probes = [(row.id, row.next_probe) for row in holds.of_jobs(db, ids)]
        undo = tracked(db, ids, put_off, now).undo
        if probes:
            undo = _with_probes(undo, probes)
        if not waiting:
            return Done("nothing was put off: it runs or has ended meanwhile")
        return Done(f"{count(waiting, 'item waits', 'items wait')} until {moment(until)}", undo)

    return act
