"""Words that outrank a status or an errno: the job's own end, settings, pushback."""

from __future__ import annotations

from ytui.core.failures.classes import Advice as _A
from ytui.core.failures.classes import FailureClass as _C
from ytui.core.failures.rule import rule

# The run's own decisions, and mistakes in what was asked: no request of the network explains these.
OWN_RULES = (
    rule(
        r"Interrupted by user|KeyboardInterrupt",
        "Interrupted by user. Waiting for all threads to shutdown...",
        _C.CANCELLED,
    ),
    rule(
        r"received signal (?:2|15)\b|\bSIG(?:TERM|INT)\b",
        "Postprocessing: Exiting normally, received signal 15.",
        _C.CANCELLED,
    ),
    rule(
        r"download (?:was )?cancell?ed|^cancell?ed\b|(?:aborted|cancell?ed) by (?:the )?user",
        "The download was cancelled",
        _C.CANCELLED,
    ),
    rule(
        r"--(?:max-downloads|break-on-existing|break-match-filters?)\b",
        "Maximum number of downloads reached, stopping due to --max-downloads",
        _C.SKIPPED,
    ),
    rule(
        r"already been (?:recorded in the archive|downloaded)|already in the archive",
        "[download] abc: has already been recorded in the archive",
        _C.SKIPPED,
    ),
    rule(
        r"does not pass filter|did not match filter|^(?:\[download\] )?File is (?:larg|small)er than "
        r"m\w\w-filesize",
        "Video title does not pass filter (duration < 60), skipping ..",
        _C.SKIPPED,
    ),
    rule(
        r"upload date is not in range",
        "2024-01-01 upload date is not in range 2020-01-01 to 2020-12-31",
        _C.SKIPPED,
    ),
    rule(
        r'"\s*title did not match pattern|"\s*title matched reject pattern',
        '"Foo" title did not match pattern "bar"',
        _C.SKIPPED,
    ),
    rule(
        r"^Skipping .{1,300}?because it (?:is age restricted|has (?:not reached|exceeded))",
        'Skipping "Foo" because it is age restricted',
        _C.SKIPPED,
    ),
    rule(
        r"Skipping the remaining entries in playlist",
        'Skipping the remaining entries in playlist "x" since 3 items failed extraction',
        _C.SKIPPED,
    ),
    rule(
        r"\bhas been skipped by (?:a filter|the user)",
        "Video has been skipped by the user",
        _C.SKIPPED,
    ),
    rule(
        r"Unsupported proxy type|Invalid proxy (?:url|server)|Proxy .{0,200}missing scheme|"
        r"proxy is not supported",
        'Unable to handle request: Unsupported proxy type: "foo" (urllib), Unsupported url scheme: '
        '"http" (websockets)',
        _C.CONFIG,
    ),
    rule(
        r"To use an HTTPS proxy for this request",
        "To use an HTTPS proxy for this request, one of the following dependencies needs to be "
        "installed: requests",
        _C.CONFIG,
    ),
    rule(
        r"requires? WebSocket support",
        "This request requires WebSocket support. Ensure one of the following dependencies are "
        "installed: websockets",
        _C.EXTRACTOR_BROKEN,
        _A.NEEDS_USER,
    ),
    rule(
        r'Unsupported url scheme(?!: "https?")|unknown url type|No connection adapters were found',
        'Unable to handle request: Unsupported url scheme: "ytsearch" (websockets, curl_cffi)',
        _C.INVALID_URL,
    ),
    rule(
        r"\bnot a valid (?:\w+ )?(?:URL|ID)\b",
        "[generic] 'foo bar baz' is not a valid URL",
        _C.INVALID_URL,
    ),
    rule(
        r"file:// .{0,40}disabled",
        "file:// URLs are disabled by default in yt-dlp for security reasons.",
        _C.INVALID_URL,
    ),
    rule(
        r"^'\w+PP'$",
        "'NopePP'",
        _C.CONFIG,
    ),
    rule(
        r"^'[\w.-]{1,60}'$",
        "'videoDetails'",
        _C.EXTRACTOR_BROKEN,
    ),
    rule(
        r"^(?:ValueError: )?Invalid (?:postprocessor|js_runtimes|format spec|filter|"
        r"value .{0,200}in format spec|playlist-items|syntax in format|date format|format sort|metadata|"
        r"template|argument for|plugin directory)",
        "Invalid js_runtimes format, expected a dict of {runtime: {config}}",
        _C.CONFIG,
    ),
    rule(
        r"Invalid (?:format specification|js_runtimes)|Invalid filter (?:specification|part)|"
        r"^Invalid date\b|Invalid date format|Invalid format sort",
        "Invalid filter specification 'height<='",
        _C.CONFIG,
    ),
    rule(
        r"(?:Error in|Erroneous) output template|unsupported format character|incomplete format key|"
        r"Unsupported field|"
        r"is not a valid (?:action|specification|color policy)",
        "Error in output template: unsupported format character 'q' (0x71) at index 3",
        _C.CONFIG,
    ),
    rule(
        r"Error in (?:output template|matching filter)|Error while (?:parsing|"
        r"evaluating) (?:the )?(?:match|format)",
        "Error in matching filter: unexpected token",
        _C.CONFIG,
    ),
    rule(
        r"unsupported (?:browser|keyring|platform)\b|unknown browser\b|"
        r"invalid cookies from browser arguments",
        'unsupported browser: "netscape"',
        _C.CONFIG,
    ),
    rule(
        r"^Wrong regex for|^Deprecated Feature|invalid .{1,60}regex|is not in allowed_schemes|"
        r"does not support (?:profiles|containers)|Invalid netrc machine|Missing netrc_machine|"
        r"Unable to load client certificate",
        "Wrong regex for subtitlelangs: [",
        _C.CONFIG,
    ),
    rule(
        r"Unsupported language code|Python version .{1,20} not supported|unsupported version of Python|"
        r"shell not found:|Invalid \w+ value: |^--?\w[\w-]* is ignored|Invalid (?:extractor-arg|"
        r"comments_sort_by|sort order|bitrate|area\b)|"
        r"Unsupported (?:API client|extensions|--xff)|(?:Invalid|Unsupported|Unknown) impersonat\w+ target|"
        r"Impersonat\w+ target \S+ is (?:not |in)valid",
        "Unsupported language code: xx. Supported language codes (case-sensitive): af, az",
        _C.CONFIG,
    ),
    rule(
        r"No player clients have been requested|Invalid player_client\b|is not a valid API selection|"
        r"Unscoped cookies are not allowed|No such \w* ?external downloader",
        "No player clients have been requested",
        _C.CONFIG,
    ),
    rule(
        r"Fixed output name but more than one file|config location .{0,300}does not exist|no such option|"
        r"You must provide at least one URL|(?:^|\s)(?:yt-dlp|[\w.]+-dl)\S{0,24}: (?-i:error):|"
        r"^Playlist (?:start|end) must be|first format must contain the video|"
        r"formats .{1,60} are video-only|Unsafe (?:conversion|placeholder|default)|^wrong (?!url|link|user|"
        r"pass|id)\S+ |"
        r"Unknown preset alias|exceeded invocation limit|pars(?:e|ing) \.?netrc|retry sleep expression|"
        r"is required if .{1,20} is set|not found.{0,60}--\w+-path",
        "Fixed output name but more than one file to download: 'out.mp4'",
        _C.CONFIG,
    ),
    rule(
        r"^[\w.-]{1,40}: (?-i:error): (?:the following arguments are required|unrecogni[sz]ed arguments|"
        r"ambiguous option|argument )",
        "streamlink: error: unrecognized arguments: --foo",
        _C.CONFIG,
    ),
    rule(
        r"No request handlers configured|Unknown SOCKS proxy version|Invalid plugin directory|"
        r"^invalid (?!.{0,60}(?:provider|cookie|URL|JSON|data|search|response|token|video|"
        r"\bID\b))[\w -]{1,40}:? ['\"]|must be greater than or equal|cannot be zero|in header value|"
        r"Invalid header value|consecutive commas|should be FROM:TO|"
        r"(?:must|needs to) be an? (?:string|list|dict|number|integer|bool)|"
        r"(?:settings|config)\w* file.{0,20} invalid|^expected (?:a |an )?\w+ for \w+|Mapping keys|"
        r"No closing quotation|in filter part|start date must be before|(?:only supports|"
        r"does not support) string values",
        'invalid retries "many" given',
        _C.CONFIG,
    ),
    rule(
        r"Invalid po_token configuration|Invalid player JS v|Invalid value for option|"
        r"Unable to parse .{0,100}: Invalid",
        "Invalid po_token configuration format. Expected CLIENT.CONTEXT+PO_TOKEN",
        _C.CONFIG,
    ),
)

