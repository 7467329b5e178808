"""JavaScript challenge provider for yt-dlp that asks the solver which the engine has for all jobs.

Importing this registers it (yt-dlp's public way for plug-ins), preferred to yt-dlp's own for deno. What it
cannot do it rejects, and then yt-dlp's own provider does it, as if this one were not there.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yt_dlp.extractor.youtube.jsc.provider import (
    JsChallengeProvider,
    JsChallengeProviderError,
    JsChallengeProviderRejectedRequest,
    JsChallengeProviderResponse,
    JsChallengeRequest,
    JsChallengeResponse,
    JsChallengeType,
    NChallengeOutput,
    SigChallengeOutput,
    register_preference,
    register_provider,
)

from ytui.core.protocol import Challenge, ChallengeReply, ChallengeRequest, JsRuntime, PlayerFetch, Reply
from ytui.ytdlp.patches import challenge_provider, player_code, solver_scripts, ydl_of
from ytui.ytdlp.reporter import Reporter
from ytui.ytdlp.request_gate import RequestGate

_BEFORE_DENO = 2000
"""yt-dlp's own provider for deno says 1000, the others less."""


def answer_by(gate: RequestGate, reporter: Reporter) -> None:
    """Have the challenges of the job behind ``gate`` solved by the engine."""
    gate.solver = reporter


@register_provider
class SharedSolverJCP(JsChallengeProvider):  # type: ignore[misc]
    """Provider that hands challenges to the engine, where the runtime that yt-dlp would run is a deno."""

    PROVIDER_NAME = "ytui"
    BUG_REPORT_LOCATION = "the project page of ytui"
    _SUPPORTED_TYPES = [JsChallengeType.N, JsChallengeType.SIG]

    def is_available(self) -> bool:
        """Whether there is an engine to ask, and yt-dlp's own provider for deno is available too."""
        deno = self._deno()
        return self._gate() is not None and deno is not None and bool(deno.is_available())

    def _real_bulk_solve(self, requests: list[Any]) -> Iterator[Any]:
        by_player: dict[str, list[Any]] = defaultdict(list)
        for request in requests:
            by_player[request.input.player_url].append(request)
        for player_url, group in by_player.items():
            yield from self._solve(player_url, group)

    def _solve(self, player_url: str, requests: list[Any]) -> Iterator[Any]:
        asked = [Challenge(r.type.value, text) for r in requests for text in r.input.challenges]
        self.logger.info("Solving JS challenges using the solver that all jobs share")
        solved = dict(zip(asked, self._solutions(player_url, asked, requests[0].video_id), strict=True))
        for request in requests:
            texts = request.input.challenges
            results = {text: solved[Challenge(request.type.value, text)] for text in texts}
            if None in results.values():
                yield JsChallengeProviderResponse(request, None, _rejected("the player failed"))
                continue
            output = NChallengeOutput if request.type is JsChallengeType.N else SigChallengeOutput
            yield JsChallengeProviderResponse(request, JsChallengeResponse(request.type, output(results)))

    def _solutions(
        self, player_url: str, challenges: list[Challenge], video_id: str | None
    ) -> tuple[str | None, ...]:
        reply = self._ask(player_url, challenges, PlayerFetch.NOT_TOLD)
        # Told twice only where what was fetched got lost on the way.
        for _ in range(2):
            if reply.fetch_into is None:
                break
            fetched = self._fetch(player_url, video_id, reply.fetch_into)
            reply = self._ask(player_url, challenges, fetched)
        if reply.fetch_into is not None or len(reply.solutions) != len(challenges):
            raise _rejected("the shared solver has no answer")
        return reply.solutions

    def _fetch(self, player_url: str, video_id: str | None, target: Path) -> PlayerFetch:
        """Fetch the player's code for all jobs, through the gate like every request of this one."""
        try:
            code = player_code(self, video_id, player_url)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(code.encode())
        except (JsChallengeProviderError, OSError, ValueError):
            # yt-dlp's own provider will fetch it again, and say in its own words what is wrong.
            return PlayerFetch.FAILED
        return PlayerFetch.DONE

    def _ask(self, player_url: str, challenges: list[Challenge], fetched: PlayerFetch) -> ChallengeReply:
        gate, deno = self._gate(), self._deno()
        if gate is None or deno is None:
            raise _rejected("nobody can be asked")
        request = ChallengeRequest(0, _runtime(deno), _scripts(deno), player_url, tuple(challenges), fetched)
        reply: Reply = gate.solver.ask(request)
        if not reply.go or not isinstance(reply, ChallengeReply):
            raise _rejected(reply.reason)
        return reply

    def _gate(self) -> Any:
        gate = getattr(ydl_of(self.ie), "gate", None)
        return gate if isinstance(gate, RequestGate) and gate.solver is not None else None

    def _deno(self) -> Any:
        """yt-dlp's own provider for deno, which knows the runtime, the options and the allowed scripts."""
        return challenge_provider(self, "Deno")


def _runtime(deno: Any) -> JsRuntime:
    try:
        path = shutil.which(deno.runtime_info.path)
        if path is None:
            raise _rejected("the runtime is gone")
        # The solver knows neither this process's folder nor its PATH.
        return JsRuntime(os.path.abspath(path), deno.ejs_setting("jitless", ["false"]) != ["false"])  # noqa: PTH100
    except AttributeError as error:
        raise _rejected(f"this yt-dlp is another: {error}") from error


def _scripts(deno: Any) -> tuple[str, str]:
    """The scripts that yt-dlp has chosen and checked; rejected unless they are the installed package's."""
    try:
        lib, core = solver_scripts(deno)
        if any(script.source.name != "PYPACKAGE" for script in (lib, core)):
            raise _rejected("yt-dlp takes its scripts from elsewhere")
        return lib.hash, core.hash
    except AttributeError as error:
        raise _rejected(f"this yt-dlp is another: {error}") from error


def _rejected(reason: str) -> Exception:
    rejected: Exception = JsChallengeProviderRejectedRequest(reason, expected=True)
    return rejected


@register_preference(SharedSolverJCP)  # type: ignore[untyped-decorator]
def preference(provider: JsChallengeProvider, requests: list[JsChallengeRequest]) -> int:
    """Before yt-dlp's own provider for deno."""
    return _BEFORE_DENO
