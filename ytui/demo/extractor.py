"""yt-dlp extractors for the sample site, in the manner of yt-dlp's own, for the demo and the tests alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.extractor.common import InfoExtractor
from yt_dlp.extractor.youtube.jsc._director import initialize_jsc_director
from yt_dlp.extractor.youtube.jsc.provider import JsChallengeRequest, JsChallengeType, NChallengeInput
from yt_dlp.utils import (
    ExtractorError,
    int_or_none,
    parse_qs,
    remove_end,
    str_or_none,
    traverse_obj,
    update_url_query,
    url_or_none,
)

from ytui.ytdlp import withheld

_HOST = r"https?://127\.0\.0\.1:\d+"
_LOOK_AGAIN = 0.2
"""Seconds between two looks at a broadcast for another segment."""
_FROM_START = {
    "is_from_start": True,
    "downloader_options": {"ffmpeg_args": ["-live_start_index", "0"], "ffmpeg_args_out": ["-f", "mp4"]},
}
"""What Twitch's extractor gives formats for ``--live-from-start``, the container where they are AV1."""
_ASKS_FOR_ACCOUNT = {"private", "age_restricted", "bot_check"}


class YtuiDemoIE(InfoExtractor):  # type: ignore[misc]
    """One video."""

    IE_NAME = "ytuidemo"
    _VALID_URL = rf"(?P<base>{_HOST})/watch/(?P<id>[\w-]{{11}})(?:[?#]|$)"
    _GEO_BYPASS = False
    _jsc_director: Any = None

    def _real_extract(self, url: str) -> dict[str, Any]:
        video_id = self._match_id(url)
        webpage = self._download_webpage(url, video_id)
        data = self._search_json(
            r'<script id="video-data" type="application/json">', webpage, "video data", video_id
        )
        release_timestamp = int_or_none(data.get("release_timestamp"))
        formats = self._formats(data, video_id)
        if not formats:
            self._refuse(data["playability"], video_id, release_timestamp)

        return {
            "id": video_id,
            "formats": formats,
            withheld.KEY: data.get("withheld"),
            "subtitles": {
                language: [{"url": subtitle, "ext": "vtt"}]
                for language, subtitle in (data.get("subtitles") or {}).items()
            },
            "release_timestamp": release_timestamp,
            **_channel_fields(data.get("channel"), url),
            **traverse_obj(
                data,
                {
                    "title": ("title", {str}),
                    "description": ("description", {str}),
                    "duration": ("duration", {int_or_none}),
                    "timestamp": ("timestamp", {int_or_none}),
                    "view_count": ("views", {int_or_none}),
                    "like_count": ("likes", {int_or_none}),
                    "comment_count": ("comments", {int_or_none}),
                    "tags": ("tags", ..., {str}),
                    "live_status": ("live_status", {str}),
                    "thumbnail": ("thumbnail", {url_or_none}),
                },
            ),
        }

    def _formats(self, data: dict[str, Any], video_id: str) -> list[dict[str, Any]]:
        formats = []
        for form in self._solved(data, video_id):
            drm = form.pop("drm", False)
            formats.append({**form, "has_drm": True} if drm else form)
        if playlist := url_or_none(data.get("playlist")):
            sizes = data.get("playlist_sizes") or {}
            live = data.get("live_status") == "is_live"
            from_start = bool(data.get("rewinds") and self.get_param("live_from_start"))
            for form in self._extract_m3u8_formats(playlist, video_id, "mp4", m3u8_id="hls", live=live):
                form["filesize_approx"] = int_or_none(sizes.get(str(form.get("height"))))
                formats.append({**form, **_FROM_START} if from_start else form)
        if segments := url_or_none(data.get("segments")):
            formats.append(self._from_start(segments, data["segment"], video_id))
        if storyboard := url_or_none(data.get("storyboard")):
            images = {"format_id": "sb0", "format_note": "storyboard", "ext": "mhtml", "protocol": "mhtml"}
            formats.append({**images, "url": storyboard, "vcodec": "none", "acodec": "none"})
        return formats

    def _solved(self, data: dict[str, Any], video_id: str) -> list[dict[str, Any]]:
        """The formats with their challenges turned by the site's player; without those where that failed."""
        formats: list[dict[str, Any]] = data.get("formats") or []
        player_url = url_or_none(data.get("player"))
        if player_url is None:
            return formats
        asked = {parse_qs(form["url"])["n"][-1] for form in formats}
        request = JsChallengeRequest(JsChallengeType.N, NChallengeInput(player_url, list(asked)), video_id)
        if self._jsc_director is None:
            self._jsc_director = initialize_jsc_director(self)
        solved: dict[str, str] = {}
        for _, response in self._jsc_director.bulk_solve([request]):
            solved |= response.output.results
        if len(solved) < len(asked):
            self.report_warning(
                "n challenge solving failed: Some formats may be missing. Ensure you have a supported "
                "JavaScript runtime and challenge solver script distribution installed",
                video_id=video_id,
            )
        return [
            {**form, "url": update_url_query(form["url"], {"n": solved[n]})}
            for form in formats
            if (n := parse_qs(form["url"])["n"][-1]) in solved
        ]

    def _load_player(self, video_id: str, player_url: str, fatal: bool = True) -> Any:
        """The player's code, as the providers of solutions ask an extractor for it."""
        return self._download_webpage(player_url, video_id, "Downloading player", fatal=fatal)

    def _from_start(self, counted: str, segment: str, video_id: str) -> dict[str, Any]:
        """The format that ``--live-from-start`` takes: every segment by its number, as they come."""

        def fragments(_: dict[str, Any]) -> Iterator[dict[str, str]]:
            number, goes_on = 0, True
            while goes_on:
                state = self._download_json(counted, video_id, note=False)
                goes_on = bool(state["live"])
                for known in range(number, state["segments"]):
                    yield {"url": segment % known}
                number = max(number, state["segments"])
                if goes_on:
                    time.sleep(_LOOK_AGAIN)

        return {
            "format_id": "start",
            "url": segment % 0,
            "ext": "mp4",
            "height": 720,
            "width": 1280,
            "vcodec": "avc1.64001f",
            "acodec": "mp4a.40.2",
            "protocol": "http_dash_segments_generator",
            "fragments": fragments,
            "is_from_start": True,
            "is_live": True,
        }

    def _refuse(self, playability: dict[str, Any], video_id: str, release_timestamp: int | None) -> None:
        """Raises what a real site's extractor raises for a video that may not be watched."""
        status = playability.get("status")
        reason = str_or_none(playability.get("reason")) or "This video is unavailable"
        if status == "geo_blocked":
            self.raise_geo_restricted(reason, countries=playability["countries"], metadata_available=True)
        elif status == "login_required":
            self.raise_login_required(reason, metadata_available=True)
        elif status == "upcoming":
            self.raise_no_formats(_premiere_text(release_timestamp), expected=True, video_id=video_id)
        elif status in _ASKS_FOR_ACCOUNT:
            self.raise_no_formats(
                f"{remove_end(reason, '.')}. {self._login_hint()}", expected=True, video_id=video_id
            )
        elif status != "ok":
            self.raise_no_formats(reason, expected=True, video_id=video_id)


