"""Downloads by real jobs over loopback: what arrives, what is resumed, and what a failure leaves."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.processes.programs import deadly_ffmpeg
from tests.ytdlp.conftest import DEMO, Ended, run_job
from ytui.core.failures.classifier import Advice, FailureClass, classify
from ytui.core.models import RequestKind, Stage, Strategy
from ytui.core.protocol import Declined, Permit, Progress
from ytui.core.tasks import Common, DownloadTask
from ytui.demo import clips
from ytui.demo.faults import Effect, Misbehaviour, Place
from ytui.demo.site import Site
from ytui.demo.world import Delivery, World

Make = Callable[..., DownloadTask]


@pytest.fixture
def split_site() -> Iterator[Site]:
    with Site(World.tiny(time.time(), videos=2, delivery=Delivery.SPLIT)) as site:
        yield site


@pytest.fixture
def hls_site() -> Iterator[Site]:
    with Site(World.tiny(time.time(), videos=2, delivery=Delivery.HLS)) as site:
        yield site


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[Delivery, str]:
    """Digests of what a download in one go puts into the library, by how the media are offered."""
    digests = {}
    for delivery in (Delivery.SPLIT, Delivery.HLS):
        folder = tmp_path_factory.mktemp("undisturbed")
        common = Common(1, folder / "log", args=("--proxy", ""), extractor_modules=DEMO)
        with Site(World.tiny(time.time(), videos=1, delivery=delivery)) as site:
            task = DownloadTask(common, url_of(site), None, folder, folder / "partial", "v.%(ext)s", "1080p")
            digests[delivery] = digest(folder / run_job(task).downloaded.path)
    return digests


def url_of(site: Site, number: int = 0) -> str:
    return site.video_url(site.world.videos()[number].id)


def asked(site: Site, part: str) -> list[Any]:
    return [request for request in site.log if part in request.path]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kill_when(condition: Callable[[], bool]) -> Callable[[Any, Any], None]:
    """Kills the job's group at the first progress at which ``condition`` holds."""

    def watch(report: Any, job: Any) -> None:
        if isinstance(report, Progress) and job.is_alive() and condition():
            os.killpg(job.pid, signal.SIGKILL)

    return watch


def test_what_comes_in_fragments_has_a_percent_and_a_time_left(download: Make, hls_site: Site) -> None:
    hls_site.bytes_per_second = 400_000
    ended = run_job(download(url_of(hls_site)))

    progress = [report for report in ended.reports if isinstance(report, Progress)]
    media = [report for report in progress if report.stage is Stage.VIDEO]
    assert ended.downloaded.size
    assert any(0.3 < (report.fraction or 0) < 0.9 and report.eta for report in media)


def test_a_video_and_its_extras_arrive(download: Make, split_site: Site, library: Path) -> None:
    extras = frozenset({"metadata", "thumbnail", "description", "nfo"})
    task = download(url_of(split_site), extras=extras, channel_name="My channel")
    ended = run_job(task)
    done = ended.downloaded
    video = split_site.world.videos()[0]

    assert done.path == f"My channel/{video.title} [{video.id}].mp4"
    assert done.files[0] == done.path
    assert {Path(name).name.removeprefix(f"{video.title} [{video.id}]") for name in done.files[1:]} == {
        ".info.json",
        ".jpg",
        ".nfo",
    } | ({".description"} if video.description else set())
    assert all((library / name).stat().st_size > 0 for name in done.files)
    assert done.size == (library / done.path).stat().st_size
    assert done.height == 1080
    assert done.extra_failures == ()
    assert done.requests == 1
    assert json.loads((library / done.files[1]).read_text())["id"] == video.id
    assert ended.planned[0].expected_bytes
    assert {path.name for path in task.partial.iterdir()} == {"finish.json"}


def test_progress_is_of_the_whole_job(download: Make, split_site: Site) -> None:
    split_site.bytes_per_second = 250_000
    ended = run_job(download(url_of(split_site)))
    progress = [report for report in ended.reports if isinstance(report, Progress)]
    fractions = [report.fraction for report in progress if report.fraction is not None]

    assert fractions == sorted(fractions)
    assert {Stage.EXTRACTING, Stage.VIDEO, Stage.AUDIO} <= {report.stage for report in progress}
    assert any(report.speed and report.eta is not None for report in progress)
    assert ended.exitcode == 0


