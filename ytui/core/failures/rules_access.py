"""What sites say when something may not be seen: by you, from here, or by anyone any more."""

from __future__ import annotations

from ytui.core.failures.classes import Advice as _A
from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

# Words that would be taken for something else further down.
FIRST_RULES = (
    rule(
        r"\b(?:ID|URL|data|token|key|value|metadata|code|parameters?|functions?|script|"
        r"config) (?:could )?not (?:be )?found|\b(?:class|function) \S+ not found|"
        r"not found (?:in|on) (?:the )?(?:(?:web)?page|API|URL|\W?jscode)|formats have been skipped|"
        r"No .{1,40}(?:token|ID|host|metadata) (?:found|set)\b|did the page structure change|"
        r"don't know how to\b",
        "[genius] x: Brightcove video ID not found in webpage",
        _C.EXTRACTOR_BROKEN,
    ),
    rule(
        r"account does(?:n't| not) have any (?:videos|posts)"
        r"|has (?:not posted|no) (?:any )?(?:videos|uploads|posts)",
        "[tiktok:user] x: This account does not have any videos posted",
        _C.FORMAT_UNAVAILABLE,
        _A.PERMANENT,
    ),
    rule(
        r"cookies? (?:are|is|was|were|has|have)\b.{0,20}(?:no longer (?:valid|bound)|expired|invalid|"
        r"rejected|stale)|"
        r"(?:refresh|update) (?:your )?cookies|Cookies \(not necessarily logged in\) are needed|"
        r"(?:expired|improper) cookies|\bcookies?: .{1,80} expired (?:at|on)\b",
        "[youtube] The provided YouTube account cookies are no longer valid. They have likely been "
        "rotated in the browser as a security measure.",
        _C.COOKIES_INVALID,
    ),
    rule(
        r"Required cookies .{0,80}not found|Failed to retrieve account info with provided cookies|"
        r"(?:access |auth\w* )?tokens? (?:has|have|is|was) (?:already )?(?:expired|been invalidated|"
        r"invalid)|Expired token|tokens? expired|token .{0,60}is not valid|Invalid session|"
        r"Session (?:has )?expired|"
        r"(?:missing or invalid|invalid or missing) (?:\w+ )?token|"
        r"Unable to get ci_session cookie",
        "[nfl] x: Required cookies for the auth-id.nfl.com domain were not found among passed cookies.",
        _C.COOKIES_INVALID,
    ),
    rule(
        r"blob URL exists only|Did you forget to quote the URL|looks truncated|Byte Order Mark|"
        r"Incomplete YouTube ID|^(?:\[\S+\] )?(?:\S{1,200}: )?Invalid URL\b|"
        r"You've asked yt-dlp to download the URL|URL was given without video ID|Input URL is missing|"
        r"valid URL\b.{0,40}(?:required|expected)|Invalid [\w ]{1,30}redirect URL|^wrong URL\b|"
        r"\bthis URL is (?:for|of) an? .{1,60} (?:instead of|and not|not) an? |\buse that (?:link|URL)\b|"
        r"part of the URL\b.{0,40}\bcorrect\b",
        "[youtube:truncated_id] abc: Incomplete YouTube ID abc.",
        _C.INVALID_URL,
    ),
    rule(
        r"known to use DRM|DRM[ -]protect|protected (?:by|with) DRM|Unsupported DRM|"
        r"Missing ID in f4m DRM|(?:has|uses|with|by) DRM\b|\bDRM\b.{0,30}(?:encrypted|protection)|"
        r"(?:because of|due to|got) DRM\b|Widevine|"
        r"FairPlay|PlayReady\b|formats? are encrypted",
        "[youtube] abcdefghijk: This video is DRM protected",
        _C.DRM,
    ),
    rule(
        r"No suitable (?:info)?extractor|Unsupported URL\b|site is (?:not|no longer) supported|(?:doesn't|"
        r"does not) support this (?:URL|link|site)|"
        r"No extractors? matching|recogni[sz]e th(?:e|is) URL|playlist type is unviewable|"
        r"Unsupported (?:page|showcase|playlist URL) type|Page type .{0,60}not supported|"
        r"embeds (?:are not|are currently un)supported|None of embed providers are supported|"
        r"only video extraction is supported|app-only videos are not supported",
        "No suitable extractor found for URL https://x.y/z",
        _C.UNSUPPORTED_URL,
    ),
    rule(
        r"may be deleted or geo-restricted",
        "[BiliBili] BV1: This video may be deleted or geo-restricted.",
        _C.REMOVED,
    ),
    rule(
        r"terminated|(?:account|user|author|channel|tweet|post) .{0,40}(?:suspended|banned|deactivated)|"
        r"suspended (?:user|(?:twitter )?account)\b|closed (?:their|his|her|the) [^.]{0,20}account|"
        r"author has been blocked|channel was (?:removed|closed|deleted)|\bSuspended$|"
        r"account (?:associated with [\w ]{1,20} )?(?:has been|was) (?:closed|deleted|removed|disabled)|"
        r"\b(?:channel|account|user) (?:is|was) .{0,30}(?:due to|because of|for) (?:a )?violat|"
        r"\baccount\b.{0,20}no longer exists",
        "[youtube] abcdefghijk: Video unavailable. This video is no longer available because the "
        "YouTube account associated with this video has been terminated.",
        _C.TERMINATED,
    ),
    rule(
        r"(?:blocked|not available|n't available|unavailable|restricted) .{0,20}in your (?:country|region|"
        r"territory|location|area)",
        "[youtube] abcdefghijk: Video unavailable. This video contains content from X, who has "
        "blocked it in your country on copyright grounds",
        _C.GEO_BLOCKED,
    ),
    rule(
        r"domain due to a legal|blocked by decision|censorship|blocked by .{0,30}(?:filtering|"
        r"government)|Unavailable For Legal Reasons|court order|government request",
        "[generic] x: Access to this webpage has been blocked by Indian censorship.",
        _C.GEO_BLOCKED,
    ),
    rule(
        r"licens\w+ (?:restrict\w+|reasons).{0,40}country|(?:country|region) due to (?:copyright|"
        r"licens)",
        "[mixcloud] x: Track unavailable in your country due to licensing restrictions",
        _C.GEO_BLOCKED,
    ),
    rule(
        r"(?:removed|deleted|taken down|blocked|disabled) .{0,60}copyright|"
        r"copyright (?:claim|grounds|removal|notice|infring|issue|violation|holder|owner|strike|reason|"
        r"complaint)|rights?-?holder|trademark claim|blocked it from display|contains content from|\bDMCA\b|"
        r"DmcaTakedown|violat\w+ .{0,30}copyright|Copyright Act|"
        r"(?:rights|broadcast rights) (?:have )?expired",
        "[youtube] abcdefghijk: Video unavailable. This video is no longer available due to a "
        "copyright claim by X",
        _C.COPYRIGHT,
    ),
)

