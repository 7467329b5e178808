"""What a site offers beside what was chosen of it, and which formats an extractor left out, and why."""

from __future__ import annotations

from typing import Any

import pytest

from ytui.core.models import LowerCause
from ytui.core.protocol import Offer
from ytui.ytdlp.download.formats import offer_of, refused_offer
from ytui.ytdlp.withheld import CLIENT, OfferWatch, Withheld

TOKEN, CHALLENGE, SABR = LowerCause.TOKEN_PROVIDER, LowerCause.CHALLENGE, LowerCause.SABR


def picture(width: int, height: int, **more: Any) -> dict[str, Any]:
    return {
        "format_id": f"{width}",
        "width": width,
        "height": height,
        "vcodec": "avc1",
        "acodec": "none",
    } | more


def info(*formats: dict[str, Any]) -> dict[str, Any]:
    """An info dict of these formats, of which the last one was chosen."""
    return {**formats[-1], "formats": list(formats)}


def hidden(side: int, cause: LowerCause = TOKEN) -> Withheld:
    return Withheld(side, picture=True, sound=False, cause=cause)


SOUND = Withheld(None, picture=False, sound=True, cause=TOKEN)
MIXED = picture(640, 360, acodec="mp4a")
HEARD = {"format_id": "a", "vcodec": "none", "acodec": "mp4a"}


@pytest.mark.parametrize(
    ("found", "withheld", "quality", "expected"),
    [
        (info(MIXED), (), "1080p", Offer(360, 360)),
        (info(MIXED), (hidden(1080), hidden(720)), "1080p", Offer(1080, 360, TOKEN, (TOKEN,))),
        (info(MIXED), (hidden(1080), hidden(720)), "720p", Offer(720, 360, TOKEN, (TOKEN,))),
        # What lies above the bound is no loss.
        (info(MIXED), (hidden(1080),), "360p", Offer(360, 360, None, (TOKEN,))),
        (info(MIXED), (hidden(2160),), "best", Offer(2160, 360, TOKEN, (TOKEN,))),
        (info(MIXED), (hidden(1080, SABR), hidden(720)), "1080p", Offer(1080, 360, TOKEN, (TOKEN, SABR))),
        (
            info(MIXED),
            (hidden(720, SABR), hidden(480, CHALLENGE)),
            "1080p",
            Offer(720, 360, CHALLENGE, (CHALLENGE, SABR)),
        ),
        # Upright: the shorter side counts, of the bound as of the formats.
        (info(picture(360, 640)), (hidden(1080),), "1080p", Offer(1080, 360, TOKEN, (TOKEN,))),
        # There is a better picture, and nothing to be heard beside it.
        (info(picture(1920, 1080), MIXED), (SOUND,), "1080p", Offer(1080, 360, TOKEN, (TOKEN,))),
        # A person's options chose the lower one.
        (info(picture(1920, 1080), MIXED), (), "1080p", Offer(360, 360)),
        (info(MIXED), (SOUND,), "audio", Offer(None, 360, TOKEN, (TOKEN,))),
        (info(HEARD), (hidden(1080),), "audio", Offer(None, None, None, (TOKEN,))),
        ({"formats": []}, (hidden(720, CHALLENGE),), "1080p", Offer(720, None, CHALLENGE, (CHALLENGE,))),
        ({"formats": []}, (hidden(720),), "480p", Offer(None, None, None, (TOKEN,))),
        (info({"format_id": "x"}), (hidden(720),), "1080p", Offer(None, None, None, (TOKEN,))),
    ],
)
def test_what_is_on_offer(
    found: dict[str, Any], withheld: tuple[Withheld, ...], quality: str, expected: Offer
) -> None:
    assert offer_of(found, withheld, quality) == expected


def test_a_person_who_names_the_format_misses_nothing() -> None:
    assert offer_of(info(MIXED), (hidden(1080),), "1080p", own_format=True).cause is None


def test_all_that_is_refused_is_on_offer_all_the_same() -> None:
    formats = [picture(1920, 1080), picture(3840, 2160), MIXED, HEARD]
    refused = LowerCause.REFUSED_FORMAT
    assert refused_offer(formats, (hidden(1440, SABR),), "1440p") == Offer(1440, None, refused, (SABR,))
    assert refused_offer(formats, (), "audio") == Offer(None, None, refused)


def test_sound_that_is_refused_comes_with_a_picture() -> None:
    found = offer_of(info(HEARD, MIXED), (), "audio", lowered=True)
    assert found == Offer(None, 360, LowerCause.REFUSED_FORMAT)
    assert offer_of(info(MIXED), (), "audio", lowered=True).cause is None


def test_a_refused_format_is_a_cause_too() -> None:
    found = offer_of(info(picture(1920, 1080), MIXED), (), "1080p", lowered=True)
    assert found == Offer(1080, 360, LowerCause.REFUSED_FORMAT)


