"""The gate: kinds, counts, permits, and the evidence of each way in which a request can fail."""

from __future__ import annotations

import email.utils
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from yt_dlp.networking.exceptions import HTTPError
from yt_dlp.utils import DownloadError, ExtractorError

from ytui.core.failures.classifier import Evidence, classify
from ytui.core.models import ProviderTrouble, RequestKind
from ytui.core.sites import is_local, site_of
from ytui.ytdlp.download.extraction import why_nothing
from ytui.ytdlp.evidence import NotYetReleased, evidence_of
from ytui.ytdlp.exception_chain import exception_chain
from ytui.ytdlp.extractors import provider_hosts
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import GatedYoutubeDL, Phase, RequestGate, TooManyRequests, request_kind

K = RequestKind


@pytest.mark.parametrize(
    ("url", "phase", "kind"),
    [
        ("https://www.youtube.com/@x/videos", Phase.EXTRACTION, K.PAGE),
        ("https://www.youtube.com/youtubei/v1/browse", Phase.EXTRACTION, K.API),
        ("https://www.youtube.com/feeds/videos.xml?channel_id=UC", Phase.EXTRACTION, K.FEED),
        ("https://www.youtube.com/api/timedtext?v=x", Phase.EXTRACTION, K.CAPTION),
        ("https://r1.googlevideo.com/videoplayback", Phase.EXTRACTION, K.MEDIA),
        ("https://i.ytimg.com/vi/x/hq.jpg", Phase.EXTRACTION, K.IMAGE),
        ("https://yt3.ggpht.com/x", Phase.EXTRACTION, K.IMAGE),
        ("https://example.org/video/1", Phase.EXTRACTION, K.PAGE),
        ("https://example.org/video/1", Phase.MEDIA, K.MEDIA),
        ("https://example.org/video/1.ts", Phase.FRAGMENTS, K.FRAGMENT),
        ("https://example.org/subs.vtt", Phase.CAPTIONS, K.CAPTION),
        ("https://example.org/poster", Phase.IMAGES, K.IMAGE),
        ("https://example.org/podcast.rss", Phase.EXTRACTION, K.FEED),
    ],
)
def test_kinds(url: str, phase: Phase, kind: RequestKind) -> None:
    assert request_kind(url, phase) is kind


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ("https://www.youtube.com/watch?v=x", "youtube"),
        ("rr4---sn-abc.googlevideo.com", "youtube"),
        ("https://youtu.be/x", "youtube"),
        ("i.ytimg.com", "youtube"),
        ("https://www.youtube-nocookie.com:443/", "youtube"),
        ("https://player.vimeo.com/video/1", "vimeo.com"),
        ("https://www.bbc.co.uk/iplayer", "bbc.co.uk"),
        ("video.example.com.au", "example.com.au"),
        ("notyoutube.com", "notyoutube.com"),
        ("http://127.0.0.1:8080/x", "127.0.0.1"),
        ("http://[::1]:80/", "::1"),
        ("http://localhost:99", "localhost"),
        ("http://me:pw@Example.ORG./", "example.org"),
        ("co.uk", "co.uk"),
        ("", ""),
        ("http://[broken", ""),
    ],
)
def test_sites(text: str, site: str) -> None:
    assert site_of(text) == site


class Handler(BaseHTTPRequestHandler):
    """Answers by path; ``/stall`` holds its answer until the test is over."""

    over = threading.Event()

    def do_GET(self) -> None:
        name, _, value = self.path[1:].partition("/")
        if name == "stall":
            self.over.wait(20)
            return
        self.send_response(200 if name in ("good", "short") else int(name))
        if name == "short":
            self.send_header("Content-Length", "1000")
        if value:
            self.send_header("Retry-After", value.replace("_", " "))
        self.end_headers()
        self.wfile.write(b"x" * 10)

    def log_message(self, *_: object) -> None:
        """The test's output stays clean."""


@pytest.fixture
def site() -> Iterator[str]:
    Handler.over.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        Handler.over.set()
        server.shutdown()
        thread.join()


@contextmanager
def opened(own: str | None = None) -> Iterator[GatedYoutubeDL]:
    params = {"quiet": True, "proxy": "", "socket_timeout": 0.3, "logger": JobLog(-1)}
    ydl = GatedYoutubeDL(params, RequestGate(params["logger"], own=own))  # type: ignore[arg-type]
    yield ydl
    ydl.close()


