"""Opening: creating, migrating with a copy, and refusing what is not ours, in sentences."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import sqlite_utils

from tests.support.processes.waiting import PATIENCE
from tests.support.rows import factories
from ytui.store import migrations, schema
from ytui.store.database import Database, Store, StoreError, StoreTooNew, network_file_system, transaction


def test_every_migration_is_a_version() -> None:
    memory = sqlite_utils.Database(memory=True)
    migrations.MIGRATIONS.apply(memory)
    assert memory.execute("PRAGMA user_version").fetchone()[0] == schema.VERSION
    assert len(migrations.MIGRATIONS.applied(memory)) == schema.VERSION
    memory.close()


def test_pragmas(db: Database) -> None:
    assert db.value("PRAGMA journal_mode") == "wal"
    assert db.value("PRAGMA foreign_keys") == 1
    assert db.value("PRAGMA busy_timeout") == 10000
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO tabs (channel_id, tab, url) VALUES (99, 'videos', 'u')")


def test_creating_makes_the_folder_and_reopening_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "ytui.db"
    store = Store.open(path)
    factories.add_channel(store.db, "Films")
    store.close_all()
    again = Store.open(path, migrate=False)
    assert again.db.value("SELECT name FROM channels") == "Films"
    again.close_all()
    assert list(path.parent.glob("*.before-*")) == []


def test_ten_openers_of_a_new_file_agree(tmp_path: Path) -> None:
    path, barrier = tmp_path / "ytui.db", threading.Barrier(10)

    def opener(number: int) -> int:
        barrier.wait(timeout=PATIENCE)
        store = Store.open(path)
        factories.add_channel(store.db, f"Channel {number}")
        version: int = store.db.value("PRAGMA user_version")
        store.close()
        return version

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(opener, range(10))) == {schema.VERSION}


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second version that has a table more."""
    later = migrations.up_to(1)

    @later()
    def m002_more(db: sqlite_utils.Database) -> None:
        db.conn.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)")
        db.conn.execute("PRAGMA user_version = 2")

    monkeypatch.setattr(migrations, "MIGRATIONS", later)
    monkeypatch.setattr(schema, "VERSION", 2)


@pytest.fixture
def first_store(tmp_path: Path) -> Path:
    """A store as the first version left it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", migrations.up_to(1))
        patch.setattr(schema, "VERSION", 1)
        store = Store.open(tmp_path / "ytui.db")
    factories.add_old_channel(store.db, "Films")
    store.close_all()
    return store.path


def test_a_store_of_the_first_version_is_brought_to_this_one(first_store: Path) -> None:
    store = Store.open(first_store)
    assert store.db.value("PRAGMA user_version") == schema.VERSION
    assert store.db.value("SELECT count(*) FROM details") == 0
    assert store.db.value("SELECT name FROM channels") == "Films"
    store.close_all()
    assert first_store.with_name(f"ytui.db.before-{schema.VERSION}").exists()


@pytest.mark.usefixtures("first_store", "second_version")
def test_a_migration_copies_first(first_store: Path) -> None:
    store = Store.open(first_store)
    assert store.db.value("SELECT count(*) FROM more") == 0
    assert store.db.value("SELECT name FROM channels") == "Films"
    store.close_all()
    with sqlite3.connect(first_store.with_name("ytui.db.before-2")) as copy:
        assert copy.execute("PRAGMA user_version").fetchone()[0] == 1
        assert copy.execute("SELECT name FROM channels").fetchone()[0] == "Films"
        assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    copy.close()


@pytest.mark.usefixtures("first_store", "second_version")
def test_beside_a_holder_nothing_is_migrated(first_store: Path) -> None:
    with pytest.raises(StoreError, match="older version"):
        Store.open(first_store, migrate=False)
    with sqlite3.connect(first_store) as connection:
        assert connection.execute("PRAGMA user_version").fetchone()[0] == 1
    connection.close()


def test_a_migration_that_fails_leaves_the_old_version(
    first_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = migrations.up_to(1)

    @broken()
    def m002_broken(db: sqlite_utils.Database) -> None:
        db.conn.execute("CREATE TABLE more (id INTEGER PRIMARY KEY)")
        db.conn.execute("PRAGMA user_version = 2")
        db.conn.execute("INSERT INTO nowhere VALUES (1)")

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", broken)
        patch.setattr(schema, "VERSION", 2)
        with pytest.raises(StoreError, match="nowhere"):
            Store.open(first_store)
    store = Store.open(first_store)
    assert store.db.value("SELECT count(*) FROM sqlite_schema WHERE name = 'more'") == 0
    store.close_all()


def test_a_newer_database_is_refused(first_store: Path) -> None:
    with sqlite3.connect(first_store) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreTooNew, match=r"schema 99.*upgrade"):
        Store.open(first_store)


def test_what_is_not_ours_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("this is not a database, but a text that is long enough to be taken for one" * 20)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(text)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        Store.open(other)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be created"):
        Store.open(tmp_path / "file" / "ytui.db")
    with pytest.raises(StoreError, match="does not exist"):
        Store.open(tmp_path / "nowhere" / "ytui.db", migrate=False)


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/mnt/nas/data", "nfs4"),
        ("/mnt/nas/local disk/data", None),
        ("/mnt/share", "cifs"),
        ("/home/me/remote", "fuse.sshfs"),
        ("/home/me/other", None),
        ("/mnt/nasty", None),
    ],
)
def test_network_file_systems_are_recognised(folder: str, kind: str | None) -> None:
    mounts = """/dev/sda1 / ext4 rw 0 0
