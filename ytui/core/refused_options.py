"""Refused options of the yt-dlp command, and what to use instead: one table for the file and for yt-dlp."""

from __future__ import annotations

from collections.abc import Iterable

REFUSED: dict[tuple[str, ...], str] = {
    ("-o", "--output", "--id"): 'use library.template, or "download --output"',
    ("-P", "--paths"): "use library.path",
    (
        "--download-archive",
        "--no-download-archive",
        "--force-write-archive",
    ): "the library itself is the archive",
    (
        "--break-on-existing",
        "--no-break-on-existing",
        "--max-downloads",
    ): "use the channel's backlog and keep",
    ("-s", "--simulate", "--no-simulate", "--skip-download"): 'use "info", or "download --metadata-only"',
    ("--cookies", "--no-cookies"): "use the channel's cookies",
    (
        "-i",
        "--ignore-errors",
        "--no-abort-on-error",
        "--abort-on-error",
    ): "failures go to the plan, see [retry]",
    ("--config-locations", "--no-config-locations"): "use [ytdlp] args in config.toml",
    ("--ignore-config", "--alias"): "use [ytdlp] args in config.toml",
    ("--batch-file", "--no-batch-file", "--load-info-json"): 'use "add -" or "download -"',
    ("--update", "--update-to", "--version", "--help"): "use the yt-dlp command itself",
    ("--list-formats", "--list-subs", "--list-thumbnails", "--list-extractors", "--extractor-descriptions"): (
        'use "info"'
    ),
    ("--list-impersonate-targets", "--ap-list-mso", "--dump-user-agent"): "use the yt-dlp command itself",
    ("--dump-json", "--dump-single-json", "--print", "--print-json", "--print-to-file"): 'use "info --json"',
    ("--get-url", "--get-title", "--get-id", "--get-thumbnail", "--get-description"): 'use "info"',
    ("--get-duration", "--get-filename", "--get-format"): 'use "info"',
    ("--write-info-json", "--write-thumbnail", "--write-all-thumbnails", "--write-description"): (
        "use the channel's extras"
    ),
    ("--write-subs", "--write-auto-subs", "--all-subs"): 'use extras = ["subtitles"] and subtitle_langs',
    ("--split-chapters", "--download-sections"): "a job keeps one whole file",
    ("--no-part", "--no-continue"): "unfinished files stay, and are resumed",
    ("--quiet", "--progress", "--newline", "--console-title"): "progress is shown on the screen",
    ("--match-filters", "--break-match-filters", "--date", "--datebefore", "--dateafter"): (
        "use the channel's after, before, min_duration, max_duration, title and not_title"
    ),
    ("--wait-for-video",): "a premiere waits in the plan until it starts",
}
"""Options that would take something out of ytui's hands, and what to use instead."""


def instead_of(spellings: Iterable[str]) -> str:
    """What to use instead of an option with these spellings; "" for one that is not refused."""
    own = set(spellings)
    return next((instead for names, instead in REFUSED.items() if own.intersection(names)), "")
