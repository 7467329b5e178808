"""Registry of causes that hold many jobs at once: whose failure, who depends on it, when it is gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from ytui.core.failures.classifier import Failure
from ytui.core.holds import HoldCause, HoldKey
from ytui.core.settings import Settings
from ytui.engine.holds import js_runtime, login, token_provider
from ytui.engine.holds.job_facts import CauseCheck, HoldWords, JobFacts
from ytui.paths import Places
from ytui.store.rows import Hold


@dataclass(frozen=True)
class Cause:
    """How the engine deals with one cause; every function is cheap and sends no request to a site."""

    subject_of: Callable[[JobFacts, Failure], str | None]
    """The subject of the hold that a failure is due to; None where it is not due to this cause."""
    dependencies: Callable[[JobFacts], Collection[str]]
    """The subjects that a job leans on, which has perhaps never run."""
    describe: Callable[[str, Failure], HoldWords]
    """What the plan item says: of a subject and the failure that hit it."""
    check: Callable[[Settings, Places, Hold], CauseCheck]
    """Whether the cause is gone, as far as that can be told without a job; called every few seconds, in a
    thread that nothing waits for."""


CAUSES: Mapping[HoldCause, Cause] = {
    HoldCause.JS_RUNTIME: Cause(
        js_runtime.subject_of, js_runtime.dependencies, js_runtime.describe, js_runtime.check
    ),
    HoldCause.TOKEN_PROVIDER: Cause(
        token_provider.subject_of, token_provider.dependencies, token_provider.describe, token_provider.check
    ),
    HoldCause.LOGIN: Cause(login.subject_of, login.dependencies, login.describe, login.check),
}


def cause_of(facts: JobFacts, failure: Failure) -> HoldKey | None:
    """The hold that a failure belongs to; None for one that is the job's own."""
    for name, cause in CAUSES.items():
        subject = cause.subject_of(facts, failure)
        if subject is not None:
            return HoldKey(name, subject)
    return None


def dependencies_of(facts: JobFacts) -> frozenset[HoldKey]:
    """Every hold that could keep such a job back."""
    return frozenset(
        HoldKey(name, subject) for name, cause in CAUSES.items() for subject in cause.dependencies(facts)
    )
