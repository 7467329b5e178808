"""Output of ``ytui info``: one video's details as a script reads them, and as a person does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ytui.cli.output import say
from ytui.core.formatting import format_duration, format_length, format_time, group_digits, iso_time, plural
from ytui.core.models import DetailsPart
from ytui.core.sanitize import clean

if TYPE_CHECKING:
    from ytui.store.video_details import DetailsRow

Body = Mapping[str, Any]

_WIDTH = 14
_FIRST_LINES = 6
"""Lines of a description or a transcript that stand for the whole, where more than that was asked for."""


@dataclass(frozen=True)
class PartError:
    """Why one part is not there."""

    part: DetailsPart
    failure_class: str
    message: str


@dataclass(frozen=True)
class Answer:
    """What is known of one video now, and why the rest is not."""

    url: str
    video_id: str | None
    wanted: Sequence[DetailsPart]
    rows: Mapping[DetailsPart, DetailsRow] = field(default_factory=dict)
    """The parts that came."""
    errors: Sequence[PartError] = ()

    @property
    def success(self) -> bool:
        """Whether every part that was asked for is there."""
        return not self.errors

    def as_object(self) -> dict[str, Any]:
        """What scripts rely on; a part that is not there is null."""
        bodies = {part: self._body(part) for part in DetailsPart}
        if DetailsPart.COMMENTS not in self.wanted:
            del bodies[DetailsPart.COMMENTS]
        return {
            "url": self.url,
            "id": self.video_id,
            "success": self.success,
            "partial_success": bool(self.rows and self.errors),
            **{part.value: body for part, body in bodies.items()},
            "errors": [
                {"field": error.part.value, "class": error.failure_class, "message": error.message}
                for error in self.errors
            ],
            "fetched_at": {part.value: iso_time(row.fetched_at) for part, row in self.rows.items()},
        }

    def _body(self, part: DetailsPart) -> dict[str, Any] | None:
        row = self.rows.get(part)
        if row is None or row.body is None:
            return None
        body = _with_times(row.body)
        if part is DetailsPart.TRANSCRIPT:
            del body["asked"]
            body["lines"] = [{"start": start, "text": text} for start, text in body["lines"]]
        elif part is DetailsPart.COMMENTS:
            body["items"] = [_with_times(item) for item in body["items"]]
        return body

    def show(self, now: float) -> None:
        """Print it for eyes; a part that is the only one asked for is printed whole."""
        metadata = self.rows.get(DetailsPart.METADATA)
        title = metadata.body.get("title") if metadata is not None and metadata.body else None
        say(clean(str(title or self.url)))
        whole = len(self.wanted) == 1
        for part in self.wanted:
            row = self.rows.get(part)
            if row is not None and row.body is not None:
                age = max(0.0, now - (row.fetched_at or now))
                _heading(part, age)
                _SHOW[part](row.body, whole)
        alike: dict[tuple[str, str], list[str]] = {}
        for error in self.errors:
            alike.setdefault((error.failure_class, error.message), []).append(error.part)
        for (failure_class, message), parts in alike.items():
            say(f"  ✗ {', '.join(parts)}: {failure_class}: {clean(message)}")


def _with_times(body: Body) -> dict[str, Any]:
    return {name: iso_time(value) if name.endswith("_at") else value for name, value in body.items()}


def _heading(part: DetailsPart, age: float) -> None:
    say(f"  {part.value.capitalize()}" + (f", fetched {format_duration(age)} ago" if age >= 1 else ""))


def _line(label: str, value: object) -> None:
    if value not in (None, "", [], 0.0):
        say(f"    {label:<{_WIDTH}}{clean(str(value))}")


def _show_metadata(body: Body, whole: bool) -> None:
    _line("channel", body.get("channel"))
    _line("published", format_time(body.get("published_at")))
    _line("starts", format_time(body.get("release_at")))
    _line("availability", body.get("availability"))
    _line("refused", body.get("refused"))
    _line("tags", ", ".join(body.get("tags") or ()))
    _line("url", body.get("url"))
    for chapter in body.get("chapters") or ():
        _line("chapter", f"{format_length(chapter.get('start'))}  {chapter.get('title')}")
    _text("description", str(body.get("description") or "").splitlines(), whole)


def _show_statistics(body: Body, whole: bool) -> None:
    for name in ("views", "likes", "comments", "subscribers", "viewers"):
        if body.get(name) is not None:
            _line(name, group_digits(int(body[name])))
    _line("length", format_length(body.get("duration")))
    _line("live", str(body.get("live_status") or "").replace("_", " "))


def _show_transcript(body: Body, whole: bool) -> None:
    _line("language", f"{body.get('language')}{', automatic' if body.get('automatic') else ''}")
    _text("", [f"{format_length(start):>8}  {text}" for start, text in body.get("lines") or ()], whole)


def _show_comments(body: Body, whole: bool) -> None:
    items = body.get("items") or ()
    _text("", [f"{item.get('author') or '?'}: {item.get('text')}" for item in items] or ["none"], whole)


def _text(label: str, lines: Sequence[str], whole: bool) -> None:
    shown = lines if whole else lines[:_FIRST_LINES]
    for number, line in enumerate(shown):
        say(f"    {label if number == 0 else '':<{_WIDTH if label else 0}}{clean(line)}".rstrip())
    if len(shown) < len(lines):
        say(f"    {'':<{_WIDTH if label else 0}}… {plural(len(lines) - len(shown), 'more line')}")


_SHOW = {
    DetailsPart.METADATA: _show_metadata,
    DetailsPart.STATISTICS: _show_statistics,
    DetailsPart.TRANSCRIPT: _show_transcript,
    DetailsPart.COMMENTS: _show_comments,
}
