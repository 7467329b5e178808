"""What sites and yt-dlp say of live broadcasts, formats, tools, and of things that did not work out."""

from __future__ import annotations

from ytui.core.failures.classes import Advice as _A
from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

LATER_RULES = (
    rule(
        r"replay is disabled|downloadable VOD is not available|there is no video for download"
        r"|no archive for this",
        "[twitter:spaces] 1: Twitter Space ended and replay is disabled",
        _C.REMOVED,
    ),
    rule(
        r"(?:ended|over|finished|recently ended),? (?:but|"
        r"and).{0,60}(?:not (?:yet )?(?:be )?(?:downloadable|available|ready)|available shortly|"
        r"yet be available|processing)|still (?:be )?(?:being )?(?:process|upload|transcod|encod|render)\w*|"
        r"(?:is|are|we're|currently|being|or) (?:currently )?(?:processing|processed|transcoded|"
        r"encoded)\b|(?:uploading|processing).{0,40}check back|recording is not (?:yet )?available|"
        r"(?:recording|archive|replay|VOD)\b.{0,20} (?:not|n't) (?:yet )?been (?:published|uploaded)|"
        r"not downloadable yet|archive will be available",
        "[twitter:spaces] 1: Twitter Space ended but not downloadable yet",
        _C.LIVE_PROCESSING,
    ),
    rule(
        r"^\[youtube[^\]]*\] .{0,80}(?:live event|live stream|stream) has ended",
        "[youtube] abcdefghijk: This live event has ended.",
        _C.LIVE_PROCESSING,
    ),
    rule(
        r"(?:ended|over|offline) or (?:has |is |was )?not (?:yet )?(?:started|live|begun)",
        "[mixch] x: Livestream has ended or has not started",
        _C.NOT_LIVE,
    ),
    rule(
        r"Premieres? (?:in|will|on|at|begins?|starts?)\b|"
        r"goes live (?:on|at|in)\b|(?:begins|starts) \d|(?:will|to) (?:begin|start|premiere|go live|"
        r"be (?:available|released|live) (?:in|on|at|after|from|"
        r"shortly|soon))\b|(?:not|n't) (?:yet )?(?:started|begun|aired|premiered|been released)|"
        r"not yet (?:available|started|live|released|been released)|isn't live yet|not available yet|"
        r"scheduled (?:for|to|at|on)\b|\blive in (?:an?|\d+)\b|\bupcoming\b|Release date:|"
        r"available (?:after|from) \d|comes? out on|Please stand by|waiting (?:for|room)|"
        r"starts? (?:in|at) \d",
        "[youtube] abcdefghijk: Premieres in 3 hours",
        _C.UPCOMING,
    ),
    rule(
        r"^\[youtube[^\]]*\] [^:]{0,80}: Offline\.?$",
        "[youtube] abcdefghijk: Offline.",
        _C.UPCOMING,
    ),
    rule(
        r"(?:live ?stream|stream|live|broadcast|event|show|space)\w* (?:has |was |is |have )?(?:ended|"
        r"finished|over|expired)\b",
        "[tiktok:live] foo: This livestream has ended",
        _C.NOT_LIVE,
        _A.PERMANENT,
    ),
    rule(
        r"no longer (?:live|streaming|broadcasting)\b|(?:not|n't|isn't) (?:currently |presently )?(?:live|"
        r"streaming|broadcasting|on.?air|"
        r"online)\b|(?:is|currently|now|be|been) offline\b|Live DASH videos are not supported|"
        r"no active streams?|No (?:live|running) (?:stream|broadcast)|on-air .{0,40}channel|"
        r"nobody is (?:live|streaming|broadcasting)|auto-playing VODs|Neither archive nor live|"
        r"Livestream is not available|Offline\.?$|"
        r"no ongoing|\bNot live\b|offline or the URL|can't be joined|could not be joined",
        "[BiliLive] 1: Streamer is not live",
        _C.NOT_LIVE,
    ),
)