ACCESS_RULES = (
    rule(
        r"premier (?:subscri|members?|users?)|"
        r"premium (?:members?|users?|supporters?|accounts?|subscribers?|subscription|only|videos?|content)|"
        r"Premium.only|\b(?:YouTube|Music|CDA) Premium|YouTube Red|大会员|VIP (?:accounts?|members?|users?)",
        "[BiliBiliBangumi] ep1: This video is for premium members only.",
        _C.PREMIUM_REQUIRED,
    ),
    rule(
        r"members?.only|channel(?:'s)? members?\b|Join this channel|"
        r"only (?:available |accessible )?(?:for|to) (?:\w+ )?members\b|for members only|supporter.only|"
        r"patron.?only|subscribers?.only|channel subscription|for subscribers only|"
        r"only available (?:to|for) subscribers|only for (?:channel )?subscribers|available to this channel|"
        r"become a (?:member|patron)|sponsors?.only|FIRST members|You do not have access to this post|"
        r"Members? on level",
        "[youtube] abcdefghijk: Join this channel to get access to members-only content like this "
        "video, and other exclusive perks.",
        _C.MEMBERS_ONLY,
    ),
    rule(
        r"requires? (?:a )?(?:payment|purchase|rental|(?:paid |active |valid )?subscription|ticket)|"
        r"(?:need|have|must|needs) to (?:pay|purchase|buy|rent|subscribe)|with purchase|"
        r"purchase is required|available (?:for|to) (?:rent|purchase|(?:paid |active |\w+ )?subscribers)|"
        r"is paid\b|\bpaid (?:content|video|subscription|members?)|"
        r"subscription (?:needed|required|is not active)|not subscribed|"
        r"(?:appropriate|with an? (?:\w+ )?) ?subscription|not free\b|"
        r"(?:tickets?|subscription) to (?:this|access|watch|view)|Pay.per.view|not purchased|"
        r"provider subscription|preview format is available",
        "[youtube] abcdefghijk: This video requires payment to watch",
        _C.PREMIUM_REQUIRED,
    ),
    rule(
        r"TV providers?|available via cable|Adobe Pass|MSO\b",
        "[mtv] x: This video is only available for users of participating TV providers.",
        _C.PREMIUM_REQUIRED,
    ),
)