@pytest.mark.parametrize(
    ("quality", "height"), [("best", 1080), ("720p", 720), ("600p", 480), ("audio", None)]
)
def test_quality_is_an_upper_bound(
    download: Make, split_site: Site, quality: str, height: int | None
) -> None:
    ended = run_job(download(url_of(split_site), quality=quality), lambda _: False)

    assert ended.planned[0].height == height
    assert ended.outcome == Declined("not wanted")
    assert asked(split_site, "/media/") == []


def test_where_all_on_offer_exceeds_the_bound_nothing_is_downloaded(
    download: Make, split_site: Site, library: Path
) -> None:
    failure = classify(run_job(download(url_of(split_site), quality="144p")).failed.evidence)

    assert failure.failure_class is FailureClass.FORMAT_UNAVAILABLE
    assert failure.advice is Advice.NEEDS_USER
    assert "the lowest that the site offers is 360p, and quality allows 144p" in failure.evidence.message
    assert (failure.reason, "higher `quality`" in failure.remedy) == (
        "The lowest that the site offers is 360p, and `quality` allows less.",
        True,
    )
    # A runtime, or a token, would bring nothing that is low enough.
    warned = dataclasses.replace(
        failure.evidence, warnings=("[youtube] x: n challenge solving failed: Some formats may be missing.",)
    )
    assert classify(warned).failure_class is FailureClass.FORMAT_UNAVAILABLE
    assert asked(split_site, "/media/") == []


def test_a_killed_download_resumes_by_range_without_a_page_request(
    download: Make, split_site: Site, library: Path, undisturbed: dict[Delivery, str]
) -> None:
    task = download(url_of(split_site))
    split_site.bytes_per_second = 300_000
    part = task.partial / "media.fv1080.mp4.part"
    killed = run_job(task, watch=kill_when(lambda: part.exists() and part.stat().st_size > 30_000))
    assert killed.exitcode == -signal.SIGKILL
    size = part.stat().st_size
    split_site.traffic.clear()
    split_site.bytes_per_second = None

    ended = run_job(task)

    assert asked(split_site, "/watch/") == []
    assert asked(split_site, "1080p.mp4")[0].range == f"bytes={size}-"
    assert ended.planned[0].resumed
    assert digest(library / ended.downloaded.path) == undisturbed[Delivery.SPLIT]


@pytest.mark.parametrize("more", [b"", b"more than there is"])
def test_a_part_that_is_whole_is_not_asked_for_again(
    download: Make, split_site: Site, library: Path, more: bytes, undisturbed: dict[Delivery, str]
) -> None:
    """The job was killed between the last byte and the file's name; more than all of it is thrown away."""
    task = download(url_of(split_site))
    split_site.bytes_per_second = 300_000
    part = task.partial / "media.fv1080.mp4.part"
    run_job(task, watch=kill_when(lambda: part.exists() and part.stat().st_size > 30_000))
    part.write_bytes(clips.content("blocks", "1080p.mp4") + more)
    split_site.traffic.clear()
    split_site.bytes_per_second = None

    ended = run_job(task)

    assert [request.range for request in asked(split_site, "1080p.mp4")] == ([""] if more else [])
    assert digest(library / ended.downloaded.path) == undisturbed[Delivery.SPLIT]


def test_another_size_starts_afresh(
    download: Make, split_site: Site, library: Path, undisturbed: dict[Delivery, str]
) -> None:
    task = download(url_of(split_site))
    split_site.bytes_per_second = 300_000
    part = task.partial / "media.fv1080.mp4.part"
    run_job(task, watch=kill_when(lambda: part.exists() and part.stat().st_size > 30_000))
    record = json.loads((task.partial / "resume.json").read_text())
    record["totals"]["media.fv1080.mp4"] += 1
    record["formats"]["v1080"]["size"] = None
    (task.partial / "resume.json").write_text(json.dumps(record))
    part.write_bytes(b"of an older version" * 1000)
    split_site.bytes_per_second = None

    assert digest(library / run_job(task).downloaded.path) == undisturbed[Delivery.SPLIT]


def test_another_format_starts_afresh(download: Make, split_site: Site) -> None:
    task = download(url_of(split_site))
    split_site.bytes_per_second = 300_000
    part = task.partial / "media.fv1080.mp4.part"
    run_job(task, watch=kill_when(lambda: part.exists() and part.stat().st_size > 30_000))
    split_site.bytes_per_second = None

    lower = run_job(dataclasses.replace(task, strategy=Strategy.LOWER_QUALITY))

    assert lower.downloaded.height == 720
    assert lower.planned[0].resumed
    assert not part.exists()


