"""Which jobs of a site take part in its guest is the configuration's to say; the engine lends the folder."""

from __future__ import annotations

import dataclasses
import stat

import pytest

from tests.engine.conftest import Home, Site
from tests.support.servers.demo_site import UNLIMITED
from ytui.core.settings.tables import KNOWN_SITES, OTHER_SITE, GuestUse
from ytui.core.sites import _SITE_OF_HOST
from ytui.demo.handler import Response


def pages_sent_with(site: Site) -> list[bool]:
    """Whether each page was asked for with the visitor's cookie that the first answer set."""
    sent: list[bool] = []
    answer = site._pages.answer

    def setting(target: str, cookies: str) -> Response:
        response = answer(target, cookies)
        if not target.startswith("/watch/"):
            return response
        sent.append("visitor=" in cookies)
        return dataclasses.replace(response, headers={"Set-Cookie": "visitor=1; Max-Age=999999"})

    site._pages.answer = setting  # type: ignore[method-assign]
    return sent


@pytest.mark.parametrize(
    ("use", "with_cookie"), [('guest = "keep"', [False, True, True]), ("", [False, False, False])]
)
def test_a_site_has_one_guest_where_that_is_said(
    home: Home, tiny_site: Site, use: str, with_cookie: list[bool]
) -> None:
    text = home.places.config_file.read_text()
    home.places.config_file.write_text(text.replace(UNLIMITED, f"{UNLIMITED}{use}\n"))
    home.channel(tiny_site.channel_url("tiny1"), 'tabs = ["videos"]\nextras = []')
    sent = pages_sent_with(tiny_site)
    with home.engine() as engine:
        home.idle(engine)
    # Those that began at the same moment came in any order, the first of them alone without a cookie.
    assert sorted(sent) == with_cookie
    kept = list(home.places.guests_dir.glob("*.json"))
    assert len(kept) == any(with_cookie)
    assert stat.S_IMODE(home.places.guests_dir.stat().st_mode) == 0o700


def test_the_sites_that_hosts_are_known_of_keep_their_guest() -> None:
    assert {name for name, site in KNOWN_SITES.items() if site.guest is GuestUse.KEEP} == set(
        _SITE_OF_HOST.values()
    )
    assert OTHER_SITE.guest is GuestUse.FRESH
