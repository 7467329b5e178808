"""One run of ytui without a screen, as its commands run it: ``python -m tests.benchmarks.drive HOME WHAT``.

WHAT is ``fetch`` (every channel's listing), ``download`` (what is queued) or an address to download. Prints
one JSON object: jobs by state, and the memory of this process at the end.

Every job process imports the module that was started, so this one imports next to nothing by itself.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ytui.engine.engine import Engine
    from ytui.paths import Places

_CONFIG = """\
[library]
path = {library}
reserve = "1 MB"
[workers]
count = {workers}
[ytdlp]
args = {args}
"""
_LIMITS = """\
[limits.sites.{site}]
requests_per_minute = 100000
requests_per_hour = 1000000
requests_per_day = 10000000
concurrency = 16
"""
_CHANNEL = """\
[[channels]]
url = {url}
tabs = ["videos"]
quality = "{height}p"
extras = []
download = {download}
"""


def places_of(home: Path) -> Places:
    """Where a home keeps its files."""
    from ytui.paths import Places

    return Places(home / "config.toml", home / "data", home / "cache")


def make_home(
    home: Path,
    roots: list[str],
    args: list[str],
    *,
    download: bool = False,
    workers: int = 5,
    height: int = 480,
) -> None:
    """A library with these channels, at most so high, and limits that never hold anything up."""
    places_of(home).ensure_directories()
    text = _CONFIG.format(library=json.dumps(str(home / "library")), workers=workers, args=json.dumps(args))
    text += "".join(_LIMITS.format(site=site) for site in ("youtube", '"127.0.0.1"'))
    for root in roots:
        text += _CHANNEL.format(url=json.dumps(root), download=str(download).lower(), height=height)
    places_of(home).config_file.write_text(text)


def command(home: Path, what: str, extractors: tuple[str, ...]) -> list[str]:
    """The command that runs this module."""
    return [sys.executable, "-m", "tests.benchmarks.drive", str(home), what, *extractors]


def memory() -> dict[str, int]:
    """Resident and proportional size of this process, in KiB."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    return {"rss": int(fields["Rss"].split()[0]), "pss": int(fields["Pss"].split()[0])}


def main() -> None:
    """Run to the end and say how it went."""
    from ytui.cli.headless import RunOptions, acquire_lock, run_headless
    from ytui.cli.session import Session, load_config, open_store
    from ytui.core.models import JobKind
    from ytui.engine.commands.queue_commands import download_urls, fetch_channels
    from ytui.store import jobs

    home, what, extractors = Path(sys.argv[1]), sys.argv[2], tuple(sys.argv[3:])
    places = places_of(home)
    session = Session(places, load_config(places, ask=False), open_store(places))
    kinds = (JobKind.FETCH,) if what == "fetch" else (JobKind.DOWNLOAD, JobKind.INFO, JobKind.EXTRAS)

    def begin(engine: Engine) -> list[int] | None:
        if what == "fetch":
            return fetch_channels(session.db, engine.settings, None, time.time()) and None
        if what == "download":
            return None
        return download_urls(session.db, engine.settings, [what], time.time())

    orders = RunOptions(kinds=kinds, extractor_modules=extractors, quiet=True)
    run_headless(session, acquire_lock(session), orders, begin)
    states = jobs.counts(session.db)
    counts = {
        kind.value: {state.value: n for state, n in found.items() if n} for kind, found in states.items()
    }
    sys.stdout.write(json.dumps({"jobs": counts, "pid": os.getpid(), **memory()}))
    session.store.close_all()


if __name__ == "__main__":
    main()
