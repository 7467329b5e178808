"""A login that the site has rotated away is one hold; with fresh cookies in its file all goes on."""

from __future__ import annotations

from pathlib import Path

from tests.fakeyt.conftest import MakeHome
from tests.support.processes.waiting import until
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from ytui.core.models import JobState
from ytui.store import holds, journal, plan

pytestmark = needs_site

SMALL = ["--format", "140", "--fixup", "never"]
CHANNEL = 'backlog = "newest 3"\ntabs = ["videos"]\nextras = []\ncookies = "{}"'


def test_a_rotated_login_is_one_item_until_its_file_has_another(
    make_home: MakeHome, site: FakeSite, tmp_path: Path
) -> None:
    site.configure(identity=True, accounts={"alice": {}})
    site.fail({"fail": "age"})
    login = tmp_path / "alice.txt"
    login.write_text(site.cookies("alice"))
    login.chmod(0o640)
    site.rotate_cookies("alice")
    home = make_home(args=SMALL)
    home.channel("@chan06", CHANNEL.format(login))
    with home.engine() as engine:
        home.fetch(engine)
        home.idle(engine, 180)
        (hold,) = holds.in_force(home.db)
        (item,) = plan.list_items(home.db)
        assert (hold.waiting, item.failure_class) == (3, "cookies_invalid")
        said = [line.message for line in journal.tail(home.db, limit=1000)]
        assert sum("no longer valid" in words for words in said) == 1, said
        fresh = site.cookies("alice")
        login.write_text(fresh)
        until(lambda: len(home.media()) == 3, 120)
        home.idle(engine, 60)
    assert len(plan.list_items(home.db)) == 0
    assert {job.state for job in home.jobs()} == {JobState.DONE}
    assert login.stat().st_mode & 0o777 == 0o640