class YtuiDemoTabIE(InfoExtractor):  # type: ignore[misc]
    """A channel, or one of its tabs as a list that is asked for a page at a time."""

    IE_NAME = "ytuidemo:tab"
    _VALID_URL = (
        rf"(?P<base>{_HOST})/(?:(?P<uploads>uploads)|channel)/(?P<id>[\w.-]+)"
        r"(?:/(?P<tab>videos|shorts|streams))?/?(?:[?#]|$)"
    )

    def _real_extract(self, url: str) -> dict[str, Any]:
        base, handle, tab, uploads = self._match_valid_url(url).group("base", "id", "tab", "uploads")
        tab = uploads or tab
        return self._tab(base, handle, tab) if tab else self._channel(base, handle)

    def _channel(self, base: str, handle: str) -> dict[str, Any]:
        """The root: its entries are the tabs, which are lists themselves."""
        data = self._download_json(f"{base}/api/channel/{handle}", handle, "Downloading channel")
        fields = _channel_fields(data["channel"], base)
        entries = [
            self.url_result(
                f"{base}/channel/{handle}/{tab}",
                YtuiDemoTabIE,
                f"{handle}/{tab}",
                f"{fields['channel']} - {tab}",
            )
            for tab in data["tabs"]
        ]
        result: dict[str, Any] = self.playlist_result(
            entries, fields["channel_id"], fields["channel"], data["channel"].get("description"), **fields
        )
        return result

    def _tab(self, base: str, handle: str, tab: str) -> dict[str, Any]:
        first = self._page(base, handle, tab, 1)
        if first["items"] is None:
            raise ExtractorError(f"This channel does not have a {tab} tab", expected=True)
        fields = _channel_fields(first["channel"], base)
        result: dict[str, Any] = self.playlist_result(
            self._entries(base, handle, tab, first),
            fields["channel_id"],
            f"{fields['channel']} - {tab.title()}",
            first["channel"].get("description"),
            **fields,
        )
        return result

    def _page(self, base: str, handle: str, tab: str, number: int) -> dict[str, Any]:
        note = f"Downloading page {number}"
        address = f"{base}/api/channel/{handle}/{tab}"
        page: dict[str, Any] = self._download_json(address, f"{handle}/{tab}", note, query={"page": number})
        return page

    def _entries(self, base: str, handle: str, tab: str, page: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Every video of the tab; the next page is asked for when the last entry of one was taken."""
        fields = _channel_fields(page["channel"], base)
        while True:
            for item in page["items"]:
                yield self._entry(base, item, fields)
            if not page.get("next"):
                return
            page = self._page(base, handle, tab, page["next"])

    def _entry(self, base: str, item: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        members = "subscriber_only" if item.get("members_only") else None
        entry: dict[str, Any] = self.url_result(
            f"{base}/watch/{item['id']}",
            YtuiDemoIE,
            item["id"],
            item["title"],
            duration=int_or_none(item.get("duration")),
            timestamp=int_or_none(item.get("timestamp")),
            view_count=int_or_none(item.get("views")),
            live_status=item.get("live_status"),
            availability=members,
            thumbnails=[{"url": item["thumbnail"]}],
            **fields,
        )
        return entry


def register(ydl: YoutubeDL) -> None:
    """Adds both extractors to ``ydl``, in front: behind the generic one they would never be asked."""
    others = dict(ydl._ies)
    mine = {extractor.ie_key(): extractor for extractor in (YtuiDemoIE(), YtuiDemoTabIE())}
    for extractor in mine.values():
        ydl.add_info_extractor(extractor)
    # yt-dlp only appends; the order of this dict is the order in which it asks "is this yours?".
    ydl._ies = mine | {key: extractor for key, extractor in others.items() if key not in mine}


def _channel_fields(channel: Any, url: str) -> dict[str, Any]:
    base = "/".join(url.split("/", 3)[:3])
    handle = traverse_obj(channel, ("handle", {str}))
    address = f"{base}/channel/{handle}" if handle else None
    return {
        "channel": traverse_obj(channel, ("name", {str})),
        "channel_id": traverse_obj(channel, ("id", {str})),
        "channel_url": address,
        "channel_follower_count": traverse_obj(channel, ("followers", {int_or_none})),
        "uploader": traverse_obj(channel, ("name", {str})),
        "uploader_id": f"@{handle}" if handle else None,
        "uploader_url": address,
    }


def _premiere_text(start: int | None) -> str:
    """The announcement in the words of a watch page, to the second in the last minute."""
    left = max(1, int((start or 0) - time.time()) + 1)
    number, unit = (left, "second") if left < 60 else (-(-left // 60), "minute")
    return f"Premieres in {number} {unit}{'s' if number != 1 else ''}"
