"""Error text as yt-dlp prints it, made plain: for matching, and for showing to a person."""

from __future__ import annotations

import re
from html import unescape

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])|\x9b[0-?]*[ -/]*[@-~]"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
# A carriage return may have been written out as the two characters \r by whoever logged the line.
_LEADING = re.compile(
    r"^(?:\s|\\r|\\n|yt_dlp\.\w[\w.]*:|(?:yt-dlp|youtube-dl)(?:\.exe)?:\s*(?-i:(?=ERROR:))|(?:ERROR|WARNING|"
    r"DownloadError|ExtractorError):"
    r"|\[download\]\s+(?=Got error))+",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")

# yt-dlp's own advice speaks of cookies, logins, proxies and bugs whatever the failure is.
_HINTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[;.,]?\s*please report this issue on\b.*?(?:yt-dlp -U\b|$)",
        r"[;.,]?\s*(?:please )?(?:make sure|confirm) you are (?:using|on) the latest version.*$",
        r"\s*Use --cookies(?:-from-browser)?,? (?:or|--).*?(?:for the authentication|account credentials)"
        r"(?:\s*using\b[^.]*)?\.?",
        r"\s*(?:You may want to )?use --cookies(?:-from-browser)?\s*\.?(?=\s|$)",
        r"\s*Use --username and --password.*?account credentials\.?",
        r"\s*(?:Also )?see\s+https?://github\.com/yt-dlp/yt-dlp/wiki/\S+"
        r"(?:\s+for (?:how to|tips|details|more)[^.]*(?:cookies|one|details|information)?)?\.?",
        r"\s*For more (?:details|information)[^.]*,? refer to\s+https?://\S+",
        r"\s*See https?://curl\.se/\S+ first for more details\.?",
        r"\s*Use --list-formats for a list of available formats\.?",
        r"\s*It is recommended to use `?-t sleep`?.*$",
        r"\s*Learn more\b[^.]*\.?",
        r"\s*You might want to (?:use|try) a VPN or a proxy server \(with --proxy\)(?: to workaround)?\.?",
    )
)

_BUG_REPORT = re.compile(r"please report this issue on\b", re.IGNORECASE)
_LOGIN_HINT = re.compile(
    r"Use --(?:cookies|username)\b.{0,120}(?:for the authentication|account credentials)",
    re.IGNORECASE | re.DOTALL,
)
_VPN_HINT = re.compile(r"might want to use a VPN or a proxy server", re.IGNORECASE)


def clean(text: str) -> str:
    """The message itself on one line: no colours, control characters, level prefix or hints of yt-dlp."""
    text = _SPACE.sub(" ", _CONTROL.sub(" ", _ANSI.sub("", text)))
    text = _LEADING.sub("", text)
    for hint in _HINTS:
        text = hint.sub("", text)
    return _SPACE.sub(" ", text).strip()


def matchable(text: str) -> str:
    """``clean`` with one kind of apostrophe and quote, which is what rules are written for."""
    text = _WRITTEN_OUT.sub(_as_character, unescape(text[:_LONGEST]))
    return _BROKEN_QUOTE.sub("'", clean(text).translate(_QUOTES))


