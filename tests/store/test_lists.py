"""Lists and what stands in their headers: pages, filters, kept counts, and text from outside."""

from __future__ import annotations

import pytest

from tests.support.rows import factories, invariants
from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind, JobState, VideoState
from ytui.store import channels, jobs, journal, key_values, pending_deletes, process_state, sites, videos
from ytui.store.database import Database
from ytui.store.rows import BoardRow, ChannelState, Holder, SiteRow

HOSTILE = [
    "[/b] [red]not markup[/red] [MV] Song",
    "\x1b[31mred\x1b[0m \x1b]52;c;aGVsbG8=\x07",
    "'; DROP TABLE videos; --",
    "zero\0byte",
    "line\nbreak\ttab\r\x7f\x9b",
    "‮drawkcab‬ 日本語 🎬 é",
    '100% of_it \\ * ? "quoted" `ticks` $(cmd) ../../etc/passwd',
    "x" * 20_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_back_as_it_went_in(db: Database, text: str) -> None:
    channel = factories.add_channel(db, text)
    assert channels.by_name(db, text) == channel
    (video,) = factories.add_videos(db, channel, factories.entry("abc", title=text))
    assert video.title == text
    job = factories.queue_job(db, video, options=JobOptions(output=text))
    assert (job.title, job.options) == (text, JobOptions(output=text))
    line = journal.write(
        db, at=1.0, level="error", type="failed", message=text, job_id=job.id, data={"text": text}
    )
    (row,) = journal.tail(db, job_id=job.id)
    assert (row.id, row.message, row.data) == (line, text, {"text": text})
    assert channels.upsert(db, channel.url + "2", name=text, site="s", now=2.0).name == f"{text} (2)"


def test_text_that_is_not_unicode_is_stored_with_a_replacement(db: Database) -> None:
    channel = factories.add_channel(db)
    (video,) = factories.add_videos(db, channel, factories.entry("abc", title="half \ud83d of a pair"))
    assert video.title.startswith("half \ufffd")
    assert video.title.endswith(" of a pair")


def test_pages_of_videos(db: Database) -> None:
    one, two = factories.add_channel(db, "One"), factories.add_channel(db, "Two")
    factories.add_videos(
        db, one, *(factories.entry(f"a{n:02}", published_at=float(n % 7)) for n in range(30))
    )
    factories.add_videos(db, two, *(factories.entry(f"b{n:02}") for n in range(5)))
    videos.set_state(db, 3, VideoState.SKIPPED, expect=[VideoState.NEW], why="filter")
    everything = [v.id for start in range(0, 40, 8) for v in videos.page(db, limit=8, offset=start)]
    assert sorted(everything) == list(range(1, 36))
    dates = [factories.get_video(db, i).published_at for i in everything]
    assert dates[-5:] == [None] * 5
    assert dates[:30] == sorted(dates[:30], key=lambda date: -(date or 0))
    assert sum(videos.counts(db).values()) == 35
    assert len(videos.page(db, channel_id=two.id)) == 5
    skipped = videos.page(db, channel_id=one.id, states=[VideoState.SKIPPED])
    assert [video.why for video in skipped] == ["filter"]
    assert videos.counts(db)[VideoState.NEW] == 34
    assert videos.counts(db, one.id)[VideoState.SKIPPED] == 1
    fresh = videos.of_channel_in_states(db, one.id, [VideoState.NEW], limit=7)
    assert [v.id for v in fresh] == [1, 2, 4, 5, 6, 7, 8]
    assert sum(1 for _ in videos.of_channel_in_states(db, one.id, [VideoState.NEW])) == 29


def test_finding_a_video_by_what_a_person_types(db: Database) -> None:
    video = factories.add_video(db, "abc")
    number = factories.add_video(db, "1")
    assert videos.find(db, "abc") == video
    assert videos.find(db, video.url) == video
    assert videos.find(db, "1") == number
    assert videos.find(db, "2") == number
    assert videos.find(db, "9" * 40) is None
    assert videos.by_key(db, "youtube", "abc") == video
    assert factories.add_video(db, "abc").id == video.id


def test_channels_with_their_counts(db: Database) -> None:
    films, empty = factories.add_channel(db, "Films"), factories.add_channel(db, "empty")
    found = factories.add_videos(db, films, *(factories.entry(f"v{n}") for n in range(4)))
    factories.run(db, factories.queue_job(db, found[0]))
    videos.set_downloaded(
        db, found[0].id, path="a.mp4", size=700, files=["a.mp4"], format_id="18", height=360, now=2.0
    )
    jobs.finish(db, 1, now=2.0)
    factories.fail(
        db, factories.run(db, factories.queue_job(db, found[1])), factories.PRIVATE, factories.USER
    )
    first, second = channels.all_channels(db)
    assert (first.name, second.name) == ("empty", "Films")
    assert (second.videos, second.new, second.downloaded, second.failed) == (4, 2, 1, 1)
    assert (second.bytes, second.active, first.videos) == (700, None, 0)
    pending_deletes.forget_deleted(db, found[0].id, "its file is gone")
    assert channels.all_channels(db)[1].bytes == 0
    channels.unsubscribe(db, empty.id)
    assert [channel.name for channel in channels.all_channels(db)] == ["Films"]
    assert len(channels.all_channels(db, subscribed_only=False)) == 2
    assert channels.upsert(db, empty.url, name="other", site="youtube", now=3.0).id == empty.id
    assert len(channels.all_channels(db)) == 2
    invariants.check(db)


def test_a_channel_is_due_when_its_time_has_come(db: Database) -> None:
    one, two, three = (factories.add_channel(db, name) for name in ("one", "two", "three"))
    channels.set_fetched(db, one.id, now=100.0, next_fetch=200.0, every=100.0)
    channels.set_failed(db, two.id, now=100.0, error="no", error_class="not_found", next_fetch=None)
    channels.set_paused(db, three.id, True)
    assert channels.due(db, 199.0) == []
    assert [channel.id for channel in channels.due(db, 200.0)] == [one.id]
    assert {channel.id for channel in channels.due(db, 100.0 + 86400)} == {one.id, two.id}
    channels.set_fetched(db, one.id, now=200.0, next_fetch=300.0)
    fetched, failed = channels.by_id(db, one.id), channels.by_url(db, two.url)
    assert fetched is not None
    assert failed is not None
    assert (fetched.every, fetched.first_listed_at, fetched.last_fetched) == (100.0, 100.0, 200.0)
    assert (failed.state, failed.error_class, failed.last_fetched) == (ChannelState.FAILED, "not_found", None)
    channels.set_identity(db, two.id, name="one", channel_id="UC123")
    renamed = channels.by_id(db, two.id)
    assert renamed is not None
    assert (renamed.name, renamed.channel_id) == ("one (2)", "UC123")


def test_pages_of_jobs(db: Database) -> None:
    channel = factories.add_channel(db)
    for video in factories.add_videos(db, channel, *(factories.entry(f"v{n}") for n in range(10))):
        job = factories.queue_job(db, video)
        if video.id % 2:
            factories.run(db, job)
    assert [job.id for job in jobs.list(db, limit=3)] == [10, 9, 8]
    assert [job.id for job in jobs.list(db, limit=3, offset=3, newest_first=False)] == [4, 5, 6]
    states = [JobState.RUNNING, JobState.DONE]
    assert [job.id for job in jobs.list(db, states=states, limit=2, offset=1)] == [7, 5]
    both = [JobState.RUNNING, JobState.QUEUED]
    assert [job.id for job in jobs.list(db, states=both, channel=channel.id)] == list(range(10, 0, -1))
    assert jobs.list(db, channel=channel.id + 1) == []
    assert jobs.count(db) == 10
    assert jobs.count(db, states=states) == 5
    assert jobs.count(db, states=states, channel=channel.id) == 5
    assert jobs.count(db, kinds=[JobKind.FETCH]) == 0
    assert jobs.counts(db)[JobKind.DOWNLOAD][JobState.QUEUED] == 5


def test_the_journal_is_followed_filtered_and_pruned(db: Database) -> None:
    for number in range(20):
        level = journal.LEVELS[number % 4]
        journal.write(
            db, at=float(number), level=level, type="runtime", message=str(number), channel_id=number % 2
        )
    assert [row.id for row in journal.tail(db, limit=3)] == [18, 19, 20]
    assert [row.id for row in journal.tail(db, after_id=5, limit=3)] == [6, 7, 8]
    assert [row.message for row in journal.tail(db, level="warning", since=10.0, until=18.0)] == [
        "10",
        "11",
        "14",
        "15",
    ]
    assert {row.channel_id for row in journal.tail(db, channel_id=1)} == {1}
    assert journal.tail(db, type="report") == []
    assert journal.count(db) == 20
    assert journal.prune(db, keep=8) == 12
    assert journal.prune(db, keep=8) == 0
    assert [row.id for row in journal.tail(db)] == list(range(13, 21))
    assert journal.last_id(db) == 20
    invariants.check(db)


def test_what_processes_tell_each_other(db: Database) -> None:
    assert process_state.holder(db) is None
    holder = Holder(pid=7, host="nas", terminal="/dev/pts/1", since=5.0, kind="app")
    process_state.set_holder(db, holder)
    assert process_state.holder(db) == holder
    process_state.write_board(
        db, [BoardRow(slot=2, title="b"), BoardRow(slot=1, title="[/b]", speed=1.5)], 9.0
    )
    process_state.write_board(db, [BoardRow(slot=1, title="[/b]", speed=2.5)], 10.0)
    assert process_state.read_board(db) == [BoardRow(slot=1, title="[/b]", speed=2.5, updated_at=10.0)]
    process_state.clear_holder(db)
    assert process_state.holder(db) is None
    assert process_state.read_board(db) == []

    first = process_state.post_request(db, "hand_over", {"to": 9}, 1.0)
    second = process_state.post_request(db, "set_workers", {"count": 3}, 2.0)
    assert [(row.id, row.kind) for row in process_state.open_requests(db)] == [
        (first, "hand_over"),
        (second, "set_workers"),
    ]
    assert process_state.done_request(db, first, 3.0)
    assert not process_state.done_request(db, first, 4.0)
    assert [row.data for row in process_state.open_requests(db)] == [{"count": 3}]

    key_values.put(db, "paused", "1")
    key_values.put(db, "paused", "2")
    assert key_values.get(db, "paused") == "2"
    key_values.put(db, "paused", None)
    assert key_values.get(db, "paused") is None

    row = SiteRow("youtube", state="cooldown", until=5.0, cooldowns=2, updated_at=1.0, data={"spent": [1, 2]})
    sites.save(db, row)
    sites.save(db, SiteRow("youtube", updated_at=2.0))
    sites.save(db, row)
    assert sites.get(db, "youtube") == row
    assert sites.all_sites(db) == [row]
    assert sites.get(db, "vimeo") is None
