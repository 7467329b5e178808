"""Asking a site what it says of a video, from the video's page or from that of one of its jobs."""

from __future__ import annotations

from ytui.core.amounts import count
from ytui.engine.details_wanted import ask_for_video
from ytui.store import jobs
from ytui.store.database import Database
from ytui.tui.actions.doing import Around, Doing, Target, videos_of
from ytui.tui.actions.undo import Done, Undo


def fetch_details(around: Around, target: Target) -> Doing:
    """Fetch metadata, statistics and transcript of these videos now, whatever is kept of them."""
    ids = videos_of(around.db, target)

    def act(db: Database) -> Done:
        asked = [job for video in ids if (job := ask_for_video(db, video, around.now)) is not None]

        def back(db: Database) -> str:
            ended = jobs.request_cancel(db, asked, around.now)
            cancelled = len(ended.cancelled_now) + len(ended.requested)
            return f"{count(cancelled, 'job')} cancelled" if cancelled else "the details were there already"

        return Done(f"fetching the details of {count(len(ids), 'video')}", Undo(back))

    return Doing(ids, act, nothing="no video here")
