"""The manual: one Markdown page a topic, shown by ``ytui help`` and behind ``?`` in the application.

The pages lie beside this file; a topic is a page's name without its ending.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files

from ytui.core.suggestions import did_you_mean

TOPICS = (
    "keys",
    "commands",
    "config",
    "channels",
    "plan",
    "troubleshooting",
    "ssh",
    "json",
    "live",
    "quality",
    "info",
    "search",
    "import",
    "retention",
    "media-servers",
    "notifications",
    "plugins",
    "monitoring",
    "figures",
)
"""Every topic, in the order in which they are listed."""

_MARK = re.compile(r"^<!-- /?\w+ -->\n", re.MULTILINE)
"""Where the generator's part of a page begins and ends; nothing for a reader."""


class UnknownTopic(Exception):
    """There is no page of this name; the text is one sentence that names those there are."""


@dataclass(frozen=True)
class Page:
    """One page: its topic, its heading without the sign, and all of it in Markdown."""

    topic: str
    title: str
    text: str


def page(topic: str) -> Page:
    """The page of a topic, whose case does not matter; ``UnknownTopic`` if there is none."""
    name = topic.lower()
    if name not in TOPICS:
        known = did_you_mean(name, TOPICS, f"the topics are {', '.join(TOPICS)}")
        raise UnknownTopic(f"there is no page on {topic!r}: {known}")
    text = _MARK.sub("", files("ytui.docs").joinpath(f"{name}.md").read_text(encoding="utf-8"))
    return Page(name, text.partition("\n")[0].removeprefix("# "), text)


def pages() -> tuple[Page, ...]:
    """Every page, in the order of the list."""
    return tuple(page(topic) for topic in TOPICS)
