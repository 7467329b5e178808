"""Which JavaScript runtimes cannot be used and why, in words and over JSON."""

from __future__ import annotations

import pytest

from ytui.core.failures.classifier import Evidence
from ytui.core.js_runtimes import RuntimeCheck, RuntimeProblem, none_usable, why_none

MISSING = RuntimeCheck("deno", RuntimeProblem.MISSING)
LOST = RuntimeCheck("deno", RuntimeProblem.MISSING, "/opt/deno")
OLD = RuntimeCheck("node", RuntimeProblem.TOO_OLD, "/usr/bin/node", "20.20.2", "22.0.0")
KILLED = RuntimeCheck("deno", RuntimeProblem.KILLED, "/usr/bin/deno", "2.9.8", "2.3.0", signal=5)
REFUSED = RuntimeCheck("bun", RuntimeProblem.REFUSED, "/usr/bin/bun", "1.3.0", detail="Exec format error")
DISABLED = RuntimeCheck("node", RuntimeProblem.NOT_ENABLED, "/usr/bin/node", "22.3.0", "22.0.0")
BARE = RuntimeCheck("deno", RuntimeProblem.NO_SCRIPTS, "/usr/bin/deno", "2.9.8", "2.3.0")
OFF = RuntimeCheck("deno", RuntimeProblem.NOT_ENABLED, "/usr/bin/deno", "2.9.8", "2.3.0")
WORKS = RuntimeCheck("deno", None, "/usr/bin/deno", "2.9.8", "2.3.0")


@pytest.mark.parametrize(
    ("runtimes", "reason", "remedy"),
    [
        ([MISSING], "none is installed", "pip install -U deno"),
        ([LOST, OLD], "there is no deno at /opt/deno; node 20.20.2 is older", '"deno:/opt/deno"'),
        ([MISSING, OLD], "node 20.20.2 is older than 22.0.0", "newer node"),
        ([KILLED], "deno 2.9.8 is killed by signal 5, perhaps by a memory limit", "memory"),
        ([REFUSED, MISSING], "bun 1.3.0 does not run: Exec format error", "/usr/bin/bun"),
        ([MISSING, DISABLED], "node 22.3.0 is there but not enabled", '"--js-runtimes", "node"'),
        (
            [BARE, OLD],
            "deno 2.9.8 has nothing to run: yt-dlp-ejs is not installed; node 20",
            "pip install -U yt-dlp-ejs",
        ),
        ([OFF, DISABLED], "deno 2.9.8 is there but not enabled", 'Take "--no-js-runtimes" out of args'),
        ([KILLED, DISABLED], "node 22.3.0 is there but not enabled; deno", '"--js-runtimes", "node"'),
    ],
)
def test_it_says_which_of_these_it_is_and_what_to_do(
    runtimes: list[RuntimeCheck], reason: str, remedy: str
) -> None:
    assert none_usable(runtimes)
    said, todo = why_none(runtimes)
    assert said.startswith(reason)
    assert remedy in todo


def test_one_that_works_is_enough_and_none_looked_at_is_no_answer() -> None:
    assert not none_usable([OLD, WORKS])
    assert not none_usable([])


def test_evidence_keeps_them_over_json() -> None:
    evidence = Evidence("x", js_runtimes=(KILLED, OLD, WORKS))
    assert Evidence.from_json(evidence.to_json()) == evidence
    assert Evidence.from_json(Evidence("x").to_json()).js_runtimes == ()
