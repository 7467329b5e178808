"""Facts of a job, as the causes of holds are told them, and what the causes answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from ytui.core.job_options import JobOptions
from ytui.core.models import JobKind
from ytui.core.settings import Channel, Settings


class JobLike(Protocol):
    """A job, or the head of a queue."""

    @property
    def kind(self) -> JobKind:
        """What it does."""

    @property
    def site(self) -> str:
        """The governor's name of its site."""

    @property
    def options(self) -> JobOptions:
        """Its own options."""


@dataclass(frozen=True)
class JobFacts:
    """What bears on which holds a job may hit."""

    kind: JobKind
    site: str
    options: JobOptions
    """The job's own, see ``store.rows.Job``."""
    args: tuple[str, ...]
    """Options of the yt-dlp command in force for it: the global ones, then the channel's."""
    channel: Channel


def facts_of(job: JobLike, channel: Channel, settings: Settings) -> JobFacts:
    """The facts of a job whose channel is configured so."""
    return JobFacts(job.kind, job.site, job.options, (*settings.ytdlp.args, *channel.args), channel)


@dataclass(frozen=True)
class HoldWords:
    """What a hold's plan item says."""

    reason: str
    """A sentence; its end stands in the title too."""
    remedy: str
    seen: str = ""
    """The fingerprint that a look would have found when it failed, where the failure tells it."""


@dataclass(frozen=True)
class CauseCheck:
    """What a look at a cause found."""

    gone: bool = False
    fingerprint: str = ""
    """Of what was looked at, kept with the hold for the next look."""
    words: HoldWords | None = None
    """What it holds for by now, where that has changed."""
