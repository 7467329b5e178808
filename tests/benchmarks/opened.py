"""The application on a terminal whose cells are looked at, and how it is left."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.benchmarks.painted import Cells, Painted
from ytui.paths import Places

REPOSITORY = Path(__file__).parents[2]
STOP = '\n[ssh]\non_disconnect = "stop"\n'
"""For a configuration: nothing goes on when a benchmark closes the line."""
QUIT = "\x11"
DETAILS, BORDER = "─ Details ─", "▏"
"""The title of what stands beside a list, and the sign to the left of it."""
BUSY = 0.08
"""Seconds of processor time in one second that something is still being done with."""
_UNWANTED = ("TMUX", "STY", "NO_COLOR", "PYTHONDONTWRITEBYTECODE")


def environ() -> dict[str, str]:
    """What a person's terminal brings; modules are compiled once, as they are where it is installed."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SSH_")}
    for name in _UNWANTED:
        plain.pop(name, None)
    ours = {"PYTHONPATH": str(REPOSITORY), "YTUI_EXTRACTORS": "ytui.demo.extractor", "LC_ALL": "C.UTF-8"}
    return plain | ours | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@contextmanager
def opened(
    places: Places, *, module: str = "ytui", first: Sequence[str] = (), rows: int = 24, columns: int = 80
) -> Iterator[Painted]:
    """The application of a library, from before its first frame; left by its own key if nothing runs.

    ``module`` may be one that opens it in a special way, with ``first`` for arguments of its own.
    """
    words = [*first, "--config", str(places.config_file), "--data-dir", str(places.data_dir)]
    with Painted([sys.executable, "-m", module, *words], environ(), rows=rows, columns=columns) as terminal:
        yield terminal
        terminal.press(QUIT)
        with suppress(TimeoutError):
            # Where jobs run it asks; then the line is closed.
            terminal.ends(3)


def at_rest(terminal: Painted, seconds: float = 30.0) -> None:
    """Close the card that greets, and let what the opening has left to do be done, at most for so long.

    The fork server is still loading when the screen is there.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = _spent(terminal.pid)
        terminal.press("\x1b")
        terminal.look_on(1.0)
        if _spent(terminal.pid) - before < BUSY:
            return


def _spent(pid: int) -> float:
    """Seconds of processor time of a process and all that descend from it."""
    seconds = 0.0
    for each in processes(pid):
        with suppress(OSError):
            # One of them may have ended since: then its parent has its time.
            seconds += cpu(each)
    return seconds


def cpu(pid: int) -> float:
    """Seconds of processor time of a process so far, and of those of its children that have ended."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK")


def processes(pid: int) -> dict[int, str]:
    """A process and all that descend from it, with what they are."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(words[1]), []).append(int(entry.name))
    found, left = {pid: "screen"}, [pid]
    while left:
        for child in parents.get(left.pop(), []):
            found[child] = _name(child)
            left.append(child)
    return found


def _name(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return "gone"
    return next((name for name in ("forkserver", "resource_tracker") if name in words), "job").replace(
        "_", " "
    )


def of_list(cells: Cells) -> list[str]:
    """The lines as far as the list goes, without the details beside it."""
    edge = max(line.find(BORDER) for line in cells.lines[2:5])
    return [line[:edge] if edge > 0 else line for line in cells.lines]


def title(cells: Cells, begins: str) -> bool:
    """Whether a pane with such a title is the first one below the header."""
    return any(line.startswith(f"─ {begins}") for line in cells.lines[2:5])


def complete(cells: Cells) -> bool:
    """Whether the first frame is whole: header, panes and footer."""
    lines = cells.lines
    return lines[0].startswith(" ytui") and title(cells, "Channels") and "quit" in lines[-1]
