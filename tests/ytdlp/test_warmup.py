"""What jobs find ready in the fork server, and that it is theirs alone or the same as they would make."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import GatedYoutubeDL, RequestGate


def found_by_a_job(*args: str) -> tuple[dict[str, Any], str]:
    """What a job says that it finds, and what server and job wrote to their terminal."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.processes.warm_server", json.dumps(args)],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    return json.loads(ended.stdout), ended.stderr


def test_a_job_finds_options_patterns_and_certificates_ready() -> None:
    found, said = found_by_a_job("--proxy", "http://me:SECRET@127.0.0.1:1")

    assert found == {
        "parsed": True,
        "in environment": False,
        "patterns": True,
        "contexts": [ssl.CERT_NONE, ssl.CERT_REQUIRED],
    }
    assert said == ""


def test_wrong_options_are_for_the_job_to_report() -> None:
    found, said = found_by_a_job("--no-such-option")

    assert found["patterns"], "the server lives"
    assert not found["parsed"]
    assert said == ""


@pytest.fixture
def opened() -> Iterator[Any]:
    """Makes ``YoutubeDL`` objects of the given parameters."""
    with ExitStack() as stack:

        def make(**params: Any) -> GatedYoutubeDL:
            log = JobLog(-1)
            ydl = GatedYoutubeDL({"logger": log, **params}, RequestGate(log))
            stack.callback(ydl.close)
            return ydl

        yield make


def context_of(ydl: GatedYoutubeDL, **asked: Any) -> ssl.SSLContext:
    context = ydl._request_director.handlers["Urllib"]._make_sslcontext(**asked)
    assert isinstance(context, ssl.SSLContext)
    return context


def test_tls_settings_are_shared_by_those_alike_alone(opened: Any) -> None:
    strict, careless = opened(), opened(nocheckcertificate=True)

    assert context_of(strict) is context_of(opened())
    assert context_of(strict).verify_mode == ssl.CERT_REQUIRED
    assert context_of(strict).check_hostname
    assert context_of(strict).cert_store_stats()["x509_ca"] > 50
    assert context_of(careless).verify_mode == ssl.CERT_NONE
    assert context_of(strict, legacy_ssl_support=True) is not context_of(strict)
    assert context_of(opened(legacyserverconnect=True)) is not context_of(strict)
    assert context_of(opened(compat_opts={"no-certifi"})) is not context_of(strict)


def test_a_client_certificate_stays_with_its_job(opened: Any) -> None:
    ydl = opened(client_certificate="/nothing.pem")

    assert "_make_sslcontext" not in vars(ydl._request_director.handlers["Urllib"])


def test_extractors_of_ones_own_come_first_and_are_not_shared(opened: Any) -> None:
    plain, other = opened(), opened()
    plain.add_default_info_extractors()
    own = plain._ies["Youtube"]
    other._ies["Mine"] = own
    other.add_default_info_extractors()

    assert next(iter(other._ies)) == "Mine"
    assert "Mine" not in plain._ies
    assert len(other._ies) == len(plain._ies) + 1


def test_an_orphan_does_not_go_on_warming() -> None:
    """A server whose parent was killed meanwhile ends at the next step, before it says that it is warm."""
    child = (
        "import sys; import ytui.ytdlp.parent_watch; print('ready', flush=True); sys.stdin.read();"
        "import ytui.ytdlp.warmup; sys.stderr.write('warm')"
    )
    parent = (
        "import subprocess, sys; PIPE = subprocess.PIPE;"
        "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdin=PIPE, stdout=PIPE);"
        "sys.stdout.write(child.stdout.readline().decode())"
    )
    words = [sys.executable, "-c", parent, child]
    # The child has this one's standard error: it is read until both are gone.
    ended = subprocess.run(words, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)

    assert ended.stdout == "ready\n"
    assert ended.stderr == ""