class Extractor:
    """The names of yt-dlp's extractor that are leant on; ``formats`` is what the player answers."""

    def __init__(
        self,
        formats: list[dict[str, Any]],
        came: list[str],
        *,
        scripts: bool = True,
        playlist: str | None = None,
        skip: str = "",
        status: str = "not_live",
    ) -> None:
        self._formats, self._came = formats, came
        self._settings = {"player_skip": [] if scripts else ["js"], "skip": [skip]}
        self._playlist, self._status = playlist, status

    def ie_key(self) -> str:
        return "Youtube"

    def _configuration_arg(self, name: str) -> list[str]:
        return self._settings[name]

    def _report_pot_format_skipped(self, video_id: str, client: str, protocol: str) -> None:
        return

    def _extract_player_responses(self) -> Any:
        data = {"adaptiveFormats": self._formats, CLIENT: "ios", "hlsManifestUrl": self._playlist}
        return [{"streamingData": data}, None], None

    def extract(self, url: str) -> dict[str, Any]:
        self._extract_player_responses()
        self._report_pot_format_skipped("v", "mweb", "https")
        if "/token/" in (self._playlist or ""):
            self._report_pot_format_skipped("v", "ios", "hls")
        came = [{"format_id": name, "protocol": "m3u8" if name == "93" else "https"} for name in self._came]
        return {"formats": came, "live_status": self._status}


def streamed(itag: int, **more: Any) -> dict[str, Any]:
    return {
        "itag": itag,
        "mimeType": 'video/mp4; codecs="avc1"',
        "width": 1280,
        "height": 720,
        CLIENT: "tv",
    } | more


@pytest.mark.parametrize(
    ("found", "cause"),
    [
        (streamed(136), SABR),
        (streamed(136, url="https://h/?n=abc"), CHALLENGE),
        (streamed(136, signatureCipher="s=x&url=https%3A%2F%2Fh%2F"), CHALLENGE),
        (streamed(136, url="https://h/?n=abc", **{CLIENT: "mweb"}), TOKEN),
        # Free of tokens, and left out for a reason of yt-dlp's own.
        (streamed(18, url="https://h/", **{CLIENT: "mweb"}), None),
        (streamed(136, url="https://h/", drmFamilies=["WIDEVINE"]), None),
        (streamed(136, url="https://h/", targetDurationSec=5), None),
        (streamed(137, url="https://h/?n=abc"), None),
    ],
)
def test_what_withholds_a_format_of_the_players_answer(
    found: dict[str, Any], cause: LowerCause | None
) -> None:
    watch, extractor = OfferWatch(), Extractor([found], ["137", "18-drc"])
    watch.attach(extractor)
    watch.attach(extractor)
    raw = extractor.extract("https://h/watch")
    assert watch.taken(raw) == (() if cause is None else (Withheld(720, True, False, cause),))


@pytest.mark.parametrize(
    ("playlist", "settings", "expected"),
    [
        ("https://h/token/file/index.m3u8", {}, TOKEN),
        ("https://h/n/abc/file/index.m3u8", {}, CHALLENGE),
        ("https://h/n/abc/file/index.m3u8", {"scripts": False}, None),
        ("https://h/n/abc/token/index.m3u8", {"skip": "hls"}, None),
        ("https://h/n/abc/token/index.m3u8", {"status": "is_live"}, None),
        # Read, and empty or refused: that is no token's fault.
        ("https://h/file/index.m3u8", {}, None),
    ],
)
def test_what_withholds_a_playlist(
    playlist: str, settings: dict[str, Any], expected: LowerCause | None
) -> None:
    for formats, came, side in (([], [], None), ([streamed(136, url="https://h/")], ["136"], 720)):
        watch, extractor = OfferWatch(), Extractor(formats, came, playlist=playlist, **settings)
        watch.attach(extractor)
        found = watch.taken(extractor.extract("https://h/watch"))
        assert found == (() if expected is None else (Withheld(side, True, True, expected),))


def test_a_playlist_that_came_from_another_client_is_not_missed() -> None:
    watch, extractor = OfferWatch(), Extractor([], ["93"], playlist="https://h/token/index.m3u8")
    watch.attach(extractor)
    assert watch.taken(extractor.extract("https://h/watch")) == ()


def test_who_skips_the_players_scripts_misses_no_challenge() -> None:
    watch, extractor = OfferWatch(), Extractor([streamed(136, url="https://h/?n=x")], [], scripts=False)
    watch.attach(extractor)
    assert watch.taken(extractor.extract("https://h/watch")) == ()


def test_an_extractor_without_these_names_is_left_alone() -> None:
    class Other:
        def ie_key(self) -> str:
            return "Youtube"

    OfferWatch().attach(Other())
    assert Withheld.from_json(hidden(720).to_json()) == hidden(720)
