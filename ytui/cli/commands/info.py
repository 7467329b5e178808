"""``ytui info``: what a site says of single videos, in parts that succeed or fail each on its own."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from ytui.cli.commands.channels import lines_of
from ytui.cli.commands.fetch import workers_option
from ytui.cli.mistakes import ALL_WELL, SOMETHING_FAILED, Mistake
from ytui.cli.output import emit, json_option, say
from ytui.cli.session import session
from ytui.cli.times import Duration
from ytui.core.models import DetailsPart

if TYPE_CHECKING:
    from ytui.cli.commands.info_show import Answer
    from ytui.cli.start import Start

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
@click.argument("videos", nargs=-1, required=True, metavar="URL|ID...")
@click.option(
    "--only", type=_Parts(), default=_USUAL, help="Parts: metadata,statistics,transcript (all three)."
)
@click.option("--comments", is_flag=True, help="The newest 100 comments too.")
@click.option("--lang", help="Languages of the transcript, the best first: en,de.")
@click.option(
    "--max-age", type=Duration(), help="How old a kept answer may be, instead of [details] max_age."
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
    from ytui.cli.commands.info_asking import Wish, answer_all

    parts = (*only, DetailsPart.COMMENTS) if comments and DetailsPart.COMMENTS not in only else only
    start: Start = ctx.obj
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
        wish = Wish(
            parts=parts,
            languages=tuple(name.strip() for name in (lang or "").split(",") if name.strip()),
            max_age=0.0 if fresh else opened.settings.details.max_age if max_age is None else max_age,
            workers=workers,
        )
        try:
            ended_by = answer_all(opened, wanted, wish, show)
        except ValueError as error:
            raise Mistake(str(error)) from error
    ctx.exit(128 + ended_by if ended_by else ALL_WELL if all(shown) else SOMETHING_FAILED)
