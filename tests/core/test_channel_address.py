"""One channel has many spellings; those that are one by themselves share a key."""

from __future__ import annotations

import pytest

from ytui.core.channel_address import address_of_handle, address_of_id, channel_key, identity_keys, is_channel
from ytui.core.urls import normalise_url

YOUTUBE = "https://www.youtube.com"
ID = "UC" + "x" * 22
UPLOADS = "UU" + "x" * 22
SAMPLE = "http://127.0.0.1:8080/channel"


@pytest.mark.parametrize(
    "spellings",
    [
        (
            f"{YOUTUBE}/@Name",
            f"{YOUTUBE}/@nAME/videos",
            f"{YOUTUBE}/%40name",
            f"{YOUTUBE}/@N%61me?si=x",
            "http://m.youtube.com/c/@Name/featured",
        ),
        (f"{YOUTUBE}/@Größe", f"{YOUTUBE}/@gr%C3%B6%C3%9Fe", f"{YOUTUBE}/@GRO%CC%88ßE/shorts"),
        (
            f"{YOUTUBE}/channel/{ID}",
            f"{YOUTUBE}/playlist?list={UPLOADS}",
            f"{YOUTUBE}/watch?v=dQw4w9WgXcQ&list={UPLOADS}",
            f"https://youtu.be/dQw4w9WgXcQ?list={UPLOADS}",
        ),
        (
            f"{YOUTUBE}/playlist?list=PLabc",
            f"{YOUTUBE}/watch?v=dQw4w9WgXcQ&list=PLabc&index=2",
            f"{YOUTUBE}/watch?list=PLabc",
        ),
        (f"{YOUTUBE}/user/Name", f"{YOUTUBE}/user/NAME/videos"),
        (f"{YOUTUBE}/c/Name", f"{YOUTUBE}/c/name"),
        ("https://example.org/a", "http://example.org/a/"),
        (f"{SAMPLE}/Tiny1", f"{SAMPLE}/tiny1"),
    ],
)
def test_the_spellings_of_one_address_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({channel_key(normalise_url(text)) for text in spellings}) == 1


def test_what_only_the_site_knows_to_be_one_has_keys_of_its_own() -> None:
    names = ("@Name", "c/Name", "user/Name", f"channel/{ID}", f"channel/{ID[:-1]}X", f"playlist?list={ID}")
    assert len({channel_key(f"{YOUTUBE}/{name}") for name in names}) == len(names)
    # A mix is made around its video.
    mixes = [f"{YOUTUBE}/watch?v={video}&list=RDabc" for video in ("a" * 11, "b" * 11)]
    assert len({channel_key(mix) for mix in mixes}) == 2


def test_a_list_is_not_the_channel_whose_id_the_site_says_beside_it() -> None:
    assert identity_keys(f"{YOUTUBE}/@Name", ID) == ["@name", ID]
    assert identity_keys(f"{YOUTUBE}/playlist?list={UPLOADS}", ID) == [ID]
    assert identity_keys(f"{YOUTUBE}/playlist?list=PLabc", ID) == ["list=PLabc"]
    assert identity_keys(f"{YOUTUBE}/@Name/playlists", ID) == ["www.youtube.com/@Name/playlists"]
    assert not is_channel("https://vimeo.com/channels/staffpicks")


def test_a_channel_has_an_address_by_its_id_and_one_by_its_handle() -> None:
    for root in (f"{YOUTUBE}/@Name", f"{YOUTUBE}/c/Name", f"{YOUTUBE}/channel/{ID}"):
        assert address_of_id(root, ID) == f"{YOUTUBE}/channel/{ID}"
        assert address_of_handle(root, "@New") == f"{YOUTUBE}/@New"
    assert address_of_id(f"{SAMPLE}/tiny1", ID) == f"{SAMPLE}/{ID}"
    assert address_of_id(f"{YOUTUBE}/playlist?list=PLabc", ID) is None
    assert address_of_id(f"{YOUTUBE}/@Name", "somebody") is None
