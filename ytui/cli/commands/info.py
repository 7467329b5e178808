"""Command ``ytui info``: what a site says of videos, from what is kept, else by jobs here or the holder."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.channels import lines_of
from ytui.cli.commands.info_output import Answer, PartError
from ytui.cli.commands.run import workers_option
from ytui.cli.completers import complete_videos
from ytui.cli.errors import EXIT_FAILED, EXIT_LIBRARY_IN_USE, EXIT_OK, CliError
from ytui.cli.output import emit, json_option, note, say
from ytui.cli.params import DurationParam
from ytui.cli.session import Session, holder_words, session
from ytui.core.failures.classifier import FailureClass, FailureGroup
from ytui.core.formatting import format_time
from ytui.core.models import DetailsPart, JobKind, JobState
from ytui.core.sites import site_of, youtube_video_id
from ytui.core.states import ACTIVE_STATES

if TYPE_CHECKING:
    from ytui.cli.commands.info_output import Answer
    from ytui.cli.params import GlobalOptions
    from ytui.engine.commands.info_commands import InfoTarget
    from ytui.store.rows import Job

PATIENCE = 60.0
"""Seconds that a job may have to wait for its site, or for its time, and still be awaited."""
TOO_MANY = 5
"""So many videos in a row that met nothing but network failures: the line is down, the rest need not try."""
_LOOK = 0.25
_HANDING_OVER = 3.0


@dataclass(frozen=True)
class InfoRequest:
    """What is wanted of every video; ``max_age`` in seconds, ``languages`` only where a person named them."""

    parts: tuple[DetailsPart, ...]
    languages: tuple[str, ...]
    max_age: float
    workers: int | None


@dataclass
class _Question:
    subject: InfoTarget
    asked: Sequence[DetailsPart]
    """What the site has to be asked for."""
    at: float
    job: int | None = None
    mine: bool = False
    """The job was made for this question, not for somebody else's."""
    obstacle: tuple[FailureClass, str] | None = None
    """Why the site is not asked."""


@dataclass
class _Asking:
    """The questions in their order; answered ones are shown as soon as all before them are."""

    session: Session
    wish: InfoRequest
    show: Callable[[Answer], None]
    questions: list[_Question] = field(default_factory=list)
    shown: int = 0
    unheard: int = 0
    """Videos in a row that met nothing but network failures."""

    def show_ready(self, *, last: bool = False) -> None:
        """Show every answer that is there; ``last``: nothing is asked any more."""
        while self.shown < len(self.questions):
            question = self.questions[self.shown]
            if not self._settled(question, last):
                return
            answer = self._answer(question)
            self._listen(question, answer)
            self.shown += 1
            self.show(answer)

    def _settled(self, question: _Question, last: bool) -> bool:
        """Whether its job has ended, or need not be awaited; why not is then known."""
        from ytui.store import jobs

        if question.job is None or question.obstacle:
            return True
        job = jobs.by_id(self.session.db, question.job)
        if job is None or job.state is JobState.CANCELLED:
            question.obstacle = FailureClass.CANCELLED, "it was cancelled"
        elif job.state in ACTIVE_STATES:
            if not last and not self._far(job):
                return False
            question.obstacle = self._obstacle(job)
        return True

    def _far(self, job: Job) -> bool:
        """Whether a job waits for something that is not to come soon."""
        now = time.time()
        if job.state is JobState.WAITING:
            return job.due_at is None or job.due_at > now + PATIENCE
        return job.state is JobState.QUEUED and closed_until(self.session, job.site) > now + PATIENCE

    def _obstacle(self, job: Job) -> tuple[FailureClass, str]:
        from ytui.engine.queue.explain import explain_job

        if closed_until(self.session, job.site):
            return FailureClass.RATE_LIMITED, closed_words(self.session, job.site)
        why = explain_job(self.session.db, self.session.settings, job, time.time())
        return FailureClass.CANCELLED, f"the site was not asked: {why.reason}"

    def _answer(self, question: _Question) -> Answer:
        from ytui.engine.commands.info_commands import known_of

        known = known_of(self.session.db, question.subject)
        rows, errors = {}, []
        for part in self.wish.parts:
            row = known.get(part)
            if question.obstacle is not None and part in question.asked:
                errors.append(PartError(part, question.obstacle[0].value, question.obstacle[1]))
            elif row is not None and row.failure_class is not None:
                errors.append(PartError(part, row.failure_class, row.message))
            elif row is not None and (row.fetched_at or 0.0) >= question.at - self.wish.max_age:
                rows[part] = row
            else:
                errors.append(PartError(part, FailureClass.UNKNOWN.value, "there is no answer"))
        subject = question.subject
        name = subject.video.video_id if subject.video else youtube_video_id(subject.url)
        metadata = rows.get(DetailsPart.METADATA)
        if metadata is not None and metadata.body is not None:
            name = metadata.body.get("id") or name
        return Answer(subject.url, name, self.wish.parts, rows, errors)

    def _listen(self, question: _Question, answer: Answer) -> None:
        """Where the line is down, spare the rest the trying."""
        if question.job is None or question.obstacle:
            return
        classes = {FailureClass(error.failure_class).group for error in answer.errors}
        self.unheard = self.unheard + 1 if classes == {FailureGroup.NETWORK} and not answer.rows else 0
        if self.unheard >= TOO_MANY:
            for later in self.questions[self.shown + 1 :]:
                if later.job is not None:
                    later.obstacle = FailureClass.NETWORK_CONNECTION, "the line is down"
            self.cancel_rest()

    def cancel_rest(self) -> None:
        """What was asked for this command alone and has not ended is not wanted any more."""
        from ytui.store import jobs

        left = [question.job for question in self.questions if question.job is not None and question.mine]
        jobs.request_cancel(self.session.db, left, time.time())


