"""Asking a site what it says of a video, from the video's page or from that of one of its jobs."""

from __future__ import annotations

import json

from ytui.engine import actions
from ytui.engine.details_wanted import ask_for_video
from ytui.store.database import Database
from ytui.tui.actions.doing import GIVEN, Around, Doing, Target, ids_of
from ytui.tui.actions.undo import Done, Undo
from ytui.tui.tables.rows import RowKind
from ytui.tui.text import count

_VIDEOS_OF = {
    RowKind.VIDEO: "SELECT id FROM videos WHERE id IN {}",
    RowKind.JOB: "SELECT DISTINCT video_id FROM jobs WHERE video_id IS NOT NULL AND id IN {}",
    RowKind.PLAN: "SELECT DISTINCT video_id FROM plan_items WHERE video_id IS NOT NULL AND id IN {}",
    RowKind.LOG: "SELECT DISTINCT video_id FROM journal WHERE video_id IS NOT NULL AND id IN {}",
}
"""The videos that rows of each kind speak of."""


def fetch_details(around: Around, target: Target) -> Doing:
    """Fetch metadata, statistics and transcript of these videos now, whatever is kept of them."""
    given = [json.dumps(target.chosen(around.db))]
    ids = ids_of(around.db, _VIDEOS_OF[target.kind].format(GIVEN), given)

    def act(db: Database) -> Done:
        jobs = [job for video in ids if (job := ask_for_video(db, video, around.now)) is not None]

        def back(db: Database) -> str:
            ended = actions.cancel_jobs(db, jobs, around.now)
            cancelled = len(ended.cancelled_now) + len(ended.requested)
            return f"{count(cancelled, 'job')} cancelled" if cancelled else "the details were there already"

        return Done(f"fetching the details of {count(len(ids), 'video')}", Undo(back))

    return Doing(ids, act, nothing="no video here")