TOOL_RULES = (
    rule(
        r"Unable to (?:extract challenge data|solve JS challenge)",
        "[TikTok] 7: Unable to solve JS challenge",
        _C.EXTRACTOR_BROKEN,
    ),
    rule(
        r"JavaScript runtime|JS runtime|js_runtimes?|n challenge|challenge (?:solv|request|provider)\w*|"
        r"\bnsig\b|signature (?:solving|extraction|function|deciphering)\b|Only images are available|"
        r"\bn function|player = .{0,80}n = |JS Challenge|challenge solver|npm package download|\bEJS\b|"
        r"bun version|remote components?\b|\[jsc\b|\bdeno\b",
        "WARNING: [youtube] vWE1Ixsg2BU: n challenge solving failed: Some formats may be missing.",
        _C.JS_RUNTIME,
    ),
    rule(
        r"PO[ _]?Tokens?\b|Missing required (?:Visitor Data|Data Sync|Video ID)",
        "WARNING: [youtube] abc: web client https formats require a GVS PO Token which was not provided.",
        _C.EXTRACTOR_BROKEN,
        _A.NEEDS_USER,
    ),
    rule(
        r"SABR|missing a URL",
        "WARNING: [youtube] abc: Some web client https formats have been skipped as they are missing "
        "a url. YouTube is forcing SABR streaming for this client.",
        _C.EXTRACTOR_BROKEN,
    ),
    rule(
        r"page needs to be reloaded|available (?:in|on) the [\w ]{0,20}\bapp\b|not available on this app|"
        r"latest version of YouTube|update (?:(?:the |your )?(?:app\b|YouTube)|to the latest version)|"
        r"use a supported|no longer supported in this (?:application|device|app)",
        "[youtube] abcdefghijk: The page needs to be reloaded.",
        _C.EXTRACTOR_BROKEN,
    ),
)

FORMAT_RULES = (
    rule(
        r"the lowest that the site offers is \d+p",
        "Requested format is not available: the lowest that the site offers is 720p, and quality allows 480p "
        "at most",
        _C.FORMAT_UNAVAILABLE,
        _A.NEEDS_USER,
    ),
    rule(
        r"Requested format is not available|requested format not available|"
        r"format .{0,40}(?:is )?not available|no formats that can be downloaded from the start|"
        r"No such format|No supported formats? found|Could not find (?:suitable |any (?:video )?)?formats|"
        r"No formats are available|No downloads available|formats? are currently not supported|"
        r"format (?:is )?unavailable",
        "[youtube] abcdefghijk: Requested format is not available. Use --list-formats for a list of "
        "available formats",
        _C.FORMAT_UNAVAILABLE,
    ),
    rule(
        r"No (?:video|audio)\S* formats? found|find (?:any|that) (?:\w+ ){0,2}(?:formats?|quality|"
        r"streams? with)\b|"
        r"no known (?:codec|formats?)\b",
        "[generic] x: No video formats found!",
        _C.FORMAT_UNAVAILABLE,
        _A.RETRY_BACKOFF,
    ),
    rule(
        r"No (?:\w+ )?(?:video|videos|media|audio|video/audio|sources?|songs|embedded videos?|"
        r"playable content)\b.{0,40}\b(?:could be |was |were )?(?:found|posted|in (?:this|the)|on the|"
        r"for|available|to download)|(?:there(?:'s| is| are)|contains?|has|have) (?:no|not any|"
        r"not contain) .{0,20}(?:video|media|audio)|(?:does|do)(?:n't| not) (?:contain|have|"
        r"include) (?:a |any |an )?(?:video|media|audio|track)\w*|(?:is|are) not (?:a )?(?:video|"
        r"media)\b|not a (?:video|media|podcast)|Maybe a plain image|no video (?:in|on)\b|"
        r"No video found|Could not find any videos|There are no entries|URL does not contain (?:a )?(?:video|"
        r"audio)|"
        r"resource is not a file|No media (?:found|links|entries)|\bsubtitles not available for|"
        r"(?:transcripts?|captions|subtitles) (?:are |is )?disabled",
        "[twitter] 123: No video could be found in this tweet",
        _C.FORMAT_UNAVAILABLE,
        _A.PERMANENT,
    ),
)

SERVER_RULES = (
    rule(
        r"(?:Video|Track|Clip|Post) .{0,60}is (?:currently |temporarily )?unavailable",
        "[vk] 1_2: Video 1_2 is temporarily unavailable.",
        _C.UNAVAILABLE,
    ),
    rule(
        r"technical difficulties|Service ?(?:is )?(?:currently |temporarily )?unavailable"
        r"|temporarily (?:unavailable|unable|"
        r"down)|(?:internal|backend|server.?side|server|system) error|error on server-side|"
        r"Incomplete (?:yt initial )?data|error returned from (?:the )?server|Did not get any data|"
        r"something went wrong|something (?:is )?wrong|there was an error|"
        r"error from (?:the )?(?:API )?server|"
        r"(?:did not|didn't) receive (?:a|any) (?:response|answer)|An error occurr?ed|"
        r"try again (?:later|soon|in a)|Bad Gateway|Gateway Time-?out|upstream connect error|"
        r"no healthy upstream|under maintenance|maintenance|"
        r"Server (?:is )?(?:busy|overloaded)|Over capacity|empty (?:response|page|JSON)|"
        r"HTTP Error 5\d\d|Dependency: |Unknown GraphQL|unexpected error|"
        r"service is currently",
        "[niconico] sm1: Service temporarily unavailable",
        _C.SERVER_ERROR,
    ),
    rule(
        r"fragment (?:\d+ )?not found|Unable to open fragment|Initialization fragment found|"
        r"Failed to update fragments|giving up after \w+ fragment|stream needs to be re-extracted|"
        r"media URL (?:has )?expired",
        "fragment 1 not found, unable to continue",
        _C.EXPIRED_URL,
    ),
    rule(
        r"downloaded file is empty|Access (?:is |was )?(?:denied|forbidden|restricted)|"
        r"Access to .{0,40}(?:denied|forbidden)|infos forbidden|\bForbidden\b|not (?:authorized|"
        r"allowed|permitted)|You are not authorized|reached your play limit|(?:is|has been) restricted\b|"
        r"permission denied by",
        "The downloaded file is empty",
        _C.FORBIDDEN,
    ),
)

