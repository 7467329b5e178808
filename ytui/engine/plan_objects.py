"""Items of the work plan as scripts see them: the same keys wherever they are told or written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ytui.core.moments import iso
from ytui.store import channels, videos
from ytui.store.database import Database
from ytui.store.rows import PlanItem


def item_object(db: Database, item: PlanItem, names: Mapping[int, str]) -> dict[str, Any]:
    """One item; ``names`` are the channels' labels."""
    video = videos.by_id(db, item.video_id) if item.video_id is not None else None
    return {
        "id": item.id,
        "video": video.video_id if video else None,
        "url": item.url,
        "title": item.name,
        "channel": names.get(item.channel_id or 0),
        "class": item.failure_class,
        "group": item.group_name,
        "advice": item.advice,
        "state": item.state,
        "attempts": item.attempts,
        "next_at": iso(item.next_at),
        "reason": item.reason,
        "remedy": item.remedy,
        "evidence": item.evidence,
        "reference": item.reference,
        "strategy": item.strategy,
        "job": item.job_id,
        "created_at": iso(item.created_at),
        "resolved_at": iso(item.resolved_at),
    }


def export_json(db: Database, items: Sequence[PlanItem]) -> str:
    """Items as JSON, for another machine or another tool."""
    names = channels.labels(db)
    objects = [item_object(db, item, names) for item in items]
    return json.dumps({"items": objects}, ensure_ascii=False, indent=2) + "\n"