def test_strategies_ask_again_or_begin_again(download: Make, split_site: Site) -> None:
    task = download(url_of(split_site))
    fault = Misbehaviour("cut", Effect.TRUNCATE, Place.MEDIA)
    split_site.misbehave(split_site.world.videos()[0].id, fault)
    assert run_job(task).failed.evidence.request_kind is RequestKind.MEDIA
    kept = max(path.stat().st_size for path in task.partial.glob("*.part"))
    assert kept > 0
    split_site.misbehave(split_site.world.videos()[0].id, None)

    split_site.traffic.clear()
    run_job(dataclasses.replace(task, strategy=Strategy.FRESH_EXTRACTION), lambda _: False)
    assert len(asked(split_site, "/watch/")) == 1
    assert list(task.partial.glob("*.part"))

    split_site.traffic.clear()
    run_job(dataclasses.replace(task, strategy=Strategy.WITHOUT_PARTIAL))
    assert len(asked(split_site, "/watch/")) == 1
    assert all(request.range in ("", "bytes=0-") for request in asked(split_site, "/media/"))


def test_a_refused_stored_address_is_extracted_afresh_within_the_job(
    download: Make, split_site: Site
) -> None:
    task = download(url_of(split_site))
    split_site.misbehave(split_site.world.videos()[0].id, "expired_url")
    assert run_job(task).failed.evidence.status == 403
    split_site.traffic.clear()

    ended = run_job(task)

    assert ended.downloaded.height == 1080
    assert [planned.resumed for planned in ended.planned] == [True, False]
    assert len(asked(split_site, "/watch/")) == 1


@pytest.mark.parametrize("damage", ["half a fragment", "torn record", "no journal"])
def test_fragments_resume_byte_for_byte_after_a_kill_anywhere(
    download: Make, hls_site: Site, library: Path, damage: str, undisturbed: dict[Delivery, str]
) -> None:
    task = download(url_of(hls_site))
    hls_site.bytes_per_second = 400_000
    journal = task.partial / "media.mp4.journal"
    run_job(task, watch=kill_when(lambda: journal.exists() and journal.read_text().count("\n") >= 2))
    part, record = task.partial / "media.mp4.part", task.partial / "media.mp4.ytdl"
    assert part.exists()
    if damage == "half a fragment":
        part.write_bytes(part.read_bytes() + b"\x47" * 1234)
    elif damage == "torn record":
        record.write_text("")
    elif damage == "no journal":
        journal.unlink()
        part.write_bytes(part.read_bytes() + b"\x47" * 1234)
    hls_site.traffic.clear()
    hls_site.bytes_per_second = None

    ended = run_job(task)

    assert digest(library / ended.downloaded.path) == undisturbed[Delivery.HLS]
    assert len(asked(hls_site, "-0.ts")) == (damage == "no journal")


def test_what_a_killed_job_had_fetched_is_mended_by_the_next(
    download: Make, hls_site: Site, library: Path, tmp_path: Path, undisturbed: dict[Delivery, str]
) -> None:
    """The pieces of an HLS video are put together, but are no proper MP4 yet."""
    tools = deadly_ffmpeg(tmp_path / "tools", when='*" -i "*')
    task = download(url_of(hls_site))
    args = (*task.common.args, "--ffmpeg-location", str(tools))
    killed = run_job(dataclasses.replace(task, common=dataclasses.replace(task.common, args=args)))
    assert killed.exitcode == -signal.SIGKILL
    assert (task.partial / "media.mp4").exists()
    hls_site.traffic.clear()

    ended = run_job(task)

    assert asked(hls_site, ".ts") == []
    assert digest(library / ended.downloaded.path) == undisturbed[Delivery.HLS]


def test_a_failed_extra_leaves_the_video(download: Make, split_site: Site, library: Path) -> None:
    video = split_site.world.videos()[0]
    split_site.misbehave(video.id, "thumbnail_missing")
    ended = run_job(download(url_of(split_site), extras=frozenset({"thumbnail", "metadata"})))

    (failure,) = ended.downloaded.extra_failures
    assert failure.extra == "thumbnail"
    assert failure.evidence.status == 404
    assert failure.evidence.request_kind is RequestKind.IMAGE
    assert [Path(name).suffix for name in ended.downloaded.files] == [".mp4", ".json"]
    assert (library / ended.downloaded.path).exists()