VAGUE_RULES = (
    rule(
        r"^\[[\w,#:/]{1,60} @ 0x[\da-f]+\]|\bav_\w+\(\)",
        "[mp4 @ 0x55d0c8a40f00] Timestamps are unset in a packet for stream 0.",
        _C.POSTPROCESS_FAILED,
    ),
    rule(
        r"has no attribute|object is not (?:subscriptable|iterable|callable)|index out of range|"
        r"^\W*(?:[\w.]{1,40}\.)?(?:Key|Type|Attribute|Index|Value|Assertion|Recursion|UnboundLocal|Name|"
        r"Lookup|Match|NotImplemented|ZeroDivision|Parse)Error\b|^\W*StopIteration|"
        r"\b(?:Key|Type|Attribute|Index)Error\(|codec can't decode|unsupported operand|"
        r"expected \w+ or \S+ object|bytes-like object|values to unpack|unexpected keyword|"
        r"required positional|"
        r"more than \d+ headers|must be [\w ]{1,20}, not \w+|not supported between instances|"
        r"is not defined\b|\bauthentication tag\b|(?:failed|error): '\w{1,40}'$",
        "'NoneType' object has no attribute 'get'",
        _C.EXTRACTOR_BROKEN,
    ),
    rule(
        r"Unable to download video(?: data)?(?:: .{0,20})?$|"
        r"(?:[Vv]ideo|content|track|tweet|post|page|playlist|media|clip|stream|item|broadcast|song|program|"
        r"livestream|event)\b.{0,60}\b(?:is |was |are )?(?:currently |temporarily |now )?(?:unavailable|"
        r"not available|inaccessible|unplayable|(?:can't|cannot|could not) be (?:played|accessed|found|"
        r"viewed|loaded))|isn't available|unavailable\b|not available|\bUnreachable\b|can't be accessed|"
        r"not playable",
        "[youtube] abcdefghijk: This video is not available",
        _C.UNAVAILABLE,
    ),
    rule(
        r"(?:Unable to|Failed to|Could(?: not|n't)|Cannot|Can'?t|Can not) (?!allocate|start)\w+|"
        r"parse (?:JSON|XML|data)|(?:^|[:\]] )(?:Invalid|Missing|Unknown|Unexpected|Unsupported|"
        r"Unrecognized) (?!error)\w+|must be implemented|extractor error|error in (?:the )?extractor|"
        r"\bguest token|Error\(s\) while |Extractor failed|JSONDecodeError|"
        r"Expecting (?:value|property name)|\bmissing\b|Missing .{1,30}(?:field|data|ID|URL)|"
        r"marked as broken|redirect loop|Redirect loop|infinite (?:loop|redirect)|not be extracted|"
        r"Unsupported \w+|Unexpected (?:response|API|content|video|player|type|JSON|status|error)|"
        r"Unknown (?:player|content|type|status|algorithm|streaming|video status|format)|"
        r"Unsupported (?:manifest|embed|media|player|playback|content)|Unrecognized|"
        r"not found in (?:webpage|API|`?jscode)|no .{1,80} information found|Did not find a\b|\bno (?:title|"
        r"xml|json|episodes)\b|\bno (?:\w+ ){1,3}found\b|"
        r"\bno \w+(?-i:Id|ID)\b|\bunknown error returned|"
        r"\bmalformed\b|Encountered (?:an )?(?:unknown|unexpected)|instead of (?:JSON|XML)\b|"
        r"layout (?:has )?changed|\bdecoding failed|"
        r"Preconditions? check failed|invalid argument|no m3u8 header|"
        r"has no m3u header|Redirect failed|Got error code|Error code|response (?:is|was) invalid|"
        r"invalid JSON|returned (?:an |a )?(?:invalid|error|unexpected|unk\w+n)\b|No video id|tab page|"
        r"player response|^(?:\[\S+ x: )?API error|Error while \w+ing|"
        r"(?:infos?|tokens?|data|metadata|page|playlist|request|API|pars(?:e|ing))\b.{0,20}\bfailed",
        "[facebook] 1: Cannot parse data; please report this issue on "
        "https://github.com/yt-dlp/yt-dlp/issues?q= , filling out the appropriate issue template.",
        _C.EXTRACTOR_BROKEN,
    ),
)
