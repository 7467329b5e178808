"""The token cache inside yt-dlp's own token framework, beside a provider that is made here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from yt_dlp.extractor.youtube import YoutubeIE
from yt_dlp.extractor.youtube.pot import _registry
from yt_dlp.extractor.youtube.pot import provider as pot_provider
from yt_dlp.extractor.youtube.pot._director import initialize_pot_director

from tests.support.processes.waiting import PATIENCE
from ytui.core.models import ProviderTrouble
from ytui.ytdlp import token_plugin
from ytui.ytdlp.job_log import JobLog
from ytui.ytdlp.request_gate import GatedYoutubeDL, ProviderFailure, RequestGate
from ytui.ytdlp.token_cache import TokenCache

TOKEN = "U0VDUkVUVE9LRU4="


class ScriptedPTP(pot_provider.PoTokenProvider):  # type: ignore[misc]
    """A provider that answers as the test says; where it says nothing, it is not there."""

    PROVIDER_NAME = "scripted"
    BUG_REPORT_LOCATION = "the test"
    _SUPPORTED_CONTEXTS = None
    _SUPPORTED_CLIENTS = None
    _SUPPORTED_EXTERNAL_REQUEST_FEATURES = None
    answers: list[str | Exception] = []
    asked = 0

    def is_available(self) -> bool:
        return bool(self.answers)

    def _real_request_pot(self, request: Any) -> Any:
        ScriptedPTP.asked += 1
        answer = self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return pot_provider.PoTokenResponse(answer)


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setitem(_registry._pot_providers.value, "Scripted", ScriptedPTP)
    monkeypatch.setattr(ScriptedPTP, "answers", [])
    monkeypatch.setattr(ScriptedPTP, "asked", 0)
    (tmp_path / "tokens").mkdir()
    yield
    token_plugin.use(None)


def wanted(visitor: str = "CgtBQUFBQUFBQUFBQQ==") -> Any:
    """The token of a guest, for media."""
    client = {"clientName": "WEB", "remoteHost": "192.0.2.1"}
    return pot_provider.PoTokenRequest(
        context=pot_provider.PoTokenContext.GVS,
        innertube_context={"client": client},
        internal_client_name="web",
        visitor_data=visitor,
    )


def ask(log: Path, monkeypatch: pytest.MonkeyPatch, *, trace: bool = False) -> tuple[str | None, RequestGate]:
    """Ask as a new process would, whose memory is empty."""
    monkeypatch.setattr(_registry._pot_memory_cache, "value", {})
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    gate = RequestGate(JobLog(descriptor), own="https://www.youtube.com/watch?v=x")
    token_plugin.use(log.parent / "tokens")
    params = {
        "logger": gate.log,
        "quiet": True,
        "verbose": trace,
        "extractor_args": {"youtube": {"pot_trace": ["true"]}} if trace else {},
    }
    with GatedYoutubeDL(params, gate) as ydl:
        ydl.add_default_info_extractors()
        director = initialize_pot_director(YoutubeIE(ydl))
        token: str | None = director.get_po_token(wanted())
        director.close()
    os.close(descriptor)
    return token, gate


def test_a_token_is_asked_for_once_for_all_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ScriptedPTP.answers = [TOKEN]
    told = [ask(tmp_path / "log", monkeypatch)[0] for _ in range(3)]
    assert told == [TOKEN] * 3
    assert ScriptedPTP.asked == 1


def test_no_token_is_told_by_the_providers_name_and_nobody_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ScriptedPTP.answers = [pot_provider.PoTokenProviderError("BotGuard is down", expected=True)]
    landed: list[bool] = []
    monkeypatch.setattr(TokenCache, "land", _noting(landed))
    token, gate = ask(tmp_path / "log", monkeypatch)
    assert token is None
    assert gate.provider_failure == ProviderFailure("scripted", ProviderTrouble.REFUSES)
    # Before the flight, by the provider that is asked last, and at the end.
    assert landed[:3] == [False, True, False]


def _noting(landed: list[bool]) -> Any:
    land = TokenCache.land

    def noting(cache: TokenCache) -> None:
        landed.append(cache._flight is not None)
        land(cache)

    return noting


def test_without_any_provider_nothing_is_blamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token, gate = ask(tmp_path / "log", monkeypatch)
    assert (token, gate.provider_failure) == (None, None)


@pytest.mark.parametrize(
    "kept",
    [
        "SECRET",
        '{"po_token": "SECRET but no base64", "expires_at": null}',
        '{"po_token": "SECRET+A", "expires_at": 5}',
        '{"po_token": ["SECRET"], "secret": "SECRET"}',
    ],
)
def test_a_kept_value_that_is_no_token_is_a_miss_and_is_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    ScriptedPTP.answers = [TOKEN]
    ask(tmp_path / "log", monkeypatch)
    (path,) = (tmp_path / "tokens").glob("*.token")
    monkeypatch.setattr(TokenCache, "_path", lambda cache, key: path)
    TokenCache(tmp_path / "tokens").store("", kept, time.time() + 60)
    assert ask(tmp_path / "log", monkeypatch)[0] == TOKEN
    assert ScriptedPTP.asked == 2
    assert "SECRET" not in (tmp_path / "log").read_text()


def test_a_folder_that_cannot_be_used_costs_the_sharing_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ScriptedPTP.answers = [TOKEN]
    (tmp_path / "tokens").rmdir()
    token, gate = ask(tmp_path / "log", monkeypatch)
    assert token == TOKEN
    assert gate.log.warnings == (
        "[youtube] [pot:cache:ytui] Tokens cannot be shared with other jobs: No such file or directory",
    )


def test_no_token_is_in_the_log_even_where_all_is_traced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ScriptedPTP.answers = [TOKEN]
    for _ in range(2):
        ask(tmp_path / "log", monkeypatch, trace=True)
    text = (tmp_path / "log").read_text()
    assert "TRACE: PO Token response" in text
    assert TOKEN not in text


def test_nothing_waits_longer_than_a_flight(tmp_path: Path) -> None:
    """The first asks and never ends; the second asks for itself after the end that a flight has."""
    first, second = (TokenCache(tmp_path / "tokens", flight=end) for end in (PATIENCE, 0.1))
    assert (first.get("key"), second.get("key")) == (None, None)
    first.land()