def test_subtitles_are_counted_requests_of_their_own(download: Make, demo_site: Site) -> None:
    video = next(v for v in demo_site.world.videos() if v.cues and v.misbehaviour is None)
    task = download(
        demo_site.video_url(video.id), extras=frozenset({"subtitles"}), subtitle_langs=video.languages
    )
    task = dataclasses.replace(task, common=dataclasses.replace(task.common, asks_permits=True))
    ended = run_job(task)
    kinds = [report.kind for report in ended.reports if isinstance(report, Permit)]

    assert kinds == [RequestKind.PAGE] + [RequestKind.CAPTION] * len(video.languages)
    assert len([name for name in ended.downloaded.files if name.endswith(".vtt")]) == len(video.languages)


def test_metadata_alone_spends_no_media_request(download: Make, split_site: Site) -> None:
    done = run_job(download(url_of(split_site), metadata_only=True)).downloaded

    assert done.path.endswith(".info.json")
    assert asked(split_site, "/media/") == []


def test_an_extra_fetched_later_takes_the_medias_name(
    download: Make, split_site: Site, library: Path
) -> None:
    (library / "channel").mkdir()
    (library / "channel" / "renamed by hand.mp4").write_text("media")
    task = download(
        url_of(split_site),
        metadata_only=True,
        extras=frozenset({"thumbnail"}),
        beside="channel/renamed by hand.mp4",
    )

    assert run_job(task).downloaded.files == ("channel/renamed by hand.jpg",)


def test_a_taken_name_is_left_alone(download: Make, split_site: Site, library: Path) -> None:
    task = download(url_of(split_site), template="same.%(ext)s")
    (library / "same.mp4").write_text("mine")
    done = run_job(task).downloaded

    assert done.path == "same (2).mp4"
    assert (library / "same.mp4").read_text() == "mine"


def test_a_link_out_of_the_library_is_not_followed(download: Make, split_site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    task = download(url_of(split_site), template="linked/%(id)s.%(ext)s")
    (task.library / "linked").symlink_to(outside)

    assert "leads out of the library" in run_job(task).failed.evidence.message
    assert list(outside.iterdir()) == []


def test_an_upcoming_video_says_when(download: Make, demo_site: Site) -> None:
    video = demo_site.world.find("premiere")
    evidence = run_job(download(demo_site.video_url(video.id))).failed.evidence

    assert evidence.release_at is not None
    assert evidence.release_at > demo_site.world.now
    assert classify(evidence).failure_class.value == "upcoming"


LASTING = ("private", "geo_blocked", "unknown_host", "unreadable", "drm", "storyboards", "not_found")


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_fault_is_told_so_that_it_is_recognised(download: Make, demo_site: Site, name: str) -> None:
    video = demo_site.world.find(name)
    ended: Ended = run_job(download(demo_site.video_url(video.id)))

    assert classify(ended.failed.evidence).failure_class.value == demo_site.world.expected(video.id)
    assert ended.exitcode == 0


@pytest.mark.parametrize("option", ["default", "never"])
def test_what_is_for_one_country_is_tried_from_there_as_yt_dlp_does(
    download: Make, split_site: Site, option: str
) -> None:
    task = download(url_of(split_site), quality="360p")
    abroad = ("ytui.demo.extractor", "tests.support.extractors.refusing_abroad")
    args = (*task.common.args, "--xff", option)
    task = dataclasses.replace(
        task, common=dataclasses.replace(task.common, args=args, extractor_modules=abroad)
    )
    ended = run_job(task)

    if option == "default":
        assert ended.downloaded.path
    else:
        evidence = ended.failed.evidence
        assert evidence.raised_by == "raise_geo_restricted"
        assert classify(evidence).failure_class.value == "geo_blocked"


def test_bandwidth_is_kept_to(download: Make, split_site: Site) -> None:
    task = download(url_of(split_site), quality="360p")
    task = dataclasses.replace(task, common=dataclasses.replace(task.common, bandwidth=200_000))
    started = time.monotonic()
    done = run_job(task).downloaded

    assert done.bytes_received / (time.monotonic() - started) < 220_000
