"""``import``: what is written, what is known, what is skipped, beside a holder too; and twice is once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Ytui
from tests.support.rows.factories import NOW
from ytui import config
from ytui.core.settings import BacklogKind, Channel
from ytui.engine.ownership.lock import LibraryLock
from ytui.store import channels, journal, key_values, videos
from ytui.store.database import Database, Store

IDS = [f"UC{letter * 22}" for letter in "abcd"]
FEED = "https://www.youtube.com/feeds/videos.xml?channel_id="


def subscribed(ytui: Ytui) -> dict[str, Channel]:
    return dict(config.load(ytui.places.config_file).settings.by_url)


def given(ytui: Ytui, name: str, text: str) -> str:
    path = ytui.root / name
    path.write_text(text)
    return str(path)


def changes(ytui: Ytui, db: Database) -> tuple[str, int, int]:
    return (
        ytui.places.config_file.read_text(),
        sum(videos.counts(db).values()),
        db.value("SELECT count(*) FROM channels"),
    )


def test_channels_come_from_many_files_in_one_go(ytui: Ytui, db: Database) -> None:
    ytui.configure('# mine\n[[channels]]\nname = "same"\nurl = "https://www.youtube.com/@Known"\n')
    ytui.json("channels")
    row = channels.by_name(db, "same")
    assert row is not None
    channels.set_identity(db, row.id, channel_id=IDS[3])
    files = [
        given(
            ytui,
            "subscriptions.csv",
            f"Kanal-ID,Kanal-URL,Kanaltitel\n{IDS[0]},http://www.youtube.com/channel/{IDS[0]},Same\nx,,y\n"
            f"{IDS[3]},http://www.youtube.com/channel/{IDS[3]},Known by its id\n",
        ),
        given(ytui, "feeds", f'<opml><outline title="B" xmlUrl="{FEED}{IDS[0]}"/><outline url="@c"/></opml>'),
    ]
    before = changes(ytui, db)
    foretold = ytui.json("import", *files, "--dry-run", code=1)
    assert changes(ytui, db) == before
    done = ytui.json("import", *files, code=1)
    assert {**done, "dry_run": True} == foretold
    assert (done["added"], done["known"]) == (2, 2)
    assert done["skipped"] == [
        {"file": files[0], "line": 3, "reason": "a row with neither a channel's id nor its address"}
    ]
    assert [each["url"] for each in done["channels"]] == [
        f"https://www.youtube.com/channel/{IDS[0]}",
        "https://www.youtube.com/@c",
    ]
    assert [(each["kind"], each["added"], each["known"]) for each in done["files"]] == [
        ("takeout", 1, 1),
        ("opml", 1, 1),
    ]
    written = subscribed(ytui)
    backlogs = {(channel.backlog.kind, channel.backlog.count) for channel in list(written.values())[1:]}
    assert backlogs == {(BacklogKind.NEWEST, 30)}
    assert "# mine" in ytui.places.config_file.read_text()
    # A name that is taken is left to the channel itself.
    assert written[f"https://www.youtube.com/channel/{IDS[0]}"].name is None
    assert len(channels.subscribed(db)) == 3
    assert [line.message for line in journal.tail(db, after_id=0, limit=9)] == ["imported: 2 channels"]
    after = changes(ytui, db)
    again = ytui.json("import", *files, code=1)
    assert (again["added"], again["known"]) == (0, 4)
    assert changes(ytui, db) == after


def test_a_channel_left_before_is_taken_up_again_where_it_was(ytui: Ytui, db: Database) -> None:
    ytui.json("add", "https://www.youtube.com/@Films")
    row = channels.by_url(db, "https://www.youtube.com/@Films")
    assert row is not None
    channels.set_identity(db, row.id, channel_id=IDS[0])
    ytui.json("remove", "Films")
    said = ytui("import", "-", stdin=f"{FEED}{IDS[0]}\n")
    assert (said.code, said.err) == (0, "")
    assert "standard input (list of addresses): 1 channel added, 0 known already" in said.out
    assert "newest 30" in said.out
    assert list(subscribed(ytui)) == ["https://www.youtube.com/@Films"]
    assert [each.id for each in channels.subscribed(db)] == [row.id]


@pytest.mark.parametrize("held", [False, True])
def test_an_archive_beside_a_holder_or_none(ytui: Ytui, store: Store, held: bool) -> None:
    archive = given(ytui, "archive.txt", "youtube aaaaaaaaaaA\nvimeo 12\nyoutube aaaaaaaaaaA\nwhat\n")
    library_lock = LibraryLock.acquire(ytui.places) if held else None
    try:
        assert ytui.json("import", archive, "--dry-run", code=1)["archived"] == 2
        assert ytui.json("videos")["videos"] == []
        done = ytui.json("import", archive, code=1)
        assert (done["added"], done["known"], done["archived"]) == (2, 1, 2)
        assert [each["line"] for each in done["skipped"]] == [4]
        again = ytui.json("import", archive, code=1)
        assert (again["added"], again["known"]) == (0, 3)
    finally:
        if library_lock:
            library_lock.release(store)
    rows = {row["id"]: (row["state"], row["site"], row["url"]) for row in ytui.json("videos")["videos"]}
    assert rows == {
        "aaaaaaaaaaA": ("archived", "youtube", "https://www.youtube.com/watch?v=aaaaaaaaaaA"),
        "12": ("archived", "vimeo", "vimeo:12"),
    }


def write_download(folder: Path, video_id: str, **info: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{video_id}.mp4").write_bytes(b"film")
    (folder / f"{video_id}.jpg").write_bytes(b"image")
    (folder / f"{video_id}.info.json").write_text(
        json.dumps({"id": video_id, "extractor_key": "Youtube", "title": f"<{video_id}>", **info})
    )


def test_a_folder_of_the_library_becomes_downloaded(ytui: Ytui, db: Database) -> None:
    ytui.json("add", "https://www.youtube.com/@Known")
    library = ytui.root / "library"
    about = {"channel_id": IDS[0], "channel": "Films", "epoch": NOW}
    write_download(library / "Films", "one", **about)
    write_download(library / "Films", "two", **about, uploader_url="https://www.youtube.com/@films")
    write_download(library / "Known", "three", channel_id=IDS[1], uploader_url="http://youtube.com/@known")
    write_download(ytui.root / "elsewhere", "four", **about)
    (library / "out").symlink_to(ytui.root / "elsewhere")
    (library / "Films" / "linked [bbbbbbbbbbA].mp4").symlink_to(ytui.root / "elsewhere" / "four.mp4")
    folders = [str(library), str(ytui.root / "elsewhere")]
    foretold = ytui.json("import", *folders, "--dry-run")
    assert key_values.get(db, "library_id") is None
    done = ytui.json("import", *folders)
    assert {**done, "dry_run": True} == foretold
    assert (done["added"], done["downloaded"], done["archived"]) == (5, 3, 2)
    assert done["unsubscribed"] == [{"name": "Films", "url": f"https://www.youtube.com/channel/{IDS[0]}"}]
    rows = {row["id"]: row for row in ytui.json("videos")["videos"]}
    assert rows["one"]["path"] == str(library / "Films" / "one.mp4")
    assert [rows[each]["channel"] for each in ("one", "two", "three", "four")] == [
        "Films",
        "Films",
        "Known",
        "Films",
    ]
    # What leads out of the library is known, and nothing of the library.
    assert [rows[each]["path"] for each in ("four", "bbbbbbbbbbA")] == [None, None]
    one = videos.by_key(db, "youtube", "one")
    assert one is not None
    assert (one.files, one.downloaded_at) == (
        ("Films/one.mp4", "Films/one.info.json", "Films/one.jpg"),
        NOW,
    )
    # Whose files were brought is not thereby subscribed to.
    assert [row["name"] for row in ytui.json("channels")["channels"]] == ["Known"]
    again = ytui.json("import", *folders)
    assert (again["added"], again["known"]) == (0, 5)
    said = ytui("import", str(library))
    assert said.out.splitlines() == [
        f"{library} (folder of downloads): nothing new, 4 known already",
        "1 channel of these files not subscribed to: --json names them",
    ]


def test_a_site_that_only_an_archive_tells(ytui: Ytui) -> None:
    folder = ytui.root / "library"
    folder.mkdir()
    (folder / "Film [123].mp4").write_bytes(b"1")
    done = ytui.json("import", str(folder), code=1)
    assert "[123]" in done["skipped"][0]["reason"]
    ytui.json("import", "-", stdin="vimeo 123\n")
    assert ytui.json("import", str(folder))["downloaded"] == 1
    assert ytui.json("videos")["videos"][0]["site"] == "vimeo"


def test_files_of_a_library_that_is_not_mounted_are_not_taken(ytui: Ytui, db: Database) -> None:
    write_download(ytui.root / "library", "one")
    ytui.json("import", str(ytui.root / "library"))
    (ytui.root / "library" / ".ytui" / "library.id").unlink()
    write_download(ytui.root / "library", "two")
    said = ytui("import", str(ytui.root / "library"))
    assert said.code == 2
    assert "library not mounted" in said.sentence
    assert sum(videos.counts(db).values()) == 1


def test_options_of_yt_dlp_go_into_the_configuration(ytui: Ytui) -> None:
    ytui.configure('[ytdlp]\n# slow line\nargs = ["--no-mtime"]\n')
    conf = given(
        ytui, "yt-dlp.conf", '--no-mtime\n--proxy "http://me:secret@127.0.0.1:1"\n-o x\n--password p\n'
    )
    said = ytui("import", conf)
    assert said.code == 1
    assert "1 option added to [ytdlp] args, 1 known already, 2 skipped" in said.out
    assert "line 3: -o cannot be set here: use library.template" in said.err
    assert "secret" not in said.out + said.err
    assert config.load(ytui.places.config_file).settings.ytdlp.args == (
        "--no-mtime",
        "--proxy",
        "http://me:secret@127.0.0.1:1",
    )
    assert "# slow line" in ytui.places.config_file.read_text()
    assert ytui.json("import", conf, code=1)["added"] == 0


def test_one_that_cannot_be_read_stops_all(ytui: Ytui, db: Database) -> None:
    good = given(ytui, "list", "@Films\n")
    for bad, why in (
        (str(ytui.root / "none"), "cannot be read"),
        (given(ytui, "x", "?? \n"), "none of what"),
    ):
        assert why in ytui.json("import", good, bad, code=2)["error"]
    assert subscribed(ytui) == {}


def test_many_mistakes_are_cut_short_for_eyes(ytui: Ytui) -> None:
    lines = "@ok\n" * 40 + "\x1b[31m no address\n" * 30
    said = ytui("import", "-", stdin=lines)
    assert said.err.splitlines()[-1] == "and 10 more: --json lists them all"
    assert "\x1b" not in said.err
    assert len(ytui.json("import", "-", stdin=lines, code=1)["skipped"]) == 30
