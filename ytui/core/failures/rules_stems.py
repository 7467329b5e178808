"""Single words that give a reason away, for what none of the sites known so far has said in that way.

The other tables know phrases; this one is asked when no phrase was known, without the extractor's name, the
video's id and the extractor's own complaints ("Unable to extract login token" is no call to log in).
"""

from __future__ import annotations

import re

from ytui.core.failures.classes import Advice as _A
from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

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


STEM_RULES = (
    rule(
        r"ETIMEDOUT|\btime.?out\b|timed.?out",
        "socket timeout",
        _C.NETWORK_TIMEOUT,
    ),
    rule(
        r"\bENOTFOUND|EAI_AGAIN|\bDNS\b|resolve host",
        "getaddrinfo ENOTFOUND www.example.com",
        _C.NETWORK_DNS,
    ),
    rule(
        r"ECONN\w+|hang up|\bsocket\b|disconnected|network ?(?:error|problem|changed)|<urlopen error|"
        r"connection (?:error|lost|failed|dropped)",
        "socket hang up",
        _C.NETWORK_CONNECTION,
    ),
    rule(
        r"\b(?:author|uploader|user|account|channel|room|community|owner|profile|"
        r"artist)\b.{0,40}\b(?:blocked|banned|"
        r"suspended|closed|deactivated|disabled)\b",
        "[Triller] x: The author of the video is blocked",
        _C.TERMINATED,
    ),
    rule(
        r"\bDRM\b|encrypted (?:content|media|stream|video)|copy.?protect",
        "[x] 1: Encrypted media: nothing to be done",
        _C.DRM,
    ),
    rule(
        r"countr(?:y|ies)\b|\bregions?\b|territor|(?<!-)\blocations?\b|\bgeo|\babroad\b|residents of|"
        r"blacked.?out|"
        r"where you are|outside (?:of )?(?:the )?(?-i:[A-Z])|only (?:\w+ )?in (?:the )?(?-i:[A-Z])|"
        r"\bin (?:the )?(?-i:[A-Z])[\w ]{1,20} only",
        "[SVTPlay] x: Not to be watched outside Sweden",
        _C.GEO_BLOCKED,
    ),
    rule(
        r"\b(?:ro)?bots?\b(?!\.\w)|captcha|\bhuman\b|verify (?:that )?(?:it's )?you\b|suspicious|"
        r"automat\w+ access|"
        r"\babus\w+|(?:you|IP|request)\b.{0,30}\b(?:blocked|banned|blacklist\w*)|security (?:check|"
        r"challenge)|"
        r"\bslider\b|visitor system|\bverification (?:in|on|page)|"
        r"cloudflare|akamai",
        "[OnDemandKorea] x: Unable to access page. You may have been blocked.",
        _C.BOT_CHECK,
    ),
    rule(
        r"(?<!invalid )\b(?:rate|traffic|bandwidth|download|request|daily|hourly|usage)\b.{0,20}\b(?:limit|"
        r"quota)|"
        r"\bthrottl(?:ed?|ing)\b|\bflood|\bwait (?:a few|\d+) (?:seconds|minutes|hours)|"
        r"\btoo (?:many (?:\w+ )?(?:requests?|connections?|attempts?|access(?:es)?|users|people|visits?|"
        r"calls|queries|hits|downloads|views|logins?|times|tries)|often|frequent\w*)",
        "[Dropbox] x: This link's traffic limit is used up",
        _C.RATE_LIMITED,
    ),
    rule(
        r"\b(?:your|verify|confirm|minimum) age\b|\bage\b.{0,12}\b(?:\d\d|gate|check)|\b1[268] (?:years|and "
        r"(?:older|over))|"
        r"\b(?:aged|over|at least) 1[268]\b|\badults?\b|\bmature\b|\bminors\b|"
        r"\bexplicit\b|\bnsfw\b|\.age\b",
        "[PornHub] x: Please verify your age to continue.",
        _C.AGE_RESTRICTED,
    ),
    rule(
        r"premium|\bpreview\b|\bVIP\b|\bpa(?:id|y|ying|yment)\b|purchas|\brent(?:ed|al|ing)?\b|\bbuy\b|"
        r"\bbought\b|"
        r"\bticket(?:s|holder)?\b|\bPPV\b|(?:not|n't) (?:available )?(?:for )?free\b|upgrade (?:your|to)|"
        r"higher (?:plan|tier)|subscription|"
        r"requires? (?-i:\w*(?:Plus|Pass))\b",
        "[viki] x: This video is for rent only or TVOD (Transactional Video On demand)",
        _C.PREMIUM_REQUIRED,
    ),
    rule(
        r"\bmembers?\b|membership|\bpatrons?\b|fan ?club|\bsubscribers?\b|supporters?\b|\bsponsors?\b|"
        r"\bbackers?\b|followers? only",
        "[OnDemandKorea] x: This video is only available to ODK PLUS members.",
        _C.MEMBERS_ONLY,
    ),
    rule(
        r"\bprivate(?:video)?\b|privacy|friends.only|only (?:for|to) friends|not public\b|(?:only|just) "
        r"visible|"
        r"visible (?:only )?to|only .{1,20}\bcan (?:see|view)|shared .{0,20}with",
        "[Motherless] x: Video 1 is for friends only",
        _C.PRIVATE,
    ),
    rule(
        r"cookies?\b.{0,20}\b(?:needed|required|missing|invalid|expired)|\btokens?\b.{0,30}\b(?:invalid|"
        r"expired|"
        r"revoked)|(?:problem|trouble)s? with .{0,20}cookies?\b|(?:specify|provide|supply) (?:a |"
        r"your )?cookies?\b|did not grant .{0,20}(?:cookies?|tokens?)\b",
        "[tiktok] x: cookies are needed for this url",
        _C.COOKIES_INVALID,
    ),
    rule(
        r"\blog(?:ged|ging)?[ -]?(?:in|on)\b|\bsign(?:ed|ing)?[ -]?in\b|password|passcode|credentials?|"
        r"\bOTP\b|"
        r"two.?factor|\b[2M]FA\b|user ?name|\baccounts?\b|authenticat(?!ion tag)|authori[sz]|--username|"
        r"\bneed (?:access|permission)|"
        r"register(?:ed)?\b|\benrol",
        "[TennisTV] No login info available, needed for using TennisTV.",
        _C.LOGIN_REQUIRED,
    ),
    rule(
        r"--referer|\breferr?er\b|embed\w* (?:is |are )?(?:disabled|disallowed|not allowed)|not be embedded|"
        r"played on (?:the )?(?:sites?|domains?)|restricted (?:the )?access",
        '[vimeo] x: The author has restricted the access to this video, try with the "--referer" option',
        _C.FORBIDDEN,
        _A.NEEDS_USER,
    ),
    rule(
        r"\bcopyright|\bDMCA\b|infring|rights? holder",
        "[x] 1: Held back over copyright",
        _C.COPYRIGHT,
    ),
    rule(
        r"\bprocess(?:ing|ed)\b|transcod|being encoded|\buploading\b|\bqueued\b|being (?:prepared|converted)",
        "[vlive] x: Uploading for replay. Please wait...",
        _C.LIVE_PROCESSING,
    ),
    rule(
        r"coming soon|\bsoon\b|\bupcoming\b|\bnot yet\b(?! supported)|(?:has|have)n't (?:yet )?(?:started|"
        r"begun)|"
        r"\bscheduled\b|"
        r"\bpremieres?\b|will (?:start|begin|air|premiere)|\bairs (?:on|at)\b",
        "[vlive] x: Coming soon!",
        _C.UPCOMING,
    ),
    rule(
        r"\b(?:live\w*|stream\w*|broadcast\w*|event|show|program\w*)\b.{0,40}\b(?:ended|finished|over|"
        r"stopped|"
        r"cancell?ed)\b",
        "[laola1tv] x: This live stream has already finished.",
        _C.NOT_LIVE,
        _A.PERMANENT,
    ),
    rule(
        r"\boffline\b|not (?:be )?(?:currently )?live\b|not (?:currently )?(?:broadcasting|streaming)",
        "[x] 1: Seems to be offline at the moment",
        _C.NOT_LIVE,
    ),
    rule(
        r"\bdelet(?:ed|ion)\b|\bremov(?:ed|al)\b|\bgone\b|\bno longer\b(?! supported)|taken down|"
        r"took .{1,20} down|"
        r"\bpurged\b|\berased\b|\bexpired\b|withdrawn|"
        r"discontinued|cancell?ed",
        "[x] 1: Taken down at the request of its maker",
        _C.REMOVED,
    ),
    rule(
        r"not found|n't found|\bno such\b|not (?:be )?found|does(?:n't| not) exist|not exist|unknown "
        r"(?:video|user)|\bID is unknown|what you (?:are|were) looking for|"
        r"not archived",
        "[Litv] x: No such content found",
        _C.NOT_FOUND,
    ),
    rule(
        r"\b(?:no|none|any|without)\b.{0,40}\b(?:videos?|streams?|media|audio|sources?|formats?|tracks?|"
        r"clips?|songs?|recordings?|files?)\b|only (?:contains? )?(?:still )?(?:photos?|images?|pictures?|"
        r"text)|"
        r"\b(?:photo|image|text)s? (?:post|only)|not (?:a )?video|not .{0,30}\bstreamable|not streamable|"
        r"list is empty|nothing playable|empty playlist|is a (?:picture|photo|image)|\bno sound\b",
        "[tunein] x: No downloadable streams found",
        _C.FORMAT_UNAVAILABLE,
        _A.PERMANENT,
    ),
    rule(
        r"can(?:no|')t (?:be )?(?:downloaded|played|viewed|watched|shown)|not (?:been )?approved|"
        r"(?:awaiting|pending) (?:moderation|review|approval)",
        "[niconico] x: The video can't be downloaded",
        _C.UNAVAILABLE,
    ),
    rule(
        r"\b(?:URL|link|page|site|board|service|type|embed|category)s?\b.{0,60}\bnot supported\b|"
        r"please use \W?https?:|(?:is|are) (?:currently |yet )?not (?:yet )?supported\b|\bis unsupported\b|"
        r"no (?:suitable |"
        r"matching )?plugin",
        "[vlive] Board x is not supported",
        _C.UNSUPPORTED_URL,
    ),
    rule(
        r"\bURL .{1,200} does not contain\b|(?:full|correct|valid|incorrect|malformed) (?:\w+ )?URL\b|"
        r"(?:URL|link|address) is (?:incorrect|wrong|malformed|not (?:valid|an? \w+ URL))|URL "
        r"protocol",
        "[vevo] Please specify full Vevo URL for downloading",
        _C.INVALID_URL,
    ),
    rule(
        r"\bservers?\b|\boops\b|ran into a problem|try again",
        "[vimeo] 1: Oops! We ran into a problem.",
        _C.SERVER_ERROR,
    ),
)
"""In the order of what misleads least: access before gone, gone before "no video here"."""