server:/export /mnt/nas nfs4 rw 0 0
/dev/sdb1 /mnt/nas/local\\040disk xfs rw 0 0
//server/share /mnt/share cifs rw 0 0
me@server: /home/me/remote fuse.sshfs rw 0 0
/dev/sdc1 /home/me/other fuseblk rw 0 0
"""
    assert network_file_system(Path(folder) / "ytui.db", mounts) == kind


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ytui.store import database

    monkeypatch.setattr(database, "network_file_system", lambda path: "nfs4")
    with pytest.raises(StoreError, match=r"nfs4.*--data-dir"):
        Store.open(tmp_path / "ytui.db")


def test_transactions_join_and_roll_back(db: Database) -> None:
    class Stop(Exception):
        pass

    def abandon() -> None:
        with transaction(db):
            factories.add_video(db, "outer")
            with transaction(db):
                factories.add_video(db, "inner")
            raise Stop

    with pytest.raises(Stop):
        abandon()
    assert db.value("SELECT count(*) FROM videos") == 0
    with transaction(db):
        factories.add_video(db, "kept")
    assert db.value("SELECT count(*) FROM videos") == 1


def test_each_thread_has_its_own_connection(store: Store) -> None:
    mine = store.db
    with ThreadPoolExecutor(1) as pool:
        theirs = pool.submit(lambda: store.db).result()
    assert mine is store.db
    assert theirs is not mine
    store.close_all()
    with pytest.raises(sqlite3.ProgrammingError):
        theirs.value("SELECT 1")
    assert store.db.value("SELECT 1") == 1


def test_an_up_to_date_store_opens_without_sqlite_utils(first_store: Path) -> None:
    """Its import costs a tenth of a second that the first frame need not wait for."""
    Store.open(first_store).close_all()
    script = (
        "import sys; from pathlib import Path; from ytui.store.database import Store; "
        "from ytui.store import channels, jobs, plan, journal, process_state, library_marker, sites, "
        "attempts, videos; "
        "print(len(channels.all_channels(Store.open(Path(sys.argv[1])).db)), 'sqlite_utils' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(first_store)],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert result.stdout == "1 False\n"


def test_a_damaged_schema_is_told_in_a_sentence(tmp_path: Path) -> None:
    """SQLite quotes the damaged text in its error, whatever bytes it has."""
    path = tmp_path / "ytui.db"
    Store.open(path).close_all()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    whole = path.read_bytes()
    damaged = whole.replace(b"CREATE TABLE jobs", b"CREATE \xb9ABLE jobs")
    assert damaged != whole
    path.write_bytes(damaged)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(path)
    assert path.read_bytes() == damaged