def answer_all(
    session: Session, texts: Sequence[str], wish: InfoRequest, show: Callable[[Answer], None]
) -> int:
    """Answer for every video, in the order given; the signal that ended it early, or 0.

    Raises ``ValueError`` for a text that means no video, before anything is asked.
    """
    asking = _Asking(session, wish, show)
    asking.questions += _questions(session, texts, wish)
    _queue(session, asking.questions, wish)
    ended_by = 0
    try:
        asking.show_ready()
        if asking.shown < len(asking.questions):
            ended_by = _run(session, asking)
        if not ended_by:
            asking.show_ready(last=True)
    finally:
        asking.cancel_rest()
    return ended_by


def _questions(session: Session, texts: Sequence[str], wish: InfoRequest) -> list[_Question]:
    from ytui.engine.commands.info_commands import find_target, known_of, to_ask, transcript_languages

    found = []
    db, now = session.db, time.time()
    for subject in [find_target(db, text) for text in texts]:
        languages = transcript_languages(db, session.settings, subject, wish.languages)
        known = known_of(db, subject)
        asked = to_ask(known, wish.parts, max_age=wish.max_age, languages=languages, now=now)
        found.append(_Question(subject, asked, now))
    return found


def _queue(session: Session, questions: Sequence[_Question], wish: InfoRequest) -> None:
    """Write the jobs; a site that is closed for long is not asked."""
    from ytui.engine.commands.info_commands import ask

    now = time.time()
    for question in questions:
        if not question.asked:
            continue
        site = site_of(question.subject.url)
        if closed_until(session, site) > now + PATIENCE:
            question.obstacle = FailureClass.RATE_LIMITED, closed_words(session, site)
            continue
        made = ask(session.db, question.subject, question.asked, now, named=wish.languages)
        question.job, question.mine = made.id, made.created


def _run(session: Session, asking: _Asking) -> int:
    """Have the jobs done, here or by whoever has the library; the signal that ended it, or 0."""
    from ytui.cli.headless import RunOptions, acquire_lock, run_headless

    run_options = RunOptions(
        kinds=(JobKind.INFO, JobKind.EXTRAS),
        workers=asking.wish.workers,
        quiet=True,
        on_tick=asking.show_ready,
    )
    jobs = [question.job for question in asking.questions if question.job is not None]
    while asking.shown < len(asking.questions):
        try:
            library_lock = acquire_lock(session)
        except CliError as mistake:
            if mistake.code != EXIT_LIBRARY_IN_USE:
                raise
            _beside(session, asking)
            continue
        ending = run_headless(session, library_lock, run_options, lambda engine: jobs, kind="info").ending
        asking.show_ready()
        if ending.signal or not ending.handed_over:
            return ending.signal
        _wait_for_successor(session)
    return 0


