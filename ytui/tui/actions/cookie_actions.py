"""Cookie actions: given to the chosen jobs and to channels of the configuration, and undone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ytui import config
from ytui.config import ConfigError
from ytui.core.formatting import plural
from ytui.engine.commands import plan_commands
from ytui.paths import Places
from ytui.store import channels, jobs
from ytui.store.database import Database
from ytui.store.rows import Channel, Job
from ytui.tui.actions.plan_actions import left_alone
from ytui.tui.screens.cookies_screen import Scope
from ytui.tui.undo import Result, UndoStep, config_change, tracked

ITEMS, CHANNEL, SITE = "items", "channel", "site"


def scopes(db: Database, ids: Sequence[int]) -> list[Scope]:
    """For whom cookies may be given: these jobs, the first one's channel, its site (which asks again)."""
    found = [Scope(ITEMS, f"{'this item' if len(ids) == 1 else plural(len(ids), 'item')} only")]
    job = jobs.by_id(db, ids[0])
    own = _channels(db, job, CHANNEL)
    if job is None or not own:
        return found
    found.append(Scope(CHANNEL, f"the channel {own[0].name}"))
    every = plural(len(_channels(db, job, SITE)), "channel")
    question = (
        f"Use these cookies for all of {job.site}? That changes {every} in the configuration: what any of"
        " them fails to get for want of an account is asked for again as that account."
    )
    found.append(Scope(SITE, f"every channel of {job.site}", question, f"use them for {every}"))
    return found


def give_cookies(
    places: Places, ids: Sequence[int], scope: str, path: Path, now: float, db: Database
) -> Result:
    """Retry these jobs with the stored file ``path``, and write it to the channels of ``scope``.

    What undoes it puts the jobs and the configuration back, and deletes the file when nothing names it.
    """
    wanted = _channels(db, jobs.by_id(db, ids[0]), scope)
    done = plan_commands.Retried(0, {})

    def retry() -> Sequence[int]:
        nonlocal done
        done = plan_commands.retry_jobs_with_cookies(db, ids, str(path), now)
        return ids

    def change() -> UndoStep | None:
        for channel in wanted:
            config.update_channel(places.config_file, channel.url, {"cookies": str(path)})
        return tracked(db, ids, retry, now).undo

    def back(db: Database, queue: UndoStep | None, as_it_was: bool) -> str:
        words = queue.act(db) if queue else "nothing of the queue was left to put back"
        if not as_it_was:
            return f"{words}; config.toml was changed since, the cookies stay in it"
        return words + ("; the cookies are deleted" if _forget(db, places, path) else "")

    try:
        _, undo = config_change(places, now, change, back)
    except (ConfigError, OSError) as error:
        _forget(db, places, path)
        return Result(str(error), wrong=True)
    words = [f"{plural(len(wanted), 'channel')} have these cookies now"] if scope == SITE else []
    if done.queued or not done.closed:
        words.append(f"{plural(done.queued, 'item')} queued again with these cookies")
    words += [left_alone(site, until) for site, until in sorted(done.closed.items())]
    if _forget(db, places, path):
        return Result("; ".join(words))
    return Result("; ".join(words), undo, queued=ids)


def _channels(db: Database, job: Job | None, scope: str) -> list[Channel]:
    """The subscribed channels whose configuration ``scope`` changes."""
    if job is None or scope == ITEMS:
        return []
    own = channels.by_id(db, job.channel_id) if job.channel_id else None
    if own is None or not own.subscribed:
        return []
    if scope == CHANNEL:
        return [own]
    return [channel for channel in channels.subscribed(db) if channel.site == job.site]


def _forget(db: Database, places: Places, path: Path) -> bool:
    """Delete the stored file, unless a job or a channel still names it. True if it is gone."""
    try:
        named = any(path.name in text for text in config.texts(places.config_file).values())
    except (ConfigError, OSError):
        return False
    if named or jobs.names_cookies(db, str(path)):
        return False
    path.unlink(missing_ok=True)
    return True
