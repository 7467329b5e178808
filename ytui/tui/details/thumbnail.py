"""A video's thumbnail, made small enough for half blocks.

The file comes from outside: its bytes and its pixels are bounded before anything is decoded, and only the
formats in which sites give thumbnails are known. Pillow is an extra, imported when a picture is asked for.
"""

from __future__ import annotations

import io
import stat
from dataclasses import dataclass, field
from pathlib import Path

from ytui.store import videos
from ytui.store.database import Store
from ytui.store.library import safe_relative

SUFFIXES = (".jpg", ".jpeg", ".webp", ".png")
FORMATS = ("JPEG", "WEBP", "PNG")
LARGEST_FILE = 8_000_000
"""Bytes of a file that is opened."""
MOST_PIXELS = 3840 * 2160
"""Pixels of a picture that is decoded: thumbnails have at most those of a 4K frame."""
MISSING = "shown with the extra: pip install 'ytui[thumbnails]'"


class NoThumbnail(ValueError):
    """A picture that cannot be shown, with the reason."""


@dataclass(frozen=True)
class Picture:
    """RGB pixels row by row, three bytes each; ``height`` is even: a cell shows two pixels."""

    width: int
    height: int
    pixels: bytes

    def pixel(self, x: int, y: int) -> tuple[int, int, int]:
        """Return red, green and blue, 0 to 255."""
        at = 3 * (y * self.width + x)
        return self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]


@dataclass
class ThumbnailFile:
    """The picture beside a video of the library; kept until the file changes. For one thread at a time."""

    store: Store
    key: int
    root: Path
    _kept: tuple[object, Picture] | None = field(default=None, init=False)

    def read(self, columns: int, rows: int) -> Picture | None:
        """Return it in at most so many cells; None if there is none. ``OSError``, ``ValueError``."""
        video = videos.by_id(self.store.db, self.key)
        names = video.files if video is not None else ()
        name = next((name for name in names if name.lower().endswith(SUFFIXES)), None)
        if name is None:
            return None
        path = self.root / safe_relative(self.root, name)
        try:
            stamp = path.stat()
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(stamp.st_mode):
            raise NoThumbnail("not a plain file")
        wanted = (path, stamp.st_mtime_ns, columns, rows)
        if self._kept is None or self._kept[0] != wanted:
            with path.open("rb") as file:
                self._kept = (wanted, decode(file.read(LARGEST_FILE + 1), columns, rows))
        return self._kept[1]


def decode(data: bytes, columns: int, rows: int) -> Picture:
    """Return a picture in at most so many cells; raises :class:`NoThumbnail`, or what Pillow does."""
    try:
        from PIL import Image
    except ImportError as error:
        raise NoThumbnail(MISSING) from error
    if len(data) > LARGEST_FILE:
        raise NoThumbnail("the file is too large")
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise NoThumbnail("the picture is too large")
        scale = min(columns / image.width, 2 * rows / image.height)
        size = max(1, round(image.width * scale)), 2 * max(1, round(image.height * scale / 2))
        # A JPEG is decoded at about the size that is needed, other formats whole.
        image.draft("RGB", size)
        small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    return Picture(*size, small.tobytes())
