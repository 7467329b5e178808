"""The text of ``config.toml`` on first start: every key with its default, and what it is for."""

from __future__ import annotations

_TEXT = """\
# ytui's configuration. Edit it freely: an edit takes effect at the next job, and what ytui saves here
# leaves your comments alone. More channels may stand in channels.d/*.toml beside this file.

[library]
path = {path}
layout = "plain"                    # files as the template says; or "media-server": Jellyfin, Kodi, Plex
template = "%(channel)s/%(upload_date>%Y-%m-%d)s %(title).120B [%(id)s].%(ext)s"
reserve = "auto"                    # free space that is never used: the larger of 5 GB and 2 %; or "2 GB"

[workers]
count = 5                           # 1 to 16
live = 2                            # so many broadcasts are recorded at once beside these, 0 to 8
order = "shortest"                  # shortest, newest, oldest

[retry]
max_retries = 3

[retry.network]
policy = "exponential"              # exponential, linear, fixed, immediate
base = "2 s"                        # the first pause
cap = "30 s"                        # the longest pause

[retry.processing]                  # ffmpeg and what comes after the download
policy = "fixed"
base = "5 s"
cap = "1 min"
tries = 2                           # the first one included

[retry.server]                      # a site that answers with an error
policy = "exponential"
base = "10 s"
cap = "5 min"

[limits]
mode = "shared"                     # one budget a site for all workers; or "independent"
bandwidth = "off"                   # or "4 MB/s", over all workers
hours = ""                          # or "01:00-07:00": work in these hours only

[limits.sites.youtube]              # other sites: [limits.sites."example.com"]
requests_per_minute = 60
requests_per_hour = 900
requests_per_day = 15000
reserve = 1000                      # of the day's requests, for what you ask for by key
concurrency = 3
cooldown = "60 min"                 # after the site has pushed back
guest = "keep"                      # without cookies: one guest over all runs; or "fresh": a new one each job

[details]
max_age = "1 h"                     # details older than this are fetched again

[ssh]
on_disconnect = "continue"          # the queue goes on when the line drops; or "stop"

[notify]
command = []                        # gets the message: ["mail", "-s", "{title}", "me@example.org"]
urls = []                           # Apprise addresses, with the extra ytui[notify]
on = ["done", "failed", "needs_you", "site_closed"]
every = "10 min"                    # at most one message in this time, save when the queue is done

[ytdlp]
args = []                           # options of the yt-dlp command: ["--proxy", "http://127.0.0.1:3128"]

[screen]
theme = "auto"                      # or the name of a theme
fps = "auto"                        # or repaints a second: 4 here, 2 over SSH
mouse = true
title = false                       # true: show the state in the terminal's title
thumbnails = false                  # true: in the details of a video, with the extra ytui[thumbnails]

# A channel. url alone is enough; the other values shown are the defaults unless said otherwise.
#
# [[channels]]
# name = "Blender Studio"           # default: the channel's own name
# url = "https://www.youtube.com/@BlenderOfficial"
# tabs = ["videos", "shorts", "streams"]
# download = true                   # false: list only
# backlog = "all"                   # or "newest 30", "none": what of the first listing is queued
# quality = "1080p"                 # never exceeded: best, 2160p, 1440p, 1080p, 720p, 480p, 360p, audio
# fallback = true                   # if that format is refused or not to be had, the next lower
# recheck = "1 day"                 # or "off": a young one below the others of its channel is looked at again
# extras = ["metadata", "thumbnail"]    # also subtitles, description, nfo
# subtitle_langs = ["en"]
# embed = []                        # into the file itself: metadata, chapters, thumbnail, subtitles
# sponsorblock = "off"              # or "mark", "cut": segments that users of sponsor.ajay.app reported
# sponsorblock_categories = []      # or ["sponsor", "selfpromo"]; none: those that yt-dlp takes by itself
# members = "skip"                  # or "try"
# after = 2024-01-01                # no default; also before, min_duration, max_duration, title, not_title
# live = true                       # false: no streams, no recordings of them
# record_live = "no"                # or "from_now", "from_start": record while it is live
# every = "auto"                    # or "6 h"
# keep = "all"                      # or "last 50", "90 days"
# cookies = ""                      # a file
# use_cookies = "when_needed"       # or "always"
# args = []
"""

_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def first_text(library: str) -> str:
    """The whole file, with ``library`` as the library's folder."""
    quoted = "".join(
        _ESCAPES.get(letter, letter) if letter.isprintable() else f"\\U{ord(letter):08x}"
        for letter in library
    )
    return _TEXT.replace("{path}", f'"{quoted}"')
