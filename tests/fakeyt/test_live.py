"""What comes in fragments, what is live, and what will be: as the real extractor tells of them."""

from __future__ import annotations

from pathlib import Path

from tests.fakeyt.site import FakeSite, needs_site, watch
from tests.media.conftest import run_job
from ytui.core.messages import Common, DownloadTask, Progress
from ytui.core.models import Stage

pytestmark = needs_site

HLS_ONLY = "youtube:player_client=visionos"


def task_of(site: FakeSite, folder: Path, url: str) -> DownloadTask:
    """A download by a job alone, without an engine."""
    args = ("--proxy", site.proxy, "--no-check-certificates", "--extractor-args", HLS_ONLY)
    common = Common(1, folder / "log", args=args, bandwidth=400_000)
    return DownloadTask(common, url, None, folder, folder / "partial", "v.%(ext)s", "720p")


def test_hls_is_measured_by_its_fragments_not_by_the_peak_of_its_bit_rate(
    site: FakeSite, tmp_path: Path
) -> None:
    site.configure(hls="only", hls_seconds=12, pad_kb=600)
    ended = run_job(task_of(site, tmp_path, watch(site.ids("@chan02")[0])))

    seen = [report for report in ended.reports if isinstance(report, Progress)]
    media = [report for report in seen if report.stage is Stage.VIDEO]
    fractions = [report.fraction for report in media if report.fraction is not None]
    assert fractions == sorted(fractions)
    assert any(0.4 < found < 0.8 for found in fractions)
    received = max(report.done_bytes for report in media)
    for report in (report for report in media if (report.fraction or 0) > 0.5):
        assert report.total_bytes is not None
        assert 0.7 * received < report.total_bytes < 1.5 * received
        assert report.eta is not None
        assert report.eta < 10