PERSON_RULES = (
    rule(
        r"confirm your age|age.?(?:restrict|verif|gate|limit|check)\w*|"
        r"inappropriate (?:for some|or offensive)|comfortable for some|self-harm|NSFW|18\+|Nsfw\w*|"
        r"adult (?:content|verification|only)|older than \d+|(?:un)?suitable for (?:all|some|minors)|"
        r"sensitive (?:content|material|media)|HasNoStatedAge|mature (?:content|audience)|"
        r"categori[sz]ed as \W?mature|underage|"
        r"\bunder 18\b|Unverified account cannot|\byouth protection|protection of (?:minors|young)",
        "[youtube] abcdefghijk: Sign in to confirm your age. This video may be inappropriate for some users.",
        _C.AGE_RESTRICTED,
    ),
    rule(
        r"geo.?(?:restrict|block|locat|limit)\w*|(?:in|from|outside|"
        r"to) (?:of )?your (?:current )?(?:country|region|location|territory|area)\b|your country\b|"
        r"IP address is blocked|^\[BiliBiliBangumi\].{0,40} is restricted|in this region|"
        r"this (?:region|country|territory|location)\b|"
        r"(?<!un)available (?:only )?in (?:the )?(?-i:[A-Z])[\w ]{2,24}(?: only|\.?$)|"
        r"only (?:available |licensed |accessible )?(?:in|within|to users in|to viewers in|"
        r"from) (?:mainland )?[A-Z]\w+|restricted to [A-Z]\w+|region.?(?:restrict|lock|block)\w*|"
        r"outside (?:of )?(?:the )?(?-i:[A-Z]\w)|"
        r"(?:country|region) (?:is )?(?:not allowed|blocked|restricted)|"
        r"\bregions?\b.{0,30}(?:not available|unavailable|blocked)|try using proxy|VPN",
        "[TikTok] 7549: Your IP address is blocked from accessing this post",
        _C.GEO_BLOCKED,
    ),
    rule(
        r"embed.only|without embedding URL|Referer header|passing --referer|"
        r"Playback on other websites|cannot be played (?:here|outside)|domain .{0,20}not allowed",
        "[vimeo] 1: Cannot download embed-only video without embedding URL.",
        _C.FORBIDDEN,
        _A.NEEDS_USER,
    ),
    rule(
        r"Private (?:video|subreddit|post|account|favorites|playlist|profile|broadcast|tweet|album|track|"
        r"show)|(?:is|are|set to|likely either|marked as|made|currently) private\b|account is private|"
        r"(?:only|just) shared (?:it|this)|private (?:or|and)\b|been granted access|reason given: private|"
        r"protected (?:tweet|post|account)|owner limits who can|"
        r"(?:(?:do not|don't|no) (?:have )?permission|not authorized) to (?:view|see|watch|access)|"
        r"invite.?only|"
        r"(?<![\w-])(?<!password )Protected$|not (?:been )?made available to anyone|"
        r"\bprivacy settings\b|follow this account|in a private show",
        "[youtube] abcdefghijk: Private video. Sign in if you've been granted access to this video",
        _C.PRIVATE,
    ),
    rule(
        r"password.?protected|protected (?:by|with) a pass(?:word|code)|--video-password|(?:wrong|"
        r"invalid|incorrect|bad|missing) (?:video )?(?:user ?name|password|passcode|e?mail|login|"
        r"credentials|id or password|user ID)|password (?:is|was) (?:wrong|incorrect|invalid)|"
        r"password entered",
        "[vimeo] 76979871: This video is protected by a password, use the --video-password option",
        _C.LOGIN_REQUIRED,
    ),
    rule(
        r"(?:unable|failed) to log ?in|\bneeds?_login\b|"
        r"login[ _](?:failed|was unsuccessful|is required|required|with \w+)|"
        r"could not log ?in|(?:log|sign) ?in (?:details|is required|required|to|if|or|and|again|page|first|"
        r"failed)\b|(?:please|need to|must|have to|to|may need|require[sd]?|"
        r"only) (?:be )?(?:a )?(?:log(?:ged)?|sign(?:ed)?)[ -]?in(?:to)?\b|not logged(?:.?in)?\b|"
        r"logged.?in (?:users?|account|to)|(?:only )?(?:works|available) (?:when|if|while) logged.?in|"
        r"registered users|registration is required|account (?:is needed|authentication|credentials|"
        r"is required)|(?:requires?|without|needs?|provide) (?:a |an )?(?:authentication|login|log.in|"
        r"account|authorization|token)\b|authentication (?:is )?(?:required|failed|needed)|not authenticated|"
        r"re-?login|two.?factor\b|Unauthorized\b|account does(?:n't| not) have (?!any)|does not have access|"
        r"(?:do not|don't) have access|Session cookies are required|Login details|empty media response|"
        r"No login info|content is unreachable|opted in is required|tickets? to this event|"
        r"OAuth is no longer supported|"
        r"confirm ownership|Unable to access this video|Lecture contents locked|is locked\b|"
        r"not granting access|User authorization lost",
        "[youtube:subscriptions] feed: Login details are needed to download this content.",
        _C.LOGIN_REQUIRED,
    ),
)