def _beside(session: Session, asking: _Asking) -> None:
    """Wait for the holder to do it, as long as there is one."""
    note(f"ytui: {holder_words(session.holder)} asks for it")
    while session.in_use:
        asking.show_ready()
        if asking.shown == len(asking.questions):
            return
        time.sleep(_LOOK)


def _wait_for_successor(session: Session) -> None:
    """Another ytui asked for the library: let it have it, before it is taken again."""
    deadline = time.monotonic() + _HANDING_OVER
    while not session.in_use and time.monotonic() < deadline:
        time.sleep(_LOOK)


def closed_until(session: Session, site: str) -> float:
    """Until when a site is closed (Unix time), 0 for one that is open."""
    from ytui.engine.sites.site_states import COOLDOWN
    from ytui.store import sites

    row = sites.get(session.db, site)
    if row is None or row.state != COOLDOWN or (row.until or 0.0) <= time.time():
        return 0.0
    return row.until or 0.0


def closed_words(session: Session, site: str) -> str:
    """The sentence that says so."""
    from ytui.store import sites

    row = sites.get(session.db, site)
    reason = f" ({row.reason.lower()})" if row is not None and row.reason else ""
    return f"{site} is cooling down until {format_time(closed_until(session, site))}{reason}: it is not asked"


_USUAL = (DetailsPart.METADATA, DetailsPart.STATISTICS, DetailsPart.TRANSCRIPT)


class _Parts(click.ParamType[tuple[DetailsPart, ...]]):
    """``metadata,transcript``: the parts, in their own order."""

    name = "parts"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[DetailsPart, ...]:
        """The parts, or a usage mistake that names them all."""
        if isinstance(value, tuple):
            return value
        named = {name.strip() for name in str(value).split(",")}
        unknown = sorted(named - set(DetailsPart))
        if unknown:
            self.fail(f"'{unknown[0]}' is no part: choose from {', '.join(DetailsPart)}", param, ctx)
        return tuple(part for part in DetailsPart if part in named)


@click.command()
@click.argument("videos", nargs=-1, required=True, metavar="URL|ID...", shell_complete=complete_videos)
@click.option(
    "--only", type=_Parts(), default=_USUAL, help="Parts: metadata,statistics,transcript (all three)."
)
@click.option("--comments", is_flag=True, help="The newest 100 comments too.")
@click.option("--lang", help="Languages of the transcript, the best first: en,de.")
@click.option(
    "--max-age", type=DurationParam(), help="How old a kept answer may be, instead of [details] max_age."
)
@click.option("--fresh", is_flag=True, help="Ask the site again, whatever is kept.")
@workers_option
@json_option
@click.pass_context
def info(
    ctx: click.Context,
    videos: tuple[str, ...],
    only: tuple[DetailsPart, ...],
    comments: bool,
    lang: str | None,
    max_age: float | None,
    fresh: bool,
    workers: int | None,
    as_json: bool,
) -> None:
    """Show what sites say of videos: metadata, statistics and transcript, each on its own.

    Videos are given by address or id; - reads one a line. With --json each video is one object on a line of
    its own, in the order given. Answers are kept and used again within [details] max_age.
    """

    parts = (*only, DetailsPart.COMMENTS) if comments and DetailsPart.COMMENTS not in only else only
    start: GlobalOptions = ctx.obj
    wanted = list(lines_of(videos))
    shown: list[bool] = []

    def show(answer: Answer) -> None:
        if as_json:
            emit(answer.as_object())
        else:
            if shown:
                say()
            answer.show(time.time())
        shown.append(answer.success)

    with session(start, quiet=as_json) as opened:
        wish = InfoRequest(
            parts=parts,
            languages=tuple(name.strip() for name in (lang or "").split(",") if name.strip()),
            max_age=0.0 if fresh else opened.settings.details.max_age if max_age is None else max_age,
            workers=workers,
        )
        try:
            ended_by = answer_all(opened, wanted, wish, show)
        except ValueError as error:
            raise CliError(str(error)) from error
    ctx.exit(128 + ended_by if ended_by else EXIT_OK if all(shown) else EXIT_FAILED)
