"""One progress of the whole job, from hooks and a clock that is set by hand."""

from __future__ import annotations

import pytest

from ytui.core.models import Stage
from ytui.core.protocol import Progress
from ytui.ytdlp.download.progress import ProgressMeter, size_of_format

VIDEO = {"format_id": "v", "vcodec": "avc1", "filesize": 900}
AUDIO = {"format_id": "a", "vcodec": "none", "filesize": 100}


class Bench:
    """A meter with its clock and what it reported."""

    def __init__(self, *formats: dict[str, object]) -> None:
        self.now = 0.0
        self.seen: list[Progress] = []
        self.meter = ProgressMeter(self.seen.append, list(formats), 8.0, lambda: self.now)

    def hook(self, name: str, done: int, *, status: str = "downloading", **values: object) -> Progress:
        self.now += 1.0
        self.meter.on_download(
            {"status": status, "downloaded_bytes": done, "info_dict": {"format_id": name}, **values}
        )
        return self.seen[-1]


def test_formats_weigh_by_their_bytes() -> None:
    bench = Bench(VIDEO, AUDIO)

    half = bench.hook("v", 450)
    assert (half.stage, half.done_bytes, half.total_bytes) == (Stage.VIDEO, 450, 1000)
    assert half.fraction == pytest.approx(0.45 * 0.94)
    bench.hook("v", 900, status="finished")
    most = bench.hook("a", 50)
    assert (most.stage, most.done_bytes) == (Stage.AUDIO, 950)
    assert most.fraction == pytest.approx(0.95 * 0.94)


def test_speed_and_time_left_ignore_what_was_there_before() -> None:
    bench = Bench({"format_id": "v", "filesize": 1000})
    assert bench.hook("v", 500).speed is None
    later = bench.hook("v", 600)

    assert later.speed == pytest.approx(100)
    assert later.eta == pytest.approx(4)


def test_the_bar_never_goes_back() -> None:
    bench = Bench({"format_id": "v"})
    bench.hook("v", 50, total_bytes_estimate=100)
    grown = bench.hook("v", 60, total_bytes=1000)

    assert grown.total_bytes == 1000
    assert grown.fraction == pytest.approx(0.5 * 0.94)


def test_fragments_tell_how_far_it_is_whatever_the_bit_rate_promised() -> None:
    bench = Bench({"format_id": "v", "filesize_approx": 100_000})

    first = bench.hook("v", 10, fragment_index=1, fragment_count=5)
    assert first.fraction == pytest.approx(1 / 5 * 0.94), "a header is a fragment too"
    bench.hook("v", 110, fragment_index=2, fragment_count=5)
    amid = bench.hook("v", 160, fragment_index=2, fragment_count=5)
    assert amid.fraction == pytest.approx(2.5 / 5 * 0.94)
    assert amid.total_bytes == 10 + 4 * 100
    assert amid.speed is not None
    assert amid.eta == pytest.approx((410 - 160) / amid.speed)
    assert bench.hook("v", 400, status="finished").fraction == pytest.approx(0.94)


def test_fragments_of_unknown_size_have_a_fraction_from_the_first_on() -> None:
    bench = Bench({"format_id": "v"})

    assert bench.hook("v", 10, fragment_index=1, fragment_count=4).fraction == pytest.approx(1 / 4 * 0.94)
    later = bench.hook("v", 60, fragment_index=2, fragment_count=4)
    assert later.fraction == pytest.approx(2 / 4 * 0.94)
    assert later.total_bytes == 10 + 3 * 50


def test_a_resumed_format_of_fragments_is_where_it_was_left() -> None:
    bench = Bench({"format_id": "v", "filesize_approx": 5000})
    resumed = bench.hook("v", 300, fragment_index=3, fragment_count=6)

    assert resumed.fraction == pytest.approx(3 / 6 * 0.94)
    assert resumed.total_bytes == 600


def test_formats_of_fragments_weigh_by_their_bytes() -> None:
    bench = Bench({"format_id": "v", "vcodec": "avc1", "filesize": 900}, AUDIO)
    half = bench.hook("v", 500, fragment_index=5, fragment_count=10)

    assert half.total_bytes == 1000, "a size that the site gives goes before a mean of fragments"
    assert half.fraction == pytest.approx(0.45 * 0.94)


def test_an_unknown_size_has_no_fraction() -> None:
    assert Bench({"format_id": "v"}).hook("v", 50).fraction is None


def test_merging_and_extras_come_last() -> None:
    bench = Bench(VIDEO)
    bench.meter.on_postprocess({"status": "started", "postprocessor": "Merger"})
    bench.meter.on_postprocess({"status": "finished", "postprocessor": "Merger"})
    bench.meter.on_extra(Stage.SUBTITLES, 1, 2)

    assert [(seen.stage, seen.fraction) for seen in bench.seen] == [
        (Stage.MERGING, 0.94),
        (Stage.SUBTITLES, pytest.approx(0.99)),
    ]


def test_expected_sizes() -> None:
    assert size_of_format({"filesize": 5, "filesize_approx": 6}, 1) == 5
    assert size_of_format({"filesize_approx": 6, "tbr": 80}, 1) == 6
    assert size_of_format({"tbr": 80}, 10) == 100_000
    assert size_of_format({"tbr": 80}, None) is None
