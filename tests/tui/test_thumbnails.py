"""The picture beside a video's facts: wanted, bounded, and only where the terminal can show it."""

from __future__ import annotations

import io
import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from tests.support.processes.waiting import PATIENCE
from tests.support.terminals.app_screen import running, show, shown, until
from tests.support.terminals.stand_in_engine import StandInEngine
from tests.tui.conftest import MakeApp
from ytui.core.settings import Settings
from ytui.core.settings.tables import Library, Screen
from ytui.paths import Places
from ytui.store.database import Store
from ytui.tui.details import side_files
from ytui.tui.details.side_files import NoThumbnail, ThumbnailFile, decode
from ytui.tui.widgets.thumbnail import UPPER_HALF

SINTEL = 2
RED, BLUE = (200, 10, 10), (10, 10, 200)


def image(form: str = "PNG", size: tuple[int, int] = (320, 180), mode: str = "RGB") -> bytes:
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    file = io.BytesIO()
    picture.convert(mode).save(file, form, **({"quality": 95} if form != "PNG" else {}))
    return file.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that promises 81 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.fixture
def picture(store: Store, places: Places) -> Path:
    path = places.config_file.parent / "library" / "Blender Studio" / "Sintel.jpg"
    path.parent.mkdir(parents=True)
    path.write_bytes(image("JPEG"))
    return path


# --- the file


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGB"), ("PNG", "P"), ("JPEG", "L"), ("JPEG", "RGB"), ("WEBP", "RGB")]
)
def test_it_is_made_as_large_as_the_room(form: str, mode: str) -> None:
    small = decode(image(form, mode=mode), 28, 9)
    assert (small.width, small.height) == (28, 16)
    assert len(small.pixels) == 28 * 16 * 3
    if mode == "RGB":
        for x, colour in ((2, RED), (25, BLUE)):
            assert all(abs(a - b) < 30 for a, b in zip(small.pixel(x, 7), colour, strict=True))
    tall = decode(image(form, (90, 1600), mode), 28, 9)
    assert (tall.width, tall.height) == (1, 18)


def test_hostile_files_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoThumbnail, match="the picture is too large"):
        decode(bomb(), 28, 9)
    monkeypatch.setattr(side_files, "LARGEST_FILE", 100)
    with pytest.raises(NoThumbnail, match="the file is too large"):
        decode(image(), 28, 9)


@pytest.mark.parametrize("form", ["GIF", "TIFF", "PDF", "EPS"])
def test_only_the_formats_of_thumbnails_are_opened(form: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (32, 18)).save(file, form)
    with pytest.raises(UnidentifiedImageError):
        decode(file.getvalue(), 28, 9)


def test_it_lies_in_the_library_and_is_decoded_once(
    store: Store, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = picture.parents[1]
    file = ThumbnailFile(store, SINTEL, root)
    first = file.read(28, 9)
    assert first is not None
    assert file.read(28, 9) is first
    assert file.read(42, 12) != first
    picture.unlink()
    assert file.read(28, 9) is None
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(image("JPEG"))
    picture.symlink_to(secret)
    with pytest.raises(ValueError, match="not in the library"):
        file.read(28, 9)
    store.db.execute("UPDATE videos SET files = ? WHERE id = ?", (json.dumps(["Sintel.mp4"]), SINTEL))
    assert file.read(28, 9) is None


def test_without_the_extra_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    data = image()
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(NoThumbnail, match=r"pip install 'ytui\[thumbnails\]'"):
        decode(data, 28, 9)


def test_the_library_for_pictures_is_not_loaded_with_the_screen() -> None:
    code = "import sys, ytui.tui.app; sys.exit('PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=PATIENCE)


# --- the screen


async def page(
    make_app: MakeApp, store: Store, engine: StandInEngine, picture: Path, *, wanted: bool, encoding: str
) -> str:
    app = make_app(store, encoding=encoding)
    engine.settings = Settings(library=Library(path=picture.parents[1]), screen=Screen(thumbnails=wanted))
    async with running(app) as pilot:
        await until(pilot, lambda: app.host.engine is not None)
        await show(app, pilot, "2")
        await pilot.press("j", "enter")
        await until(pilot, lambda: "not tried yet" in shown(app))
        await until(
            pilot, lambda: all(worker.is_finished for worker in app.workers if worker.group != "slots")
        )
        await pilot.pause()
        await pilot.pause()
        return shown(app)


async def test_it_is_shown_beside_the_facts(
    make_app: MakeApp, store: Store, engine: StandInEngine, picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    text = await page(make_app, store, engine, picture, wanted=True, encoding="utf-8")
    assert any("Blender Studio" in line and UPPER_HALF * 28 in line for line in text.splitlines())
    picture.write_bytes(bomb())
    assert "no picture: the picture" in await page(
        make_app, store, engine, picture, wanted=True, encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("wanted", "encoding", "no_color"), [(False, "utf-8", ""), (True, "ascii", ""), (True, "utf-8", "1")]
)
async def test_it_is_not_shown_where_it_is_not_wanted_or_cannot_be(
    make_app: MakeApp, store: Store, engine: StandInEngine, picture: Path, monkeypatch: pytest.MonkeyPatch,
    wanted: bool, encoding: str, no_color: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("TERM", "xterm-256color")
    if no_color:
        monkeypatch.setenv("NO_COLOR", no_color)
    text = await page(make_app, store, engine, picture, wanted=wanted, encoding=encoding)
    assert UPPER_HALF not in text
    assert "picture" not in text
