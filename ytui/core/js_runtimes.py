"""JavaScript runtimes as yt-dlp takes them: which there are, and why each one cannot be used.

YouTube's player asks for a little program to be run; yt-dlp gives it to deno, node, bun or quickjs. Only
deno is enabled unless ``--js-runtimes`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

PROGRAMS: Mapping[str, str] = {"deno": "deno", "node": "node", "quickjs": "qjs", "bun": "bun"}
"""The runtimes that yt-dlp knows, best first, and the program of each."""
RUNTIMES_OPTION = "js-runtimes"
"""What is in the options of the yt-dlp command that say which runtimes are enabled."""
DEFAULT = "deno"
"""The one that is enabled unless ``--no-js-runtimes`` says otherwise."""
INSTALL = "pip install -U deno"
INSTALL_SCRIPTS = "pip install -U yt-dlp-ejs"


class RuntimeProblem(StrEnum):
    """Why a runtime cannot be used; a key, words in :func:`why_none`."""

    MISSING = "missing"
    NOT_ENABLED = "not_enabled"
    TOO_OLD = "too_old"
    KILLED = "killed"
    REFUSED = "refused"
    """It is there and does not start, or does not run a short program."""
    NO_SCRIPTS = "no_scripts"
    """It runs, but what it would have to run (yt-dlp-ejs) is not installed."""


@dataclass(frozen=True)
class RuntimeCheck:
    """One runtime that was looked at; ``problem`` is None for one that works."""

    name: str
    problem: RuntimeProblem | None
    path: str = ""
    version: str = ""
    oldest: str = ""
    """The oldest version that yt-dlp takes."""
    signal: int | None = None
    """What killed it."""
    detail: str = ""
    """Its own words, one line of outside text."""

    @property
    def usable(self) -> bool:
        """Whether yt-dlp can use it."""
        return self.problem is None

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON's own types, without what is not known."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RuntimeCheck:
        """What :meth:`to_json` gave; raises ``ValueError`` for a problem of another version."""
        problem = data.get("problem")
        known = {
            name: data[name] for name in ("path", "version", "oldest", "signal", "detail") if name in data
        }
        return cls(str(data.get("name", "")), None if problem is None else RuntimeProblem(problem), **known)


_TELLING = (
    RuntimeProblem.NO_SCRIPTS,
    RuntimeProblem.MISSING,
    RuntimeProblem.NOT_ENABLED,
    RuntimeProblem.KILLED,
    RuntimeProblem.REFUSED,
    RuntimeProblem.TOO_OLD,
)
"""What is mended most easily first."""


def none_usable(runtimes: Sequence[RuntimeCheck]) -> bool:
    """Whether they were looked at, and none works."""
    return bool(runtimes) and not any(runtime.usable for runtime in runtimes)


def why_none(runtimes: Sequence[RuntimeCheck]) -> tuple[str, str]:
    """Why no runtime can be used, and what to do about it: a reason in a few words and a sentence."""
    found = sorted(
        (runtime for runtime in runtimes if _tells(runtime)),
        key=lambda runtime: _TELLING.index(runtime.problem or RuntimeProblem.NOT_ENABLED),
    )
    if not found:
        return "none is installed", f"Install one: {INSTALL}"
    reasons = "; ".join(_reason(runtime) for runtime in found)
    return reasons, _remedy(found[0])


def _tells(runtime: RuntimeCheck) -> bool:
    """Whether it is worth a word: one that is not installed is, where the options say where it lies."""
    return runtime.problem is not None and (
        runtime.problem is not RuntimeProblem.MISSING or bool(runtime.path)
    )


def _reason(runtime: RuntimeCheck) -> str:
    name = f"{runtime.name} {runtime.version}".strip()
    if runtime.problem is RuntimeProblem.MISSING:
        return f"there is no {name} at {runtime.path}"
    if runtime.problem is RuntimeProblem.TOO_OLD:
        return f"{name} is older than {runtime.oldest}"
    if runtime.problem is RuntimeProblem.NOT_ENABLED:
        return f"{name} is there but not enabled"
    if runtime.problem is RuntimeProblem.NO_SCRIPTS:
        return f"{name} has nothing to run: yt-dlp-ejs is not installed"
    if runtime.problem is RuntimeProblem.KILLED:
        return f"{name} is killed by signal {runtime.signal}, perhaps by a memory limit"
    return f"{name} does not run{': ' + runtime.detail if runtime.detail else ''}"


def _remedy(runtime: RuntimeCheck) -> str:
    if runtime.problem is RuntimeProblem.NO_SCRIPTS:
        return f"Install what it runs: {INSTALL_SCRIPTS}"
    if runtime.problem is RuntimeProblem.MISSING:
        return f'Mend or take out "{runtime.name}:{runtime.path}" in args, or put a {runtime.name} there'
    if runtime.problem is RuntimeProblem.NOT_ENABLED:
        enabled = f'"--js-runtimes", "{runtime.name}"'
        if runtime.name == DEFAULT:
            return f'Take "--no-js-runtimes" out of args, or write {enabled} behind it'
        return f"Write {enabled} at the end of args under [ytdlp]"
    if runtime.problem is RuntimeProblem.KILLED:
        return f"Give it more memory (ulimit -v, a container's limit), or install another: {INSTALL}"
    if runtime.problem is RuntimeProblem.TOO_OLD:
        return f"Install a newer {runtime.name}, or deno: {INSTALL}"
    return f"Start {runtime.path or runtime.name} by hand to see why, or install another: {INSTALL}"
