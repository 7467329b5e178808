"""Choice of ffmpeg: the person's (``--ffmpeg-location``), the system's, or else the one from PyPI.

Importing this loads neither yt-dlp nor the package ``imageio-ffmpeg``, whose wheel has the program in it.
"""

from __future__ import annotations

import shutil
from importlib.util import find_spec


def fallback() -> str | None:
    """What to give yt-dlp as ``ffmpeg_location``: None where PATH has an ffmpeg, or no package has one."""
    return None if shutil.which("ffmpeg") else bundled()


def bundled() -> str | None:
    """The ffmpeg of ``imageio-ffmpeg``; None where that is not installed, or has none for this machine.

    The first call starts it once, to see that it can be.
    """
    if not is_bundled():
        return None
    import imageio_ffmpeg

    try:
        found: str = imageio_ffmpeg.get_ffmpeg_exe()
    except RuntimeError:
        return None
    return found


def is_bundled() -> bool:
    """Whether ``imageio-ffmpeg`` is installed; nothing is started or imported to find out."""
    return find_spec("imageio_ffmpeg") is not None
