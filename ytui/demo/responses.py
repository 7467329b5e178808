"""Responses of the sample site: listings, watch pages, media, subtitles and thumbnails."""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from ytui.demo import clips, world
from ytui.demo.faults import Conduct, Effect, Misbehaviour, Place
from ytui.demo.handler import Response
from ytui.demo.world import Channel, Delivery, Phase, Video, World, make_id

SESSION_COOKIE = "demo_session"
UNKNOWN_HOST = "http://media.ytui-demo.invalid"
FOR_MEMBERS = frozenset({"private", "members_only", "age_restricted", "login_required"})
"""The refusals that whoever is signed in does not meet."""


class Responses:
    """The site's content. ``answer`` is called from many threads at once."""

    def __init__(self, world: World, conduct: Conduct, base_url: Callable[[], str]) -> None:
        self._world = world
        self._conduct = conduct
        self._base_url = base_url
        self._routes: list[tuple[re.Pattern[str], Callable[..., Response]]] = [
            (re.compile(r"/api/channel/(?P<handle>[\w.-]+)"), self._channel),
            (re.compile(r"/api/channel/(?P<handle>[\w.-]+)/(?P<tab>\w+)"), self._listing),
            (re.compile(r"/watch/(?P<video_id>[\w-]{11})"), self._watch),
            (re.compile(r"/api/live/(?P<video_id>[\w-]{11})"), self._live),
            (re.compile(r"/media/(?P<video_id>[\w-]{11})/(?P<name>[\w./-]+)"), self._media),
            (re.compile(r"/subtitles/(?P<video_id>[\w-]{11})\.(?P<language>\w+)\.vtt"), self._subtitles),
            (re.compile(r"/player/(?P<player_id>\w+)/base\.js"), self._player),
            (re.compile(r"/thumbnail/(?P<video_id>[\w-]{11})\.jpg"), self._thumbnail),
        ]

    def answer(self, target: str, cookies: str) -> Response:
        """The response to a request's target (path and query)."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()} | {"cookies": cookies}
        for pattern, route in self._routes:
            found = pattern.fullmatch(parts.path)
            if found:
                return route(query, **found.groupdict())
        return status_page(404)

    def _channel(self, query: dict[str, str], handle: str) -> Response:
        channel = self._world.channel(handle)
        if channel is None:
            return status_page(404)
        return _json({"channel": _about(channel), "tabs": channel.shown_tabs})

    def _listing(self, query: dict[str, str], handle: str, tab: str) -> Response:
        channel = self._world.channel(handle)
        if channel is None:
            return status_page(404)
        struck = self._conduct.strike(f"{channel.handle}/{tab}", Place.LISTING)
        if struck and struck[0].effect is Effect.STATUS:
            return status_page(struck[0].status, _retry_after(*struck))
        number = int(query["page"]) if query.get("page", "").isdecimal() else 1
        page = self._world.page(handle, tab, max(1, number))
        if page is None:
            return _json({"channel": _about(channel), "tabs": channel.shown_tabs, "items": None})
        items = [self._item(video) for video in page.videos]
        content = {
            "channel": _about(channel),
            "tabs": channel.shown_tabs,
            "items": items,
            "next": page.following,
        }
        return _json(content, fault=struck[0] if struck else None)

    def _item(self, video: Video) -> dict[str, Any]:
        """A video as a listing shows it: shorts without a length, announced ones without a date."""
        phase = self._phase(video)
        upcoming = self._conduct.premieres_at(video.id) is not None or phase is Phase.SOON
        live = phase is Phase.LIVE
        return {
            "id": video.id,
            "title": video.title,
            "duration": None if video.tab == "shorts" or upcoming or live else video.duration,
            "timestamp": None if upcoming or live else video.timestamp,
            "views": None if upcoming else video.views,
            "live_status": "is_upcoming" if upcoming else _listed_status(video, phase),
            "members_only": video.members_badge,
            "thumbnail": self._url("thumbnail", f"{video.id}.jpg"),
        }

    def _watch(self, query: dict[str, str], video_id: str) -> Response:
        video = self._world.video(video_id)
        if video is None:
            return status_page(404)
        struck = self._conduct.strike(video_id, Place.PAGE)
        if struck and struck[0].effect is Effect.STATUS:
            return status_page(struck[0].status, _retry_after(*struck))
        signed_in = SESSION_COOKIE in query["cookies"]
        refused = struck is not None and not (signed_in and struck[0].name in FOR_MEMBERS)
        content = self._details(video) | {"playability": {"status": "ok"}}
        if self._phase(video) is Phase.SOON:
            content["playability"] = {"status": "upcoming"}
        elif struck and refused and struck[0].effect in (Effect.REFUSAL, Effect.PREMIERE):
            content["playability"] = _playability(struck[0])
        else:
            content |= self._formats(video)
            if struck and struck[0].effect in (Effect.WITHHELD, Effect.WITHHELD_WHOLLY):
                content |= _withheld(content["formats"], struck[0])
        # "<" is spelled out, or a title could end the script element.
        data = json.dumps(content).replace("<", "\\u003c")
        title = html.escape(video.title)
        page = (
            f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title></head>'
            f'<body><script id="video-data" type="application/json">{data}</script></body></html>'
        )
        fault = struck[0] if struck else None
        return Response(page.encode(), "text/html; charset=utf-8", fault=fault)

    def _details(self, video: Video) -> dict[str, Any]:
        channel = self._world.channel_of(video.id)
        phase = self._phase(video)
        premieres_at = self._conduct.premieres_at(video.id)
        if video.broadcast is not None:
            premieres_at = video.broadcast.starts_at
        return {
            "id": video.id,
            "title": video.title,
            "description": video.description,
            "duration": _watched_duration(video, phase),
            "timestamp": video.timestamp,
            "channel": _about(channel),
            "views": video.views,
            "likes": video.views // 23,
            "comments": video.views // 190,
            "tags": [channel.handle, video.tab],
            "live_status": _watched_status(video, phase, announced=premieres_at is not None),
            "release_timestamp": math.ceil(premieres_at) if premieres_at else None,
            "thumbnail": self._url("thumbnail", f"{video.id}.jpg"),
            "subtitles": {
                language: self._url("subtitles", f"{video.id}.{language}.vtt") for language in video.languages
            },
        }

    def _formats(self, video: Video) -> dict[str, Any]:
        """What can be downloaded: formats with addresses of this extraction, or the address of a playlist."""
        fault = self._conduct.fault(video.id)
        effect = fault.effect if fault else None
        if effect is Effect.STORYBOARDS:
            return {"storyboard": self._url("thumbnail", f"{video.id}.jpg"), "formats": []}
        session = self._conduct.extracted(video.id)
        host = UNKNOWN_HOST if effect is Effect.UNKNOWN_HOST else self._base_url()
        address = f"{host}/media/{quote(video.id)}/{{}}?session={session}"
        if video.challenge:
            address += f"&n={_challenge(video, session)}"
        delivery = Delivery.SPLIT if effect is Effect.UNREADABLE else video.delivery
        offered = clips.formats(video.clip, delivery, progressive=effect is not Effect.UNREADABLE)
        for form in offered:
            form["url"] = address.format(form.pop("file"))
            form["drm"] = effect is Effect.DRM
        player = self._url("player", self._world.players[-1].id, "base.js") if video.challenge else None
        if video.broadcast is not None:
            return self._of_broadcast(video, address)
        if delivery is not Delivery.HLS:
            return {"formats": offered, "player": player}
        playlist = address.format("hls/master.m3u8")
        return {
            "formats": [],
            "player": player,
            "playlist": playlist,
            "playlist_sizes": clips.variant_sizes(video.clip),
        }

    def _phase(self, video: Video) -> Phase | None:
        return None if video.broadcast is None else video.broadcast.phase(self._conduct.now)

    def _clip(self, video: Video) -> str:
        shown = video.broadcast
        muted = shown.afterwards if shown is not None and self._phase(video) is Phase.OVER else ""
        return muted or video.clip

    def _of_broadcast(self, video: Video, address: str) -> dict[str, Any]:
        """What a broadcast offers: while it is live also its segments from the start, by number."""
        found: dict[str, Any] = {"formats": [], "playlist": address.format(world.MASTER)}
        if self._phase(video) is not Phase.LIVE:
            return found
        if video.broadcast is not None and video.broadcast.rewinds:
            found["rewinds"] = True
        else:
            found["segments"] = self._url("api", "live", video.id)
            found["segment"] = address.format(f"hls/{world.LIVE_HEIGHT}p-%d.ts")
        return found

    def _live(self, query: dict[str, str], video_id: str) -> Response:
        """How many segments there are of a broadcast, and whether more will come."""
        video = self._world.video(video_id)
        if video is None or video.broadcast is None:
            return status_page(404)
        now = self._conduct.now
        return _json(
            {
                "segments": video.broadcast.segments(now),
                "live": video.broadcast.goes_on(now),
            }
        )

    def _playlist(self, video: Video, name: str) -> Response:
        assert video.broadcast is not None
        text = video.broadcast.playlist(self._conduct.now) if name == world.PLAYLIST else world.master()
        return Response(text.encode(), clips.CONTENT_TYPES[".m3u8"])

    def _media(self, query: dict[str, str], video_id: str, name: str) -> Response:
        video = self._world.video(video_id)
        if video is not None and video.broadcast is not None and name.endswith(".m3u8"):
            return self._playlist(video, name)
        if video is None or name not in clips.names(video.clip):
            return status_page(404)
        struck = self._conduct.strike(video_id, Place.MEDIA)
        fault = struck[0] if struck else None
        if struck and struck[0].effect is Effect.STATUS:
            return status_page(struck[0].status, _retry_after(*struck))
        if video.challenge and not name.startswith("hls/") and not self._is_solved(video, query):
            return status_page(403)
        if fault and fault.effect is Effect.EXPIRED and _session(query) <= fault.times:
            return status_page(fault.status)
        if fault and fault.effect is Effect.REFUSED_STREAMS and name != clips.PROGRESSIVE:
            return status_page(403)
        body = clips.content(self._clip(video), name)
        if fault and fault.effect is Effect.UNREADABLE:
            body = clips.noise(len(body))
        content_type = clips.CONTENT_TYPES["." + name.rpartition(".")[2]]
        headers = {"ETag": f'"{video.clip}-{name}"', "Last-Modified": "Mon, 06 Jan 2025 09:00:00 GMT"}
        return Response(body, content_type, headers=headers, media=True, fault=fault)

    def _is_solved(self, video: Video, query: dict[str, str]) -> bool:
        challenge = _challenge(video, _session(query))
        return query.get("n") in [player.solve(challenge) for player in self._world.players]

    def _player(self, query: dict[str, str], player_id: str) -> Response:
        for player in self._world.players:
            if player.id == player_id:
                return Response(player.code.encode(), "text/javascript; charset=utf-8")
        return status_page(404)

    def _subtitles(self, query: dict[str, str], video_id: str, language: str) -> Response:
        video = self._world.video(video_id)
        if video is None or language not in video.languages:
            return status_page(404)
        struck = self._conduct.strike(video_id, Place.SUBTITLES)
        if struck and struck[0].effect is Effect.STATUS:
            return status_page(struck[0].status, _retry_after(*struck))
        cues = [
            f"00:00:{2 * index:02}.000 --> 00:00:{2 * index + 2:02}.000\n{text}\n"
            for index, text in enumerate(video.cues)
        ]
        return Response("\n".join(["WEBVTT\n", *cues]).encode(), "text/vtt; charset=utf-8")

    def _thumbnail(self, query: dict[str, str], video_id: str) -> Response:
        video = self._world.video(video_id)
        if video is None:
            return status_page(404)
        struck = self._conduct.strike(video_id, Place.THUMBNAIL)
        if struck and struck[0].effect is Effect.STATUS:
            return status_page(struck[0].status, _retry_after(*struck))
        return Response(clips.content(video.clip, "poster.jpg"), "image/jpeg")

    def _url(self, *path: str) -> str:
        return "/".join([self._base_url(), *path])


def status_page(status: int, headers: dict[str, str] | None = None) -> Response:
    """A short page for an HTTP status."""
    text = f"{status} {HTTPStatus(status).phrase}\n"
    return Response(text.encode(), "text/plain; charset=utf-8", status, headers or {})


def _json(content: dict[str, Any], fault: Misbehaviour | None = None) -> Response:
    return Response(json.dumps(content).encode(), fault=fault)


def _about(channel: Channel) -> dict[str, Any]:
    return {
        "handle": channel.handle,
        "id": channel.id,
        "name": channel.name,
        "description": channel.description,
        "followers": channel.followers,
    }


def _withheld(formats: list[dict[str, Any]], fault: Misbehaviour) -> dict[str, Any]:
    """The formats in two parts: those that are handed out, and those that are announced alone."""
    told = ("format_id", "width", "height", "vcodec", "acodec")
    wholly = fault.effect is Effect.WITHHELD_WHOLLY
    kept = [form for form in formats if not wholly and "none" not in (form["vcodec"], form["acodec"])]
    rest = [{name: form.get(name) for name in told} for form in formats if form not in kept]
    return {"formats": kept, "withheld": [form | {"cause": fault.reason} for form in rest]}


def _live_status(video: Video) -> str | None:
    return "was_live" if video.tab == "streams" else None


def _listed_status(video: Video, phase: Phase | None) -> str | None:
    """What a list says of a video: of a broadcast that is over nothing, as real lists do."""
    if phase is None:
        return _live_status(video)
    return None if phase is Phase.OVER else phase.value


def _watched_status(video: Video, phase: Phase | None, *, announced: bool) -> str:
    if phase is None:
        return "is_upcoming" if announced else _live_status(video) or "not_live"
    premiere = video.broadcast is not None and video.broadcast.premiere
    return "not_live" if premiere and phase is Phase.OVER else phase.value


def _watched_duration(video: Video, phase: Phase | None) -> float | None:
    if video.broadcast is None or video.broadcast.premiere:
        return video.duration
    return sum(world.SEGMENT_SECONDS[: video.broadcast.kept]) if phase is Phase.OVER else None


def _retry_after(fault: Misbehaviour, left: float) -> dict[str, str]:
    """The header that says when to come back, in whole seconds."""
    return {"Retry-After": str(max(1, math.ceil(left)))} if fault.retry_after else {}


def _session(query: dict[str, str]) -> int:
    number = query.get("session", "")
    return int(number) if number.isdecimal() else 0


def _challenge(video: Video, session: int) -> str:
    return make_id(f"challenge {video.id} {session}")


def _playability(fault: Misbehaviour) -> dict[str, Any]:
    status = "upcoming" if fault.effect is Effect.PREMIERE else fault.name
    return {"status": status, "reason": fault.reason, "countries": list(fault.countries)}
