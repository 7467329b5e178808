"""ffmpeg and ffprobe, asked for their versions: one that is killed meanwhile is not taken for missing."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from pathlib import PurePath

from yt_dlp.postprocessor import ffmpeg
from yt_dlp.utils import PostProcessingError

_CRASHES = frozenset(
    {signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGSEGV}
)


class ToolKilled(PostProcessingError):  # type: ignore[misc]
    """A program of the job was ended by a signal: that says nothing of the file it was at."""

    def __init__(self, program: str, number: int, when: str) -> None:
        hint = ", perhaps out of memory" if number == signal.SIGKILL else ""
        name = PurePath(program).name
        self.crashed = number in _CRASHES
        """Whether it was the program's own fault, and will be again."""
        super().__init__(f"Postprocessing: {name} was killed by signal {number} {when}{hint}")


def heed_kills() -> None:
    """Let yt-dlp ask for versions with :func:`version_output`, from now on and in this process."""
    ffmpeg._get_exe_version_output = version_output


def version_output(program: str, arguments: Sequence[str]) -> str | bool | None:
    """Return what ``program`` says, None if it ends with an error, False where there is none.

    :class:`ToolKilled` if it is killed: yt-dlp itself would go on as if it were not installed.
    """
    try:
        ended = subprocess.run(
            [program, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError:
        return False
    if ended.returncode < 0:
        raise ToolKilled(program, -ended.returncode, "while it was asked for its version")
    return None if ended.returncode else ended.stdout