def failure(ask: Callable[[GatedYoutubeDL], Any]) -> Evidence:
    with opened() as ydl, pytest.raises(Exception) as caught:
        ask(ydl)
    return evidence_of(caught.value, ydl.gate)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_status_and_retry_after(site: str) -> None:
    seconds = failure(lambda ydl: ydl.urlopen(f"{site}/429/120"))
    date = email.utils.formatdate(time.time() + 300, usegmt=True).replace(" ", "_")
    by_date = failure(lambda ydl: ydl.urlopen(f"{site}/503/{date}"))

    assert (seconds.status, seconds.retry_after, seconds.host) == (429, 120.0, "127.0.0.1")
    assert by_date.retry_after == pytest.approx(300, abs=5)
    assert failure(lambda ydl: ydl.urlopen(f"{site}/403")).retry_after is None
    assert classify(seconds).failure_class.value == "rate_limited"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("{site}/stall", "network_timeout"),
        ("http://127.0.0.1:{free}/", "network_connection"),
        ("http://nothing.invalid/", "network_dns"),
        ("https://{host}/", "network_tls"),
        ("{site}/short", "network_connection"),
        ("{site}/500", "server_error"),
    ],
)
def test_each_transport_failure_is_recognised(site: str, address: str, expected: str) -> None:
    url = address.format(site=site, free=free_port(), host=site.removeprefix("http://"))

    assert classify(failure(lambda ydl: ydl.urlopen(url).read())).failure_class.value == expected


def test_a_proxy_that_is_not_there(site: str) -> None:
    def ask(ydl: GatedYoutubeDL) -> None:
        ydl.params["proxy"] = f"http://me:SECRET@127.0.0.1:{free_port()}"
        ydl.urlopen("http://example.invalid/")

    evidence = failure(ask)
    assert classify(evidence).failure_class.value == "network_proxy"
    assert "SECRET" not in evidence.message


def test_a_failure_told_by_text_alone_gets_its_status_from_the_wire(site: str) -> None:
    with opened() as ydl:
        with pytest.raises(Exception, match="503"):
            ydl.urlopen(f"{site}/503/7")
        evidence = evidence_of(DownloadError("giving up"), ydl.gate)
        assert (evidence.message, evidence.status, evidence.retry_after) == ("giving up", 503, 7.0)

        ydl.urlopen(f"{site}/good")
        assert evidence_of(DownloadError("giving up"), ydl.gate).status is None


def test_too_many_requests_is_not_shrugged_off(site: str) -> None:
    with opened() as ydl, pytest.raises(TooManyRequests) as caught:
        ydl.urlopen(f"{site}/429/60")
    evidence = evidence_of(caught.value, ydl.gate)

    assert (evidence.status, evidence.retry_after, evidence.request_kind) == (429, 60.0, RequestKind.PAGE)
    with opened() as ydl, ydl.gate.during(Phase.IMAGES), pytest.raises(HTTPError):
        ydl.urlopen(f"{site}/429")


def test_requests_and_bytes_are_counted(site: str) -> None:
    with opened() as ydl:
        ydl.urlopen(f"{site}/good").read()
        with ydl.gate.during(Phase.MEDIA):
            ydl.urlopen(f"{site}/good").read()

    assert (ydl.gate.requests, ydl.gate.counted, ydl.gate.bytes_received) == (2, 1, 20)


VIDEO = "https://www.youtube.com/watch?v=x"


@pytest.mark.parametrize("name", ["429/60", "500", "good"])
def test_a_token_provider_on_this_machine_is_no_site(site: str, name: str) -> None:
    refusals: list[RequestKind] = []
    with opened(VIDEO) as ydl:
        ydl.gate.before_request = refusals.append
        with suppress(HTTPError):
            ydl.urlopen(f"{site}/{name}").read()
        evidence = evidence_of(ExtractorError("Sign in to confirm you are not a bot"), ydl.gate)
    assert refusals == []
    assert (ydl.gate.requests, ydl.gate.counted) == (1, 0)
    assert (evidence.status, evidence.host, evidence.retry_after) == (None, None, None)
    expected = "bot_check" if name == "good" else "token_provider"
    assert classify(evidence).failure_class.value == expected


@pytest.mark.parametrize(
    ("address", "trouble", "words"),
    [
        ("http://127.0.0.1:{free}", ProviderTrouble.DEAD, "does not answer: start it"),
        ("{site}/stall", ProviderTrouble.SLOW, "did not answer in time"),
        ("{site}/500", ProviderTrouble.REFUSES, "makes no token"),
    ],
)
def test_what_is_wrong_with_a_provider_is_told_and_made_good_by_its_answer(
    site: str, address: str, trouble: ProviderTrouble, words: str
) -> None:
    url = address.format(site=site, free=free_port())
    with opened(VIDEO) as ydl:
        with pytest.raises(Exception, match=r"."):
            ydl.urlopen(url)
        ydl.urlopen(f"{site}/good")
        failure = classify(evidence_of(ExtractorError("No video formats found!"), ydl.gate))
        ydl.gate.opened(url, RequestKind.PROVIDER, ydl.urlopen(f"{site}/good"))
    assert failure.evidence.provider_trouble is trouble
    assert failure.reason.startswith(f"The token provider http://127.0.0.1:{urlsplit(url).port} ")
    assert words in failure.reason
    assert ydl.gate.provider_failure is None


