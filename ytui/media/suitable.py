"""Which extractor of yt-dlp takes an address, told by its pattern alone: no request is sent."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection

from yt_dlp.extractor import gen_extractor_classes

from ytui.core.messages import Suits
from ytui.core.tasks import ListingTask, Task
from ytui.media.extractors import opened
from ytui.media.gate import Gate
from ytui.media.log import JobLog
from ytui.media.options import params_for


def knows(url: str) -> bool:
    """Whether an extractor takes ``url`` that was written for its site; the generic one takes anything.

    Plug-ins are not asked, and nothing is built.
    """
    return any(
        extractor.suitable(url) for extractor in gen_extractor_classes() if extractor.IE_NAME != "generic"
    )


def suits(task: ListingTask) -> Suits:
    """The name of the first extractor that takes the task's address; ``generic`` looks at any page."""
    log = JobLog()
    with opened(params_for(task, log), Gate(log, None), task.common) as ydl:
        for key, extractor in ydl.extractors.items():
            if extractor.suitable(task.url):
                return Suits(str(getattr(extractor, "IE_NAME", key)))
    return Suits("")


def run_suitable(task: Task, connection: Connection) -> None:
    """The body of a process of its own, which says :class:`Suits` and ends."""
    os.setpgid(0, 0)
    assert isinstance(task, ListingTask)
    connection.send(suits(task))
