"""Jobs: everything that is done to them, in one place; each function is a single short transaction.

A transition names the state it expects to leave, so that of two writers one wins and the other is told.
"""

from __future__ import annotations

from ytui.store.jobs.cancelling import cancel, cancel_requests, request_cancel, stop_fetching
from ytui.store.jobs.heads import QueuedHead, heads
from ytui.store.jobs.lists import (
    active_count,
    active_fetches,
    active_ids,
    active_of_video,
    active_recording,
    active_states,
    at_hand,
    by_id,
    count,
    counts,
    downloads_queued,
    last_download,
    newest_id,
    next_waiting,
    position,
    queued_of_channel,
    running,
)
from ytui.store.jobs.lists import page as list
from ytui.store.jobs.outcomes import fail, finish, postpone, recover, release, uncharge
from ytui.store.jobs.queueing import (
    claim,
    enqueue_details,
    enqueue_download,
    enqueue_fetch,
    enqueue_recording,
    next_due,
    promote_due,
    record_progress,
    set_option,
    set_priority,
    set_process,
    set_title,
    to_top,
    wake,
    wake_class,
)
from ytui.store.jobs.retrying import retry, wait_until

__all__ = [
    "QueuedHead",
    "active_count",
    "active_fetches",
    "active_ids",
    "active_of_video",
    "active_recording",
    "active_states",
    "at_hand",
    "by_id",
    "cancel",
    "cancel_requests",
    "claim",
    "count",
    "counts",
    "downloads_queued",
    "enqueue_details",
    "enqueue_download",
    "enqueue_fetch",
    "enqueue_recording",
    "fail",
    "finish",
    "heads",
    "last_download",
    "list",
    "newest_id",
    "next_due",
    "next_waiting",
    "position",
    "postpone",
    "promote_due",
    "queued_of_channel",
    "record_progress",
    "recover",
    "release",
    "request_cancel",
    "retry",
    "running",
    "set_option",
    "set_priority",
    "set_process",
    "set_title",
    "stop_fetching",
    "to_top",
    "uncharge",
    "wait_until",
    "wake",
    "wake_class",
]
