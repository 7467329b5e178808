"""``why``: the same answer by a video's id, its address and its number, and for a job."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows import factories
from ytui.store import key_values, videos
from ytui.store.database import Database


def test_a_queued_video_says_its_place(ytui: Ytui, db: Database) -> None:
    first, second = (factories.add_video(db, name) for name in ("aaa", "bbb"))
    factories.queue_job(db, first)
    job = factories.queue_job(db, second)
    answer = ytui.json("why", "bbb")
    assert list(answer) == ["id", "state", "reason", "until", "position"]
    assert (answer["id"], answer["state"], answer["position"], answer["until"]) == ("bbb", "queued", 2, None)
    for name in (second.url, str(second.id)):
        assert ytui.json("why", name) == answer
    assert ytui.json("why", f"job:{job.id}") == {**answer, "id": f"job:{job.id}"}
    assert "queued 2nd: one other goes first" in ytui("why", "bbb").out
    key_values.put(db, "paused", "1")
    assert "paused" in ytui.json("why", "bbb")["reason"]


def test_what_waits_says_until_when(ytui: Ytui, db: Database) -> None:
    video = factories.add_video(db)
    factories.fail(db, factories.run(db, factories.queue_job(db, video)))
    answer = ytui.json("why", "abc")
    assert (answer["state"], answer["until"], answer["position"]) == ("waiting", "2023-11-14T22:14:20Z", None)
    assert "until 2023-11-1" in ytui("why", "abc").out


def test_what_nobody_asked_for_says_so(ytui: Ytui, db: Database) -> None:
    assert videos.by_id(db, factories.add_video(db).id) is not None
    assert ytui.json("why", "abc")["state"] == "new"


@pytest.mark.parametrize(
    "text",
    [
        "dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?t=3",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PL1",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ",
    ],
)
def test_any_spelling_of_the_address_will_do(ytui: Ytui, db: Database, text: str) -> None:
    factories.add_video(db, "dQw4w9WgXcQ")
    assert ytui.json("why", text)["id"] == "dQw4w9WgXcQ"