GONE_RULES = (
    rule(
        r"(?:was|has been|been|is|were|possibly|or|may be|uploader has) (?:removed|deleted|"
        r"taken down|"
        r"withdrawn)|available any ?more|(?:removed|deleted) (?:by|for|from|because|due)|no longer "
        r"(?:available|exists?|"
        r"accessible|online|hosted)|has (?:most likely )?expired|\bexpired\b|replay is disabled|"
        r"violat\w+ .{0,40}(?:policy|policies|terms|guidelines|rules)|"
        r"downloadable VOD is not available|there is no (?:video for download|archive)|moderated|"
        r"taken offline|DELETED_|content deleted|user (?:has )?removed|been offline because",
        "[twitch:clips] Foo: This clip is no longer available",
        _C.REMOVED,
    ),
    rule(
        r"do(?:es)? not exist|doesn't exist|(?:page|video|channel|user|playlist|tweet|post|space|broadcast|"
        r"track|song|clip|show|episode|program|content|course|album|station|account|lecture|tile|"
        r"podcast)s?\b.{0,60}\b(?:was |were |is |could |can)?(?:not|n't) (?:be )?found\b|"
        r"couldn't find (?:this|the|that) |Channel .{0,100}not found|"
        r"No such (?:video|user|channel|podcast|audition|playlist|item)|not archived or indexed|"
        r"no .{1,60}exists|check the URL|Couldn't find (?:the |this )?(?:video|account)|"
        r"No \w+ found with (?:that|this) ID|Entry .{1,60}cannot be found|resource (?:was |is )?not found|"
        r"does not have a \w+ tab|\bnot in (?:the |this )?playlist\b|not (?:been )?found\.?$|Page not found|"
        r"can't be found|"
        r"isn't (?:a valid|linked)|ID is invalid|invalid video id",
        "[twitch:vod] x: Video v1 does not exist",
        _C.NOT_FOUND,
    ),
)
