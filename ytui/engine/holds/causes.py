"""The registry of causes that hold many jobs at once: whose failure, who leans on it, when it is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from ytui.core.failures.classifier import Failure
from ytui.core.holds import HoldCause, HoldKey
from ytui.core.settings import Settings
from ytui.engine.holds import js_runtime, login, token_provider
from ytui.engine.holds.facts import JobFacts, Look, Words
from ytui.paths import Places
from ytui.store.rows import Hold


@dataclass(frozen=True)
class Cause:
    """How the engine deals with one cause; every function is cheap and sends no request to a site."""

    behind: Callable[[JobFacts, Failure], str | None]
    """The subject of the hold that a failure is due to; None where it is not due to this cause."""
    leans: Callable[[JobFacts], Collection[str]]
    """The subjects that a job leans on, which has perhaps never run."""
    words: Callable[[str, Failure], Words]
    """What the plan item says: of a subject and the failure that hit it."""
    look: Callable[[Settings, Places, Hold], Look]
    """Whether the cause is gone, as far as that can be told without a job; called every few seconds, in a
    thread that nothing waits for."""


CAUSES: Mapping[HoldCause, Cause] = {
    HoldCause.JS_RUNTIME: Cause(js_runtime.behind, js_runtime.leans, js_runtime.words, js_runtime.look),
    HoldCause.TOKEN_PROVIDER: Cause(
        token_provider.behind, token_provider.leans, token_provider.words, token_provider.look
    ),
    HoldCause.LOGIN: Cause(login.behind, login.leans, login.words, login.look),
}


def cause_behind(facts: JobFacts, failure: Failure) -> HoldKey | None:
    """The hold that a failure belongs to; None for one that is the job's own."""
    for name, cause in CAUSES.items():
        subject = cause.behind(facts, failure)
        if subject is not None:
            return HoldKey(name, subject)
    return None


def leans_on(facts: JobFacts) -> frozenset[HoldKey]:
    """Every hold that could keep such a job back."""
    return frozenset(
        HoldKey(name, subject) for name, cause in CAUSES.items() for subject in cause.leans(facts)
    )
