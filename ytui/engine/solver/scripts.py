"""The scripts of yt-dlp-ejs that preprocess a player, as they lie in the installed package."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Scripts:
    """The two texts in UTF-8, and their SHA3-512, by which yt-dlp knows those that it allows."""

    lib: bytes
    core: bytes
    hashes: tuple[str, str]


def installed_scripts() -> Scripts | None:
    """Read the package's scripts; None if it is not there or they cannot be read."""
    # Imported here: whoever meets no challenge does not need it.
    try:
        from yt_dlp_ejs.yt import solver

        lib, core = solver.lib().encode(), solver.core().encode()
    except (ImportError, OSError, ValueError):
        return None
    return Scripts(lib, core, (hashlib.sha3_512(lib).hexdigest(), hashlib.sha3_512(core).hexdigest()))