@pytest.mark.parametrize("own", ["http://127.0.0.1:8080/watch/x", "http://box.lan/v", None])
def test_a_site_on_this_machine_is_governed_all_the_same(site: str, own: str | None) -> None:
    with opened(own) as ydl, pytest.raises(TooManyRequests):
        ydl.urlopen(f"{site}/429/60")
    assert ydl.gate.counted == 1


def test_another_sites_helper_is_no_site_and_no_token_provider(site: str) -> None:
    with opened("https://example.org/video/1") as ydl:
        with pytest.raises(HTTPError):
            ydl.urlopen(f"{site}/500")
        evidence = evidence_of(ExtractorError("No video formats found!"), ydl.gate)
        ydl.gate.provider_hosts = frozenset({"127.0.0.1"})
        with pytest.raises(HTTPError):
            ydl.urlopen(f"{site}/500")
    assert (ydl.gate.counted, evidence.provider, evidence.host) == (0, None, None)
    assert ydl.gate.provider_failure is not None


def test_media_from_a_private_address_are_media() -> None:
    gate = RequestGate(JobLog(-1), own=VIDEO)
    with gate.during(Phase.MEDIA):
        assert gate.admit("http://10.0.0.7/video.mp4", has_body=False) is RequestKind.MEDIA


def test_a_provider_elsewhere_is_known_by_the_options() -> None:
    gate = RequestGate(JobLog(-1), own=VIDEO)
    url = "https://tokens.example.org:4416/get_pot"
    assert gate.admit(url, has_body=True) is RequestKind.API
    gate.provider_hosts = provider_hosts(
        {
            "youtubepot-bgutilhttp": {"base_url": ["https://Tokens.example.org:4416", "nothing"]},
            "youtube": {"player_client": ["https://www.youtube.com"]},
        }
    )
    assert gate.admit(url, has_body=True) is RequestKind.PROVIDER
    assert gate.admit(VIDEO, has_body=False) is RequestKind.PAGE


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("[::1]", True),
        ("::1", True),
        ("10.1.2.3", True),
        ("192.168.0.9", True),
        ("localhost", True),
        ("bgutil", True),
        ("box.local", True),
        ("nas.home.arpa", True),
        ("93.184.216.34", False),
        ("224.0.0.1", False),
        ("www.youtube.com", False),
        ("local.example.org", False),
        ("", False),
    ],
)
def test_what_is_local(host: str, local: bool) -> None:
    assert is_local(host) is local


def test_the_chain_is_walked_from_the_outside_in() -> None:
    try:
        try:
            raise ConnectionResetError(104, "reset")
        except OSError as inner:
            raise ExtractorError("could not", cause=inner) from inner
    except ExtractorError as middle:
        outer = DownloadError("ERROR: \x1b[31mall\x1b[0m over", (type(middle), middle, None))

    evidence = evidence_of(outer)
    assert evidence.exception_types[:3] == ("DownloadError", "ExtractorError", "ConnectionResetError")
    assert evidence.errno == 104
    assert evidence.message == "all over"


def test_a_chain_that_bites_its_tail_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first

    assert [str(link) for link in exception_chain(first)] == ["a", "b"]


def test_plain_errors_keep_their_kind_in_the_message() -> None:
    assert evidence_of(KeyError("formats")).message == "KeyError: 'formats'"
    assert evidence_of(MemoryError()).message == "MemoryError"
    assert evidence_of(NotYetReleased("Premieres soon", 5.0)).release_at == 5.0


@pytest.mark.parametrize(
    ("warnings", "reason"),
    [
        (("[youtube] x: Private video", "[youtube] [pot:bgutil:http] no"), "[youtube] x: Private video"),
        (("[youtube+GetPOT] Private video",), "[youtube+GetPOT] Private video"),
        (("[youtube+GetPOT] bgutil: Error reaching http://127.0.0.1:4416",), "No video formats found!"),
        (("[youtube] [jsc:deno] it fell over", "Something of yt-dlp's"), "No video formats found!"),
    ],
)
def test_a_plugins_warning_is_never_the_sites_reason(warnings: tuple[str, ...], reason: str) -> None:
    assert why_nothing({}, warnings) == reason
