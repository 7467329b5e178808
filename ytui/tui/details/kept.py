"""What a site said of a video when it was asked, as parts of its page: each with its age and its failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ytui.core.amounts import grouped, length
from ytui.core.models import DetailsPart
from ytui.core.moments import moment
from ytui.core.outside import clean
from ytui.store import details
from ytui.store.database import Store
from ytui.tui.details.sections import Fact, Facts
from ytui.tui.tables.lists import failure_title
from ytui.tui.tables.rows import Tone

LONGEST_TRANSCRIPT = 60_000
"""Characters that are shown."""
MOST_CHAPTERS = 60


@dataclass(frozen=True)
class Kept:
    """Reads what is kept of one video, in any thread."""

    store: Store
    key: int

    def body(self, part: DetailsPart) -> Mapping[str, Any]:
        """What the site said last; empty where it said nothing yet."""
        row = details.of_video(self.store.db, self.key).get(part)
        return row.body if row is not None and row.body is not None else {}

    def age(self, part: DetailsPart) -> Facts:
        """When it was said, and what went wrong since."""
        row = details.of_video(self.store.db, self.key).get(part)
        if row is None:
            return ()
        failed = f"{moment(row.failed_at)}  {failure_title(row.failure_class)}: {clean(row.message)}"
        return [
            Fact("as of", moment(row.fetched_at)),
            *([Fact("failed", failed, Tone.BAD)] if row.failed_at is not None else []),
        ]

    def metadata(self) -> Facts:
        """What the video is."""
        known = self.body(DetailsPart.METADATA)
        chapters = known.get("chapters") or ()
        return [
            *(
                Fact(name.replace("_", " "), clean(str(known.get(name) or "")))
                for name in ("uploader", "uploader_id", "availability", "refused", "language")
            ),
            Fact("published", moment(known.get("published_at"))),
            Fact("tags", clean(", ".join(known.get("tags") or ()))),
            *(
                Fact("" if number else "chapters", f"{length(entry.get('start')):>8}  {clean(_title(entry))}")
                for number, entry in enumerate(chapters[:MOST_CHAPTERS])
            ),
            *self.age(DetailsPart.METADATA),
        ]

    def statistics(self) -> Facts:
        """The video's figures."""
        known = self.body(DetailsPart.STATISTICS)
        names = ("views", "likes", "comments", "subscribers", "viewers")
        return [
            *(Fact(name, grouped(int(known[name]))) for name in names if known.get(name) is not None),
            Fact("live", clean(str(known.get("live_status") or "")).replace("_", " ")),
            *self.age(DetailsPart.STATISTICS),
        ]

    def transcript(self) -> Facts:
        """What is said in it, with the times."""
        known = self.body(DetailsPart.TRANSCRIPT)
        if not known:
            return self.age(DetailsPart.TRANSCRIPT)
        automatic = ", automatic" if known.get("automatic") else ""
        facts = [
            Fact("language", clean(str(known.get("language"))) + automatic),
            *self.age(DetailsPart.TRANSCRIPT),
        ]
        room = LONGEST_TRANSCRIPT
        for start, words in known.get("lines") or ():
            facts.append(Fact(length(start), clean(words, room)))
            room -= len(words)
            if room <= 0:
                return [*facts, Fact("", "it goes on: `ytui info` prints it whole", Tone.DIM)]
        return facts


def _title(chapter: Mapping[str, Any]) -> str:
    return str(chapter.get("title") or "")
