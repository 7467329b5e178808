"""One channel of YouTube under all its addresses: one row, listed once."""

from __future__ import annotations

from tests.fakeyt.conftest import MakeHome
from tests.support.servers.fakeyt_site import FakeSite, needs_site
from ytui.store import channels, videos

pytestmark = needs_site

YOUTUBE = "https://www.youtube.com"


def test_a_channel_under_every_address_of_it_is_one_row(make_home: MakeHome, site: FakeSite) -> None:
    home = make_home()
    home.channel("@chan01", "download = false")
    home.told("fetch")
    (row,) = channels.subscribed(home.db)
    assert row.channel_id is not None
    known = [
        f"{YOUTUBE}/channel/{row.channel_id}/videos",
        f"{YOUTUBE}/@CHAN01",
        f"{YOUTUBE}/%40chan01",
        f"{YOUTUBE}/c/@Chan01",
        f"{YOUTUBE}/playlist?list=UU{row.channel_id[2:]}",
        f"{YOUTUBE}/watch?v={site.ids('@chan01')[0]}&list=UU{row.channel_id[2:]}",
    ]
    site.forget_traffic()
    told = home.told("add", *known)
    assert (told["added"], len(told["known"])) == ([], len(known))
    assert site.log() == []

    # What an old name stands for only the site knows: the first page of the first listing tells.
    listed = {video.video_id for video in videos.page(home.db, limit=1000)}
    names = [f"{YOUTUBE}/c/chan01", f"{YOUTUBE}/user/chan01"]
    assert len(home.told("add", *names)["added"]) == len(names)
    home.told("fetch")
    assert [(each.id, each.url) for each in channels.subscribed(home.db)] == [(row.id, row.url)]
    assert {video.video_id for video in videos.page(home.db, limit=1000)} == listed
    assert {video.channel_id for video in videos.page(home.db, limit=1000)} == {row.id}
    assert {job.state for job in home.jobs()} == {"done"}
    assert len(home.told("add", *names)["known"]) == len(names)
