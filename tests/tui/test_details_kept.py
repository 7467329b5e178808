"""What a site said of a video on its page: with its age, its own failures, and a key that asks again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.terminals.stand_in_engine import HOSTILE, NOW
from ytui.core.job_options import JobOptions
from ytui.core.models import DetailsPart, JobKind
from ytui.core.settings import Settings
from ytui.paths import Places
from ytui.store import jobs, video_details, videos
from ytui.store.database import Store
from ytui.tui.actions.job_actions import fetch
from ytui.tui.command_runner import CommandContext
from ytui.tui.details.sections import Fact
from ytui.tui.details.side_files import SideFiles
from ytui.tui.details.video_page import VideoPage
from ytui.tui.lists.rows import RowKind, Target, Tone
from ytui.tui.undo import Result

SINTEL = 2


def _parts(store: Store, places: Places) -> dict[str, list[Fact]]:
    page = VideoPage(store, SINTEL, places.job_logs_dir, SideFiles(Path("/nowhere")))
    return {part.title: [fact for fact in part.read() if fact.text] for part in page.parts()}


def test_a_video_s_page_shows_what_its_site_said(store: Store, places: Places) -> None:
    video = videos.by_id(store.db, SINTEL)
    assert video is not None
    assert _parts(store, places)["Metadata"] == []
    bodies: dict[DetailsPart, dict[str, Any]] = {
        DetailsPart.METADATA: {
            "description": f"A film.\n{HOSTILE}",
            "tags": ["film"],
            "chapters": [{"start": 61, "title": HOSTILE}],
        },
        DetailsPart.STATISTICS: {"views": 7654321, "likes": None},
        DetailsPart.TRANSCRIPT: {"language": "en", "automatic": True, "lines": [[3.0, HOSTILE]]},
    }
    for part, body in bodies.items():
        video_details.save(store.db, url=video.url, video_id=SINTEL, part=part, body=body, now=NOW)
    video_details.save_failure(
        store.db,
        url=video.url,
        video_id=SINTEL,
        part=DetailsPart.STATISTICS,
        failure_class="server_error",
        message="503",
        now=NOW + 60,
    )
    shown = _parts(store, places)
    assert Fact("views", "7 654 321") in shown["Statistics"]
    assert [fact.tone for fact in shown["Statistics"] if fact.label == "failed"] == [Tone.BAD]
    assert Fact("language", "en, automatic") in shown["Transcript"]
    assert {"as of"} <= {fact.label for fact in shown["Metadata"]}
    assert shown["Description"][0] == Fact("", "A film.")
    words = [fact.text for facts in shown.values() for fact in facts]
    assert all(text.isprintable() for text in words)


def test_the_key_asks_for_the_video_and_can_be_undone(store: Store, places: Places) -> None:
    around = CommandContext(store.db, Settings(), NOW, places)
    target = Target(RowKind.VIDEO, (SINTEL,))
    before = target.latest_job(store.db)
    done = fetch(around, target).act(store.db)
    assert isinstance(done, Result)
    (asked,) = jobs.list(store.db, kinds=[JobKind.INFO], video_id=SINTEL)
    assert asked.options == JobOptions(
        parts=(DetailsPart.METADATA, DetailsPart.STATISTICS, DetailsPart.TRANSCRIPT)
    )
    assert asked.asked
    # What the row stands for is still the job that brought the video.
    assert target.latest_job(store.db) == before
    again = fetch(around, Target(RowKind.JOB, (asked.id,)))
    assert list(again.ids) == [SINTEL]
    assert done.undo is not None
    done.undo.act(store.db)
    fresh = jobs.by_id(store.db, asked.id)
    assert fresh is not None
    assert fresh.state == "cancelled"