# Refusals that name themselves; every one of these must be seen, whatever else the message holds.
PUSHBACK_RULES = (
    rule(
        r"throttled? limit",
        "The download speed is below throttle limit; Re-extracting data",
        _C.RATE_LIMITED,
        _A.RETRY_SOON,
    ),
    rule(
        r"TLS fingerprint",
        "This request has been blocked due to its TLS fingerprint. Install a required impersonation "
        "dependency",
        _C.IMPERSONATION_REQUIRED,
    ),
    rule(
        r"Cloudflare anti-bot|extractor-args \"?\w*:impersonate",
        "[generic] Got HTTP Error 403 caused by Cloudflare anti-bot challenge; try again with "
        '--extractor-args "generic:impersonate"',
        _C.IMPERSONATION_REQUIRED,
    ),
    rule(
        r"Only curl_cffi versions|curl_cffi is not installed|attempting impersonat|"
        r"requires browser impersonation|impersonate targets? (?:is|are) available|"
        r"Impersonate target .{0,80}not available|install the required impersonation",
        "The extractor is attempting impersonation, but no impersonate target is available",
        _C.IMPERSONATION_REQUIRED,
    ),
    rule(
        r"\byou.{0,20}\bnot a (?:ro)?bot\b|(?:verify|prove|confirm) (?:that )?you are (?:a )?human|"
        r"suspected (?:as|of being) a bot|detected as a bot|\bverify to continue\b|\bpuzzle piece",
        "[youtube] abcdefghijk: Sign in to confirm you're not a bot",
        _C.BOT_CHECK,
    ),
    rule(
        r"rate.?limit reached or login required",
        "[Instagram] x: Requested content is not available, rate-limit reached or login required",
        _C.LOGIN_REQUIRED,
    ),
    rule(
        r"asks? you to solve a captcha\.? (?:Login|Solve|"
        r"Sign)|solve (?:the |"
        r"a )?captcha in (?:your )?browser",
        "[udemy] x: Udemy asks you to solve a CAPTCHA. Login with browser, solve CAPTCHA, then "
        "export cookies",
        _C.BOT_CHECK,
        _A.NEEDS_USER,
    ),
    rule(
        r"(?<!extract )\b(?:re)?captcha\b|requests automated|automat(?:ed|ion) (?:queries|requests|traffic|"
        r"access|"
        r"tools?|behaviou?r|activity)|(?:might|may) be automated|"
        r"(?:type|enter) the (?:characters|letters|code) (?:below|you see|shown)|"
        r"banned your (?:access|IP)|Access denied.{0,20}error (?:code )?10[012]\d|(?:unusual|"
        r"suspicious) (?:traffic|activity|behaviou?r|request)|anti-?(?:bot|spider|crawler|scrap\w+)\b|"
        r"bot (?:detection|protection|check)\b|\b(?:blocking|bots?|scrap(?:ing|er)) (?:was |were )?detected|"
        r"account (?:is|has been|was) temporarily locked",
        "[youtube] abcdefghijk: Video unavailable. YouTube is requiring a captcha challenge before playback",
        _C.BOT_CHECK,
    ),
    rule(
        r"HTTP Error 429|(?<!invalid )(?<!unsupported ')rate.?limit\w*|limit how often|"
        r"exceeded (?:the|your) (?:rate|api|request|access|quota|download)|quotaExceeded|"
        r"attempts reached\.? (?:please )?try again later|"
        r"limit (?:of|on|for) (?:\w+ )?(?:requests|downloads|views|calls)\b|too ?many ?requests|"
        r"(?:requests? (?:rate|quota)|\brate)[ _]exceeded|wait .{1,30} before (?:you )?(?:try|retry)|"
        r"^(?!.*\b(?:dis[ck]|file|xattr|size|play|invocation|memory|depth|recursion|stack|tag)\b).*\b(?:rate|"
        r"quota|"
        r"limit)s?\b.{0,30}\b(?:exceeded|reached|exhausted)\b|login rate limit",
        "[BiliBili] BV1: You have exceeded the rate limit. Try again later",
        _C.RATE_LIMITED,
    ),
    rule(
        r"(?<!disk )(?<!disc )quota exceeded|quota has been exceeded|bandwidth limit exceeded|"
        r"too many (?:\w+ )?(?:users have viewed|attempts|connections|accesses)|"
        r"try again later.{0,40}too (?:many|fast)|doing that too (?:much|often)|too much traffic|"
        r"\b429 (?:error|response)|(?:too fast|slow down)\b|"
        r"(?:request|access|ip)\w* (?:is |are |has been |have been |was )?throttled",
        "[GoogleDrive] x: Too many users have viewed or downloaded this file recently",
        _C.RATE_LIMITED,
    ),
    rule(
        r"content (?:is not|isn't) available,? (?:please )?try again later",
        "[youtube] abcdefghijk: Video unavailable. This content isn't available, try again later",
        _C.RATE_LIMITED,
    ),
    rule(
        r"^(?:\[youtube[^\]]*\] [^:]{0,80}: )?(?:Video unavailable\. )?This content isn't available\.?"
        r"$",
        "[youtube] abcdefghijk: Video unavailable. This content isn't available.",
        _C.RATE_LIMITED,
    ),
    rule(
        r"IP (?:address )?is likely being blocked|\byou(?:'ve been| have been| are| were) (?:temporarily )?"
        r"(?:blocked|banned)\b(?! from (?:follow|view)| by (?:this|the) (?:account|author|owner|user))|"
        r"(?:your (?:IP|session|account)|this (?:IP|session))(?: address)? (?:has been|was|"
        r"is) (?:temporarily )?(?:blocked|banned|flagged)(?! from accessing this post)",
        "[youtube] abcdefghijk: All player responses are invalid. Your IP is likely being blocked by Youtube",
        _C.BOT_CHECK,
    ),
    rule(
        r"\byour?\b.{0,30}\btemporarily (?:blocked|banned|limited|restricted)\b",
        "[facebook] x: You've been temporarily blocked from viewing images. Please try using a different "
        "account, using a VPN or waiting before you retry.",
        _C.RATE_LIMITED,
    ),
    rule(
        r"(?:^|: )Blocked by (?-i:[A-Z]\w+)\.?$|failed integrity check|client.integrity",
        "[twitch:stream] x: failed integrity check",
        _C.BOT_CHECK,
    ),
    rule(
        r"Request (?:is|was) (?:blocked|rejected|banned) by (?:the )?server",
        "[BilibiliSpaceVideo] 1: Request is blocked by server (412), please wait and try later.",
        _C.BOT_CHECK,
    ),
    rule(
        r"Request failed \(-(?:352|401|412)\)|风控校验失败",
        "[BilibiliSpaceVideo] 1: Request failed (-352): 风控校验失败",
        _C.BOT_CHECK,
    ),
    rule(
        r"Request failed \(-(?:509|799)\)|请求过于频繁",
        "[BilibiliSpaceVideo] 1: Request failed (-799): 请求过于频繁，请稍后再试",
        _C.RATE_LIMITED,
    ),
    rule(
        r"Your IP address is unable to access|IP may be blocked|data ?cent(?:er|re) IP|"
        r"HTTP Error 403 when using impersonat",
        "[Reddit] x: Your IP address is unable to access the Reddit API",
        _C.BOT_CHECK,
        _A.NEEDS_USER,
    ),
    rule(
        r"Client challenge|\b(?:CF|security|browser) challenge\b|redirect\w* to \W?challenge\b|"
        r"challenge.required|checkpoint.required|Enable JavaScript and cookies|"
        r"checking (?:your browser|if the site connection)|verifying (?:that )?you are (?:a )?human|"
        r"blocked by (?:network |a )?security|\bjust a moment\.\.\.|Attention Required! \| Cloudflare|"
        r"DDoS.Guard|\bWAF\b|Cloudflare to restrict|(?:blocked|protected|checked|challenged|denied|banned|"
        r"refused) by Cloudflare|Cloudflare (?:block|challenge|captcha|protection|security)|PerimeterX|"
        r"\bDataDome\b|Incapsula",
        "[facebook] x: Unable to download webpage: HTTP Error 403: Client challenge",
        _C.BOT_CHECK,
    ),
)
