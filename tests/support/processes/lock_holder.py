"""A process that holds a library and runs its queue until it is killed.

Its arguments are the configuration, the data folder and the cache folder. Every job process imports its
holder's main module again: so it imports nothing before it runs.
"""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> None:
    import random
    import threading
    from pathlib import Path

    from ytui import config
    from ytui.engine.engine import Engine
    from ytui.engine.jobs.fork_server import start_server
    from ytui.engine.ownership.lock import LibraryLock
    from ytui.paths import Places
    from ytui.store.database import Store

    start_server()
    places = Places(*map(Path, arguments))
    library_lock = LibraryLock.acquire(places)
    store = Store.open(places.database)
    library_lock.announce(store, "run")

    def spawn(slot: int) -> None:
        threading.Thread(target=engine.run_slot, args=(slot,), daemon=True).start()

    engine = Engine(
        store,
        places,
        config.load(places.config_file),
        spawn_slot=spawn,
        rng=random.Random(1),
        extractor_modules=("ytui.demo.extractor",),
    )
    engine.start()
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1:])