# What JSON and Python's repr make of a curly apostrophe and of a line end.
_WRITTEN_OUT = re.compile(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")


def _as_character(found: re.Match[str]) -> str:
    return chr(int(found[1], 16)) if found[1] else " "


def without_id(text: str) -> str:
    """``text`` with the video's id or the words searched for made an ``x``: they are somebody's title."""
    return _ID.sub(lambda found: f"{found[1] or found[2]} x: ", text)


_ID = re.compile(
    r"^(\[(?!Errno|WinError|SSL)[^\]]{1,60}\]) \S{1,300}: |^(\[[^\]]{0,50}search[^\]]{0,20}\]) "
    r"(?:.{1,300}?: (?=(?:Unable|Failed|Incomplete|No|YouTube) )|[^:]{1,200}: )",
    re.I,
)


_PREFIX = re.compile(r"^\[[^\]]{1,60}\] (?:\S{1,200}: )?")
_PARTS = re.compile(r"(?<=[.!?,;:(])\s+|\s+\(|\s[-–—]\s|\s+but\s+")
_COMPLAINT = re.compile(
    r"^\W*(?:Unable to|Failed to|Could(?: not|n't)|Cannot|Can'?t|Can not|Did not|Error|Unexpected|"
    r"Unsupported|Missing|Unknown|Invalid|Skipping|Falling back) ?(?:(?!log|sign|access|authenticat|verify|"
    r"view|play|"
    r"watch)\w+) ?",
    re.IGNORECASE,
)


def site_says(text: str) -> str:
    """What is left of a message without the extractor's name and its own complaints."""
    parts = _PARTS.split(_PREFIX.sub("", text))
    return " ".join(part for part in parts if not _COMPLAINT.search(part))


def in_errors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a program's whole output: the first errors with their lines, and the first warnings.

    A text without a line that starts with ``ERROR:`` is one error.
    """
    parts: list[list[str]] = []
    for line in _IN_ONE_LINE.sub("\n", _ANSI.sub("", text)).split("\n"):
        if not parts or _STARTS_A_BLOCK.match(line):
            parts.append([line])
        else:
            parts[-1].append(line)
    blocks = ["\n".join(lines) for lines in parts]
    errors = tuple(block for block in blocks if _IS_ERROR.match(block))[:_MOST]
    warnings = tuple(block for block in blocks if errors and _IS_WARNING.match(block))[:_MOST_WARNINGS]
    return errors or (text,), warnings


_MOST = 20
_MOST_WARNINGS = 200
# Programs around yt-dlp put its lines into one. ("Postprocessing: WARNING: ..." is one message.)
_IN_ONE_LINE = re.compile(
    r"(?:(?<=\S)(?<!processing:)(?<!GOT)[ \t]+|(?<=[:)\"])|\\[nr])(?=(?:ERROR|WARNING): )"
)
_IS_ERROR = re.compile(r"\s*ERROR:\s*\S", re.I)
_IS_WARNING = re.compile(r"\s*WARNING:", re.I)
_STARTS_A_BLOCK = re.compile(
    r"\s*(?:ERROR:|WARNING:|\[(?!download\] Got error|SSL: |Errno |WinError )|Traceback |Deleting |File \")",
    re.I,
)


# What decides stands in the first lines; a page pasted into a message must not cost seconds.
_LONGEST = 8000
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "“": '"', "”": '"', "\xa0": " "})
# What a curly apostrophe becomes on its way through a console of another encoding.
_BROKEN_QUOTE = re.compile(r"â€™|\ufffd+|(?<=[a-z])\?(?=(?:re|t|s|ve|ll)\b(?!=))", re.I)


def is_a_plugins(warning: str) -> bool:
    """Whether a warning is one of a plug-in (a provider of tokens or solutions), not of the site.

    yt-dlp puts the provider's own name in brackets behind the extractor's: ``[youtube] [pot:bgutil:http] …``.
    """
    return _OF_A_PROVIDER.match(warning) is not None


_OF_A_PROVIDER = re.compile(r"\s*(?:WARNING: )?\[[^\]\s]+\] \[[^\]]+\] ")


def asks_for_bug_report(text: str) -> bool:
    """Whether yt-dlp itself took the failure for a fault of its extractor."""
    return _BUG_REPORT.search(text) is not None


def asks_for_login(text: str) -> bool:
    """Whether yt-dlp added the advice on cookies or passwords that it adds to every call to log in."""
    return _LOGIN_HINT.search(text) is not None


def offers_vpn(text: str) -> bool:
    """Whether yt-dlp added the hint that it adds to every geographic restriction."""
    return _VPN_HINT.search(text) is not None


_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0, "month": 2592000.0}
_STARTS_IN = re.compile(
    r"(?:begins?|starts?|premieres?|starting|available)\s+in\s+(?:about\s+)?(an?|\d{1,4})\s+"
    r"(second|minute|hour|day|week|month)s?",
    re.IGNORECASE,
)


def starts_in(text: str) -> float | None:
    """Seconds until the start that the words announce ("will begin in 3 hours"), if they do."""
    found = _STARTS_IN.search(text)
    if found is None:
        return None
    count = 1 if found[1].lower() in ("a", "an") else int(found[1])
    return count * _UNITS[found[2].lower()]
